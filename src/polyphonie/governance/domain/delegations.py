"""Delegations, credentials, the roll: who may speak for a member, and who is in the room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.group import form_group, join_group
from polyphonie.network.domain.mandate import end_mandate
from polyphonie.network.domain.notice import settle_notices_about
from polyphonie.network.domain.person import register_person
from polyphonie.network.enums import Role
from polyphonie.network.models import Mandate, Organisation, Person

from ..enums import SPEAKING, Capacity, CredentialState
from ..models import Credential, Delegate, Delegation, Meeting, RollCall
from ..states import CREDENTIAL
from .correspondents import tell_correspondents
from .entitlement import day_of_meeting, entitled_members
from .meetings import RoomNotSeated, locked


class MemberInvitedAlready(Refusal):
    def __init__(self, member: str) -> None:
        super().__init__(
            _("« %(member)s » est déjà invité à cette réunion ; complétez sa délégation.")
            % {"member": member},
            field="member",
        )


class NotAMember(Refusal):
    """A body without a seat on that day: it may observe, it has no voice."""

    def __init__(self, member: str, instance: str) -> None:
        super().__init__(
            _(
                "« %(member)s » n'a pas de siège dans « %(instance)s » à cette date : "
                "invitez-le comme observateur, ou inscrivez son adhésion avec sa source."
            )
            % {"member": member, "instance": instance},
            field="member",
        )


class CapacityMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites en quelle qualité cette personne vient : chef de délégation, ministre, expert …"),
            field="capacity",
        )


class DelegateTwice(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette personne est déjà de cette délégation ; changez sa qualité au besoin."), field="person"
        )


class HeadTwice(Refusal):
    def __init__(self, member: str) -> None:
        super().__init__(
            _("La délégation de « %(member)s » a déjà un chef ; choisissez « suppléant » ou « ministre ».")
            % {"member": member},
            field="capacity",
        )


class AuthorityMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites quelle autorité a signé ces pouvoirs : sans elle, ils ne peuvent être acceptés."),
            field="authority",
        )


class CredentialChanged(ChangedMeanwhile):
    """Somebody else settled them first."""


class NotInDelegation(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Une personne cochée n'est d'aucune délégation de cette réunion ; rechargez la liste."),
            field="present",
        )


def invite_member(
    *,
    meeting: Meeting,
    member: Organisation,
    by: Actor,
    at: datetime,
    name_by: datetime | None = None,
    is_observer: bool = False,
    languages: Sequence[str] = (),
    is_fictitious: bool = False,
) -> Delegation:
    """Invite a member to send a delegation; its correspondents read by when to name it. A body without
    a seat comes as an observer or not at all."""
    with ledger.act("governance.invite_member", by=by, at=at) as act:
        permit("governance.keep_meeting", by, meeting)
        held = locked(meeting)
        if held.delegations.filter(member=member).exists():
            raise MemberInvitedAlready(str(member))
        day = held.conference.start_date
        if not is_observer and member.pk not in entitled_members(held.instance, day):
            raise NotAMember(str(member), str(held.instance))
        group = form_group(
            kind="delegation",
            name=member.name,
            organisation=member,
            is_fictitious=is_fictitious,
            checked_above=True,
            by=by,
            at=at,
        )
        delegation = Delegation.objects.create(
            meeting=held,
            member=member,
            group=group,
            is_observer=is_observer,
            languages=list(languages),
            name_by=name_by,
            is_fictitious=is_fictitious,
        )
        told = tell_correspondents(
            members=[member],
            subject_urn=delegation.urn,
            expectation=LocalisedText(
                fr=f"Nommer la délégation : {held.conference.title.read('fr')}",
                en=f"Name the delegation: {held.conference.title.read('en')}",
            ),
            link=held.permalink,
            due_at=name_by,
            by=by,
            at=at,
        )
        act.on(delegation.urn, book=held.urn)
        act.note(member=member.urn, is_observer=is_observer, told=told)
        return delegation


def name_delegate(
    *,
    delegation: Delegation,
    person: Person,
    capacity: str,
    by: Actor,
    at: datetime,
    arrival: datetime | None = None,
) -> Delegate:
    """Name somebody of a delegation, in a capacity. Their credentials are expected from now on."""
    with ledger.act("governance.name_delegate", by=by, at=at) as act:
        permit("governance.name_delegation", by, delegation)
        if capacity not in Capacity.values:
            raise CapacityMissing()
        held = (
            Delegation.objects.select_for_update(of=("self",))
            .select_related("group", "member")
            .get(pk=delegation.pk)
        )
        if held.delegates.filter(person=person).exists():
            raise DelegateTwice()
        if capacity == Capacity.HEAD and held.delegates.filter(capacity=Capacity.HEAD).exists():
            raise HeadTwice(str(held.member))
        delegate = Delegate.objects.create(
            delegation=held, person=person, capacity=Capacity(capacity), arrival=arrival
        )
        credential = Credential.objects.create(delegate=delegate)
        join_group(group=held.group, person=person, role=Role.MEMBER, checked_above=True, by=by, at=at)
        settle_notices_about(subject_urn=held.urn, by=by, at=at)
        act.on(held.urn, book=delegation.meeting.urn)
        act.note(capacity=capacity, credential=credential.urn)
        return delegate


def name_new_delegate(
    *,
    delegation: Delegation,
    given_name: str,
    family_name: str,
    capacity: str,
    by: Actor,
    at: datetime,
    language: str = "fr",
) -> Delegate:
    """Enter somebody whom the house does not know yet and name them in the delegation. They get no
    account and no right by it; a name is shown by the rule of all names."""
    with ledger.act("governance.name_new_delegate", by=by, at=at) as act:
        permit("governance.name_delegation", by, delegation)
        person = register_person(
            given_name=given_name,
            family_name=family_name,
            language=language,
            time_zone=delegation.meeting.conference.time_zone,
            is_fictitious=delegation.is_fictitious,
            checked_above=True,
            by=by,
            at=at,
        )
        delegate = name_delegate(delegation=delegation, person=person, capacity=capacity, by=by, at=at)
        act.on(delegation.urn, book=delegation.meeting.urn)
        act.note(capacity=capacity)
        return delegate


def receive_credential(
    *,
    credential: Credential,
    authority: str,
    by: Actor,
    at: datetime,
    letter: BinaryIO | None = None,
    filename: str = "",
) -> Credential:
    """Take in the letter of credentials, and who signed it. Nobody but the secretariat and the member's
    correspondents opens it."""
    with ledger.act("governance.receive_credential", by=by, at=at) as act:
        delegation = credential.delegate.delegation
        permit("governance.name_delegation", by, delegation)
        if not authority.strip():
            raise AuthorityMissing()
        row = Credential.objects.select_for_update().get(pk=credential.pk)
        CREDENTIAL.check(row.state, CredentialState.RECEIVED, row)
        if letter is not None:
            row.letter = store_file(content=letter, filename=filename, owner_urn=row.urn, at=at)
        row.authority = authority.strip()[:300]
        row.state = CredentialState.RECEIVED
        row.version += 1
        row.save()
        act.on(row.urn, book=delegation.meeting.urn)
        act.note(with_letter=row.letter_id is not None)
        return row


def settle_credential(
    *, credential: Credential, to: str, version: int, by: Actor, at: datetime, note: str = ""
) -> Credential:
    """Check, accept, query or refuse credentials. Accepted, the person enters the room, and who leads
    the delegation may speak for the member; refused after that, both end."""
    with ledger.act("governance.settle_credential", by=by, at=at) as act:
        delegate = credential.delegate
        meeting = delegate.delegation.meeting
        permit("governance.keep_meeting", by, meeting)
        held = locked(meeting)
        row = Credential.objects.select_for_update().get(pk=credential.pk)
        if row.version != version:
            raise CredentialChanged(
                _("Ces pouvoirs ont été réglés entre-temps ; relisez-les avant de trancher."),
                theirs=str(CredentialState(row.state).label),
                mine=str(CredentialState(to).label),
            )
        CREDENTIAL.check(row.state, to, row)
        if to == CredentialState.ACCEPTED:
            if held.group is None:
                raise RoomNotSeated()
            if not row.authority:
                raise AuthorityMissing()
            _let_in(delegate, held, by=by, at=at)
        if to == CredentialState.REFUSED and row.state == CredentialState.ACCEPTED:
            _show_out(delegate, held, by=by, at=at)
        act.on(row.urn, book=meeting.urn)
        act.note(before=row.state, after=to)
        row.state = CredentialState(to)
        row.note = note.strip()[:500]
        row.settled_at = at
        row.version += 1
        row.save()
        return row


def _rights_of(delegate: Delegate, meeting: Meeting) -> list[tuple[str, str]]:
    """What accepted credentials give: a place in the room; to who leads, the delegation's voice."""
    assert meeting.group is not None  # asked by the caller
    given = [(str(Role.MEMBER), meeting.group.urn)]
    if delegate.capacity in SPEAKING:
        given.append((str(Role.CHAIR), delegate.delegation.group.urn))
    return given


def _let_in(delegate: Delegate, meeting: Meeting, *, by: Actor, at: datetime) -> None:
    assert meeting.group is not None
    if delegate.person is None:
        return
    groups = {meeting.group.urn: meeting.group, delegate.delegation.group.urn: delegate.delegation.group}
    for role, scope in _rights_of(delegate, meeting):
        if not Mandate.objects.filter(
            person=delegate.person, role=role, scope=scope, until_date=None
        ).exists():
            join_group(
                group=groups[scope],
                person=delegate.person,
                role=role,
                checked_above=True,
                by=by,
                at=at,
            )


def _show_out(delegate: Delegate, meeting: Meeting, *, by: Actor, at: datetime) -> None:
    if meeting.group is None or delegate.person is None:
        return
    for role, scope in _rights_of(delegate, meeting):
        for mandate in Mandate.objects.filter(
            person=delegate.person, role=role, scope=scope, until_date=None
        ).order_by("pk"):
            end_mandate(mandate=mandate, on=at.date(), checked_above=True, by=by, at=at)


def call_the_roll(
    *, meeting: Meeting, present: Iterable[int], by: Actor, at: datetime, day: date | None = None
) -> int:
    """Say who is in the room on a day: the whole list, which replaces the one before. Returns how many
    delegations are there by somebody."""
    with ledger.act("governance.call_the_roll", by=by, at=at) as act:
        permit("governance.conduct_meeting", by, meeting)
        held = locked(meeting)
        day = day or day_of_meeting(held, at)
        delegates = {d.pk: d for d in Delegate.objects.filter(delegation__meeting=held).order_by("pk")}
        wanted = set(present)
        if wanted - delegates.keys():
            raise NotInDelegation()
        RollCall.objects.filter(delegate__in=list(delegates), day=day).delete()
        RollCall.objects.bulk_create(RollCall(delegate=delegates[pk], day=day) for pk in sorted(wanted))
        there = {delegates[pk].delegation_id for pk in wanted}
        act.on(held.urn)
        act.note(day=day.isoformat(), persons=len(wanted), delegations=len(there))
        return len(there)
