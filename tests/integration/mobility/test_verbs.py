"""What may be written about visits, by whom, and what is refused with which sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent
from polyphonie.kernel.states import TransitionRefused
from polyphonie.mobility.domain import (
    action_plans,
    grids,
    observations,
    practices,
    programmes,
    syntheses,
    visits,
)
from polyphonie.mobility.domain.queries.coverage import team_coverage
from polyphonie.mobility.domain.refusals import (
    EndsBeforeStart,
    NotOnTheList,
    SourceMissing,
    TextTooLong,
    WordingMissing,
    WrittenMeanwhile,
)
from polyphonie.mobility.models import CellNote, Host, Observation, Stage, Visit
from polyphonie.network.models import Mandate, Notice
from polyphonie.recommendations.domain.actions import ActionPrecedesRecommendation
from tests.factories import recommendations as texts
from tests.factories.mobility import (
    AFTER,
    BEFORE,
    DURING,
    FIRST,
    LAST,
    TESTS,
    action_plan,
    flow,
    grid,
    observation,
    organiser,
    person,
    plan_said,
    practice,
    practice_said,
    programme,
    sheet,
    team,
)
from tests.factories.network import OrganisationFactory, PersonFactory, TerritoryFactory, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

NO_TEXT = LocalisedText()


# grids


def test_publish_grid_makes_one_cell_for_each_pair() -> None:
    made = grid()
    codes = [c.code for c in made.criteria.order_by("theme__order", "element__order")]
    assert len(codes) == 40
    assert (codes[0], codes[-1]) == ("theme-1_element-1", "theme-5_element-8")
    assert [value for value, _text in made.criteria.order_by("pk")[0].scale] == [1, 2, 3, 4]


def test_publish_grid_takes_as_many_elements_as_its_source_lists() -> None:
    assert grid(elements=9).criteria.count() == 45


def test_publish_grid_refuses_a_version_twice() -> None:
    grid()
    with pytest.raises(grids.GridVersionTaken) as refused:
        grid()
    assert str(refused.value) == (
        "La grille « grille » a déjà une version 1.0.0, et une version publiée ne change plus ; "
        "donnez le numéro suivant."
    )
    assert grid(version="1.1.0").version == "1.1.0"


def test_publish_grid_refuses_what_is_no_grid() -> None:
    with pytest.raises(grids.GridVersionMalformed):
        grid(version="un")
    with pytest.raises(grids.GridEmpty):
        grid(themes=0)
    with pytest.raises(grids.GridCodeTwice):
        grids.publish_grid(
            code="g",
            version="1.0.0",
            title=text("G"),
            themes=[("a", text("A")), ("a", text("B"))],
            elements=[("e", text("E"))],
            is_fictitious=True,
            by=TESTS,
            at=BEFORE,
        )
    with pytest.raises(SourceMissing):
        grids.publish_grid(
            code="g",
            version="1.0.0",
            title=text("G"),
            themes=[("a", text("A"))],
            elements=[("e", text("E"))],
            by=TESTS,
            at=BEFORE,
        )


# programmes


def a_stage() -> Stage:
    return programmes.plan_stage(
        programme=programme(),
        kind="dissemination",
        title=text("Séminaire"),
        planned_from=date(2019, 3, 1),
        planned_until=date(2019, 3, 31),
        source_label="Page",
        by=TESTS,
        at=BEFORE,
    )


def test_record_stage_leaves_the_planned_dates_alone() -> None:
    stage = a_stage()
    held = programmes.record_stage(
        stage=stage,
        version=1,
        actual_from=date(2019, 4, 1),
        actual_until=date(2019, 4, 30),
        source_label="Autre page",
        by=TESTS,
        at=datetime(2019, 6, 1, tzinfo=UTC),
    )
    assert (held.planned_from, held.planned_until) == (date(2019, 3, 1), date(2019, 3, 31))
    assert (held.actual_from, held.actual_until) == (date(2019, 4, 1), date(2019, 4, 30))
    with pytest.raises(WrittenMeanwhile):
        programmes.record_stage(
            stage=stage, version=1, outcome=text("Autre"), source_label="x", by=TESTS, at=AFTER
        )


def test_record_stage_refuses_the_future_and_hearsay() -> None:
    stage = a_stage()
    with pytest.raises(programmes.StageInTheFuture) as refused:
        programmes.record_stage(
            stage=stage, version=1, actual_from=date(2019, 4, 1), source_label="x", by=TESTS, at=AFTER
        )
    assert str(refused.value) == (
        "Cette étape ne peut pas s'être tenue le 1 avril 2019, qui est à venir ; corrigez la date."
    )
    with pytest.raises(SourceMissing):
        programmes.record_stage(stage=stage, version=1, outcome=text("105 mobilités"), by=TESTS, at=AFTER)
    with pytest.raises(WordingMissing):
        programmes.record_stage(stage=stage, version=1, source_label="x", by=TESTS, at=AFTER)


def test_open_flow_is_for_participants_and_once() -> None:
    made = programme()
    stranger, territory = OrganisationFactory.create(name=text("Académie X")), TerritoryFactory.create()
    with pytest.raises(programmes.OrganiserNotInProgramme) as refused:
        programmes.open_flow(programme=made, organiser=stranger, territory=territory, by=TESTS, at=BEFORE)
    assert str(refused.value) == (
        "« Académie X » ne participe pas à ce programme ; inscrivez-la d'abord parmi les participants."
    )
    flow(made, organiser=stranger, territory=territory)
    with pytest.raises(programmes.FlowTwice):
        programmes.open_flow(programme=made, organiser=stranger, territory=territory, by=TESTS, at=BEFORE)


def test_a_programme_is_kept_by_the_administration() -> None:
    with pytest.raises(RightMissing):
        programmes.expect_result(
            programme=programme(), text=text("R"), by=organiser(OrganisationFactory.create()), at=BEFORE
        )


def test_prove_result_needs_words_and_a_place_to_read_them() -> None:
    result = programmes.expect_result(programme=programme(), text=text("R"), by=TESTS, at=BEFORE)
    with pytest.raises(WordingMissing):
        programmes.prove_result(result=result, proof=NO_TEXT, link="/x", by=TESTS, at=AFTER)
    with pytest.raises(SourceMissing):
        programmes.prove_result(result=result, proof=text("P"), link="", by=TESTS, at=AFTER)
    proven = programmes.prove_result(result=result, proof=text("P"), link="/x", by=TESTS, at=AFTER)
    assert proven.proven_at == AFTER


# visits


def test_plan_visit_forms_its_team() -> None:
    made = team()
    roles = sorted(Mandate.objects.filter(scope=made.visit.team.urn).values_list("role", flat=True))
    assert roles == ["chair", "member"]
    assert made.visit.team.kind == "team"
    assert made.visit.time_zone == "Europe/Vienna"
    assert [d.isoformat() for d in made.visit.days][::4] == ["2018-03-12", "2018-03-16"]


def test_plan_visit_is_for_the_organising_body() -> None:
    of = flow()
    details = {"title": text("V"), "start_date": FIRST, "end_date": LAST, "chair": PersonFactory.create()}
    stranger = organiser(OrganisationFactory.create())
    with pytest.raises(RightMissing) as refused:
        visits.plan_visit(flow=of, by=stranger, at=BEFORE, **details)
    assert str(refused.value) == (
        "Il faut le rôle « équipe de visite » de l'académie organisatrice ; demandez-le à cette académie."
    )
    assert visits.plan_visit(flow=of, by=organiser(of.organiser), at=BEFORE, **details).flow == of


def test_plan_visit_refuses_days_that_cannot_be() -> None:
    of, chair = flow(), PersonFactory.create()
    with pytest.raises(EndsBeforeStart):
        visits.plan_visit(
            flow=of, title=text("V"), start_date=LAST, end_date=FIRST, chair=chair, by=TESTS, at=BEFORE
        )
    with pytest.raises(visits.StayTooLong) as refused:
        visits.plan_visit(
            flow=of,
            title=text("V"),
            start_date=FIRST,
            end_date=date(2018, 5, 1),
            chair=chair,
            by=TESTS,
            at=BEFORE,
        )
    assert (
        str(refused.value) == "Cette visite durerait 51 jours ; la limite est 31. Corrigez le dernier jour."
    )
    with pytest.raises(visits.TeamEmpty):
        visits.plan_visit(
            flow=of, title=text("V"), start_date=FIRST, end_date=LAST, chair=None, by=TESTS, at=BEFORE
        )
    assert not Visit.objects.exists()


def test_name_host_refuses_a_name_without_consent() -> None:
    made = team()
    before = LedgerEvent.objects.count()
    with pytest.raises(visits.HostNameWithoutConsent) as refused:
        visits.name_host(visit=made.visit, function=text("Directrice"), name="Anna", by=made.chair, at=DURING)
    assert str(refused.value) == (
        "Sans accord écrit de cette personne, son nom reste hors de la visite : "
        "gardez sa fonction seule, ou notez la date de son accord."
    )
    assert not Host.objects.exists()
    assert LedgerEvent.objects.count() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Host.objects.create(visit=made.visit, function=text("Directrice"), name="Anna")


def test_name_host_shows_the_name_as_far_as_the_consent_goes() -> None:
    made = team()
    host = visits.name_host(
        visit=made.visit,
        function=text("Directrice"),
        name="Anna Beispiel",
        consent_on=FIRST,
        consent_scope="programme",
        by=made.chair,
        at=DURING,
    )
    shown = [host.name_for(audience, DURING) for audience in ("team", "programme", "public")]
    assert shown == ["Anna Beispiel", "Anna Beispiel", ""]
    assert host.consent is not None
    visits.withdraw_consent(consent=host.consent, by=made.chair, at=AFTER)
    host.refresh_from_db()
    assert host.name == ""
    assert host.consent.withdrawn_at == AFTER
    with pytest.raises(visits.ConsentAlreadyWithdrawn):
        visits.withdraw_consent(consent=host.consent, by=made.chair, at=AFTER)
    with pytest.raises(visits.ConsentInTheFuture):
        visits.name_host(
            visit=made.visit,
            function=text("D"),
            name="A",
            consent_on=date(2019, 1, 1),
            by=made.chair,
            at=DURING,
        )


def test_no_name_of_a_host_enters_the_ledger() -> None:
    made = team()
    visits.name_host(
        visit=made.visit, function=text("F"), name="Zeitgeist", consent_on=FIRST, by=made.chair, at=DURING
    )
    assert "Zeitgeist" not in str(list(LedgerEvent.objects.order_by("pk").values()))


def test_schedule_slot_stays_within_the_visit() -> None:
    made, other = team(), team(flow(programme(slug="autre")))
    with pytest.raises(visits.DayOutsideVisit) as refused:
        visits.schedule_slot(
            visit=made.visit, day=date(2018, 3, 17), purpose=text("P"), by=made.chair, at=BEFORE
        )
    assert str(refused.value) == (
        "Le 17 mars 2018 n'est pas un jour de cette visite, qui va du 12 mars 2018 au 16 mars 2018."
    )
    host = visits.name_host(visit=other.visit, function=text("F"), by=other.chair, at=DURING)
    with pytest.raises(visits.HostOfAnotherVisit):
        visits.schedule_slot(
            visit=made.visit, day=FIRST, purpose=text("P"), host=host, by=made.chair, at=BEFORE
        )


def test_note_cell_explains_an_empty_cell_and_no_other() -> None:
    made = team()
    visits.note_cell(
        visit=made.visit, criterion=made.cell(0), reason="not_applicable", by=made.member, at=DURING
    )
    visits.note_cell(visit=made.visit, criterion=made.cell(1), reason="planned", by=made.member, at=DURING)
    coverage = team_coverage(made.visit)
    assert (coverage.cells, coverage.observed, coverage.empty, coverage.share) == (40, 0, 39, 0)
    observation(made, cell=1)
    assert not CellNote.objects.filter(reason="planned").exists()
    with pytest.raises(visits.CellHasSheets):
        visits.note_cell(
            visit=made.visit, criterion=made.cell(1), reason="refused", by=made.member, at=DURING
        )
    assert (
        visits.note_cell(visit=made.visit, criterion=made.cell(0), reason="", by=made.member, at=DURING)
        is None
    )
    assert team_coverage(made.visit).empty == 39


def test_coverage_is_of_the_cells_that_apply() -> None:
    """40 cells, 4 of them without object, 27 observed: 27 of 36 are 75 %."""
    made = team()
    for number in range(4):
        visits.note_cell(
            visit=made.visit, criterion=made.cell(number), reason="not_applicable", by=made.chair, at=DURING
        )
    for number in range(4, 31):
        observation(made, cell=number)
    coverage = team_coverage(made.visit)
    assert (coverage.observed, coverage.share, coverage.empty) == (27, 75, 9)


def test_call_debrief_tells_each_member_how_many_cells_are_empty() -> None:
    made = team()
    observation(made)
    visits.call_debrief(visit=made.visit, day=date(2018, 3, 15), by=made.chair, at=DURING)
    notices = list(Notice.objects.order_by("pk"))
    assert {n.person for n in notices} == {person(made.chair), person(made.member)}
    assert {str(n.expectation) for n in notices} == {"Débrief du 15/03/2018 : 39 cases vides"}
    assert {n.due_at for n in notices} == {datetime(2018, 3, 15, 19, 0, tzinfo=UTC)}
    held = visits.hold_debrief(
        visit=made.visit, day=date(2018, 3, 15), text="Reste l'évaluation.", by=made.chair, at=DURING
    )
    assert (held.observed, held.empty) == (1, 39)
    assert not Notice.objects.filter(done_at=None).exists()
    with pytest.raises(visits.DebriefTwice) as refused:
        visits.call_debrief(visit=made.visit, day=date(2018, 3, 15), by=made.chair, at=DURING)
    assert str(refused.value) == (
        "Le débrief du 15 mars 2018 est déjà tenu ; celui du lendemain reste à tenir."
    )


def test_close_debriefs_calls_for_the_synthesis_once_the_stay_is_over() -> None:
    made = team()
    with pytest.raises(visits.VisitNotOver):
        visits.close_debriefs(visit=made.visit, by=made.chair, at=DURING)
    over = visits.close_debriefs(visit=made.visit, by=made.chair, at=AFTER)
    assert over.state == "debriefed"
    waiting = Notice.objects.filter(done_at=None)
    assert {n.person for n in waiting.order_by("pk")} == {person(made.chair), person(made.member)}
    with pytest.raises(TransitionRefused):
        visits.close_debriefs(visit=made.visit, by=made.chair, at=AFTER)
    visits.reopen_visit(visit=made.visit, by=made.chair, at=AFTER)
    assert not waiting.exists()
    visits.close_debriefs(visit=made.visit, by=made.chair, at=AFTER)
    with pytest.raises(TransitionRefused):
        visits.close_visit(visit=made.visit, by=made.chair, at=AFTER)
    written = observation(made, open_to="team")
    syntheses.write_claim(
        visit=made.visit, kind="convergence", text="Vu.", cites=[written], by=made.chair, at=AFTER
    )
    syntheses.publish_synthesis(visit=made.visit, by=made.chair, at=AFTER)
    assert visits.close_visit(visit=made.visit, by=made.chair, at=AFTER).state == "closed"
    with pytest.raises(visits.VisitClosed):
        observation(made)


def test_a_visit_is_run_by_its_chair_or_its_organiser() -> None:
    made = team(published=False)
    with pytest.raises(RightMissing):
        visits.publish_visit(visit=made.visit, by=made.member, at=BEFORE)
    visits.publish_visit(visit=made.visit, by=organiser(made.visit.flow.organiser), at=BEFORE)
    with pytest.raises(visits.VisitAlreadyPublished):
        visits.publish_visit(visit=made.visit, by=made.chair, at=BEFORE)


# sheets


def test_write_observation_refuses_a_cell_of_another_version_naming_the_visits_own() -> None:
    made = team()
    other = grid(code=made.visit.grid.code, version="2.0.0").criteria.order_by("pk")[0]
    with pytest.raises(visits.CriterionOutsideGrid) as refused:
        observations.write_observation(
            visit=made.visit, criterion=other, sheet=sheet(), by=made.chair, at=DURING
        )
    assert str(refused.value) == (
        "La case « theme-1_element-1 » n'est pas de la grille de cette visite (Grille de test, version 1.0.0) ; "
        "choisissez l'une de ses 40 cases."
    )
    assert not Observation.objects.exists()


def test_write_observation_needs_a_fact_and_a_day_of_the_visit() -> None:
    made = team()

    def write(**fields: object) -> None:
        observations.write_observation(
            visit=made.visit, criterion=made.cell(), sheet=sheet(**fields), by=made.chair, at=DURING
        )

    with pytest.raises(observations.FactMissing) as refused:
        write(fact="   ")
    assert str(refused.value) == (
        "Notez au moins un fait : ce qui a été vu, dit ou lu, sans jugement. Une phrase suffit."
    )
    with pytest.raises(observations.ObservedOutsideVisit):
        write(observed_at=AFTER)
    with pytest.raises(observations.VerdictWithoutReason) as judged:
        write(verdict="not_here")
    assert str(judged.value) == "Vous jugez cela « pas chez nous » : dites pourquoi, une phrase suffit."
    with pytest.raises(NotOnTheList):
        write(verdict="peut-être", verdict_reason="Parce que.")
    with pytest.raises(NotOnTheList):
        write(language="n'importe quoi")
    with pytest.raises(TextTooLong):
        write(fact="x" * 10_001)
    assert not Observation.objects.exists()


def test_write_observation_counts_days_on_the_hosts_clock() -> None:
    """23:30 in Vienna on the last day is still that day, though it is later elsewhere."""
    made = team()
    late = datetime(2018, 3, 16, 22, 30, tzinfo=UTC)
    observations.write_observation(
        visit=made.visit, criterion=made.cell(), sheet=sheet(observed_at=late), by=made.chair, at=DURING
    )
    with pytest.raises(observations.ObservedOutsideVisit):
        observations.write_observation(
            visit=made.visit,
            criterion=made.cell(),
            sheet=sheet(observed_at=datetime(2018, 3, 16, 23, 30, tzinfo=UTC)),
            by=made.chair,
            at=DURING,
        )


def test_write_observation_sent_twice_is_there_once() -> None:
    made = team()
    number = UUID("0190f2f2-0000-7000-8000-000000000001")
    sent = [
        observations.write_observation(
            visit=made.visit,
            criterion=made.cell(),
            sheet=sheet(fact),
            client_uuid=number,
            by=made.chair,
            at=DURING,
        )
        for fact in ("Un fait.", "Un autre.")
    ]
    assert sent[0] == sent[1]
    assert Observation.objects.get().fact == "Un fait."
    with pytest.raises(observations.UuidOfAnotherSheet):
        observations.write_observation(
            visit=made.visit,
            criterion=made.cell(),
            sheet=sheet(),
            client_uuid=number,
            by=made.member,
            at=DURING,
        )


def test_write_observation_is_for_the_team() -> None:
    made, other = team(), team(flow(programme(slug="autre")))
    for stranger in (other.chair, organiser(made.visit.flow.organiser), Actor.visitor()):
        with pytest.raises(RightMissing):
            observation(made, by=stranger)


def test_change_observation_overwrites_nothing() -> None:
    made = team()
    draft = observation(made, fact="Premier")
    observations.change_observation(
        observation=draft, version=1, sheet=sheet("Deuxième"), by=made.chair, at=DURING
    )
    with pytest.raises(WrittenMeanwhile) as refused:
        observations.change_observation(
            observation=draft, version=1, sheet=sheet("Troisième"), by=made.chair, at=DURING
        )
    assert (refused.value.theirs.fact, refused.value.mine.fact) == ("Deuxième", "Troisième")
    assert Observation.objects.get().fact == "Deuxième"


def test_somebody_elses_draft_is_unknown_and_a_shared_sheet_stands() -> None:
    made = team()
    draft = observation(made)
    for verb, fields in (
        (observations.change_observation, {"version": 1, "sheet": sheet()}),
        (observations.share_observation, {}),
        (observations.withdraw_observation, {}),
    ):
        with pytest.raises(Unknown):
            verb(observation=draft, by=made.member, at=DURING, **fields)
    observations.share_observation(observation=draft, by=made.chair, at=DURING)
    with pytest.raises(observations.NotYourSheet):
        observations.change_observation(
            observation=draft, version=2, sheet=sheet(), by=made.member, at=DURING
        )
    with pytest.raises(observations.SheetIsShared) as refused:
        observations.change_observation(observation=draft, version=2, sheet=sheet(), by=made.chair, at=DURING)
    assert str(refused.value) == (
        "Cette fiche est partagée et ne change plus ; retirez-la, ou écrivez-en une autre pour la case."
    )


def test_beyond_the_team_whoever_coordinates_opens_a_sheet_and_nobody_closes_it() -> None:
    made = team()
    shared = observation(made, by=made.member, open_to="team")
    with pytest.raises(RightMissing):
        observations.share_observation(observation=shared, audience="public", by=made.member, at=DURING)
    observations.share_observation(observation=shared, audience="programme", by=made.chair, at=DURING)
    with pytest.raises(observations.AlreadyWiderShared) as refused:
        observations.share_observation(observation=shared, audience="team", by=made.chair, at=DURING)
    assert str(refused.value) == (
        "Cette fiche est déjà ouverte à : les équipes du programme. Pour la fermer, retirez-la."
    )


def test_withdraw_observation_erases_its_words() -> None:
    made = team()
    shared = observation(made, open_to="team", fact="À effacer", interpretation="Aussi")
    with pytest.raises(RightMissing):
        observations.withdraw_observation(observation=shared, by=made.member, at=DURING)
    observations.withdraw_observation(observation=shared, by=made.chair, at=DURING)
    shared.refresh_from_db()
    assert (shared.state, shared.fact, shared.interpretation) == ("withdrawn", "", "")
    assert team_coverage(made.visit).observed == 0
    with pytest.raises(TransitionRefused):
        observations.share_observation(observation=shared, by=made.chair, at=DURING)


# practices


def test_draft_practice_rests_on_shared_sheets_of_its_visit() -> None:
    made, other = team(), team(flow(programme(slug="autre")))
    foreign = observation(other, open_to="team")
    for cites in ([observation(made)], [foreign]):
        with pytest.raises(practices.SheetNotCitable) as refused:
            practice(made, cites=cites)
        assert str(refused.value) == (
            "On ne cite que les fiches partagées de cette visite ; partagez la vôtre, puis choisissez-la."
        )
    with pytest.raises(practices.PracticeCitesNothing):
        practices.draft_practice(visit=made.visit, practice=practice_said([]), by=made.chair, at=AFTER)
    with pytest.raises(WordingMissing):
        practice(made, title=NO_TEXT)


def test_publish_practice_needs_a_published_visit() -> None:
    made = team(published=False)
    card = practice(made)
    with pytest.raises(practices.VisitNotPublished):
        practices.publish_practice(card=card, by=made.chair, at=AFTER)
    visits.publish_visit(visit=made.visit, by=made.chair, at=AFTER)
    with pytest.raises(RightMissing):
        practices.publish_practice(card=card, by=made.member, at=AFTER)
    assert practices.publish_practice(card=card, by=made.chair, at=AFTER).published_at == AFTER
    with pytest.raises(practices.PracticeAlreadyPublished):
        practices.publish_practice(card=card, by=made.chair, at=AFTER)


def test_change_practice_overwrites_nothing() -> None:
    made = team()
    card = practice(made)
    cites = list(card.cites.order_by("pk"))
    practices.change_practice(
        card=card, version=1, practice=practice_said(cites, title=text("Deux")), by=made.member, at=AFTER
    )
    with pytest.raises(WrittenMeanwhile):
        practices.change_practice(
            card=card, version=1, practice=practice_said(cites, title=text("Trois")), by=made.chair, at=AFTER
        )
    card.refresh_from_db()
    assert str(card.title) == "Deux"


# actions at home


def test_action_plan_goes_from_plan_to_adjustment() -> None:
    body = OrganisationFactory.create(kind="academie")
    by = organiser(body)
    plan = action_plan(body)
    action_plans.change_action_plan(plan=plan, version=1, details=plan_said(target="70 %"), by=by, at=AFTER)
    action_plans.adopt_action_plan(plan=plan, by=by, at=AFTER)
    with pytest.raises(action_plans.PlanIsAdopted):
        action_plans.change_action_plan(plan=plan, version=3, details=plan_said(), by=by, at=AFTER)
    with pytest.raises(TransitionRefused):
        action_plans.evaluate_action_plan(plan=plan, measured="1", by=by, at=AFTER)
    action_plans.start_action_plan(plan=plan, by=by, at=AFTER)
    with pytest.raises(action_plans.EvaluationWithoutMeasure) as refused:
        action_plans.evaluate_action_plan(plan=plan, measured=" ", by=by, at=AFTER)
    assert str(refused.value) == (
        "Mesurez « Part des élèves revenus », ou dites pourquoi ce n'est pas mesuré : une phrase suffit."
    )
    with pytest.raises(action_plans.MeasuredInTheFuture):
        action_plans.evaluate_action_plan(
            plan=plan, measured="55 %", measured_on=date(2030, 1, 1), by=by, at=AFTER
        )
    found = action_plans.evaluate_action_plan(plan=plan, measured="55 %", by=by, at=AFTER)
    assert (found.axis, found.measured_on) == ("check", AFTER.date())
    action_plans.adjust_action_plan(
        plan=plan, adjustment=text("Un mois de plus"), due_on=date(2019, 7, 31), by=by, at=AFTER
    )
    action_plans.start_action_plan(plan=plan, by=by, at=AFTER)
    found = action_plans.evaluate_action_plan(
        plan=plan, unmeasured_reason=text("Le relevé manque"), by=by, at=AFTER
    )
    assert (found.measured, found.measured_on) == ("", None)
    assert action_plans.close_action_plan(plan=plan, by=by, at=AFTER).state == "closed"


def test_action_plan_refuses_what_nobody_could_follow() -> None:
    with pytest.raises(action_plans.TargetMissing):
        action_plan(target="  ")
    with pytest.raises(EndsBeforeStart):
        action_plan(due_on=date(2018, 1, 1))
    with pytest.raises(WordingMissing):
        action_plan(owner=NO_TEXT)


def test_action_plan_is_of_those_who_act_for_its_body() -> None:
    plan = action_plan()
    with pytest.raises(RightMissing):
        action_plans.adopt_action_plan(plan=plan, by=organiser(OrganisationFactory.create()), at=AFTER)
    with pytest.raises(RightMissing):
        action_plans.adopt_action_plan(plan=plan, by=team().chair, at=AFTER)


def test_adopt_action_plan_waits_for_its_practice() -> None:
    made = team()
    card = practice(made)
    plan = action_plan(made.visit.flow.organiser, card=card)
    with pytest.raises(action_plans.PracticeNotPublished):
        action_plans.adopt_action_plan(plan=plan, by=TESTS, at=AFTER)
    practices.publish_practice(card=card, by=made.chair, at=AFTER)
    assert action_plans.adopt_action_plan(plan=plan, by=TESTS, at=AFTER).adopted_at == AFTER


def test_link_plan_obeys_the_rule_of_recommendations() -> None:
    body = OrganisationFactory.create(kind="academie")
    by = organiser(body)
    recommendation = texts.published()
    early = action_plan(body, starts_on=date(2016, 9, 1))
    with pytest.raises(action_plans.PlanNotAdopted) as refused:
        action_plans.link_plan_to_recommendation(
            plan=early, recommendation=recommendation, relation="implements", by=by, at=AFTER
        )
    assert str(refused.value) == (
        "Cette action est encore en préparation ; adoptez-la avant de la relier à une recommandation."
    )
    action_plans.adopt_action_plan(plan=early, by=by, at=AFTER)
    with pytest.raises(ActionPrecedesRecommendation) as rule:
        action_plans.link_plan_to_recommendation(
            plan=early, recommendation=recommendation, relation="implements", by=by, at=AFTER
        )
    assert str(rule.value) == (
        "Cette action débute en 2016, la recommandation date de 2017 : choisissez « précède » ou « illustre »."
    )
    link = action_plans.link_plan_to_recommendation(
        plan=early, recommendation=recommendation, relation="precedes", by=by, at=AFTER
    )
    assert (link.action_urn, link.started, link.organisation) == (early.urn, date(2016, 9, 1), body)


def test_each_verb_leaves_one_event_of_its_own() -> None:
    made = team()
    before = LedgerEvent.objects.count()
    draft = observation(made)
    observations.share_observation(observation=draft, by=made.chair, at=DURING)
    found = list(LedgerEvent.objects.order_by("pk").values_list("what", flat=True))[before:]
    assert found == ["mobility.write_observation", "mobility.share_observation"]
    event = LedgerEvent.objects.order_by("pk").last()
    assert event is not None
    assert event.book == made.visit.urn
    assert "Un fait" not in str(event.data)
