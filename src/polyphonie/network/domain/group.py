"""Groups: a jury, a panel, a delegation, a team. Their members are mandates over the group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..enums import Role
from ..models import Group, Mandate, Organisation, Person, StakeholderGroup
from ..rules import MandateWanted
from .mandate import give_mandate
from .reference import CodeTaken, NameMissing


def form_group(
    *,
    kind: str,
    name: LocalisedText,
    by: Actor,
    at: datetime,
    organisation: Organisation | None = None,
    members: Iterable[Person] = (),
    chair: Person | None = None,
    is_fictitious: bool = False,
    checked_above: bool = False,
) -> Group:
    """Form a group with its first members, each by a mandate of their own, and its chair."""
    with ledger.act("network.form_group", by=by, at=at) as act:
        if not checked_above:
            scope = organisation.urn if organisation else ""
            permit("network.give_mandate", by, MandateWanted(Role.MEMBER, scope, scope))
        if not name:
            raise NameMissing()
        group = Group.objects.create(
            kind=kind, name=name, organisation=organisation, is_fictitious=is_fictitious
        )
        act.on(group.urn)
        roles = [(m, Role.MEMBER) for m in members] + ([(chair, Role.CHAIR)] if chair else [])
        for person, role in roles:
            join_group(group=group, person=person, role=role, by=by, at=at, checked_above=True)
        act.note(kind=kind, members=len(roles))
        return group


def join_group(
    *,
    group: Group,
    person: Person,
    by: Actor,
    at: datetime,
    role: str = Role.MEMBER,
    from_date: date | None = None,
    until_date: date | None = None,
    checked_above: bool = False,
) -> Mandate:
    """Somebody joins a group: the mandate over it is all there is to it."""
    if not checked_above and group.organisation:
        permit("network.give_mandate", by, MandateWanted(role, group.urn, group.organisation.urn))
        checked_above = True
    return give_mandate(
        person=person,
        role=role,
        scope=group.urn,
        from_date=from_date,
        until_date=until_date,
        is_fictitious=group.is_fictitious or person.is_fictitious,
        by=by,
        at=at,
        checked_above=checked_above,
    )


def add_stakeholder_group(
    *, slug: str, name: LocalisedText, by: Actor, at: datetime, order: int = 0
) -> StakeholderGroup:
    """Add a kind of voice that a room may expect: teachers, parents, régions …"""
    with ledger.act("network.add_stakeholder_group", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        if not name:
            raise NameMissing()
        if StakeholderGroup.objects.filter(slug=slug).exists():
            raise CodeTaken(slug, field="slug")
        group = StakeholderGroup.objects.create(slug=slug, name=name, order=order)
        act.on("network:stakeholder_groups")
        act.note(slug=slug)
        return group
