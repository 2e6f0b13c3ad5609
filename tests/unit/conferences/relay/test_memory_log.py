"""The tail in memory: gapless, never decreasing, honest about what it no longer holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from polyphonie.conferences.relay.cursor import EventsDropped, Kind
from polyphonie.conferences.relay.memory_log import (
    LoggedEvent,
    MemoryLog,
    ProgrammeTimeDecreased,
    SequenceGap,
)

pytestmark = pytest.mark.unit

BASE = datetime(2017, 11, 9, 8, 30, tzinfo=UTC)


def event(seq: int, at: int, kind: str = Kind.MESSAGE, target: int | None = None) -> LoggedEvent:
    return LoggedEvent(seq, BASE + timedelta(seconds=at), kind, target=target, payload=b"text")


def filled(*times: int) -> MemoryLog:
    log = MemoryLog()
    for seq, at in enumerate(times, start=1):
        log.append(event(seq, at))
    return log


def test_append_refuses_a_gap_and_a_repetition() -> None:
    log = filled(0, 1)
    for seq in (2, 4):
        with pytest.raises(SequenceGap) as refusal:
            log.append(event(seq, 2))
        assert (refusal.value.expected, refusal.value.given) == (3, seq)


def test_append_refuses_a_time_that_decreases_also_behind_dropped_events() -> None:
    log = filled(0, 5)
    log.drop_before(3)
    with pytest.raises(ProgrammeTimeDecreased):
        log.append(event(3, 4))
    log.append(event(3, 5))
    assert (log.oldest, log.head) == (3, 3)


def test_removal_forgets_the_payload_of_its_target() -> None:
    log = filled(0, 1)
    log.append(event(3, 2, Kind.REMOVAL, target=1))
    first, second, removal = log.events_between(0, 3)
    assert (first.removed, first.payload) == (True, b"")
    assert (second.removed, second.payload) == (False, b"text")
    assert (removal.removed, removal.payload) == (False, b"text")


def test_event_that_arrives_removed_is_held_without_payload() -> None:
    log = MemoryLog()
    log.append(LoggedEvent(1, BASE, Kind.MESSAGE, removed=True, payload=b"text"))
    assert [e.payload for e in log.events_between(0, 1)] == [b""]


def test_removal_of_a_dropped_event_is_no_error() -> None:
    log = filled(0, 1)
    log.drop_before(2)
    log.append(event(3, 2, Kind.REMOVAL, target=1))
    assert log.head == 3


def test_last_at_or_before_counts_equal_times() -> None:
    log = filled(0, 1, 1, 3)
    told = [log.last_at_or_before(BASE + timedelta(seconds=s)) for s in (-1, 0, 1, 2, 3, 99)]
    assert told == [0, 1, 3, 3, 4, 4]


def test_what_was_dropped_is_said_not_guessed() -> None:
    log = filled(0, 1, 1, 3)
    log.drop_before(3)
    assert log.last_at_or_before(BASE + timedelta(seconds=1)) == 3
    with pytest.raises(EventsDropped):
        log.last_at_or_before(BASE)
    with pytest.raises(EventsDropped) as refusal:
        log.events_between(1, 4)
    assert (refusal.value.after, refusal.value.oldest) == (1, 3)
    assert [e.seq for e in log.events_between(2, 4)] == [3, 4]


def test_candidates_are_those_of_every_site_and_of_the_site_asked_for() -> None:
    log = MemoryLog()
    rows = [
        ("message", "A", ""),
        ("urgent", "A", ""),
        ("answer", "host", "AB"),
        ("message", None, ""),
        ("message", "B", ""),
    ]
    for seq, (kind, site, now) in enumerate(rows, start=1):
        log.append(LoggedEvent(seq, BASE, kind, site=site, now=frozenset(now)))

    def told(after: int, last: int, site: str) -> list[int]:
        return [e.seq for e in log.candidates_between(after, last, site)]

    assert [told(0, 5, site) for site in ("A", "B", "C")] == [[1, 2, 3], [2, 3, 5], [2]]
    assert [told(2, 5, "B"), told(1, 4, "B"), told(3, 4, "B")] == [[3, 5], [2, 3], []]
    log.drop_before(3)
    assert [told(2, 5, site) for site in ("A", "B", "C")] == [[3], [3, 5], []]
    with pytest.raises(EventsDropped):
        told(1, 5, "A")


def test_tail_begun_behind_an_event_of_unknown_time_answers_only_what_it_knows() -> None:
    log = MemoryLog(after=10)
    with pytest.raises(EventsDropped):
        log.last_at_or_before(BASE)
    log.append(event(11, 0))
    assert log.last_at_or_before(BASE) == 11
