"""The streams of a process: every tick, whoever has something to read is sent it.

Readers of one site, scope and clock form a :class:`Group`. At each tick a group learns whether its clock
has released something or its log has grown; only then are its streams woken, and all who stand at the
same cursor are sent the same bytes. There is no queue per client: a slow one keeps its cursor and gets a
larger frame, and is closed when a write does not end within ten seconds.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog

from polyphonie.kernel import clock

from ..domain.live_log import instant
from ..relay.cursor import Cursor, CursorAhead, EventsDropped, is_fast, released
from ..relay.memory_log import MemoryLog, SequenceGap
from . import media
from .tail import Context, Loaded, TailEvent
from .tokens import SCOPES, STREAM_LIFE, Claims

log = structlog.get_logger(__name__)

SHORTEST_TICK = 0.05
FRAMES_PER_SECOND = 20_000
COMMENT_SECONDS = 15.0
CLOCK_SECONDS = 30.0
BLOCKED_SECONDS = 10.0
SURVEY_SECONDS = 1.0
IDLE_SECONDS = 300.0

Send = Callable[[dict[str, Any]], Awaitable[None]]


def event_bytes(name: str, data: Any, *, cursor: Cursor | None = None) -> bytes:
    """One Server-Sent Event. JSON holds no line break, so one data line is enough."""
    head = f"id: {cursor}\n" if cursor is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


@dataclass(eq=False)
class Follower:
    """One open stream."""

    claims: Claims
    cursor: Cursor
    expires_at: float
    wake: asyncio.Future[None] | None = None
    clock_seen: int = 0
    first: bytes = b""
    beat_seen: int = 0
    tally_seen: bytes = b""
    nudged: bool = False
    sending_since: float | None = None
    task: asyncio.Task[None] | None = None

    def call(self) -> None:
        """Let the stream look whether it has something to send."""
        if self.wake is not None and not self.wake.done():
            self.wake.set_result(None)


@dataclass(eq=False)
class ConferenceState:
    """What the process holds of one conference. Only the event loop changes it."""

    id: int
    context: Context
    log: MemoryLog = field(default_factory=MemoryLog)
    approvals: dict[str, TailEvent] = field(default_factory=dict)
    tallies: dict[str, int] = field(default_factory=dict)
    groups: dict[tuple[int, int, str, float], Group] = field(default_factory=dict)
    version: int = 0
    context_version: int = 0
    left_at: float = 0.0

    def apply(self, loaded: Loaded) -> None:
        """Take over what the tail found."""
        if loaded.context is not None and loaded.context != self.context:
            self.context = loaded.context
            self.context_version += 1
        nudged: set[str] = set()
        for event in loaded.events:
            if event.seq <= self.log.head:
                continue
            try:
                self.log.append(event)
            except SequenceGap:
                log.error("live_gap", conference=self.id, head=self.log.head, seq=event.seq)
                raise
            nudged |= event.askers
            if event.kind == "approval":
                self.approvals[event.group] = event
            elif event.target is not None and event.kind == "removal":
                self.approvals = {g: e for g, e in self.approvals.items() if e.seq != event.target}
        if loaded.events:
            self.version += 1
        if loaded.tallies is not None and loaded.tallies != self.tallies:
            self.tallies = loaded.tallies
            self.version += 1
        if nudged:
            for group in self.groups.values():
                for follower in group.followers:
                    if follower.claims.participant in nudged:
                        follower.nudged = True
                        follower.call()

    def followers(self) -> Iterator[Follower]:
        for group in self.groups.values():
            yield from group.followers


@dataclass(eq=False)
class Group:
    """The readers of one site in one scope, their clock moved alike."""

    state: ConferenceState
    site: int
    scope: frozenset[str]
    offset: timedelta
    followers: set[Follower] = field(default_factory=set)
    site_now: datetime = field(default_factory=clock.wall)
    seen: tuple[int, int, int] = (-1, -1, -1)
    clock_version: int = 0
    beat: int = 0
    clock_frame: bytes = b""
    tally_frame: bytes = b""
    _frames: dict[Cursor, tuple[bytes, Cursor]] = field(default_factory=dict)

    def turn(self, wall: datetime) -> bool:
        """Take the time. Says whether anybody in the group may have something to read."""
        view = self.state.context.sites.get(self.site)
        if view is None:
            return True
        now = wall + self.offset
        self.site_now = (
            max(self.site_now, view.clock.site_now(now)) if self.seen[0] >= 0 else view.clock.site_now(now)
        )
        mark = (
            self.state.log.last_at_or_before(self.site_now),
            self.state.version,
            self.state.context_version,
        )
        if mark == self.seen:
            return False
        if mark[2] != self.seen[2]:
            self.set_clock(wall)
        self.seen = mark
        self._frames.clear()
        self.tally_frame = self._tallies(mark[0])
        return True

    def clock_bytes(self, wall: datetime) -> bytes:
        """The ``clock`` event: what time it is, for whoever reads along."""
        view = self.state.context.sites.get(self.site)
        if view is None:
            return b""
        now = wall + self.offset
        media_from = media.media_from(self.state.context, view.clock.site_now(now))
        reached = view.clock.reaches(media_from) if media_from else None
        return event_bytes(
            "clock",
            {
                "now": instant(now),
                "site_now": instant(view.clock.site_now(now)),
                "running": view.clock.is_running(now),
                "epoch": view.clock.epoch,
                "media_from": instant(media_from) if media_from else None,
                "media_in": max(0.0, (reached - now).total_seconds()) if reached else None,
            },
        )

    def set_clock(self, wall: datetime) -> None:
        """Tell everybody the time at the next turn."""
        self.clock_frame = self.clock_bytes(wall)
        self.clock_version += 1

    def _tallies(self, passed: int) -> bytes:
        # who has not been shown a question learns nothing of its votes
        shown = {
            group: self.state.tallies[group]
            for group, event in sorted(self.state.approvals.items())
            if group in self.state.tallies and (event.seq <= passed or is_fast(event, self.site))
        }
        return event_bytes("tally", shown) if shown else b""

    def frame(self, cursor: Cursor) -> tuple[bytes, Cursor]:
        """The ``batch`` for readers at ``cursor``, empty when there is nothing, and their cursor afterwards."""
        cached = self._frames.get(cursor)
        if cached is None:
            given = released(self.state.log, cursor, self.site_now, self.site, self.scope)
            data = b",".join(
                event.payload if isinstance(event, TailEvent) else _bare(event.seq, event.kind)
                for event in given.events
            )
            head = f"id: {given.cursor}\nevent: batch\ndata: [".encode() if data else b""
            cached = (head + data + b"]\n\n" if data else b"", given.cursor)
            self._frames[cursor] = cached
        return cached

    def wake(self) -> None:
        for follower in self.followers:
            follower.call()


def _bare(seq: int, kind: str) -> bytes:
    return f'{{"seq":{seq},"kind":"{kind}","removed":true}}'.encode()


class Hub:
    """All streams of this process, and the one ticking task that serves them."""

    def __init__(self, watch: Callable[[int], Awaitable[bool]], forget: Callable[[int], None]) -> None:
        self._watch = watch
        self._forget = forget
        self.states: dict[int, ConferenceState] = {}
        self.closing = False
        self._ticker: asyncio.Task[None] | None = None
        self._any = asyncio.Event()

    def hand_over(self, loaded: Loaded) -> None:
        """Take over what the tail found; called in the loop."""
        state = self.states.get(loaded.conference)
        if state is None:
            if loaded.context is None:
                return
            state = self.states[loaded.conference] = ConferenceState(loaded.conference, loaded.context)
            state.left_at = monotonic()
        state.apply(loaded)

    async def conference(self, conference_id: int) -> ConferenceState | None:
        """The state of a conference, read once by the tail's thread when it is first asked for."""
        if conference_id not in self.states and not await self._watch(conference_id):
            return None
        return self.states.get(conference_id)

    def start(self) -> None:
        self._ticker = asyncio.get_running_loop().create_task(self._tick())

    async def stop(self) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
            self._ticker = None

    def say_bye(self) -> None:
        """Let every stream say ``bye`` and end: the process is about to stop."""
        self.closing = True
        for state in self.states.values():
            for group in state.groups.values():
                group.wake()

    def viewers(self) -> int:
        return sum(len(g.followers) for s in self.states.values() for g in s.groups.values())

    async def _tick(self) -> None:
        beat_due = monotonic() + COMMENT_SECONDS
        clock_due = monotonic() + CLOCK_SECONDS
        survey_due = monotonic() + SURVEY_SECONDS
        while True:
            viewers = self.viewers()
            if not viewers:
                self._any.clear()
                self._let_go(monotonic())
                try:
                    await asyncio.wait_for(self._any.wait(), IDLE_SECONDS / 10)
                except TimeoutError:
                    continue
            await asyncio.sleep(max(SHORTEST_TICK, viewers / FRAMES_PER_SECOND))
            now, wall = monotonic(), clock.wall()
            beat, tell_time, survey = now >= beat_due, now >= clock_due, now >= survey_due
            for state in list(self.states.values()):
                for group in list(state.groups.values()):
                    if tell_time:
                        group.set_clock(wall)
                    if beat:
                        group.beat += 1
                    if group.turn(wall) or beat or tell_time:
                        group.wake()
                    if survey:
                        self._survey(group, now)
            if beat:
                beat_due = now + COMMENT_SECONDS
                self._let_go(now)
            if tell_time:
                clock_due = now + CLOCK_SECONDS
            if survey:
                survey_due = now + SURVEY_SECONDS

    @staticmethod
    def _survey(group: Group, now: float) -> None:
        """Let go of clients that do not read, and of those whose token has run out."""
        for follower in list(group.followers):
            since = follower.sending_since
            if since is not None and now - since > BLOCKED_SECONDS and follower.task is not None:
                follower.task.cancel()
            elif now >= follower.expires_at:
                follower.call()

    def _let_go(self, now: float) -> None:
        """Forget conferences that nobody has followed for a while."""
        for conference_id, state in list(self.states.items()):
            if any(g.followers for g in state.groups.values()):
                state.left_at = now
            elif now - state.left_at > IDLE_SECONDS:
                del self.states[conference_id]
                self._forget(conference_id)

    def join(
        self, state: ConferenceState, claims: Claims, cursor: Cursor, remaining: float
    ) -> tuple[Group, Follower]:
        """A stream opens: no query, whatever happened since its cursor."""
        key = (claims.site, claims.epoch, claims.scope, claims.offset)
        group = state.groups.get(key)
        if group is None:
            group = Group(state, claims.site, SCOPES[claims.scope], timedelta(seconds=claims.offset))
            state.groups[key] = group
        wall = clock.wall()
        group.turn(wall)
        follower = Follower(claims, cursor, monotonic() + remaining, clock_seen=group.clock_version)
        # who opens is told the time as it is, not as it was at the last round
        follower.first = group.clock_bytes(wall)
        group.followers.add(follower)
        self._any.set()
        return group, follower

    def leave(self, group: Group, follower: Follower) -> None:
        group.followers.discard(follower)
        if not group.followers:
            claims = follower.claims
            key = (claims.site, claims.epoch, claims.scope, claims.offset)
            group.state.groups.pop(key, None)
            group.state.left_at = monotonic()

    def pending(self, group: Group, follower: Follower) -> tuple[bytes, bool]:
        """What a stream has to send now, and whether it ends with it."""
        parts: list[bytes] = []
        view = group.state.context.sites.get(group.site)
        if view is None or not view.is_open or view.clock.epoch != follower.claims.epoch:
            return event_bytes("reset", {"reason": "epoch"}), True
        if self.closing:
            return event_bytes("bye", {"reason": "restart", "wait": round(random.uniform(0.5, 5.0), 2)}), True
        if monotonic() >= follower.expires_at:
            return event_bytes("bye", {"reason": "token", "wait": 0}), True
        if follower.clock_seen != group.clock_version:
            follower.clock_seen = group.clock_version
            parts.append(group.clock_frame)
        if follower.first:
            parts.append(follower.first)
            follower.first = b""
        try:
            data, follower.cursor = group.frame(follower.cursor)
        except (CursorAhead, EventsDropped):
            return event_bytes("reset", {"reason": "cursor"}), True
        if data:
            parts.append(data)
        if group.tally_frame and follower.tally_seen != group.tally_frame:
            follower.tally_seen = group.tally_frame
            parts.append(group.tally_frame)
        if follower.nudged:
            follower.nudged = False
            parts.append(event_bytes("me", {}))
        if follower.beat_seen != group.beat:
            follower.beat_seen = group.beat
            parts.append(b":\n\n")
        return b"".join(parts), False

    async def serve(self, group: Group, follower: Follower, send: Send) -> None:
        """Send to one stream until it ends. A client that does not take what it is sent is let go."""
        loop = asyncio.get_running_loop()
        first = f"retry: {random.randint(1_000, 4_000)}\n\n".encode()
        while True:
            follower.wake = loop.create_future()
            data, ends = self.pending(group, follower)
            if first or data or ends:
                follower.sending_since = monotonic()
                await send({"type": "http.response.body", "body": first + data, "more_body": not ends})
                follower.sending_since = None
                first = b""
            if ends:
                return
            await follower.wake


def remaining_life(claims: Claims, wall: datetime) -> float:
    """For how many seconds a stream token still holds."""
    return claims.issued + STREAM_LIFE.total_seconds() - wall.timestamp()
