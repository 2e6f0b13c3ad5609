"""One event per verb, chained per book: nesting, undoing, writing at once, and tampering."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.identity import new_uid
from polyphonie.kernel.models import LedgerBook, LedgerEvent, OutboxMessage

pytestmark = pytest.mark.database

AT = datetime(2017, 11, 9, 9, 30, tzinfo=UTC)
BY = Actor.system("test")


def verb(
    urn: str, *, book: str = "", inner: Callable[[], Any] | None = None, what: str = "t.verb", **data: Any
) -> None:
    with ledger.act(what, by=BY, at=AT) as act:
        OutboxMessage.objects.create(to="x@example.org", subject=urn, body="", cause_urn=urn, queued_at=AT)
        if inner:
            inner()
        act.on(urn, book=book)
        act.note(**data)


def written() -> list[tuple[str, int, str]]:
    return list(LedgerEvent.objects.order_by("book", "seq").values_list("book", "seq", "urn"))


@pytest.mark.django_db
def test_act_leaves_one_event_with_both_times() -> None:
    verb("a:b:1", state="signed", hours=Decimal("17.5"))
    event = LedgerEvent.objects.get()
    assert (event.book, event.seq, event.previous_hash, event.at) == ("a:b:1", 1, "", AT)
    assert event.recorded_at > AT
    assert (event.actor_kind, event.actor_id, event.caused_by) == ("system", BY.id, None)
    assert event.data == {"state": "signed", "hours": "17.5"}
    assert ledger.verify_chains() == (1, [])


@pytest.mark.django_db
def test_act_needs_an_object_and_a_zone() -> None:
    with pytest.raises(LookupError, match="without naming its object"), ledger.act("t.verb", by=BY, at=AT):
        pass
    with pytest.raises(ValueError, match="zone"), ledger.act("t.verb", by=BY, at=AT.replace(tzinfo=None)):
        pass
    assert written() == []


@pytest.mark.django_db
def test_a_refusal_writes_nothing_at_all() -> None:
    def refuse() -> None:
        raise Refusal("non")

    with pytest.raises(Refusal):
        verb("a:b:1", inner=refuse)
    assert written() == []
    assert not OutboxMessage.objects.exists()
    verb("a:b:1")
    assert [seq for _, seq, _ in written()] == [1]


@pytest.mark.django_db
def test_a_verb_called_by_a_verb_has_its_own_event_after_its_cause() -> None:
    verb("outer", book="book", what="t.outer", inner=lambda: verb("inner", book="book", what="t.inner"))
    outer, inner = LedgerEvent.objects.order_by("seq")
    assert (outer.what, inner.what) == ("t.outer", "t.inner")
    assert inner.caused_by == outer.event_id
    assert inner.previous_hash == outer.hash
    assert ledger.verify_chains() == (2, [])


@pytest.mark.django_db
def test_a_refusal_caught_by_the_outer_verb_undoes_the_inner_one_alone() -> None:
    def refused_inside() -> None:
        def refuse() -> None:
            verb("deep")
            raise Refusal("non")

        with pytest.raises(Refusal):
            verb("inner", inner=refuse)
        verb("second")

    verb("outer", inner=refused_inside)
    assert sorted(urn for _, _, urn in written()) == ["outer", "second"]
    assert sorted(OutboxMessage.objects.order_by("pk").values_list("subject", flat=True)) == [
        "outer",
        "second",
    ]


@pytest.mark.django_db
def test_the_outermost_refusal_undoes_the_inner_events_too() -> None:
    def outer() -> None:
        with ledger.act("t.outer", by=BY, at=AT) as act:
            verb("inner")
            act.on("outer")
            raise Refusal("non")

    with pytest.raises(Refusal):
        outer()
    assert written() == []
    assert not LedgerBook.objects.exists()


@pytest.mark.django_db
def test_books_are_chains_of_their_own() -> None:
    for book in ("a", "b", "a"):
        verb(f"urn-{book}", book=book)
    assert written() == [("a", 1, "urn-a"), ("a", 2, "urn-a"), ("b", 1, "urn-b")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value", [1e16, -0.0, 1e-9, 0.1, 2**60, True, None, "é\u2028", [1.5, {"x": 1e22}], AT]
)
def test_whatever_is_noted_is_hashed_as_both_databases_give_it_back(value: Any) -> None:
    verb("a:b:1", value=value)
    assert ledger.verify_chains() == (1, [])


@pytest.mark.django_db
def test_a_number_that_is_none_cannot_be_noted() -> None:
    with pytest.raises(ValueError, match=r"Out of range|JSON"):
        verb("a:b:1", value=float("nan"))
    assert written() == []


# tampering


def change(**fields: Any) -> Callable[[], Any]:
    return lambda: LedgerEvent.objects.filter(book="a", seq=2).update(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (change(data={"state": "other"}), "the content does not match the hash"),
        (change(at=AT.replace(year=2018)), "the content does not match the hash"),
        (change(actor_id=new_uid()), "the content does not match the hash"),
        (change(what="t.other"), "the content does not match the hash"),
        (change(previous_hash="0" * 64), "the event before it is not the one it names"),
        (lambda: LedgerEvent.objects.filter(book="a", seq=2).delete(), "event 2 is missing"),
        (
            lambda: LedgerEvent.objects.filter(book="a", seq=3).delete(),
            "the head of the book does not name the last event",
        ),
        (
            lambda: LedgerEvent.objects.filter(book="a").delete(),
            "the head of the book does not name the last event",
        ),
        (
            lambda: LedgerBook.objects.filter(name="a").delete(),
            "the head of the book does not name the last event",
        ),
    ],
)
def test_verify_chains_finds_what_was_touched(tamper: Callable[[], Any], reason: str) -> None:
    for n in range(3):
        verb(f"urn-{n}", book="a", state="signed")
        verb(f"urn-{n}", book="b")
    tamper()
    _, breaks = ledger.verify_chains()
    assert reason in {b.reason for b in breaks}
    assert {b.book for b in breaks} == {"a"}


@pytest.mark.django_db
def test_verify_chains_finds_an_event_rewritten_with_its_own_hash() -> None:
    for n in range(3):
        verb(f"urn-{n}", book="a")
    event = LedgerEvent.objects.get(seq=2)
    event.data = {"state": "forged"}
    event.hash = ledger.event_hash(event)
    event.save()
    _, breaks = ledger.verify_chains()
    assert [(b.seq, b.reason) for b in breaks] == [(3, "the event before it is not the one it names")]


# several writers at once


@pytest.fixture
def many_connections(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that several threads open as they would in production. The one that tests keep in
    memory has locks of another kind: it is copied to a file for as long as the test runs."""
    if connection.vendor != "sqlite":
        yield
        return
    kept = connections["default"]
    kept.ensure_connection()
    path = tmp_path / "several.sqlite3"
    with sqlite3.connect(path) as copy:
        kept.connection.backup(copy)
    copy.close()
    name = kept.settings_dict["NAME"]
    kept.settings_dict["NAME"] = str(path)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = kept
        kept.settings_dict["NAME"] = name


def at_once(*works: Callable[[], Any]) -> list[BaseException]:
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(w,)) for w in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


@pytest.mark.usefixtures("many_connections")
def test_writers_of_one_book_meet_in_one_chain() -> None:
    def work() -> None:
        for _ in range(5):
            verb("urn", book="a")

    assert at_once(*[work] * 4) == []
    assert [seq for _, seq, _ in written()] == list(range(1, 21))
    assert ledger.verify_chains() == (20, [])


@pytest.mark.usefixtures("many_connections")
def test_writers_of_two_books_in_opposite_order_do_not_wait_for_each_other_for_ever() -> None:
    def work(first: str, second: str) -> Callable[[], None]:
        def run() -> None:
            for _ in range(4):
                verb("outer", book=first, inner=lambda: verb("inner", book=second))

        return run

    assert at_once(work("a", "b"), work("b", "a"), work("a", "b")) == []
    assert ledger.verify_chains() == (24, [])


@pytest.mark.usefixtures("many_connections")
def test_verify_chains_is_not_misled_by_a_verb_that_writes_meanwhile() -> None:
    verb("urn", book="a")
    found: list[Any] = []

    def write() -> None:
        for _ in range(10):
            verb("urn", book="a")

    def verify() -> None:
        for _ in range(10):
            found.extend(ledger.verify_chains()[1])

    assert at_once(write, verify) == []
    assert found == []


@pytest.mark.usefixtures("many_connections")
def test_a_writer_of_another_book_does_not_wait() -> None:
    if connection.vendor == "sqlite":
        pytest.skip(
            "SQLite has one writer at a time; PostgreSQL shows it: POLYPHONIE_DATABASE_URL=postgres://…"
        )
    verb("urn", book="a")
    done = threading.Event()

    def other() -> None:
        verb("urn", book="b")
        done.set()

    with transaction.atomic():
        LedgerBook.objects.select_for_update().get(name="a")
        thread = threading.Thread(target=lambda: (other(), connections.close_all()))
        thread.start()
        assert done.wait(10)
        thread.join()
