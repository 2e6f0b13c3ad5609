"""The hot tail of a conference's log in the memory of a process.

It serves the readers of the embedded default and of every web process: no query per frame. It holds a
contiguous run of events up to the newest one; what was dropped before is read from the database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge

from .cursor import AT_ONCE, EventsDropped, Kind, SiteKey
from .site_clock import utc


class SequenceGap(ValueError):
    """An event does not follow the last one held: the database has to be read."""

    def __init__(self, expected: int, given: int) -> None:
        super().__init__(f"event {expected} expected, {given} given")
        self.expected = expected
        self.given = given


class ProgrammeTimeDecreased(ValueError):
    """An event lies before the one that it follows."""

    def __init__(self, seq: int, last: datetime, given: datetime) -> None:
        super().__init__(f"event {seq} at {given} follows one at {last}")
        self.seq = seq
        self.last = last
        self.given = given


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event as the tail holds it, its payload encoded once when it was appended."""

    seq: int
    programme_time: datetime
    kind: str
    scope: str = "public"
    site: SiteKey | None = None
    now: frozenset[SiteKey] = frozenset()
    target: int | None = None
    removed: bool = False
    payload: bytes = b""


class MemoryLog:
    """A run of events held in memory, from ``after + 1`` to ``head``.

    Appending a removal forgets the payload of its target at once, so that no frame can carry it again.
    """

    __slots__ = ("_after", "_at_once", "_events", "_last_dropped_at", "_of_site", "_times")

    def __init__(self, *, after: int = 0, dropped_until: datetime | None = None) -> None:
        """Begin an empty run behind event ``after``, which lies at ``dropped_until``."""
        self._after = after
        self._last_dropped_at = dropped_until
        self._events: list[LoggedEvent] = []
        self._times: list[datetime] = []
        self._at_once: list[int] = []
        self._of_site: defaultdict[SiteKey, list[int]] = defaultdict(list)

    @property
    def head(self) -> int:
        """The number of the newest event."""
        return self._after + len(self._events)

    @property
    def oldest(self) -> int:
        """The number of the oldest event held, or of the next one in an empty run."""
        return self._after + 1

    def append(self, event: LoggedEvent) -> None:
        """Add the next event; a removal turns its target into a bare envelope."""
        if event.seq != self.head + 1:
            raise SequenceGap(self.head + 1, event.seq)
        at = utc(event.programme_time)
        last = self._times[-1] if self._times else self._last_dropped_at
        if last is not None and at < last:
            raise ProgrammeTimeDecreased(event.seq, last, at)
        if event.removed and event.payload:
            event = replace(event, payload=b"")
        self._events.append(event)
        self._times.append(at)
        if event.kind in AT_ONCE:
            self._at_once.append(event.seq)
        else:
            for site in event.now if event.site is None else event.now | {event.site}:
                self._of_site[site].append(event.seq)
        if event.kind == Kind.REMOVAL and event.target is not None:
            self.forget(event.target)

    def forget(self, seq: int) -> None:
        """Drop the payload of event ``seq`` and mark it removed; unknown here means nothing to drop."""
        position = seq - self._after - 1
        if 0 <= position < len(self._events):
            self._events[position] = replace(self._events[position], removed=True, payload=b"")

    def drop_before(self, seq: int) -> None:
        """Forget the events numbered below ``seq``: readers behind them are served from the database."""
        count = min(max(0, seq - self._after - 1), len(self._events))
        if count:
            self._last_dropped_at = self._times[count - 1]
            del self._events[:count], self._times[:count]
            self._after += count
            for numbers in (self._at_once, *self._of_site.values()):
                del numbers[: bisect_right(numbers, self._after)]

    def last_at_or_before(self, programme_time: datetime) -> int:
        """The number of the last event not later than ``programme_time``.

        Before the oldest event held the answer is not known here, and :class:`EventsDropped` is raised.
        """
        position = bisect_right(self._times, programme_time)
        if (
            position == 0
            and self._after
            and (self._last_dropped_at is None or programme_time < self._last_dropped_at)
        ):
            raise EventsDropped(0, self.oldest)
        return self._after + position

    def events_between(self, after: int, last: int) -> Iterable[LoggedEvent]:
        """The events numbered ``after`` < seq ≤ ``last``."""
        if after < self._after:
            raise EventsDropped(after, self.oldest)
        return self._events[after - self._after : last - self._after]

    def candidates_between(self, after: int, last: int, site: SiteKey) -> Iterable[LoggedEvent]:
        """The events numbered ``after`` < seq ≤ ``last`` that every site, or ``site``, may receive at once."""
        if after < self._after:
            raise EventsDropped(after, self.oldest)
        found = (
            numbers[bisect_right(numbers, after) : bisect_right(numbers, last)]
            for numbers in (self._at_once, self._of_site.get(site, ()))
        )
        return [self._events[seq - self._after - 1] for seq in merge(*found)]
