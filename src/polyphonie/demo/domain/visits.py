"""The programme of visits with its sourced facts; Besançon's visit to Austria, invented, in its fourth day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from polyphonie.mobility.domain.action_plans import (
    Plan,
    adopt_action_plan,
    draft_action_plan,
    link_plan_to_recommendation,
)
from polyphonie.mobility.domain.grids import publish_grid
from polyphonie.mobility.domain.observations import Sheet, share_observation, write_observation
from polyphonie.mobility.domain.practices import Practice, draft_practice, publish_practice
from polyphonie.mobility.domain.programmes import (
    expect_result,
    open_flow,
    open_programme,
    plan_stage,
    prove_result,
    publish_programme,
    record_stage,
)
from polyphonie.mobility.domain.syntheses import write_claim
from polyphonie.mobility.domain.visits import (
    call_debrief,
    hold_debrief,
    name_host,
    plan_visit,
    publish_visit,
    schedule_slot,
)
from polyphonie.mobility.models import Flow, Observation, PracticeCard, Programme, Visit
from polyphonie.network.domain.mandate import give_mandate
from polyphonie.network.domain.organisation import record_membership, register_organisation
from polyphonie.network.domain.queries.standing import person_actor
from polyphonie.network.domain.territory import register_territory

from ..data.visits import (
    ACADEMIES,
    ACTION,
    ANCHORS,
    CLAIMS,
    EDUSCOL_SEMINAR,
    ELEMENTS,
    FEI_MOBILITIES,
    FLOWS,
    HOST_PLACES,
    HOSTS,
    PRACTICE,
    QUALEDUC,
    REGION_BODIES,
    REGIONS,
    RESULTS,
    SECOND_LOOKS,
    SHEETS,
    SLOTS,
    STAGES,
    THEMES,
)
from .shelf import FOUNDED, LOADER, Shelf, both

VIENNA = ZoneInfo("Europe/Vienna")
OPENED = datetime(2017, 9, 15, 9, 0, tzinfo=UTC)
PLANNED = datetime(2018, 2, 12, 9, 0, tzinfo=UTC)
FOURTH_AFTERNOON = datetime(2018, 3, 15, 17, 0, tzinfo=VIENNA)
AFTERWARDS = datetime(2018, 4, 16, 9, 0, tzinfo=UTC)
SEMINAR_KNOWN = datetime(2019, 5, 2, 9, 0, tzinfo=UTC)
WITHIN = date(2018, 3, 15)


def load_visits(shelf: Shelf) -> None:
    """The programme, then the visit by its members, then what the académie makes of it."""
    _ground(shelf)
    flows = _programme(shelf)
    visit = _visit(shelf, flows["besancon"])
    sheets = _sheets(shelf, visit)
    _claims(shelf, visit, sheets)
    card = _practice(shelf, visit, sheets)
    _action(shelf, card)
    _record_what_took_place(flows["besancon"].programme, card)


def _ground(shelf: Shelf) -> None:
    """The territories that receive, the académies that visit, each in its région académique."""
    for place in HOST_PLACES:
        shelf.territories[place.code] = register_territory(
            kind=place.kind,
            code=place.code,
            iso_code=place.iso,
            name=both(place.fr, place.en),
            parent=shelf.territories.get(place.parent),
            time_zone=place.zone,
            languages=list(place.languages),
            latitude=Decimal(place.latitude),
            longitude=Decimal(place.longitude),
            by=LOADER,
            at=FOUNDED,
            **place.source.as_fields(),
        )
    for body in (*REGION_BODIES, *ACADEMIES):
        shelf.bodies[body.slug] = register_organisation(
            kind=body.kind,
            slug=body.slug,
            name=both(body.fr, body.en),
            territory=shelf.territories[body.territory],
            by=LOADER,
            at=FOUNDED,
            **body.source.as_fields(),
        )
    for region, _name, members in REGIONS:
        for code in members:
            record_membership(
                organisation=shelf.bodies[f"academie-{code}"],
                body=shelf.bodies[f"region-academique-{region}"],
                by=LOADER,
                at=FOUNDED,
                **QUALEDUC.as_fields(),
            )


def _programme(shelf: Shelf) -> dict[str, Flow]:
    fields = QUALEDUC.as_fields()
    grid = publish_grid(
        code="qualeduc-mobilites",
        version="1.0.0",
        title=both("Grille d'observation Qualéduc Mobilités", "Observation grid of Qualéduc Mobilités"),
        themes=[(code, both(fr, en)) for code, fr, en in THEMES],
        elements=[(code, both(fr, en)) for code, fr, en in ELEMENTS],
        anchors=[(value, both(fr, en)) for value, fr, en in ANCHORS],
        by=LOADER,
        at=OPENED,
        **fields,
    )
    codes = sorted(code for _region, _name, members in REGIONS for code in members)
    programme = open_programme(
        slug="qualeduc-mobilites",
        title=both("Qualéduc Mobilités", "Qualéduc Mobilités"),
        summary=both(
            "Des équipes de dix-huit académies observent comment cinq pays et territoires conduisent la "
            "qualité, pour changer quelque chose chez elles.",
            "Teams of eighteen académies look at how five countries and territories run quality, to change "
            "something at home.",
        ),
        funder=both(
            "Erasmus+, action clé 1, mobilité des personnels", "Erasmus+, key action 1, staff mobility"
        ),
        grid=grid,
        from_date=date(2017, 9, 1),
        until_date=date(2019, 9, 1),
        participants=[shelf.bodies[f"academie-{code}"] for code in codes],
        by=LOADER,
        at=OPENED,
        **fields,
    )
    for stage in STAGES:
        plan_stage(
            programme=programme,
            kind=stage.kind,
            title=both(stage.fr, stage.en),
            planned_from=stage.first,
            planned_until=stage.last,
            by=LOADER,
            at=OPENED,
            **fields,
        )
    for fr, en in RESULTS:
        expect_result(programme=programme, text=both(fr, en), by=LOADER, at=OPENED, **fields)
    publish_programme(programme=programme, by=LOADER, at=OPENED)
    return {
        code: open_flow(
            programme=programme,
            organiser=shelf.bodies[f"academie-{code}"],
            territory=shelf.territories[territory],
            by=LOADER,
            at=OPENED,
            **fields,
        )
        for code, territory in FLOWS
    }


def _visit(shelf: Shelf, flow: Flow) -> Visit:
    """Invented: Besançon's team in Austria, from Monday to Friday."""
    academie = shelf.bodies["academie-besancon"]
    for key, role, scope in (
        ("visite", "team_member", academie.urn),
        ("visite-2", "team_member", flow.programme.urn),
    ):
        give_mandate(
            person=shelf.people[key],
            role=role,
            scope=scope,
            organisation=academie,
            from_date=FOUNDED.date(),
            is_fictitious=True,
            by=LOADER,
            at=FOUNDED,
        )
    visit = plan_visit(
        flow=flow,
        title=both("Cinq jours en Autriche", "Five days in Austria"),
        team_name=both("Équipe de Besançon pour l'Autriche", "Besançon's team for Austria"),
        start_date=date(2018, 3, 12),
        end_date=date(2018, 3, 16),
        chair=shelf.people["visite"],
        members=[shelf.people["visite-2"]],
        is_fictitious=True,
        by=LOADER,
        at=PLANNED,
    )
    hosts = [
        name_host(
            visit=visit,
            function=both(fr, en),
            body_label=both("Établissement inventé", "Invented school"),
            is_fictitious=True,
            by=LOADER,
            at=PLANNED,
        )
        for _key, fr, en in HOSTS
    ]
    for day, starts, fr, en, host in SLOTS:
        schedule_slot(
            visit=visit,
            day=day,
            starts=starts,
            purpose=both(fr, en),
            host=hosts[host],
            by=LOADER,
            at=PLANNED,
        )
    return publish_visit(visit=visit, by=LOADER, at=PLANNED)


def _sheets(shelf: Shelf, visit: Visit) -> dict[str, Observation]:
    """Fourteen cells of forty, by two observers; two are still drafts on the fourth evening."""
    cells = {criterion.code: criterion for criterion in visit.grid.criteria.order_by("pk")}
    hosts = list(visit.hosts.order_by("order"))
    written: dict[str, Observation] = {}
    for number, invented in enumerate(SHEETS):
        seen = datetime.combine(date(2018, 3, invented.day), time(10, number), VIENNA)
        by = person_actor(shelf.people[invented.author], seen)
        sheet = write_observation(
            visit=visit,
            criterion=cells[invented.cell],
            sheet=Sheet(
                fact=invented.fact,
                interpretation=invented.interpretation,
                observed_at=seen,
                host=hosts[invented.host],
                preconditions=invented.preconditions,
                effect_evidence=invented.effect,
                verdict=invented.verdict,
                verdict_reason=invented.reason,
                rating=SECOND_LOOKS[invented.cell][0] if invented.cell in SECOND_LOOKS else None,
            ),
            is_fictitious=True,
            by=by,
            at=seen,
        )
        if invented.open_to:
            share_observation(observation=sheet, by=by, at=seen)
            if invented.open_to != "team":
                share_observation(observation=sheet, audience=invented.open_to, by=LOADER, at=seen)
        if invented.cell in SECOND_LOOKS:
            _second_look(shelf, sheet, invented.author)
        sheet.refresh_from_db()
        written[invented.cell] = sheet
    coordination = person_actor(shelf.people["visite"], FOURTH_AFTERNOON)
    hold_debrief(
        visit=visit,
        day=date(2018, 3, 14),
        text="La vie scolaire est bien vue ; l'évaluation reste presque vide.",
        by=coordination,
        at=datetime(2018, 3, 14, 20, 30, tzinfo=VIENNA),
    )
    call_debrief(visit=visit, day=WITHIN, by=coordination, at=FOURTH_AFTERNOON)
    return written


def _second_look(shelf: Shelf, first: Observation, author: str) -> None:
    """The other observer rates the same cell, with what they saw themselves."""
    _own, rating, fact = SECOND_LOOKS[first.criterion.code]
    seen = first.observed_at + timedelta(minutes=20)
    by = person_actor(shelf.people["visite-2" if author == "visite" else "visite"], seen)
    sheet = write_observation(
        visit=first.visit,
        criterion=first.criterion,
        sheet=Sheet(fact=fact, observed_at=seen, host=first.host, rating=rating),
        is_fictitious=True,
        by=by,
        at=seen,
    )
    share_observation(observation=sheet, by=by, at=seen)


def _claims(shelf: Shelf, visit: Visit, sheets: dict[str, Observation]) -> None:
    """A synthesis in the making: three sentences, one of them still without a sheet."""
    by = person_actor(shelf.people["visite-2"], AFTERWARDS)
    for kind, text, cites in CLAIMS:
        write_claim(visit=visit, kind=kind, text=text, cites=[sheets[c] for c in cites], by=by, at=AFTERWARDS)


def _practice(shelf: Shelf, visit: Visit, sheets: dict[str, Observation]) -> PracticeCard:
    by = person_actor(shelf.people["visite"], AFTERWARDS)
    card = draft_practice(
        visit=visit,
        practice=Practice(
            title=both(*PRACTICE.title),
            practice=both(*PRACTICE.practice),
            place=both(*PRACTICE.place),
            preconditions=both(*PRACTICE.preconditions),
            effect=both(*PRACTICE.effect),
            effect_evidence="claimed",
            how_to_try=both(*PRACTICE.how_to_try),
            verdict="with_adaptation",
            verdict_reason=both(*PRACTICE.reason),
            themes=[shelf.themes["decrochage-scolaire"]],
            cites=[sheets[cell] for cell in PRACTICE.cites],
        ),
        is_fictitious=True,
        by=by,
        at=AFTERWARDS,
    )
    return publish_practice(card=card, by=by, at=AFTERWARDS)


def _action(shelf: Shelf, card: PracticeCard) -> None:
    by = person_actor(shelf.people["visite"], AFTERWARDS)
    plan = draft_action_plan(
        organisation=shelf.bodies["academie-besancon"],
        practice=card,
        plan=Plan(
            title=both(*ACTION["title"]),
            description=both(*ACTION["description"]),
            owner=both(*ACTION["owner"]),
            starts_on=date(2018, 9, 3),
            due_on=date(2019, 6, 28),
            indicator=both(*ACTION["indicator"]),
            target="60 %",
        ),
        is_fictitious=True,
        by=by,
        at=AFTERWARDS,
    )
    plan = adopt_action_plan(plan=plan, by=by, at=AFTERWARDS)
    link_plan_to_recommendation(
        plan=plan,
        recommendation=shelf.points[("decrochage-2017", "1b")].recommendation,
        relation="implements",
        by=by,
        at=AFTERWARDS,
    )


def _record_what_took_place(programme: Programme, card: PracticeCard) -> None:
    """What sources say was held, and how many went; the other stages say nothing."""
    stages = {stage.kind: stage for stage in programme.stages.order_by("order")}
    record_stage(
        stage=stages["visits"],
        version=stages["visits"].version,
        outcome=both("105 mobilités annoncées", "105 mobilities announced"),
        source_label=FEI_MOBILITIES.label,
        source_url=FEI_MOBILITIES.url,
        by=LOADER,
        at=SEMINAR_KNOWN,
    )
    record_stage(
        stage=stages["dissemination"],
        version=stages["dissemination"].version,
        actual_from=date(2019, 4, 1),
        actual_until=date(2019, 4, 30),
        source_label=EDUSCOL_SEMINAR.label,
        source_url=EDUSCOL_SEMINAR.url,
        by=LOADER,
        at=SEMINAR_KNOWN,
    )
    results = list(programme.results.order_by("order"))
    prove_result(
        result=results[2],
        proof=both(
            "Une action datée dans une académie, tirée d'une fiche pratique",
            "A dated action in an académie, drawn from a practice card",
        ),
        link=card.permalink,
        is_fictitious=True,
        by=LOADER,
        at=SEMINAR_KNOWN,
    )
