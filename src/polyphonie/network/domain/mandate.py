"""Mandates: who may do what, over what, from when to when."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit

from ..enums import Role, label_of
from ..models import Mandate, Organisation, Person
from ..rules import MandateWanted
from .reference import check_period


class MandateHeldAlready(Refusal):
    """The person holds this role over this scope already."""

    def __init__(self, role: str) -> None:
        super().__init__(
            _("Cette personne a déjà le rôle « %(role)s » ici, sur cette période ; rien n'est à ajouter.")
            % {"role": role},
            field="role",
        )


def give_mandate(
    *,
    person: Person,
    role: str,
    scope: str,
    by: Actor,
    at: datetime,
    organisation: Organisation | None = None,
    from_date: date | None = None,
    until_date: date | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
    checked_above: bool = False,
) -> Mandate:
    """Give somebody a role over a scope (a urn), for a body where there is one.

    A verb of a room above that has checked its own right says so by ``checked_above``.
    """
    with ledger.act("network.give_mandate", by=by, at=at) as act:
        if not checked_above:
            wanted = MandateWanted(role, scope, organisation.urn if organisation else "")
            permit("network.give_mandate", by, wanted)
        check_period(from_date, until_date, field="until_date")
        same = Mandate.objects.filter(person=person, role=role, scope=scope, organisation=organisation)
        for other in same:
            ends_before = other.until_date and from_date and other.until_date <= from_date
            starts_after = other.from_date and until_date and until_date <= other.from_date
            if not (ends_before or starts_after):
                raise MandateHeldAlready(label_of(Role, role))
        mandate = Mandate.objects.create(
            person=person,
            role=role,
            scope=scope,
            organisation=organisation,
            from_date=from_date,
            until_date=until_date,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(mandate.urn, book=person.urn)
        act.note(role=role, scope=scope, organisation=organisation.urn if organisation else None)
        return mandate


def end_mandate(
    *, mandate: Mandate, on: date, by: Actor, at: datetime, checked_above: bool = False
) -> Mandate:
    """Say from which day the role is held no more (that day excluded). The mandate stays readable."""
    with ledger.act("network.end_mandate", by=by, at=at) as act:
        row = (
            Mandate.objects.select_for_update(of=("self",))
            .select_related("organisation", "person")
            .get(pk=mandate.pk)
        )
        if not checked_above:
            wanted = MandateWanted(row.role, row.scope, row.organisation.urn if row.organisation else "")
            permit("network.give_mandate", by, wanted)
        check_period(row.from_date, on, field="on")
        row.until_date = on
        row.save(update_fields=["until_date"])
        act.on(row.urn, book=row.person.urn)
        act.note(role=row.role, scope=row.scope, on=on)
        return row
