"""Meetings for tests, made by the room's own verbs: a body, its instance, members, a closed meeting.

``CALLED`` is when the meeting is called, ``SITTING`` an instant of its second day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from polyphonie.conferences.domain.conferences import announce_conference
from polyphonie.governance.domain.decision_texts import draft_decision, table_decision
from polyphonie.governance.domain.decisions import adopt_decision, open_debate
from polyphonie.governance.domain.delegations import (
    call_the_roll,
    invite_member,
    name_delegate,
    receive_credential,
    settle_credential,
)
from polyphonie.governance.domain.meetings import Calling, call_meeting, hold_session, seat_room
from polyphonie.governance.domain.members import record_member, set_rules
from polyphonie.governance.domain.quorum import Share
from polyphonie.governance.models import Decision, Delegate, Delegation, Meeting
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.enums import OrganisationKind, Role
from polyphonie.network.models import Organisation, Person
from polyphonie.recommendations.domain.panels import Seat

from .network import OrganisationFactory, PersonFactory, actor_with, coordinator_of, text
from .recommendations import wordings

TESTS = Actor.system("tests")
CALLED = datetime(2019, 10, 1, 9, 0, tzinfo=UTC)
SITTING = datetime(2019, 11, 14, 9, 0, tzinfo=UTC)
HALF = Share(1, 2, strict=True)


def instance(seats: int = 3, quorum: Share = HALF, **rules: Any) -> Organisation:
    """An instance of a body, with its rules."""
    body = OrganisationFactory.create(kind=OrganisationKind.INTERGOVERNMENTAL)
    made = OrganisationFactory.create(kind=OrganisationKind.INSTANCE, parent=body)
    set_rules(
        instance=made,
        seats=seats,
        quorum=quorum,
        symbol_prefix="TEST/BUR",
        languages=["fr", "en"],
        source_label="Règlement de test",
        by=TESTS,
        at=CALLED,
        **rules,
    )
    return made


def member_of(body: Organisation, **fields: Any) -> Organisation:
    """A government that is a member, without a country code."""
    fields.setdefault("kind", OrganisationKind.MEMBER_GOVERNMENT)
    made = OrganisationFactory.create(territory=None, **fields)
    record_member(
        body=body,
        member=made,
        attested=text("membre", "member"),
        year=1960,
        source_label="Liste publiée",
        by=TESTS,
        at=CALLED,
    )
    return made


def meeting_of(made: Organisation | None = None, *, seated: bool = True, **calling: Any) -> Meeting:
    """An announced meeting, closed unless said otherwise, whose room is seated by a secretary."""
    made = made or instance()
    number = Meeting.objects.count()
    values: dict[str, Any] = {
        "slug": f"reunion-{number}",
        "acronym": f"R{number}",
        "title": text(f"Réunion {number}", f"Meeting {number}"),
        "series": str(2019 + number),
        "start_date": date(2019, 11, 13),
        "end_date": date(2019, 11, 15),
        "is_closed": True,
        "source": {"source_label": "Communiqué de test"},
    }
    meeting = call_meeting(instance=made, calling=Calling(**{**values, **calling}), by=TESTS, at=CALLED)
    if seated:
        seat_room(meeting=meeting, officers=[Seat(PersonFactory.create())], by=TESTS, at=CALLED)
        meeting.refresh_from_db()
    start = meeting.conference.start_date
    opening = datetime(start.year, start.month, start.day, 9, 0, tzinfo=UTC)
    hold_session(
        meeting=meeting,
        title=text("Ouverture", "Opening"),
        start_at=opening,
        end_at=opening + timedelta(hours=1),
        by=TESTS,
        at=CALLED,
    )
    announce_conference(conference=meeting.conference, by=TESTS, at=CALLED)
    return Meeting.objects.select_related("conference", "instance__parent", "process", "group").get(
        pk=meeting.pk
    )


def secretary_of(meeting: Meeting, *, seated: bool = True) -> Actor:
    """Somebody of the secretariat; ``seated`` in the room of a closed meeting."""
    person = PersonFactory.create()
    if seated:
        assert meeting.group is not None
        actor_with(Role.MEMBER, meeting.group.urn, person=person)
    return actor_with(
        Role.HOST_COORDINATOR, meeting.instance.urn, organisation=meeting.instance, person=person
    )


def correspondent_of(member: Organisation) -> Actor:
    return coordinator_of(member, Role.NATIONAL_CORRESPONDENT)


@dataclass
class Room:
    """A meeting with delegations that may speak."""

    meeting: Meeting
    delegations: list[Delegation] = field(default_factory=list)
    delegates: list[Delegate] = field(default_factory=list)

    @property
    def members(self) -> list[Organisation]:
        return [d.member for d in self.delegations]

    def call(self, number: int, at: datetime = SITTING) -> None:
        """The first so many delegations answer the roll."""
        call_the_roll(meeting=self.meeting, present=[d.pk for d in self.delegates[:number]], by=TESTS, at=at)

    def head(self, number: int, at: datetime = SITTING) -> Actor:
        """Who leads a delegation, with the rights of today."""
        from polyphonie.network.domain.queries.standing import person_actor

        person = self.delegates[number].person
        assert person is not None
        return person_actor(person, at)


def delegation_of(
    meeting: Meeting, member: Organisation, *, capacity: str = "head", person: Person | None = None
) -> tuple[Delegation, Delegate]:
    """An invited member with one delegate whose credentials are accepted."""
    delegation = invite_member(meeting=meeting, member=member, by=TESTS, at=CALLED)
    delegate = name_delegate(
        delegation=delegation, person=person or PersonFactory.create(), capacity=capacity, by=TESTS, at=CALLED
    )
    receive_credential(credential=delegate.credential, authority="Ministère de test", by=TESTS, at=CALLED)
    for to, version in (("checked", 2), ("accepted", 3)):
        settle_credential(credential=delegate.credential, to=to, version=version, by=TESTS, at=CALLED)
    return delegation, delegate


def room(members: int = 3, present: int | None = None, **calling: Any) -> Room:
    """A closed meeting of an instance with as many seats as members, all of them accepted."""
    made = instance(seats=members)
    found = Room(meeting_of(made, **calling))
    for _ in range(members):
        delegation, delegate = delegation_of(found.meeting, member_of(made))
        found.delegations.append(delegation)
        found.delegates.append(delegate)
    found.call(members if present is None else present)
    return found


def drafted(made: Room, **fields: Any) -> Decision:
    """A draft with its rapporteur."""
    return draft_decision(
        meeting=made.meeting,
        texts=fields.pop("texts", None)
        or wordings("Garder les élèves à l'école", "Keep pupils at school", "Un texte."),
        rapporteur=fields.pop("rapporteur", made.members[0]),
        by=fields.pop("by", TESTS),
        at=fields.pop("at", SITTING),
        **fields,
    )


def debated(made: Room, *, closes_in: int = 30, **fields: Any) -> Decision:
    """A text before the room, open to objections for some minutes, or to the roll."""
    decision = drafted(made, **fields)
    table_decision(decision=decision, version=1, by=TESTS, at=SITTING)
    by_vote = decision.mode == "vote"
    return open_debate(
        decision=decision,
        version=2,
        window_closes_at=None if by_vote else SITTING + timedelta(minutes=closes_in),
        by=TESTS,
        at=SITTING,
    )


ADOPTED = SITTING + timedelta(hours=1)


def adopted(made: Room | None = None, **fields: Any) -> Decision:
    """An adopted decision."""
    decision = debated(made or room(), **fields)
    return adopt_decision(decision=decision, version=decision.version, by=TESTS, at=ADOPTED)


def localised(fr: str) -> LocalisedText:
    return LocalisedText(fr=fr)
