"""Persons: how they come, what they set for themselves, how they are forgotten."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit

from ..models import Account, ActorIdentity, Mandate, Notice, Person
from .reference import check_languages


class PersonNameMissing(Refusal):
    def __init__(self, field: str) -> None:
        super().__init__(_("Donnez un prénom et un nom ; ils ne paraissent qu'avec accord."), field=field)


def register_person(
    *,
    given_name: str,
    family_name: str,
    by: Actor,
    at: datetime,
    language: str = "fr",
    time_zone: str = "Europe/Paris",
    contact_consent: bool = False,
    is_fictitious: bool = False,
    checked_above: bool = False,
) -> Person:
    """Enter somebody, with the pseudonymous id under which the ledger will know them. No right follows.

    A verb of a room above that has checked its own right says so by ``checked_above``.
    """
    with ledger.act("network.register_person", by=by, at=at) as act:
        if not checked_above:
            permit("network.invite_person", by)
        _check(given_name, family_name, language, time_zone)
        person = Person.objects.create(
            given_name=given_name.strip(),
            family_name=family_name.strip(),
            language=language,
            time_zone=time_zone,
            contact_consent=contact_consent,
            is_fictitious=is_fictitious,
        )
        ActorIdentity.objects.create(person=person)
        act.on(person.urn)
        act.note(contact_consent=contact_consent)
        return person


def set_preferences(
    *,
    person: Person,
    given_name: str,
    family_name: str,
    language: str,
    time_zone: str,
    by: Actor,
    at: datetime,
) -> Person:
    """Set one's name as it should be read, one's language and one's zone."""
    with ledger.act("network.set_preferences", by=by, at=at) as act:
        permit("network.change_person", by, person)
        _check(given_name, family_name, language, time_zone)
        row = Person.objects.select_for_update().get(pk=person.pk)
        row.given_name, row.family_name = given_name.strip(), family_name.strip()
        row.language, row.time_zone = language, time_zone
        row.save(update_fields=["given_name", "family_name", "language", "time_zone"])
        act.on(row.urn)
        act.note(language=language, time_zone=time_zone)
        return row


def set_consent(*, person: Person, contact_consent: bool, by: Actor, at: datetime) -> Person:
    """Give or take back the consent to be named and contacted. It holds from the next page on."""
    with ledger.act("network.set_consent", by=by, at=at) as act:
        permit("network.change_person", by, person)
        Person.objects.filter(pk=person.pk).update(contact_consent=contact_consent)
        act.on(person.urn)
        act.note(contact_consent=contact_consent)
        person.contact_consent = contact_consent
        return person


def renew_calendar(*, person: Person, by: Actor, at: datetime) -> Person:
    """Make a new calendar address; the one before it no longer answers."""
    with ledger.act("network.renew_calendar", by=by, at=at) as act:
        permit("network.change_person", by, person)
        row = Person.objects.select_for_update().get(pk=person.pk)
        row.calendar_epoch += 1
        row.save(update_fields=["calendar_epoch"])
        act.on(row.urn)
        act.note(epoch=row.calendar_epoch)
        return row


def forget_person(*, person: Person, by: Actor, at: datetime) -> None:
    """Erase who somebody was: name, account, notices, and the bridge to their pseudonymous id.

    What they did stays in the ledger under an id that leads nowhere; their mandates end on the day.
    """
    with ledger.act("network.forget_person", by=by, at=at) as act:
        permit("network.change_person", by, person)
        day = at.date()
        row = Person.objects.select_for_update().get(pk=person.pk)
        Account.objects.filter(person=row).delete()
        Notice.objects.filter(person=row).delete()
        Mandate.objects.filter(person=row, from_date__gte=day).delete()
        Mandate.objects.filter(person=row, until_date=None).update(until_date=day)
        Mandate.objects.filter(person=row, until_date__gt=day).update(until_date=day)
        ActorIdentity.objects.filter(person=row).delete()
        row.given_name = row.family_name = ""
        row.contact_consent = False
        row.save(update_fields=["given_name", "family_name", "contact_consent"])
        act.on(row.urn)


def _check(given_name: str, family_name: str, language: str, time_zone: str) -> None:
    if not given_name.strip():
        raise PersonNameMissing("given_name")
    if not family_name.strip():
        raise PersonNameMissing("family_name")
    check_languages([language])
    clock.zone(time_zone)
