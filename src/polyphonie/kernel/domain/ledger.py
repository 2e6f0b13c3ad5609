"""The ledger: one event per verb, hash-chained per book, written at the end of the outermost verb."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from .. import clock
from ..actor import Actor
from ..identity import new_uid
from ..models import LedgerBook, LedgerEvent


@dataclass(eq=False)
class Act:
    """What a verb leaves behind. The verb names its object by :meth:`on` and adds data by :meth:`note`."""

    what: str
    by: Actor
    at: datetime
    event_id: UUID
    caused_by: UUID | None
    opened: int = 0
    book: str = ""
    urn: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def on(self, urn: str, *, book: str = "") -> None:
        """The object of the act; ``book`` is the urn of its root object, by default the object itself."""
        self.urn = urn
        self.book = book or urn

    def note(self, **data: Any) -> None:
        """Facts of the act: ids, states, hashes, numbers. Never a name, an address or a free text."""
        self.data.update(data)


@dataclass(eq=False)
class _Pending:
    stack: list[Act] = field(default_factory=list)
    finished: list[Act] = field(default_factory=list)
    opened: int = 0


_pending: ContextVar[_Pending | None] = ContextVar("polyphonie_ledger", default=None)


@contextmanager
def act(what: str, *, by: Actor, at: datetime) -> Iterator[Act]:
    """Open the transaction of a verb and leave exactly one ledger event when it succeeds.

    A verb called by a verb leaves its own event with ``caused_by``, after that of its cause. All events
    of one outermost verb are written at its end, book by book in the order of their names, so that writers of the same
    books meet in the same order and writers of different books never wait for each other.
    """
    if at.tzinfo is None:
        raise ValueError("The instant of an act needs its zone.")
    with transaction.atomic():
        pending = _pending.get()
        outermost = pending is None
        if pending is None:
            pending = _Pending()
            token = _pending.set(pending)
        caused_by = pending.stack[-1].event_id if pending.stack else None
        pending.opened += 1
        this = Act(what, by, at, new_uid(), caused_by, pending.opened)
        pending.stack.append(this)
        mark = len(pending.finished)
        try:
            yield this
            if not this.urn:
                raise LookupError(f"The verb {what} ended without naming its object.")
            pending.finished.append(this)
            if outermost:
                _write(pending.finished)
        except BaseException:
            del pending.finished[mark:]
            raise
        finally:
            pending.stack.pop()
            if outermost:
                _pending.reset(token)


def _write(acts: list[Act]) -> None:
    recorded_at = clock.wall()
    for name in sorted({a.book for a in acts}):
        LedgerBook.objects.get_or_create(name=name)
        head = LedgerBook.objects.select_for_update().get(name=name)
        for a in sorted((a for a in acts if a.book == name), key=lambda a: a.opened):
            event = LedgerEvent(
                event_id=a.event_id,
                book=name,
                seq=head.head_seq + 1,
                what=a.what,
                urn=a.urn,
                actor_kind=a.by.kind.value,
                actor_id=a.by.id,
                at=a.at,
                recorded_at=recorded_at,
                data=_plain(a.data),
                caused_by=a.caused_by,
                previous_hash=head.head_hash,
            )
            event.hash = event_hash(event)
            event.save(force_insert=True)
            head.head_seq, head.head_hash = event.seq, event.hash
        head.save(update_fields=["head_seq", "head_hash"])


def _plain(data: dict[str, Any]) -> Any:
    """The data as both databases give it back to the letter: a number with a point is kept as text,
    because a JSON column may store 1e16 or -0.0 as another number than the one that was hashed."""
    return json.loads(json.dumps(data, default=str, allow_nan=False), parse_float=str)


def event_hash(event: LedgerEvent) -> str:
    """SHA-256 over the canonical JSON of all fields of the event and the hash of the one before it."""
    content = {
        "event_id": str(event.event_id),
        "book": event.book,
        "seq": event.seq,
        "what": event.what,
        "urn": event.urn,
        "actor_kind": event.actor_kind,
        "actor_id": str(event.actor_id),
        "at": event.at.astimezone(UTC).isoformat(),
        "recorded_at": event.recorded_at.astimezone(UTC).isoformat(),
        "data": event.data,
        "caused_by": str(event.caused_by) if event.caused_by else None,
        "previous_hash": event.previous_hash,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold."""

    book: str
    seq: int
    reason: str


def verify_chains() -> tuple[int, list[Break]]:
    """Recompute every chain. Returns the number of events read and the breaks found, none in health.

    A chain that seems broken is read once more with its head locked: verbs may be writing meanwhile.
    """
    count, breaks = 0, []
    names = set(LedgerBook.objects.order_by("name").values_list("name", flat=True))
    names.update(LedgerEvent.objects.order_by("book").values_list("book", flat=True).distinct())
    for name in sorted(names):
        read, found = _verify_book(name)
        if found:
            with transaction.atomic():
                list(LedgerBook.objects.select_for_update().filter(name=name).order_by("pk"))
                read, found = _verify_book(name)
        count += read
        breaks += found
    return count, breaks


def _verify_book(name: str) -> tuple[int, list[Break]]:
    breaks: list[Break] = []
    head = LedgerBook.objects.filter(name=name).order_by("pk").first()
    seq, last, count = 0, "", 0
    for event in LedgerEvent.objects.filter(book=name).order_by("seq").iterator():
        count += 1
        if event.seq != seq + 1:
            breaks.append(Break(name, event.seq, f"event {seq + 1} is missing"))
        if event.previous_hash != last:
            breaks.append(Break(name, event.seq, "the event before it is not the one it names"))
        if event.hash != event_hash(event):
            breaks.append(Break(name, event.seq, "the content does not match the hash"))
        seq, last = event.seq, event.hash
    if head is None or (head.head_seq, head.head_hash) != (seq, last):
        breaks.append(Break(name, seq, "the head of the book does not name the last event"))
    return count, breaks
