"""What waits for somebody: the feed of home pages and calendars."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import F, QuerySet

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown

from ...models import Notice, Person

_SIGNER = Signer(salt="network.calendar", sep=".")


def notices_for(viewer: Actor, at: datetime) -> QuerySet[Notice]:
    """What waits for the viewer, by due date, what has no date last. Nothing waits for the public."""
    if not viewer.is_person:
        return Notice.objects.none()
    return waiting(Notice.objects.filter(person__actor_identity__actor_id=viewer.id), at)


def something_waits_about(subject_urn: str) -> bool:
    """Whether anything is still expected of anybody about an object."""
    return Notice.objects.filter(subject_urn=subject_urn, done_at=None).exists()


def waiting(notices: QuerySet[Notice], at: datetime) -> QuerySet[Notice]:
    return notices.filter(done_at=None, created_at__lte=at).order_by(
        F("due_at").asc(nulls_last=True), "-created_at", "pk"
    )


def is_late(notice: Notice, at: datetime) -> bool:
    return notice.done_at is None and notice.due_at is not None and notice.due_at < at


def calendar_token(person: Person) -> str:
    """The secret part of the person's calendar address; renewing the calendar makes it void."""
    return _SIGNER.sign(f"{person.uid}.{person.calendar_epoch}")


def person_of_calendar(token: str) -> Person:
    """Whose calendar a token opens. Raises :class:`Unknown`."""
    try:
        uid, _, epoch = _SIGNER.unsign(token).partition(".")
        person = Person.objects.filter(uid=UUID(uid), calendar_epoch=int(epoch)).first()
    except (BadSignature, ValueError):
        raise Unknown() from None
    if person is None:
        raise Unknown()
    return person
