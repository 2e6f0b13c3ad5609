"""The page of a meeting: agenda, documents, delegations, quorum, decisions; each cut by its own rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q

from polyphonie.conferences.models import Conference
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.domain.queries.people import name_for
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.models import Organisation, Person
from polyphonie.recommendations.models import Revision, RevisionText

from ...enums import (
    AFTER_THE_SITTING,
    SPEAKING,
    Capacity,
    CredentialState,
    FactKind,
    MeetingState,
    VersionState,
)
from ...models import (
    AgendaItem,
    AgendaWording,
    Credential,
    Decision,
    Delegate,
    Delegation,
    LanguageVersion,
    Meeting,
    OfficialDocument,
    StatedFact,
)
from ...states import CREDENTIAL, MEETING
from ..entitlement import Quorum, day_of_meeting, entitled_members, members_present, quorum_on


@dataclass(frozen=True)
class VersionRow:
    """A language of a document, as the reader may see it: where it is, or since when it is missing."""

    version: LanguageVersion
    is_late: bool
    is_readable: bool

    @property
    def is_issued(self) -> bool:
        return self.version.state == VersionState.ISSUED


@dataclass(frozen=True)
class DocumentRow:
    """A document with its languages, and what came after it under the same number."""

    document: OfficialDocument
    versions: tuple[VersionRow, ...]
    followers: tuple[OfficialDocument, ...]

    @property
    def is_complete(self) -> bool:
        """Every language that was asked for has been issued."""
        return all(v.is_issued for v in self.versions)

    @property
    def is_late(self) -> bool:
        return any(v.is_late for v in self.versions)

    @property
    def replaced_by(self) -> OfficialDocument | None:
        revisions = [f for f in self.followers if f.suffix == "Rev"]
        return revisions[-1] if revisions else None


@dataclass(frozen=True)
class ItemRow:
    """A point of the agenda, its wordings, its documents and decisions."""

    item: AgendaItem
    wordings: tuple[AgendaWording, ...]
    documents: tuple[DocumentRow, ...]
    decisions: tuple[DecisionLine, ...]

    @property
    def title(self) -> AgendaWording:
        return self.wordings[0]


@dataclass(frozen=True)
class DelegateRow:
    """Somebody of a delegation: the capacity always, the name where the reader may see it."""

    delegate: Delegate
    credential: Credential
    capacity: str
    name: str
    is_there: bool
    next_states: tuple[tuple[str, str], ...]

    @property
    def credential_label(self) -> str:
        return str(CredentialState(self.credential.state).label)

    @property
    def speaks(self) -> bool:
        return self.delegate.capacity in SPEAKING


@dataclass(frozen=True)
class DelegationRow:
    """A member's delegation and whether it counts."""

    delegation: Delegation
    delegates: tuple[DelegateRow, ...]
    has_seat: bool
    is_present: bool
    may_name: bool


@dataclass(frozen=True)
class DecisionLine:
    """A decision in a list, with its text for the reader."""

    decision: Decision
    text: RevisionText


@dataclass(frozen=True)
class MeetingPage:
    """Everything that the page of a meeting shows to one reader."""

    meeting: Meeting
    conference: Conference
    conference_is_readable: bool
    items: tuple[ItemRow, ...]
    documents: tuple[DocumentRow, ...]
    delegations: tuple[DelegationRow, ...] | None
    quorum: Quorum | None
    decisions: tuple[DecisionLine, ...]
    before: Meeting | None
    after: tuple[Meeting, ...]
    told_before: tuple[StatedFact, ...]
    next_states: tuple[tuple[str, str], ...]
    keeps: bool
    conducts: bool
    drafts: bool

    @property
    def record_is_open(self) -> bool:
        """Minutes and final act are the room's until the acts are published, then everybody's, cut by
        what each reader may read."""
        return self.drafts or self.keeps or self.meeting.state in AFTER_THE_SITTING


def meeting_named(slug: str, viewer: Actor, at: datetime) -> Meeting:
    """The meeting at this address. Unknown and unreadable are the same."""
    meeting = (
        Meeting.objects.readable_by(viewer, at)
        .filter(conference__slug=slug)
        .select_related(
            "conference__host", "instance__parent", "process", "group", "presiding", "continues__conference"
        )
        .first()
    )
    if meeting is None:
        raise Unknown()
    return meeting


def meeting_page(slug: str, viewer: Actor, at: datetime, language: str) -> MeetingPage:
    """The page of one meeting."""
    meeting = meeting_named(slug, viewer, at)
    keeps = may("governance.keep_meeting", viewer, meeting)
    documents = document_rows([meeting], viewer, at)
    decisions = decision_lines([meeting], viewer, at, language)
    items = tuple(
        ItemRow(
            item,
            tuple(item.wordings.all()),
            tuple(d for d in documents if d.document.item_id == item.pk),
            tuple(d for d in decisions if d.decision.item_id == item.pk),
        )
        for item in AgendaItem.objects.readable_by(viewer, at)
        .filter(meeting=meeting)
        .prefetch_related(Prefetch("wordings", AgendaWording.objects.order_by("order", "pk")))
        .order_by("order", "number")
    )
    told = Meeting.objects.open_about_delegations(viewer, at).filter(pk=meeting.pk).exists()
    continues = meeting.continues
    readable = Meeting.objects.readable_by(viewer, at).select_related("conference", "instance")
    return MeetingPage(
        meeting=meeting,
        conference=meeting.conference,
        conference_is_readable=Conference.objects.readable_by(viewer, at)
        .filter(pk=meeting.conference_id)
        .exists(),
        items=items,
        documents=documents,
        delegations=delegation_rows(meeting, viewer, at) if told else None,
        quorum=quorum_on(meeting, day_of_meeting(meeting, at)) if told else None,
        decisions=decisions,
        before=readable.filter(pk=continues.pk).first() if continues else None,
        after=tuple(readable.filter(continues=meeting).order_by("conference__start_date", "pk")),
        told_before=tuple(
            StatedFact.objects.filter(body=meeting.instance, kind=FactKind.MEETING)
            .filter(Q(year=None) | Q(year__lte=meeting.conference.start_date.year))
            .order_by("-year", "order", "pk")
        ),
        next_states=tuple(
            (t.following, str(MeetingState(t.following).label)) for t in MEETING.following(meeting.state)
        )
        if keeps
        else (),
        keeps=keeps,
        conducts=may("governance.conduct_meeting", viewer, meeting),
        drafts=may("governance.draft_decision", viewer, meeting),
    )


def document_rows(meetings: Iterable[Meeting], viewer: Actor, at: datetime) -> tuple[DocumentRow, ...]:
    """The documents of some meetings that the reader may know of, in a constant number of queries."""
    documents = list(
        OfficialDocument.objects.readable_by(viewer, at)
        .filter(meeting__in=[m.pk for m in meetings])
        .select_related("meeting__conference", "author", "about", "item")
        .prefetch_related(
            Prefetch("versions", LanguageVersion.objects.select_related("file").order_by("language", "pk"))
        )
        .order_by("meeting", "number", "suffix", "suffix_number")
    )
    readable = set(
        LanguageVersion.objects.readable_by(viewer, at)
        .filter(document__in=[d.pk for d in documents])
        .order_by()
        .values_list("pk", flat=True)
    )
    followers: dict[int, list[OfficialDocument]] = {}
    for document in documents:
        if document.about_id is not None and document.withdrawn_at is None:
            followers.setdefault(document.about_id, []).append(document)
    return tuple(
        DocumentRow(
            document,
            tuple(
                VersionRow(
                    version,
                    document.withdrawn_at is None and version.is_late(document.due_at, at),
                    version.pk in readable,
                )
                for version in document.versions.all()
            ),
            tuple(followers.get(document.pk, ())),
        )
        for document in documents
    )


def delegation_rows(meeting: Meeting, viewer: Actor, at: datetime) -> tuple[DelegationRow, ...]:
    """The delegations in the order of their names, as a seating plan would have them."""
    day = day_of_meeting(meeting, at)
    seats = entitled_members(meeting.instance, day)
    there = members_present(meeting, day)
    keeps = may("governance.keep_meeting", viewer, meeting)
    delegations = list(
        meeting.delegations.select_related("member", "group")
        .prefetch_related(
            Prefetch(
                "delegates",
                Delegate.objects.select_related("person", "credential")
                .prefetch_related("roll_calls")
                .order_by("pk"),
            )
        )
        .order_by("member__slug", "pk")
    )
    rows = []
    for delegation in delegations:
        delegation.meeting = meeting
        delegates = []
        for delegate in delegation.delegates.all():
            delegates.append(
                DelegateRow(
                    delegate,
                    delegate.credential,
                    str(Capacity(delegate.capacity).label),
                    name_for(delegate.person, viewer=viewer) if delegate.person else "",
                    any(r.day == day for r in delegate.roll_calls.all()),
                    tuple(
                        (t.following, str(CredentialState(t.following).label))
                        for t in CREDENTIAL.following(delegate.credential.state)
                        if t.by_verb == "settle_credential"
                    )
                    if keeps
                    else (),
                )
            )
        rows.append(
            DelegationRow(
                delegation,
                tuple(delegates),
                delegation.member_id in seats and not delegation.is_observer,
                delegation.member_id in there,
                may("governance.name_delegation", viewer, delegation),
            )
        )
    return tuple(rows)


def decision_lines(
    meetings: Iterable[Meeting], viewer: Actor, at: datetime, language: str
) -> tuple[DecisionLine, ...]:
    """The decisions that the reader may read, in the order of their symbols."""
    rows = (
        Decision.objects.readable_by(viewer, at)
        .filter(meeting__in=[m.pk for m in meetings])
        .select_related("revision__recommendation", "rapporteur", "meeting__conference", "meeting__instance")
        .prefetch_related("revision__texts")
        .order_by("meeting", "pk")
    )
    return tuple(DecisionLine(d, text) for d in rows if (text := d.revision.text_for(language)) is not None)


def invitable(meeting: Meeting) -> list[Organisation]:
    """Who is not invited yet: members with a seat first, by name; others may come as observers."""
    seats = entitled_members(meeting.instance, meeting.conference.start_date)
    invited = meeting.delegations.order_by().values("member")
    rows = Organisation.objects.exclude(pk__in=invited).filter(pk__in=sorted(seats)).order_by("slug")
    return list(rows)


def credential_found(uid: UUID, viewer: Actor, at: datetime) -> Credential:
    """Credentials, for those who settle them or send them. For others there are none."""
    found = (
        Credential.objects.filter(uid=uid)
        .select_related(
            "delegate__person",
            "delegate__delegation__member",
            "delegate__delegation__group",
            "delegate__delegation__meeting__conference",
            "delegate__delegation__meeting__instance",
            "delegate__delegation__meeting__group",
        )
        .first()
    )
    if found is None or not may("governance.name_delegation", viewer, found.delegate.delegation):
        raise Unknown()
    return found


def delegation_found(uid: UUID, viewer: Actor, at: datetime) -> Delegation:
    """A delegation of a meeting whose delegations the reader may know of."""
    found = (
        Delegation.objects.filter(
            uid=uid,
            meeting__in=Meeting.objects.open_about_delegations(viewer, at).order_by().values("pk"),
        )
        .select_related("member", "group", "meeting__conference", "meeting__instance", "meeting__group")
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def document_found(uid: UUID, viewer: Actor, at: datetime) -> OfficialDocument:
    found = (
        OfficialDocument.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related("meeting__conference", "meeting__instance", "meeting__group")
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def item_found(uid: UUID, viewer: Actor, at: datetime) -> AgendaItem:
    found = (
        AgendaItem.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related("meeting__conference", "meeting__instance", "meeting__group")
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def people_of_room(meeting: Meeting, at: datetime) -> list[Person]:
    """Who may be seated: those with a mandate for the instance, its body or one of the members."""
    bodies = [meeting.instance_id, meeting.instance.parent_id, *entitled_members(meeting.instance, at.date())]
    holding = mandates_in_force(at).filter(organisation__in=[b for b in bodies if b is not None])
    return list(
        Person.objects.filter(pk__in=holding.order_by().values("person")).order_by(
            "family_name", "given_name", "pk"
        )
    )


def instance_named(slug: str, viewer: Actor, at: datetime) -> Organisation:
    found = Organisation.objects.readable_by(viewer, at).filter(slug=slug).first()
    if found is None:
        raise Unknown()
    return found


def meetings_before(instance: Organisation, viewer: Actor, at: datetime) -> list[Meeting]:
    """What a new meeting of the instance may continue: those of the whole body."""
    same = Q(instance=instance) | Q(instance__parent=instance.parent_id)
    return list(
        Meeting.objects.readable_by(viewer, at)
        .filter(same)
        .select_related("conference")
        .order_by("-conference__start_date", "pk")
    )


def sources_open_to(meeting: Meeting, viewer: Actor, at: datetime) -> list[Revision]:
    """The published texts on the themes of the meeting that a decision may take up."""
    themes = meeting.conference.themes.order_by("pk")
    return list(
        Revision.objects.readable_by(viewer, at)
        .current(at)
        .filter(recommendation__themes__in=themes)
        .exclude(recommendation__process=meeting.process)
        .distinct()
        .order_by("recommendation__process", "recommendation__order", "pk")
    )
