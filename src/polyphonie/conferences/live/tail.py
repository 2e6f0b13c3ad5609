"""The newest part of every log that somebody follows, read by one thread of the process.

The thread asks the database; what it found is handed to the event loop, which alone changes what the
streams read. So a stream never waits for a query and never sees half an update.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Count, Max

from ..domain.live_log import encoded
from ..domain.queries.questions import tallies_of
from ..domain.queries.site_clocks import HOST_CLOCK, clock_from
from ..models import (
    Conference,
    LiveCounter,
    LiveEvent,
    MediaChannel,
    QuestionVote,
    Relay,
    Session,
    Site,
)
from ..relay.memory_log import LoggedEvent
from ..relay.site_clock import SiteClock
from .bus import Bus
from .tokens import HOST

log = structlog.get_logger(__name__)

CONTEXT_SECONDS = 2.0
TALLY_SECONDS = 1.0
IDLE_SECONDS = 5.0
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class TailEvent(LoggedEvent):
    """An event with its bytes, whom it concerns in person, and the group that it makes public."""

    askers: frozenset[str] = frozenset()
    group: str = ""


@dataclass(frozen=True, slots=True)
class SessionSpan:
    """A session as the media need it."""

    uid: str
    start_at: datetime
    end_at: datetime
    title: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site as the streams need it."""

    uid: str
    clock: SiteClock
    language: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a conference besides its log."""

    uid: str
    sites: dict[int, SiteView]
    sessions: tuple[SessionSpan, ...]
    languages: tuple[str, ...]

    def site_uids(self) -> dict[int, str]:
        return {pk: site.uid for pk, site in self.sites.items()}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the thread found of one conference in one look."""

    conference: int
    context: Context | None = None
    events: tuple[TailEvent, ...] = ()
    tallies: dict[str, int] | None = None


def read_context(conference_id: int) -> Context | None:
    """Sites with their clocks, sessions and channels: five queries; None if there is no such conference."""
    conference = Conference.objects.filter(pk=conference_id).first()
    if conference is None:
        return None
    pieces: dict[int, list[Relay]] = {}
    for piece in Relay.objects.filter(site__conference=conference).order_by("site", "epoch", "wall_from"):
        pieces.setdefault(piece.site_id, []).append(piece)
    sites = {
        site.pk: SiteView(
            str(site.uid),
            clock_from(site.delay_minutes, pieces.get(site.pk, ())),
            site.language,
            site.state == "accepted",
        )
        for site in Site.objects.filter(conference=conference).order_by("pk")
    }
    sites[HOST] = SiteView("host", HOST_CLOCK, "", True)
    sessions = tuple(
        SessionSpan(str(s.uid), s.start_at, s.end_at, s.title.read(s.language), s.access == "public")
        for s in Session.objects.filter(conference=conference, withdrawn_at=None).order_by("start_at", "pk")
    )
    languages = tuple(
        MediaChannel.objects.filter(conference=conference, kind="bundled")
        .order_by("pk")
        .values_list("language", flat=True)
    )
    return Context(str(conference.uid), sites, sessions, languages)


def read_rows(conference_id: int, after: int) -> list[LiveEvent]:
    """The events after number ``after`` with their bodies: one query."""
    return list(
        LiveEvent.objects.filter(conference=conference_id, seq__gt=after)
        .select_related("body_row")
        .order_by("seq")[:BATCH]
    )


def _tail_event(row: LiveEvent, site_uids: dict[int, str]) -> TailEvent:
    body = getattr(row, "body_row", None)
    return TailEvent(
        seq=row.seq,
        programme_time=row.programme_time,
        kind=row.kind,
        scope=row.scope,
        site=row.site_id,
        now=frozenset(row.now_sites),
        target=row.target_seq,
        removed=body is None,
        payload=b"" if body is None else encoded(row, site_uids=site_uids),
        askers=frozenset(body.askers) if body else frozenset(),
        group=str(body.body.get("group", "")) if body and row.kind == "approval" else "",
    )


def read_heads(conference_ids: Iterable[int]) -> dict[int, int]:
    """The last number of each log: one query."""
    return dict(
        LiveCounter.objects.filter(conference__in=list(conference_ids))
        .order_by("conference")
        .values_list("conference", "head")
    )


def read_votes(conference_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """A mark per conference that changes with every vote: one query."""
    rows = (
        QuestionVote.objects.filter(question__conference__in=list(conference_ids))
        .order_by("question__conference")
        .values_list("question__conference")
        .annotate(last=Max("pk"), count=Count("pk"))
    )
    return {conference: (last, count) for conference, last, count in rows}


@dataclass
class _Watched:
    key: str
    head: int = 0
    site_uids: dict[int, str] = field(default_factory=dict)
    votes: tuple[int, int] = (0, 0)


class Tail:
    """Reads what grew. ``hand_over`` receives what was found; in a server it runs in the event loop."""

    def __init__(self, bus: Bus, hand_over: Callable[[Loaded], None]) -> None:
        self._bus = bus
        self._hand_over = hand_over
        self._watched: dict[int, _Watched] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, conference_id: int) -> bool:
        """Read a conference wholly and follow it from now on. False if there is none."""
        with self._lock:
            if conference_id not in self._watched:
                context = read_context(conference_id)
                if context is None:
                    return False
                watched = _Watched(context.uid, site_uids=context.site_uids())
                watched.votes = read_votes([conference_id]).get(conference_id, (0, 0))
                self._hand_over(Loaded(conference_id, context=context, tallies=tallies_of(conference_id)))
                self._watched[conference_id] = watched
                self._read_on(conference_id, watched)
        self._bus.interrupt()
        return True

    def forget(self, conference_id: int) -> None:
        """Nobody follows it any more."""
        with self._lock:
            self._watched.pop(conference_id, None)

    def look(self, *, context: bool = False, tallies: bool = False) -> bool:
        """Read what grew since the last look: one query when nothing did. Says whether a log grew."""
        grew = False
        with self._lock:
            if not self._watched:
                return False
            for conference_id, head in read_heads(self._watched).items():
                watched = self._watched[conference_id]
                if head > watched.head:
                    grew = True
                    self._read_on(conference_id, watched)
            if context:
                for conference_id, watched in self._watched.items():
                    self._refresh(conference_id, watched)
            if tallies:
                for conference_id, mark in read_votes(self._watched).items():
                    watched = self._watched[conference_id]
                    if mark != watched.votes:
                        watched.votes = mark
                        self._hand_over(Loaded(conference_id, tallies=tallies_of(conference_id)))
        return grew

    def _refresh(self, conference_id: int, watched: _Watched) -> None:
        found = read_context(conference_id)
        if found is not None:
            watched.site_uids = found.site_uids()
            self._hand_over(Loaded(conference_id, context=found))

    def _read_on(self, conference_id: int, watched: _Watched) -> None:
        while True:
            rows = read_rows(conference_id, watched.head)
            if any(row.site_id not in watched.site_uids for row in rows if row.site_id):
                # a site has come since the last look at the context
                self._refresh(conference_id, watched)
            events = tuple(_tail_event(row, watched.site_uids) for row in rows)
            if events:
                watched.head = events[-1].seq
                approved = any(e.kind == "approval" for e in events)
                self._hand_over(
                    Loaded(
                        conference_id,
                        events=events,
                        tallies=tallies_of(conference_id) if approved else None,
                    )
                )
            if len(events) < BATCH:
                return

    def start(self) -> None:
        """Follow in a thread of its own until :meth:`stop`."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="live-tail", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._bus.interrupt()
        if self._thread is not None:
            self._thread.join(timeout=IDLE_SECONDS)
            self._thread = None

    def _run(self) -> None:
        context_due = tally_due = 0.0
        while not self._stopping.is_set():
            with self._lock:
                heads = {w.key: w.head for w in self._watched.values()}
            # while nobody follows anything, the thread sleeps until somebody does
            began = monotonic()
            self._bus.wait(heads, self._bus.poll_seconds if heads else IDLE_SECONDS)
            if self._stopping.is_set():
                break
            now = monotonic()
            try:
                close_old_connections()
                grew = self.look(context=now >= context_due, tallies=now >= tally_due)
            except DatabaseError as failure:
                # the database is the log: try again, the readers keep what they have
                log.warning("live_tail_failed", reason=type(failure).__name__)
                connection.close()
                self._stopping.wait(0.5)
                continue
            if heads and not grew and now - began < 0.02:
                # woken for nothing: a bus that remembers another database would otherwise keep us busy
                self._stopping.wait(0.1)
            if now >= context_due:
                context_due = now + CONTEXT_SECONDS
            if now >= tally_due:
                tally_due = now + TALLY_SECONDS
        connection.close()
