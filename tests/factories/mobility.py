"""A programme of visits for tests, made by the room's own verbs.

The stay lasts from Monday 12 to Friday 16 March 2018; ``DURING`` is its fourth day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from polyphonie.kernel.actor import Actor
from polyphonie.mobility.domain.action_plans import Plan, draft_action_plan
from polyphonie.mobility.domain.grids import publish_grid
from polyphonie.mobility.domain.observations import Sheet, share_observation, write_observation
from polyphonie.mobility.domain.practices import Practice, draft_practice
from polyphonie.mobility.domain.programmes import open_flow, open_programme, publish_programme
from polyphonie.mobility.domain.visits import plan_visit, publish_visit
from polyphonie.mobility.models import (
    ActionPlan,
    Criterion,
    Flow,
    GridVersion,
    Observation,
    PracticeCard,
    Programme,
    Visit,
)
from polyphonie.network.domain.queries.standing import person_actor
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation, Person

from .network import OrganisationFactory, PersonFactory, TerritoryFactory, actor_with, text

BEFORE = datetime(2018, 1, 15, 9, 0, tzinfo=UTC)
DURING = datetime(2018, 3, 15, 15, 0, tzinfo=UTC)
AFTER = datetime(2018, 4, 16, 9, 0, tzinfo=UTC)
FIRST, LAST = date(2018, 3, 12), date(2018, 3, 16)
TESTS = Actor.system("tests")
SCALE = tuple((value, text(f"degré {value}")) for value in (1, 2, 3, 4))


def grid(*, code: str = "grille", version: str = "1.0.0", themes: int = 5, elements: int = 8) -> GridVersion:
    return publish_grid(
        code=code,
        version=version,
        title=text("Grille de test", "Test grid"),
        themes=[(f"theme-{n}", text(f"Thème {n}", f"Theme {n}")) for n in range(1, themes + 1)],
        elements=[(f"element-{n}", text(f"Élément {n}", f"Element {n}")) for n in range(1, elements + 1)],
        anchors=SCALE,
        source_label="Source de test",
        by=TESTS,
        at=BEFORE,
    )


def programme(*, slug: str = "programme", of: GridVersion | None = None, **fields: Any) -> Programme:
    """A published programme; in preparation with ``published=False``."""
    published = fields.pop("published", True)
    made = open_programme(
        slug=slug,
        title=text(f"Programme {slug}"),
        grid=of or grid(code=f"grille-{slug}"),
        from_date=date(2017, 9, 1),
        until_date=date(2019, 9, 1),
        source_label="Page du programme",
        by=TESTS,
        at=BEFORE,
        **fields,
    )
    return publish_programme(programme=made, by=TESTS, at=BEFORE) if published else made


def flow(of: Programme | None = None, **fields: Any) -> Flow:
    of = of or programme()
    organiser = fields.pop("organiser", None) or OrganisationFactory.create(kind="academie")
    of.participants.add(organiser)
    territory = fields.pop("territory", None) or TerritoryFactory.create(time_zone="Europe/Vienna")
    return open_flow(programme=of, organiser=organiser, territory=territory, by=TESTS, at=BEFORE)


@dataclass
class Team:
    """A visit with the actors of its two members; ``chair`` coordinates."""

    visit: Visit
    chair: Actor
    member: Actor

    def cell(self, number: int = 0) -> Criterion:
        return cells(self.visit)[number]


def cells(visit: Visit) -> list[Criterion]:
    return list(visit.grid.criteria.order_by("theme__order", "element__order"))


def team(of: Flow | None = None, *, published: bool = True, title: str = "Cinq jours", **fields: Any) -> Team:
    """A visit with a team of two, published."""
    chair, member = PersonFactory.create(), PersonFactory.create()
    visit = plan_visit(
        flow=of or flow(),
        title=text(title),
        start_date=FIRST,
        end_date=LAST,
        chair=chair,
        members=[member],
        by=TESTS,
        at=BEFORE,
        **fields,
    )
    if published:
        visit = publish_visit(visit=visit, by=TESTS, at=BEFORE)
    return Team(visit, person_actor(chair, DURING), person_actor(member, DURING))


def sheet(fact: str = "Trois objectifs sont affichés.", **fields: Any) -> Sheet:
    return Sheet(fact=fact, observed_at=fields.pop("observed_at", DURING), **fields)


def observation(
    of: Team,
    *,
    by: Actor | None = None,
    cell: int = 0,
    open_to: str = "",
    fact: str = "Un fait.",
    **fields: Any,
) -> Observation:
    """A sheet of a team; a draft unless ``open_to`` says how far it goes."""
    made = write_observation(
        visit=of.visit,
        criterion=of.cell(cell),
        sheet=sheet(fact, **fields),
        by=by or of.chair,
        at=DURING,
    )
    if open_to:
        share_observation(observation=made, audience=open_to, by=by or of.chair, at=DURING)
        made.refresh_from_db()
    return made


def practice_said(cites: list[Observation], **fields: Any) -> Practice:
    return Practice(
        title=fields.pop("title", text("Un tuteur")),
        practice=text("Un tuteur suit l'élève."),
        preconditions=text("Un temps reconnu."),
        effect_evidence="claimed",
        verdict="with_adaptation",
        verdict_reason=text("Il manque un seuil."),
        cites=cites,
        **fields,
    )


def practice(of: Team, **fields: Any) -> PracticeCard:
    """A card in preparation on one shared sheet."""
    cites = fields.pop("cites", None) or [observation(of, open_to="team", cell=39)]
    return draft_practice(visit=of.visit, practice=practice_said(cites, **fields), by=of.chair, at=AFTER)


def organiser(organisation: Organisation) -> Actor:
    """Somebody who organises a body's visits, and acts for it at home."""
    return actor_with(Role.TEAM_MEMBER, organisation.urn, organisation=organisation, at=AFTER)


def plan_said(**fields: Any) -> Plan:
    values: dict[str, Any] = {
        "title": text("Des tuteurs"),
        "owner": text("Conseil technique"),
        "starts_on": date(2018, 9, 3),
        "due_on": date(2019, 6, 28),
        "indicator": text("Part des élèves revenus"),
        "target": "60 %",
    }
    return Plan(**{**values, **fields})


def action_plan(
    body: Organisation | None = None, *, card: PracticeCard | None = None, **fields: Any
) -> ActionPlan:
    """An action in preparation."""
    return draft_action_plan(
        organisation=body or OrganisationFactory.create(kind="academie"),
        plan=plan_said(**fields),
        practice=card,
        by=TESTS,
        at=AFTER,
    )


def person(actor: Actor) -> Person:
    return Person.objects.get(actor_identity__actor_id=actor.id)
