"""The two-number cursor: each event once, what was removed never again, snapshot plus frames is the snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from polyphonie.conferences.relay.cursor import (
    PANEL_READER,
    PUBLIC_READER,
    STAFF_READER,
    START,
    Cursor,
    CursorAhead,
    EventsDropped,
    Frame,
    Kind,
    MalformedCursor,
    Scope,
    SiteKey,
    Tombstone,
    is_fast,
    released,
    visible,
)
from polyphonie.conferences.relay.memory_log import LoggedEvent, MemoryLog
from polyphonie.conferences.relay.site_clock import NotPaused, PausesOverlap, SitePlan

pytestmark = pytest.mark.unit

BASE = datetime(2017, 11, 9, 8, 30, tzinfo=UTC)


def second(count: float) -> datetime:
    return BASE + timedelta(seconds=count)


def log_of(*events: LoggedEvent) -> MemoryLog:
    log = MemoryLog()
    for event in events:
        log.append(event)
    return log


def message(seq: int, at: float, site: str, *, scope: str = "public") -> LoggedEvent:
    return LoggedEvent(seq, second(at), Kind.MESSAGE, scope, site, payload=b"text %d" % seq)


def numbers(frame: Frame[LoggedEvent]) -> list[int]:
    return [event.seq for event in frame.events]


# --- the text form


@pytest.mark.parametrize("text", ["0.0", "4812.4903", f"0.{2**63 - 1}", f"{2**63 - 1}.{2**63 - 1}"])
def test_cursor_reads_back_what_it_writes(text: str) -> None:
    assert str(Cursor.parse(text)) == text


HOSTILE = [
    *(
        "",
        ".",
        "1",
        "1.",
        ".1",
        "1.2.3",
        "-1.2",
        "+1.2",
        "1,2",
        "1.2 ",
        " 1.2",
        "1.2\n",
        "01.2",
        "1.02",
        "1e3.5",
    ),
    *("1_0.20", "٣.٤", "１.２", "0x1.0x2", "1.2;drop", "\x00", "1.\x002", "nan.inf", "None.None"),
    *("5.4", f"0.{2**63}", "9" * 19 + "." + "9" * 19, "9" * 100_000 + ".1", "1." * 50_000),
]


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:20]) for text in HOSTILE])
def test_cursor_refuses_hostile_text_and_keeps_little_of_it(text: str) -> None:
    with pytest.raises(MalformedCursor) as refusal:
        Cursor.parse(text)
    assert len(str(refusal.value)) < 300


@given(st.text(alphabet="0123.-+e ٣\n", max_size=24))
def test_cursor_parses_or_refuses_any_text(text: str) -> None:
    with suppress(MalformedCursor):
        assert str(Cursor.parse(text)) == text


def test_cursor_that_examined_more_than_there_is_is_refused_with_both_numbers() -> None:
    with pytest.raises(CursorAhead) as refusal:
        released(log_of(message(1, 0, "A")), Cursor(0, 2), second(9), "B", PUBLIC_READER)
    assert (refusal.value.cursor, refusal.value.head) == (Cursor(0, 2), 1)


# --- the paths


def test_history_on_which_one_number_loses_a_message() -> None:
    """A posts, B polls before its clock has passed the post, reconnects, and must still receive it."""
    log = log_of(message(1, 10, "A"))
    early = released(log, START, second(5), "B", PUBLIC_READER)
    assert (early.events, early.cursor) == ((), Cursor(0, 1))
    later = released(log, Cursor.parse(str(early.cursor)), second(10), "B", PUBLIC_READER)
    assert (numbers(later), later.cursor) == ([1], Cursor(1, 1))
    assert released(log, later.cursor, second(99), "B", PUBLIC_READER).events == ()


def test_own_contribution_comes_at_once_and_only_once() -> None:
    log = log_of(message(1, 10, "B"))
    early = released(log, START, second(0), "B", PUBLIC_READER)
    assert numbers(early) == [1]
    assert released(log, early.cursor, second(10), "B", PUBLIC_READER).events == ()


def test_answer_comes_at_once_where_it_is_meant_and_by_time_elsewhere() -> None:
    answer = LoggedEvent(1, second(10), Kind.ANSWER, site="host", now=frozenset({"B", "C"}))
    log = log_of(answer)
    assert [s for s in "ABC" if released(log, START, second(9), s, PUBLIC_READER).events] == ["B", "C"]
    assert numbers(released(log, START, second(10), "A", PUBLIC_READER)) == [1]


@pytest.mark.parametrize("kind", ["removal", "ban", "kick", "withdrawal", "urgent", "programme"])
def test_kinds_that_every_site_receives_at_once(kind: str) -> None:
    assert is_fast(LoggedEvent(1, second(0), kind), "B")


@pytest.mark.parametrize("kind", ["caption", "slide", "poll"])
def test_kinds_of_the_picture_go_by_time_even_at_their_own_site(kind: str) -> None:
    assert not is_fast(LoggedEvent(1, second(0), kind, site="B"), "B")


def test_scope_that_is_skipped_moves_the_cursor() -> None:
    log = log_of(message(1, 0, "A", scope="staff"), message(2, 0, "A"))
    public = released(log, START, second(0), "B", PUBLIC_READER)
    assert (numbers(public), public.cursor) == ([2], Cursor(2, 2))
    assert numbers(released(log, START, second(0), "B", STAFF_READER)) == [1, 2]
    assert numbers(released(log, START, second(0), "B", PANEL_READER)) == [2]


def test_own_event_outside_the_scope_is_not_given() -> None:
    log = log_of(message(1, 0, "B", scope="panel"))
    assert released(log, START, second(0), "B", STAFF_READER).events == ()


def test_message_removed_before_its_time_comes_as_tombstone() -> None:
    log = log_of(message(1, 10, "A"), LoggedEvent(2, second(11), Kind.REMOVAL, target=1))
    first = released(log, START, second(0), "B", PUBLIC_READER)
    assert numbers(first) == [2]
    then = released(log, first.cursor, second(11), "B", PUBLIC_READER)
    assert then.events == (Tombstone(1, second(10), Kind.MESSAGE, "public", "A"),)


def test_events_come_in_the_order_of_the_log() -> None:
    log = log_of(
        message(1, 0, "A"),
        message(2, 1, "B"),
        LoggedEvent(3, second(2), Kind.URGENT),
        message(4, 3, "A"),
        message(5, 9, "A"),
        message(6, 9, "B"),
    )
    held = Cursor(0, 2)  # polled when its clock had passed nothing: it holds 2, its own
    assert numbers(released(log, held, second(3), "B", PUBLIC_READER)) == [1, 3, 4, 6]


def test_cursor_does_not_go_back_with_the_clock() -> None:
    log = log_of(message(1, 0, "A"), message(2, 10, "A"))
    ahead = released(log, START, second(10), "B", PUBLIC_READER).cursor
    stepped_back = released(log, ahead, second(0), "B", PUBLIC_READER)
    assert (stepped_back.events, stepped_back.cursor) == ((), ahead)


def test_visible_can_begin_behind_an_event() -> None:
    log = log_of(*(message(n, n, "A") for n in range(1, 6)), message(6, 9, "B"))
    assert numbers(visible(log, second(3), "B", PUBLIC_READER)) == [1, 2, 3, 6]
    assert numbers(visible(log, second(3), "B", PUBLIC_READER, after=2)) == [3, 6]
    assert numbers(visible(log, second(3), "B", PUBLIC_READER, after=5)) == [6]


@dataclass
class CountingStore:
    """A log that counts the events it hands out."""

    log: MemoryLog
    handed: int = 0

    @property
    def head(self) -> int:
        return self.log.head

    def last_at_or_before(self, programme_time: datetime) -> int:
        return self.log.last_at_or_before(programme_time)

    def events_between(self, after: int, last: int) -> Iterable[LoggedEvent]:
        for event in self.log.events_between(after, last):
            self.handed += 1
            yield event

    def candidates_between(self, after: int, last: int, site: SiteKey) -> Iterable[LoggedEvent]:
        for event in self.log.candidates_between(after, last, site):
            self.handed += 1
            yield event


def test_frame_reads_only_the_events_between_cursor_and_clock() -> None:
    store = CountingStore(log_of(*(message(n, n, "B" if n % 100 == 0 else "A") for n in range(1, 1001))))
    frame = released(store, Cursor(500, 800), second(503), "B", PUBLIC_READER)
    assert numbers(frame) == [501, 502, 503, 900, 1000]
    assert store.handed == 5


# --- the definition, written out naively, and the machine that compares everything with it

SITES: tuple[SiteKey, ...] = ("A", "B", "C")
READERS = (PUBLIC_READER, STAFF_READER, PANEL_READER)
State = dict[int, bytes | None]


@dataclass
class Database:
    """The log as a table, searched row by row."""

    rows: list[LoggedEvent] = field(default_factory=list)

    @property
    def head(self) -> int:
        return len(self.rows)

    def last_at_or_before(self, programme_time: datetime) -> int:
        return max((e.seq for e in self.rows if e.programme_time <= programme_time), default=0)

    def events_between(self, after: int, last: int) -> Iterable[LoggedEvent]:
        # the bodies are left in place on purpose: the frame must not give them
        return [e for e in self.rows if after < e.seq <= last]

    def candidates_between(self, after: int, last: int, site: SiteKey) -> Iterable[LoggedEvent]:
        return self.events_between(after, last)


def definition(rows: Iterable[LoggedEvent], site_now: datetime, site: SiteKey, scope: Iterable[str]) -> State:
    """Log prefix at ``site_now`` + own + ``now`` + removals and urgent − removed bodies, by scope."""
    state: State = {}
    for event in rows:
        own = event.site == site and event.kind not in ("caption", "slide", "poll")
        at_once = event.kind in ("removal", "ban", "kick", "withdrawal", "urgent", "programme")
        if event.scope in scope and (event.programme_time <= site_now or own or at_once or site in event.now):
            state[event.seq] = None if event.removed else event.payload
    return state


@dataclass
class Reader:
    """Someone at a site, with every cursor once held and the state that went with it."""

    site: SiteKey
    scope: frozenset[str]
    held: list[tuple[Cursor, State]]


class Relay(RuleBasedStateMachine):
    """Three sites, any history: posts, removals, questions, answers, clocks, reconnections, restarts."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BASE
        self.database = Database()
        self.tail = MemoryLog()
        self.plans = {
            site: SitePlan.open(at=BASE, delay=timedelta(seconds=delay))
            for site, delay in zip(SITES, (0, 5, 20), strict=True)
        }
        self.readers: list[Reader] = []

    @initialize()
    def one_reader_per_site(self) -> None:
        for site in SITES:
            self.open_page(site, PUBLIC_READER)

    # writing

    def append(self, kind: str, scope: str, site: SiteKey | None, **more: object) -> None:
        seq = self.database.head + 1
        event = LoggedEvent(seq, self.now, kind, scope, site, payload=b"body %d" % seq, **more)  # type: ignore[arg-type]
        self.database.rows.append(event)
        self.tail.append(event)

    @rule(site=st.sampled_from(SITES), scope=st.sampled_from(["public", "public", "staff", "panel"]))
    def post(self, site: SiteKey, scope: str) -> None:
        self.append(Kind.MESSAGE, scope, site)

    @rule(site=st.sampled_from(SITES))
    def ask(self, site: SiteKey) -> None:
        self.append(Kind.QUESTION, Scope.STAFF, site)

    def targets(self, kinds: tuple[str, ...]) -> list[LoggedEvent]:
        return [e for e in self.database.rows if e.kind in kinds and not e.removed]

    @precondition(lambda self: self.targets(("question",)))
    @rule(data=st.data())
    def approve(self, data: st.DataObject) -> None:
        question = data.draw(st.sampled_from(self.targets(("question",))))
        self.append(Kind.APPROVAL, Scope.PUBLIC, question.site, target=question.seq)

    @precondition(lambda self: self.targets(("question",)))
    @rule(data=st.data(), merged=st.frozensets(st.sampled_from(SITES)))
    def answer(self, data: st.DataObject, merged: frozenset[SiteKey]) -> None:
        question = data.draw(st.sampled_from(self.targets(("question",))))
        self.append(Kind.ANSWER, Scope.PUBLIC, "host", target=question.seq, now=merged)

    @precondition(lambda self: self.targets(("message", "question", "approval", "answer")))
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(self.targets(("message", "question", "approval", "answer"))))
        self.database.rows[target.seq - 1] = replace(target, removed=True)
        self.append(Kind.REMOVAL, target.scope, "host", target=target.seq)

    @rule(
        kind=st.sampled_from([Kind.URGENT, Kind.PROGRAMME, Kind.CAPTION, Kind.POLL]),
        site=st.sampled_from(SITES),
    )
    def host_event(self, kind: str, site: SiteKey) -> None:
        self.append(kind, Scope.PUBLIC, site)

    # time

    @rule(seconds=st.integers(1, 12))
    def advance(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(site=st.sampled_from(SITES), delay=st.integers(0, 40))
    def hold_or_jump(self, site: SiteKey, delay: int) -> None:
        self.plans[site] = self.plans[site].change_delay(at=self.now, delay=timedelta(seconds=delay))

    @rule(site=st.sampled_from(SITES), lunch=st.integers(1, 10) | st.none())
    def pause_or_resume(self, site: SiteKey, lunch: int | None) -> None:
        until = None if lunch is None else self.now + timedelta(seconds=lunch)
        try:
            self.plans[site] = self.plans[site].pause(at=self.now, until=until)
        except PausesOverlap:
            with suppress(NotPaused):
                self.plans[site] = self.plans[site].resume(at=self.now)

    # processes

    @rule(kept=st.integers(0, 6))
    def shorten_tail(self, kept: int) -> None:
        self.tail.drop_before(self.tail.head + 1 - kept)

    @rule(kept=st.integers(0, 6))
    def restart(self, kept: int) -> None:
        after = max(0, self.database.head - kept)
        dropped_until = self.database.rows[after - 1].programme_time if after else None
        self.tail = MemoryLog(after=after, dropped_until=dropped_until)
        for event in self.database.rows[after:]:
            self.tail.append(event)

    # reading

    def site_now(self, site: SiteKey) -> datetime:
        return self.plans[site].clock.site_now(self.now)

    def expected(self, site: SiteKey, scope: frozenset[str]) -> State:
        return definition(self.database.rows, self.site_now(site), site, scope)

    def check_bodies(self, frame: Frame[LoggedEvent]) -> None:
        for event in frame.events:
            if self.database.rows[event.seq - 1].removed:
                assert isinstance(event, Tombstone)
            else:
                assert isinstance(event, LoggedEvent)
                assert event.payload == b"body %d" % event.seq

    @rule(site=st.sampled_from(SITES), scope=st.sampled_from(READERS))
    def open_page(self, site: SiteKey, scope: frozenset[str]) -> None:
        snapshot = visible(self.database, self.site_now(site), site, scope)
        self.check_bodies(snapshot)
        state = {e.seq: None if isinstance(e, Tombstone) else e.payload for e in snapshot.events}
        assert state == self.expected(site, scope)
        try:
            assert visible(self.tail, self.site_now(site), site, scope).cursor == snapshot.cursor
        except EventsDropped:
            assert self.tail.oldest > 1
        self.readers.append(Reader(site, scope, [(snapshot.cursor, state)]))

    def follow(self, reader: Reader, cursor: Cursor, state: State) -> None:
        cursor = Cursor.parse(str(cursor))
        arguments = (cursor, self.site_now(reader.site), reader.site, reader.scope)
        frame = released(self.database, *arguments)
        try:
            tail_frame = released(self.tail, *arguments)
        except EventsDropped:
            assert self.tail.oldest > 1
        else:
            self.check_bodies(tail_frame)
            assert (numbers(tail_frame), tail_frame.cursor) == (numbers(frame), frame.cursor)
        self.check_bodies(frame)
        assert numbers(frame) == sorted(numbers(frame))
        assert frame.cursor.released >= cursor.released
        assert frame.cursor.examined == self.database.head
        state = dict(state)
        for event in frame.events:
            assert event.seq not in state  # exactly once
            state[event.seq] = None if isinstance(event, Tombstone) else event.payload
            if isinstance(event, LoggedEvent) and event.kind == Kind.REMOVAL and event.target in state:
                assert event.target is not None
                state[event.target] = None
        assert state == self.expected(reader.site, reader.scope)
        reader.held.append((frame.cursor, state))

    @rule(data=st.data())
    def reconnect(self, data: st.DataObject) -> None:
        reader = data.draw(st.sampled_from(self.readers))
        self.follow(reader, *data.draw(st.sampled_from(reader.held)))

    @rule(data=st.data())
    def poll(self, data: st.DataObject) -> None:
        reader = data.draw(st.sampled_from(self.readers))
        self.follow(reader, *reader.held[-1])

    def teardown(self) -> None:
        for reader in self.readers:
            for cursor, state in tuple(reader.held):
                self.follow(reader, cursor, state)

    @invariant()
    def snapshot_is_the_definition(self) -> None:
        frame = visible(self.database, self.site_now("B"), "B", PUBLIC_READER)
        assert set(numbers(frame)) == set(self.expected("B", PUBLIC_READER))


TestRelay = Relay.TestCase
TestRelay.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
