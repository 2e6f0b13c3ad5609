"""A meeting of an instance: called, its room seated, its agenda written, taken from stage to stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from polyphonie.conferences.domain.conferences import open_conference
from polyphonie.conferences.domain.programme import schedule_session
from polyphonie.conferences.models import Room, Session
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.group import join_group
from polyphonie.network.enums import OrganisationKind, Role
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.domain.panels import Seat, seat_panel
from polyphonie.recommendations.domain.processes import open_process
from polyphonie.recommendations.enums import ProcessKind, SeatRole

from ..enums import Distribution, MeetingState, Purpose, Stage
from ..models import AgendaItem, AgendaWording, Meeting
from ..states import MEETING


class NotAnInstance(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("« %(name)s » n'est pas une instance ; une réunion est celle d'une conférence ou d'un bureau.")
            % {"name": name},
            field="instance",
        )


class SeriesTaken(Refusal):
    def __init__(self, series: str) -> None:
        super().__init__(
            _(
                "La réunion « %(series)s » de cette instance existe déjà ; ouvrez-la, ou donnez un autre numéro."
            )
            % {"series": series},
            field="series",
        )


class SeriesMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Donnez à la réunion son numéro ou son année, tels que les cotes les portent : 58, 2019."),
            field="series",
        )


class StageDatesReversed(Refusal):
    def __init__(self, first: date, last: date) -> None:
        super().__init__(
            _("Cette étape finit le %(last)s et commence le %(first)s ; inversez les deux dates.")
            % {"first": first.isoformat(), "last": last.isoformat()},
            field="experts_from",
        )


class MinistersBeforeExperts(Refusal):
    def __init__(self, ministers: date, experts: date) -> None:
        super().__init__(
            _(
                "Les ministres se réunissent après les experts : vous avez saisi le %(ministers)s pour les uns, "
                "le %(experts)s pour les autres."
            )
            % {"ministers": ministers.isoformat(), "experts": experts.isoformat()},
            field="ministers_from",
        )


class RoomSeatedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La salle de cette réunion est déjà installée ; ajoutez-y des délégations."))


class RoomNotSeated(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Installez d'abord la salle de cette réunion : présidence, rapport et secrétariat.")
        )


class ItemTitleMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Donnez l'intitulé du point dans une langue au moins."), field="title")


class MeetingChanged(ChangedMeanwhile):
    """Somebody else changed the meeting first."""


class MeetingOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Les actes de cette réunion sont publiés : son ordre du jour ne change plus."))


NO_TEXT = LocalisedText()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The days of the experts, then those of the ministers; either may be unknown."""

    experts_from: date | None = None
    experts_until: date | None = None
    ministers_from: date | None = None
    ministers_until: date | None = None

    def check(self) -> None:
        for first, last in (
            (self.experts_from, self.experts_until),
            (self.ministers_from, self.ministers_until),
        ):
            if first and last and last < first:
                raise StageDatesReversed(first, last)
        if self.experts_from and self.ministers_from and self.ministers_from < self.experts_from:
            raise MinistersBeforeExperts(self.ministers_from, self.experts_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWording:
    """The words of a point as one source gives them."""

    text: LocalisedText
    source_label: str = ""
    source_url: str = ""
    source_read_date: date | None = None
    is_fictitious: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What is said when a meeting is called."""

    slug: str
    acronym: str
    title: LocalisedText
    series: str
    start_date: date
    end_date: date
    place: LocalisedText = NO_TEXT
    summary: LocalisedText = NO_TEXT
    time_zone: str = "Europe/Paris"
    languages: Sequence[str] = ("fr",)
    number: int | None = None
    link: str = ""
    is_closed: bool = False
    stages: Stages = Stages()
    partners: Sequence[Organisation] = ()
    themes: Sequence[Theme] = ()
    presiding: Organisation | None = None
    continues: Meeting | None = None
    source: dict[str, Any] = field(default_factory=dict)


def call_meeting(*, instance: Organisation, calling: Calling, by: Actor, at: datetime) -> Meeting:
    """Call a meeting: the conference that carries its days and place, in preparation, and the process
    in which its decisions will be written. A closed meeting (*huis clos*) writes behind its doors."""
    with ledger.act("governance.call_meeting", by=by, at=at) as act:
        permit("governance.call_meeting", by, instance)
        if instance.kind != OrganisationKind.INSTANCE:
            raise NotAnInstance(str(instance))
        series = calling.series.strip()
        if not series:
            raise SeriesMissing()
        calling.stages.check()
        Organisation.objects.select_for_update().get(pk=instance.pk)
        if Meeting.objects.filter(instance=instance, series=series).exists():
            raise SeriesTaken(series)
        conference = open_conference(
            slug=calling.slug,
            acronym=calling.acronym,
            kind="meeting",
            title=calling.title,
            summary=calling.summary,
            host=instance,
            start_date=calling.start_date,
            end_date=calling.end_date,
            time_zone=calling.time_zone,
            languages=calling.languages,
            place=calling.place,
            link=calling.link,
            partners=calling.partners,
            themes=calling.themes,
            source=calling.source,
            by=by,
            at=at,
        )
        process = open_process(
            kind=ProcessKind.MEETING,
            issuer=instance,
            conference=conference,
            title=calling.title,
            languages=calling.languages,
            is_closed=calling.is_closed,
            is_fictitious=bool(calling.source.get("is_fictitious")),
            by=by,
            at=at,
        )
        meeting = Meeting.objects.create(
            conference=conference,
            instance=instance,
            process=process,
            number=calling.number,
            series=series,
            is_closed=calling.is_closed,
            presiding=calling.presiding,
            continues=calling.continues,
            experts_from=calling.stages.experts_from,
            experts_until=calling.stages.experts_until,
            ministers_from=calling.stages.ministers_from,
            ministers_until=calling.stages.ministers_until,
        )
        act.on(meeting.urn)
        act.note(instance=instance.urn, series=series, is_closed=calling.is_closed)
        return meeting


def locked(meeting: Meeting) -> Meeting:
    """The row as it stands, held until the verb ends: presence, votes and adoption meet here."""
    held = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("conference", "instance__parent", "process", "group")
        .get(pk=meeting.pk)
    )
    return held


def seat_room(*, meeting: Meeting, officers: Sequence[Seat], by: Actor, at: datetime) -> Meeting:
    """Seat who conducts the room: presidency, rapporteur, secretariat. They write what is decided;
    delegates join them when their credentials are accepted. The quorum counts members, not seats."""
    with ledger.act("governance.seat_room", by=by, at=at) as act:
        permit("governance.keep_meeting", by, meeting)
        held = locked(meeting)
        if held.group is not None:
            raise RoomSeatedAlready()
        panel = seat_panel(
            process=held.process,
            name=held.conference.title,
            quorum=1,
            members=officers,
            kind="meeting_room",
            is_fictitious=held.process.is_fictitious,
            by=by,
            at=at,
        )
        # a closed session admits members of its group; a rapporteur sits there too
        for seat in officers:
            if seat.role == SeatRole.RAPPORTEUR:
                join_group(
                    group=panel.group, person=seat.person, role=Role.MEMBER, checked_above=True, by=by, at=at
                )
        held.group = panel.group
        held.save(update_fields=["group"])
        act.on(held.urn)
        act.note(seats=len(officers))
    meeting.group = panel.group
    return held


def hold_session(
    *,
    meeting: Meeting,
    title: LocalisedText,
    start_at: datetime,
    end_at: datetime,
    by: Actor,
    at: datetime,
    stage: str = Stage.MINISTERS,
    closed: bool = False,
    room: Room | None = None,
    language: str = "fr",
    source: dict[str, Any] | None = None,
    hour_is_invented: bool = False,
) -> Session:
    """Put a sitting into the programme. A closed one is known to the room alone."""
    with ledger.act("governance.hold_session", by=by, at=at) as act:
        permit("governance.keep_meeting", by, meeting)
        held = locked(meeting)
        if closed and held.group is None:
            raise RoomNotSeated()
        session = schedule_session(
            conference=held.conference,
            title=title,
            start_at=start_at,
            end_at=end_at,
            kind="deliberation" if closed else "plenary",
            language=language,
            access="closed" if closed else "public",
            group=held.group if closed else None,
            room=room,
            hour_is_invented=hour_is_invented,
            source=source,
            by=by,
            at=at,
        )
        act.on(held.urn)
        act.note(session=session.urn, stage=str(Stage(stage)), closed=closed)
        return session


def add_item(
    *,
    meeting: Meeting,
    wordings: Sequence[ItemWording],
    by: Actor,
    at: datetime,
    purpose: str = Purpose.DISCUSS,
    stage: str = Stage.MINISTERS,
    distribution: str = Distribution.GENERAL,
    presenter: LocalisedText | None = None,
    is_fictitious: bool = False,
) -> AgendaItem:
    """Add a point after the others. Where two sources word it differently, both wordings stand."""
    with ledger.act("governance.add_item", by=by, at=at) as act:
        permit("governance.keep_meeting", by, meeting)
        given = [w for w in wordings if w.text]
        if not given:
            raise ItemTitleMissing()
        held = locked(meeting)
        _check_open(held)
        last = held.agenda.aggregate(number=Max("number"), order=Max("order"))
        item = AgendaItem.objects.create(
            meeting=held,
            number=(last["number"] or 0) + 1,
            order=(last["order"] or 0) + 1,
            purpose=Purpose(purpose),
            stage=Stage(stage),
            distribution=Distribution(distribution),
            presenter=presenter or LocalisedText(),
            is_fictitious=is_fictitious,
        )
        for order, wording in enumerate(given):
            AgendaWording.objects.create(
                item=item,
                order=order,
                text=wording.text,
                source_label=wording.source_label,
                source_url=wording.source_url,
                source_read_date=wording.source_read_date,
                is_fictitious=wording.is_fictitious or is_fictitious,
            )
        act.on(item.urn, book=held.urn)
        act.note(number=item.number, wordings=len(given), distribution=str(item.distribution))
        return item


def move_item(*, item: AgendaItem, order: int, by: Actor, at: datetime) -> AgendaItem:
    """Take a point at another moment. Its number stays: documents and minutes name it by that."""
    with ledger.act("governance.move_item", by=by, at=at) as act:
        permit("governance.keep_meeting", by, item.meeting)
        held = locked(item.meeting)
        _check_open(held)
        rows = list(
            held.agenda.select_for_update()
            .filter(withdrawn_at=None)
            .exclude(pk=item.pk)
            .order_by("order", "pk")
        )
        place = min(max(order, 1), len(rows) + 1)
        rows.insert(place - 1, AgendaItem.objects.select_for_update().get(pk=item.pk))
        for position, row in enumerate(rows, start=1):
            if row.order != position:
                row.order = position
                row.save(update_fields=["order"])
        act.on(item.urn, book=held.urn)
        act.note(number=item.number, order=place)
        item.order = place
        return item


def record_outcome(
    *, item: AgendaItem, outcome: LocalisedText, version: int, by: Actor, at: datetime
) -> AgendaItem:
    """Write what came of a point, as the minutes will say it."""
    with ledger.act("governance.record_outcome", by=by, at=at) as act:
        permit("governance.draft_decision", by, item.meeting)
        row = AgendaItem.objects.select_for_update().get(pk=item.pk)
        if row.version != version:
            raise MeetingChanged(
                _("L'issue du point %(number)d a été écrite entre-temps ; lisez les deux.")
                % {"number": row.number},
                theirs=row.outcome,
                mine=outcome,
            )
        row.outcome = outcome
        row.version += 1
        row.save(update_fields=["outcome", "version"])
        act.on(row.urn, book=item.meeting.urn)
        act.note(version=row.version, languages=sorted(outcome))
        return row


def advance_meeting(*, meeting: Meeting, to: str, version: int, by: Actor, at: datetime) -> Meeting:
    """Take the meeting to its next stage: documents, experts, ministers, adoption, acts, follow-up."""
    with ledger.act("governance.advance_meeting", by=by, at=at) as act:
        permit("governance.keep_meeting", by, meeting)
        held = locked(meeting)
        if held.version != version:
            raise MeetingChanged(
                _("Cette réunion a avancé entre-temps : elle est « %(state)s ». Relisez sa page.")
                % {"state": held.get_state_display()},
                theirs=held.get_state_display(),
                mine=str(MeetingState(to).label),
            )
        MEETING.check(held.state, to, held)
        act.on(held.urn)
        act.note(before=held.state, after=to)
        held.state = MeetingState(to)
        held.version += 1
        held.save(update_fields=["state", "version"])
        return held


def _check_open(meeting: Meeting) -> None:
    if meeting.state in {MeetingState.ACTS_PUBLISHED, MeetingState.FOLLOWED, MeetingState.ARCHIVED}:
        raise MeetingOver()
