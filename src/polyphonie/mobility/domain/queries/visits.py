"""Reading visits: one page, those of a body or of a territory, one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.domain.queries.people import name_for
from polyphonie.network.domain.queries.standing import mandates_in_force, person_of
from polyphonie.network.models import Organisation, Person, Territory

from ...enums import Audience
from ...models import (
    Consent,
    Debrief,
    Host,
    Observation,
    PracticeCard,
    Programme,
    Slot,
    Synthesis,
    Visit,
    VisitQuerySet,
)
from ...rules import INSIDE, organisation_urns
from .coverage import SeenGrid, seen_grid


@dataclass(frozen=True)
class Seat:
    """A place in the team: the role, and the name where the reader may see it."""

    role_label: str
    name: str
    is_fictitious: bool


@dataclass(frozen=True)
class NamedHost:
    """A host by function; ``name`` only as far as the person consented."""

    host: Host
    name: str


@dataclass(frozen=True)
class Day:
    """A day of the stay with its hours, and its evening where it was held."""

    day: date
    slots: tuple[Slot, ...]
    debrief: Debrief | None


@dataclass(frozen=True)
class VisitPage:
    """Everything on the page of a visit for one reader."""

    visit: Visit
    team: tuple[Seat, ...]
    hosts: tuple[NamedHost, ...]
    days: tuple[Day, ...]
    grid: SeenGrid
    sheets: tuple[Observation, ...]
    practices: tuple[PracticeCard, ...]
    synthesis: Synthesis | None
    in_team: bool
    runs: bool
    is_running: bool
    is_over: bool

    @property
    def next_debrief(self) -> date | None:
        """The first day whose evening is still to be held."""
        return next((day.day for day in self.days if day.debrief is None), None)


def with_its_flow(visits: VisitQuerySet) -> VisitQuerySet:
    return visits.select_related(
        "flow__organiser__successor__successor", "flow__territory", "flow__programme", "team", "grid"
    )


def visit_found(uid: UUID, viewer: Actor, at: datetime) -> Visit:
    """The visit at this address. Unknown and unreadable are the same."""
    found = with_its_flow(Visit.objects.readable_by(viewer, at)).filter(uid=uid).first()
    if found is None:
        raise Unknown()
    return found


def visit_page(uid: UUID, viewer: Actor, at: datetime) -> VisitPage:
    """The page of one visit, cut to what the reader may know."""
    visit = visit_found(uid, viewer, at)
    in_team, runs = may("mobility.observe", viewer, visit), may("mobility.run_visit", viewer, visit)
    grid = seen_grid(visit, viewer, at, in_team=in_team)
    audience = audience_of(visit, viewer, in_team=in_team or runs)
    hosts = {
        host.pk: NamedHost(host, host.name_for(audience, at))
        for host in visit.hosts.select_related("organisation", "consent").order_by("order", "pk")
    }
    slots: dict[date, list[Slot]] = {}
    for slot in visit.slots.select_related("host").order_by("day", "starts", "pk"):
        slots.setdefault(slot.day, []).append(slot)
    debriefs = {d.day: d for d in visit.debriefs.order_by("day")} if in_team or runs else {}
    today = clock.local(at, visit.time_zone).date()
    return VisitPage(
        visit,
        team_of(visit, viewer, at),
        tuple(hosts.values()),
        tuple(Day(day, tuple(slots.get(day, ())), debriefs.get(day)) for day in visit.days),
        grid,
        tuple(sheet for row in grid.rows for cell in row.cells for sheet in cell.sheets),
        tuple(PracticeCard.objects.readable_by(viewer, at).filter(visit=visit).order_by("pk")),
        Synthesis.objects.readable_by(viewer, at).filter(visit=visit).first(),
        in_team,
        runs,
        visit.start_date <= today <= visit.end_date,
        today > visit.end_date,
    )


def audience_of(visit: Visit, viewer: Actor, *, in_team: bool) -> str:
    """In which circle the viewer stands before a visit."""
    if in_team:
        return Audience.TEAM
    programme = visit.flow.programme
    others = Visit.objects.of_teams_of(viewer).filter(flow__programme=programme)
    if programme.urn in viewer.scopes() or others.exists():
        return Audience.PROGRAMME
    return Audience.PUBLIC


def team_of(visit: Visit, viewer: Actor, at: datetime) -> tuple[Seat, ...]:
    """The seats of the team, whoever coordinates it first."""
    mandates = (
        mandates_in_force(at)
        .filter(scope=visit.team.urn, role__in=INSIDE)
        .select_related("person")
        .order_by("role", "person__family_name", "pk")
    )
    return tuple(
        Seat(m.role_label, name_for(m.person, viewer=viewer), m.person.is_fictitious) for m in mandates
    )


def observation_found(uid: UUID, viewer: Actor, at: datetime) -> Observation:
    """The sheet at this address; a draft of somebody else is as unknown as none."""
    found = (
        Observation.objects.readable_by(viewer, at)
        .exclude(state="withdrawn")
        .filter(uid=uid)
        .select_related(
            "visit__flow__organiser__successor__successor",
            "visit__flow__territory",
            "visit__flow__programme",
            "visit__team",
            "visit__grid",
            "criterion__theme",
            "criterion__element",
            "author",
            "host__consent",
        )
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def consent_found(uid: UUID, viewer: Actor, at: datetime) -> Consent:
    """A consent given on a visit that the viewer knows."""
    found = (
        Consent.objects.filter(
            uid=uid, visit__in=Visit.objects.readable_by(viewer, at).order_by().values("pk")
        )
        .select_related("visit__flow__organiser__successor", "visit__team")
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def is_author(observation: Observation, viewer: Actor) -> bool:
    person = person_of(viewer)
    return person is not None and observation.author_id == person.pk


def visits_of_organisation(organisation: Organisation, viewer: Actor, at: datetime) -> list[Visit]:
    """The visits that a body organised or received, or one that it took over from."""

    def is_body(prefix: str) -> Q:
        return (
            Q(**{prefix: organisation})
            | Q(**{f"{prefix}__successor": organisation})
            | Q(**{f"{prefix}__successor__successor": organisation})
        )

    received = Host.objects.filter(is_body("organisation")).order_by().values("visit")
    visits = Visit.objects.readable_by(viewer, at).filter(is_body("flow__organiser") | Q(pk__in=received))
    return list(with_its_flow(visits).order_by("start_date", "pk"))


def programmes_of_organisation(organisation: Organisation, viewer: Actor, at: datetime) -> list[Programme]:
    """The programmes in which a body takes part, or one that it took over from."""
    taking_part = Programme.participants.through.objects.filter(
        Q(organisation=organisation)
        | Q(organisation__successor=organisation)
        | Q(organisation__successor__successor=organisation)
    )
    return list(
        Programme.objects.readable_by(viewer, at)
        .filter(pk__in=taking_part.order_by().values("programme_id"))
        .order_by("-from_date", "slug")
    )


def visits_to_territory(territory: Territory, viewer: Actor, at: datetime) -> list[Visit]:
    """The visits that went to a territory."""
    visits = Visit.objects.readable_by(viewer, at).filter(flow__territory=territory)
    return list(with_its_flow(visits).order_by("start_date", "pk"))


def visits_of_team_member(viewer: Actor, at: datetime) -> list[Visit]:
    """The visits in whose team the viewer sits, or which they organise, those to come last."""
    rows = Visit.objects.readable_by(viewer, at).of_teams_of(viewer)
    return list(with_its_flow(rows).order_by("start_date", "pk"))


def roster_of(visits_body: Organisation, programme: Programme, at: datetime) -> list[Person]:
    """Who may sit in a team of a body: those who hold a role for it, or in the programme for it."""
    mandates = mandates_in_force(at).filter(
        Q(organisation=visits_body) | Q(scope__in=organisation_urns(visits_body)) | Q(scope=programme.urn)
    )
    return list(
        Person.objects.filter(pk__in=mandates.order_by().values("person"))
        .exclude(family_name="")
        .order_by("family_name", "given_name", "pk")
    )
