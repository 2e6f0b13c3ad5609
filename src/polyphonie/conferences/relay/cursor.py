"""Which events a site may read, and which it has read: the two-number cursor ``P.B``.

Events of a conference form one log, numbered without gaps, their programme times never decreasing. A
site reads an event when its own clock has passed it (*by time*), except that some events overtake: the
site's own contributions, answers meant for it, removals and urgent notices (*fast*). Because fast events
overtake, one number cannot say what a reader holds. Two can: P, the last event released by time, and B,
the last event examined for the fast path. Each event takes one of the two ways, once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar

SiteKey: TypeAlias = int | str


class Kind(StrEnum):
    """Kinds of events in the log; a store may hold others, which go by time or to their own site."""

    MESSAGE = "message"
    QUESTION = "question"
    APPROVAL = "approval"
    ANSWER = "answer"
    ANSWER_LINK = "answer_link"
    REMOVAL = "removal"
    BAN = "ban"
    KICK = "kick"
    WITHDRAWAL = "withdrawal"
    URGENT = "urgent"
    PROGRAMME = "programme"
    CAPTION = "caption"
    SLIDE = "slide"
    POLL = "poll"


AT_ONCE: frozenset[str] = frozenset(
    {Kind.REMOVAL, Kind.BAN, Kind.KICK, Kind.WITHDRAWAL, Kind.URGENT, Kind.PROGRAMME}
)
"""Kinds that every site receives at once."""

BY_TIME: frozenset[str] = frozenset({Kind.CAPTION, Kind.SLIDE, Kind.POLL})
"""Kinds that belong to the picture: by time even at the site that sent them."""


class Scope(StrEnum):
    """Whom an event is meant for."""

    PUBLIC = "public"
    STAFF = "staff"
    PANEL = "panel"


PUBLIC_READER: frozenset[str] = frozenset({Scope.PUBLIC})
STAFF_READER: frozenset[str] = frozenset({Scope.PUBLIC, Scope.STAFF})
PANEL_READER: frozenset[str] = frozenset({Scope.PUBLIC, Scope.PANEL})

_LARGEST = 2**63 - 1
_NUMBER = r"(0|[1-9][0-9]{0,18})"
_CURSOR = re.compile(rf"{_NUMBER}\.{_NUMBER}")


class MalformedCursor(ValueError):
    """A text that is not a cursor; only its beginning is kept, it comes from outside."""

    def __init__(self, text: str) -> None:
        self.text = text[:48]
        super().__init__(f"not a cursor: {self.text!r}")


class CursorAhead(LookupError):
    """A cursor that has examined more than the store holds: the store is behind, or the cursor is not ours."""

    def __init__(self, cursor: Cursor, head: int) -> None:
        super().__init__(f"cursor {cursor} is ahead of event {head}")
        self.cursor = cursor
        self.head = head


class EventsDropped(LookupError):
    """Events after ``after`` were asked for, but the store holds only those from ``oldest`` on."""

    def __init__(self, after: int, oldest: int) -> None:
        super().__init__(f"events after {after} asked for, the oldest held is {oldest}")
        self.after = after
        self.oldest = oldest


@dataclass(frozen=True, slots=True)
class Cursor:
    """``released`` (P) is the last event released by time, ``examined`` (B) the last one looked at for the fast path."""

    released: int
    examined: int

    def __post_init__(self) -> None:
        if not 0 <= self.released <= self.examined <= _LARGEST:
            raise MalformedCursor(f"{self.released}.{self.examined}")

    def __str__(self) -> str:
        return f"{self.released}.{self.examined}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read ``P.B`` as a client sent it: two plain decimal numbers without sign, space or leading zero."""
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise MalformedCursor(text)
        return cls(int(match[1]), int(match[2]))


START = Cursor(0, 0)


class LogEvent(Protocol):
    """The envelope of an event. It never changes, except that ``removed`` becomes true once."""

    @property
    def seq(self) -> int: ...
    @property
    def programme_time(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def site(self) -> SiteKey | None: ...
    @property
    def now(self) -> Collection[SiteKey]: ...
    @property
    def target(self) -> int | None: ...
    @property
    def removed(self) -> bool: ...


E = TypeVar("E", bound=LogEvent)
E_co = TypeVar("E_co", bound=LogEvent, covariant=True)


class EventStore(Protocol[E_co]):
    """Where the log is read from: a tail in memory, or the database.

    A store shows one state during a call: ``head`` does not move between two of its answers.
    """

    @property
    def head(self) -> int:
        """The number of the last event, 0 in an empty log."""
        ...

    def last_at_or_before(self, programme_time: datetime) -> int:
        """The number of the last event whose programme time is not later, 0 if there is none."""
        ...

    def events_between(self, after: int, last: int) -> Iterable[E_co]:
        """The events numbered ``after`` < seq ≤ ``last``, in order; :class:`EventsDropped` if some are gone."""
        ...

    def candidates_between(self, after: int, last: int, site: SiteKey) -> Iterable[E_co]:
        """Those of :meth:`events_between` that may be fast for ``site``: others among them do no harm.

        A site far behind its host has most of the log ahead of it; an index over kind, site and ``now``
        spares reading it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Stands where a removed event stood: the envelope without the body."""

    seq: int
    programme_time: datetime
    kind: str
    scope: str
    site: SiteKey | None


class Frame(NamedTuple, Generic[E]):
    """What a reader receives at once, in the order of the log, and the cursor it holds afterwards."""

    events: tuple[E | Tombstone, ...]
    cursor: Cursor


def is_fast(event: LogEvent, site: SiteKey) -> bool:
    """Whether the event overtakes the site's clock. It reads only what never changes in an event."""
    kind = event.kind
    return kind in AT_ONCE or (event.site == site and kind not in BY_TIME) or site in event.now


def _given(event: E) -> E | Tombstone:
    if not event.removed:
        return event
    return Tombstone(event.seq, event.programme_time, event.kind, event.scope, event.site)


def _in_scope(events: EventStore[E], after: int, last: int, scope: Collection[str]) -> Iterator[E]:
    if after < last:
        for event in events.events_between(after, last):
            if event.scope in scope:
                yield event


def _fast_in_scope(
    events: EventStore[E], after: int, last: int, site: SiteKey, scope: Collection[str]
) -> Iterator[E]:
    if after < last:
        for event in events.candidates_between(after, last, site):
            if event.scope in scope and is_fast(event, site):
                yield event


def released(
    events: EventStore[E],
    cursor: Cursor,
    site_now: datetime,
    site: SiteKey,
    scope: Collection[str],
) -> Frame[E]:
    """What a reader at ``cursor`` receives when the site's clock says ``site_now``.

    Fast events of (B, head] and the others of (P, P'], where P' is the last event that the clock has
    passed. Events outside the reader's scope are skipped, and the cursor moves past them. What was
    removed meanwhile comes as a tombstone. The cursor never goes back, even if the clock does.
    """
    head = events.head
    if cursor.examined > head:
        raise CursorAhead(cursor, head)
    by_time = max(cursor.released, min(events.last_at_or_before(site_now), head))
    turn = max(by_time, cursor.examined)
    given: list[E | Tombstone] = []
    # released by time alone: the fast ones among these were examined before
    for event in _in_scope(events, cursor.released, min(by_time, cursor.examined), scope):
        if not is_fast(event, site):
            given.append(_given(event))
    # examined for the first time and passed by the clock: all of them
    for event in _in_scope(events, cursor.examined, turn, scope):
        given.append(_given(event))
    # examined for the first time, still ahead of the clock: only the fast ones
    for event in _fast_in_scope(events, turn, head, site, scope):
        given.append(_given(event))
    return Frame(tuple(given), Cursor(by_time, head))


def visible(
    events: EventStore[E],
    site_now: datetime,
    site: SiteKey,
    scope: Collection[str],
    *,
    after: int = 0,
) -> Frame[E]:
    """Everything a reader may hold when the site's clock says ``site_now``: the definition, and the snapshot.

    A page rendered from it carries its cursor; the frames that follow from there complete it to what
    ``visible`` says later. With ``after`` only events with a greater number are listed.
    """
    head = events.head
    by_time = min(events.last_at_or_before(site_now), head)
    given = [_given(event) for event in _in_scope(events, after, by_time, scope)]
    given.extend(_given(event) for event in _fast_in_scope(events, max(after, by_time), head, site, scope))
    return Frame(tuple(given), Cursor(by_time, head))
