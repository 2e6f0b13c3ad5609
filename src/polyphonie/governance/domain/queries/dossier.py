"""The correspondent's one page: what to read in my language by when, whom to name, what to report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.queries.standing import person_of
from polyphonie.network.enums import Role
from polyphonie.network.models import Mandate, Membership, Organisation

from ...enums import SPEAKING, CredentialState
from ...models import Delegation, Meeting, uids
from ..entitlement import in_force
from .decisions import Standing, standing_of
from .meetings import DocumentRow, VersionRow, document_rows


@dataclass(frozen=True)
class ToRead:
    """A document, in the reader's language where it has been issued in it."""

    row: DocumentRow
    mine: VersionRow | None
    others: tuple[VersionRow, ...]


@dataclass(frozen=True)
class ToName:
    """A delegation that the member is asked for, and how far it is."""

    delegation: Delegation
    named: int
    accepted: int
    is_led: bool
    is_late: bool


@dataclass(frozen=True)
class Predecessor:
    """Who held the correspondence before, from when to when; the name where the reader may see it."""

    mandate: Mandate
    from_date: date | None
    until_date: date | None


@dataclass(frozen=True)
class MemberFile:
    """Everything that one member is asked for."""

    member: Organisation
    bodies: tuple[Organisation, ...]
    to_name: tuple[ToName, ...]
    to_read: tuple[ToRead, ...]
    to_follow: tuple[Standing, ...]
    before_me: tuple[Predecessor, ...]

    @property
    def waiting(self) -> int:
        return sum(not n.is_led for n in self.to_name) + sum(f.report is None for f in self.to_follow)


def dossier_of(viewer: Actor, at: datetime, language: str) -> tuple[MemberFile, ...]:
    """One file per member whose correspondence the viewer holds."""
    permit("governance.open_dossier", viewer)
    return member_files(viewer, at, language)


def member_files(viewer: Actor, at: datetime, language: str) -> tuple[MemberFile, ...]:
    """The files, without asking the right: nobody has one who holds no correspondence."""
    members = list(
        Organisation.objects.filter(
            uid__in=uids(viewer.scopes(Role.NATIONAL_CORRESPONDENT), "organisation")
        ).order_by("slug")
    )
    if not members:
        return ()
    person = person_of(viewer)
    reads = person.language if person else language
    meetings = list(
        Meeting.objects.inviting(viewer)
        .select_related("conference", "instance")
        .order_by("-conference__start_date", "pk")
    )
    documents = document_rows(meetings, viewer, at)
    standing = standing_of(members, viewer, at, language)
    return tuple(_file(member, meetings, documents, standing, viewer, at, reads) for member in members)


def _file(
    member: Organisation,
    meetings: list[Meeting],
    documents: tuple[DocumentRow, ...],
    standing: dict[int, list[Standing]],
    viewer: Actor,
    at: datetime,
    reads: str,
) -> MemberFile:
    delegations = list(
        Delegation.objects.filter(member=member, meeting__in=[m.pk for m in meetings])
        .select_related("meeting__conference", "meeting__instance")
        .prefetch_related("delegates__credential")
        .order_by("-meeting__conference__start_date", "pk")
    )
    invited = {d.meeting_id for d in delegations}
    mine = [m for m in meetings if m.pk in invited]
    today = at.date()
    # a document is to be read until its meeting is over, unless a revision has taken its place
    coming = {m.pk for m in mine if m.conference.end_date >= today}
    return MemberFile(
        member=member,
        bodies=tuple(
            Organisation.objects.filter(
                pk__in=Membership.objects.filter(in_force(today), organisation=member)
                .order_by()
                .values("body")
            ).order_by("slug")
        ),
        to_name=tuple(_to_name(d, at) for d in delegations if d.meeting.conference.end_date >= today),
        to_read=tuple(
            _to_read(row, reads)
            for row in documents
            if row.document.meeting_id in coming and row.replaced_by is None
        ),
        to_follow=tuple(standing[member.pk]),
        before_me=_before_me(member, viewer, at),
    )


def _to_name(delegation: Delegation, at: datetime) -> ToName:
    delegates = list(delegation.delegates.all())
    return ToName(
        delegation,
        named=len(delegates),
        accepted=sum(d.credential.state == CredentialState.ACCEPTED for d in delegates),
        is_led=any(d.capacity in SPEAKING for d in delegates),
        is_late=not delegates and delegation.name_by is not None and delegation.name_by < at,
    )


def _to_read(row: DocumentRow, reads: str) -> ToRead:
    mine = next((v for v in row.versions if v.version.language == reads), None)
    others = tuple(v for v in row.versions if v is not mine and v.is_issued and v.is_readable)
    return ToRead(row, mine, others)


def _before_me(member: Organisation, viewer: Actor, at: datetime) -> tuple[Predecessor, ...]:
    """The correspondences that ended, the last first. Tasks are the member's, so nothing is handed
    over by hand: who comes next finds the same page."""
    rows = (
        Mandate.objects.filter(role=Role.NATIONAL_CORRESPONDENT, scope=member.urn, until_date__lte=at.date())
        .select_related("person")
        .order_by("-until_date", "pk")[:5]
    )
    return tuple(Predecessor(m, m.from_date, m.until_date) for m in rows)
