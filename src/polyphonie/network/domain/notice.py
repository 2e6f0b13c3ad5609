"""Notices: what is expected of somebody, about what, by when; and that it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.outbox import queue_mail
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..models import Account, Notice, Person
from .queries.standing import holders_of


class ExpectationMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites ce qui est attendu : une phrase suffit."), field="expectation")


class DueInThePast(Refusal):
    def __init__(self, due_at: datetime) -> None:
        super().__init__(
            _("L'échéance du %(due)s est déjà passée ; choisissez une date à venir.")
            % {"due": due_at.date().isoformat()},
            field="due_at",
        )


def send_notice(
    *,
    person: Person,
    subject_urn: str,
    expectation: LocalisedText,
    by: Actor,
    at: datetime,
    link: str = "",
    due_at: datetime | None = None,
    by_mail: bool = False,
) -> Notice:
    """Tell somebody what is expected of them. ``link`` is a path of ours, without the language
    (``/id/site/…`` serves). By mail goes only that something waits, never what."""
    with ledger.act("network.send_notice", by=by, at=at) as act:
        permit("network.notify", by)
        if not expectation:
            raise ExpectationMissing()
        if due_at is not None and due_at < at:
            raise DueInThePast(due_at)
        notice = Notice.objects.create(
            person=person,
            subject_urn=subject_urn,
            expectation=expectation,
            link=link,
            created_at=at,
            due_at=due_at,
        )
        if by_mail:
            _queue(person, notice, at)
        act.on(notice.urn, book=person.urn)
        act.note(subject=subject_urn, due_at=due_at)
        return notice


def notify_holders(
    *,
    role: str,
    scopes: Iterable[str],
    subject_urn: str,
    expectation: LocalisedText,
    by: Actor,
    at: datetime,
    link: str = "",
    due_at: datetime | None = None,
    besides: Actor | None = None,
) -> list[Notice]:
    """Tell everybody who holds a role over one of the scopes at the instant; one act for each of them.
    ``besides`` is who did it themselves and need not be told."""
    people = holders_of(role, scopes, at)
    if besides is not None and besides.is_person:
        people = people.exclude(actor_identity__actor_id=besides.id)
    return [
        send_notice(
            person=person,
            subject_urn=subject_urn,
            expectation=expectation,
            link=link,
            due_at=due_at,
            by=by,
            at=at,
        )
        for person in people
    ]


def settle_notice(*, notice: Notice, by: Actor, at: datetime) -> Notice:
    """Mark what was expected as done; done twice is done once."""
    with ledger.act("network.settle_notice", by=by, at=at) as act:
        permit("network.change_person", by, notice.person)
        row = Notice.objects.select_for_update(of=("self",)).select_related("person").get(pk=notice.pk)
        if row.done_at is None:
            row.done_at = at
            row.save(update_fields=["done_at"])
        act.on(row.urn, book=row.person.urn)
        return row


def settle_notices_about(
    *, subject_urn: str, by: Actor, at: datetime, person: Person | None = None, link: str | None = None
) -> int:
    """The thing itself is done: everybody's notices about it (or one person's, or those with one link)
    are settled. Called by the verb that did it."""
    with ledger.act("network.settle_notices_about", by=by, at=at) as act:
        permit("network.notify", by)
        rows = Notice.objects.filter(subject_urn=subject_urn, done_at=None)
        if person is not None:
            rows = rows.filter(person=person)
        if link is not None:
            rows = rows.filter(link=link)
        settled = rows.update(done_at=at)
        act.on(subject_urn)
        act.note(settled=settled)
        return settled


def _queue(person: Person, notice: Notice, at: datetime) -> None:
    account = Account.objects.filter(person=person, is_active=True).first()
    if account is None:
        return
    with translation.override(person.language if person.language in dict(settings.LANGUAGES) else "fr"):
        queue_mail(
            to=account.email,
            subject=gettext("Quelque chose vous attend sur Polyphonie"),
            body=gettext("Un avis vous attend sur votre page d'accueil : %(origin)s\n")
            % {"origin": settings.ORIGIN},
            cause_urn=notice.urn,
            at=at,
        )
