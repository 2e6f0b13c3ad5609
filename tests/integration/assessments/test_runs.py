"""A run is asked for, carried out, stored once, told of; its table is published; a cell becomes a figure."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from polyphonie.assessments.domain import runs
from polyphonie.assessments.domain.queries.computing import run_page
from polyphonie.assessments.domain.repeating import AnotherFile, repeat_run
from polyphonie.assessments.domain.runs import (
    ColumnNotForTables,
    DatasetNotReady,
    ThresholdMissing,
    ThresholdOfAnotherScale,
    TooManyCrossed,
    ask_run,
    cancel_run,
    carry_out,
)
from polyphonie.assessments.domain.tables import (
    CellPublishedAlready,
    CellUnknown,
    CellWithoutStandardError,
    CellWithoutValue,
    OwnTableReviewed,
    TableNotPublished,
    publish_figure,
    publish_table,
    review_table,
    withdraw_table,
)
from polyphonie.assessments.interfaces.exporters import run_json
from polyphonie.assessments.models import EstimateRun, EstimateTable, PublishedFigure
from polyphonie.evidence.models import Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Refusal, RightMissing
from polyphonie.kernel.models import LedgerEvent
from polyphonie.kernel.states import TransitionRefused
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice
from tests.factories.assessments import (
    SYSTEM,
    analyst_of,
    file_of,
    ready,
    received,
    run_on,
    threshold,
)
from tests.factories.network import OrganisationFactory, TerritoryFactory, actor_with

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
PUBLIC = Actor.visitor()


def table_of(run: EstimateRun) -> EstimateTable:
    return EstimateTable.objects.get(run=run)


def test_run_gives_cells_with_standard_error_and_tells_who_asked() -> None:
    owner = OrganisationFactory.create()
    analyst = analyst_of(owner)
    run = run_on(ready(owner), by=analyst, breakdown=["SEXE"])
    assert (run.state, run.progress, run.reason) == ("done", 100, "")
    cells = {cell["key"]: cell for cell in table_of(run).cells}
    assert set(cells) == {"PAYS=A|SEXE=F", "PAYS=A|SEXE=G", "PAYS=C|SEXE=F", "PAYS=C|SEXE=G"}
    assert cells["PAYS=A|SEXE=F"]["se"] > 0
    assert cells["PAYS=C|SEXE=F"]["value"] is None
    notice = Notice.objects.get()
    assert notice.expectation.read("fr") == "Votre calcul est terminé : « Fichier d'exemple »."
    assert notice.expectation.read("en") == "Your run is done: “Example file”."
    assert [e.what for e in LedgerEvent.objects.filter(urn=run.urn).order_by("pk")] == [
        "assessments.ask_run",
        "assessments.start_run",
        "assessments.finish_run",
    ]


def test_same_file_specification_and_version_give_the_stored_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = OrganisationFactory.create()
    dataset = ready(owner)
    first = run_on(dataset, by=analyst_of(owner))
    colleague = analyst_of(owner)
    again = ask_run(dataset=dataset, statistic="mean", scale="lecture", by=colleague, at=AT)
    assert again == first
    assert LedgerEvent.objects.filter(urn=first.urn, what="assessments.ask_run").last().data["stored"] is True
    assert first.requests.count() == 2
    assert carry_out(run=again).state == "done"
    assert EstimateTable.objects.count() == 1
    monkeypatch.setattr(runs, "PACKAGE", "ilsa 99.0")
    newer = ask_run(dataset=dataset, statistic="mean", scale="lecture", by=colleague, at=AT)
    assert newer != first


def test_replicate_estimates_are_kept_beside_the_table_under_their_hash() -> None:
    run = run_on(ready())
    kept = settings.ASSESSMENTS_DIR / "results" / f"{run.uid}.npz"
    assert len(run.result_hash) == 64
    assert kept.stat().st_mode & 0o077 == 0


def test_ask_run_refuses_what_cannot_be_computed_or_cited() -> None:
    dataset = ready()
    values = {"dataset": dataset, "statistic": "mean", "scale": "lecture", "by": SYSTEM, "at": AT}
    with pytest.raises(ColumnNotForTables) as by_school:
        ask_run(**{**values, "breakdown": ["ECOLE"]})
    assert str(by_school.value) == (
        "On ne ventile pas par « ECOLE » ; ce jeu de données offre : PAYS, SEXE, LANGUE."
    )
    with pytest.raises(ColumnNotForTables):
        ask_run(**{**values, "where": {"rwgt0": "1"}})
    with pytest.raises(TooManyCrossed):
        ask_run(**{**values, "breakdown": ["SEXE", "LANGUE"], "where": {"PAYS": "A"}})
    with pytest.raises(ThresholdMissing):
        ask_run(**{**values, "statistic": "below"})
    with pytest.raises(ThresholdOfAnotherScale):
        ask_run(**{**values, "statistic": "below", "thresholds": [threshold(unit="TIMSS")]})
    with pytest.raises(Refusal, match="n'est pas de ce plan"):
        ask_run(**{**values, "scale": "mathematiques"})
    with pytest.raises(DatasetNotReady):
        ask_run(**{**values, "dataset": received(content=file_of(seed=3))})
    assert EstimateRun.objects.count() == 0


def test_computing_follows_the_access_level() -> None:
    owner = OrganisationFactory.create()
    restricted = ready(owner, access="restricted")
    named = actor_with(Role.ANALYST, restricted.urn)
    other = analyst_of(OrganisationFactory.create())
    with pytest.raises(RightMissing):
        ask_run(dataset=restricted, statistic="mean", scale="lecture", by=other, at=AT)
    assert run_on(restricted, by=named).state == "done"


def test_run_is_read_by_who_asked_and_by_its_owner_until_it_is_published() -> None:
    owner = OrganisationFactory.create()
    asking = analyst_of(OrganisationFactory.create())
    run = run_on(ready(owner), by=asking)
    other = analyst_of(OrganisationFactory.create())

    def readers() -> list[bool]:
        viewers = (asking, analyst_of(owner), other, PUBLIC)
        return [EstimateRun.objects.readable_by(v, AT).filter(pk=run.pk).exists() for v in viewers]

    assert readers() == [True, True, False, False]
    table = publish_table(run=run, by=asking, at=AT)
    assert readers() == [True, True, True, True]
    withdraw_table(table=table, by=SYSTEM, at=AT)
    assert readers() == [True, True, False, False]


def test_restricted_table_is_reviewed_by_somebody_else_first() -> None:
    owner = OrganisationFactory.create()
    asking, colleague = analyst_of(owner), analyst_of(owner)
    run = run_on(ready(owner, access="restricted"), by=asking)
    with pytest.raises(Refusal, match="une autre personne relit"):
        publish_table(run=run, by=asking, at=AT)
    with pytest.raises(OwnTableReviewed):
        review_table(table=table_of(run), by=asking, at=AT)
    review_table(table=table_of(run), by=colleague, at=AT)
    assert publish_table(run=run, by=asking, at=AT).state == "published"


def test_cancelled_run_leaves_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = ready()
    run = ask_run(dataset=dataset, statistic="mean", scale="lecture", by=SYSTEM, at=AT)
    assert cancel_run(run=run, by=SYSTEM, at=AT).state == "cancelled"
    assert carry_out(run=run).state == "cancelled"
    second = ask_run(dataset=dataset, statistic="mean", scale="lecture", by=SYSTEM, at=AT)
    assert second != run
    shown = runs.show_progress

    def stopped_meanwhile(found: EstimateRun, percent: int) -> None:
        EstimateRun.objects.filter(pk=found.pk).update(state="cancelled")
        shown(found, percent)

    monkeypatch.setattr(runs, "show_progress", stopped_meanwhile)
    assert carry_out(run=second).state == "cancelled"
    assert not EstimateTable.objects.exists()
    with pytest.raises(TransitionRefused):
        cancel_run(run=second, by=SYSTEM, at=AT)


def test_run_on_a_file_that_changed_on_disk_is_refused_with_the_reason() -> None:
    dataset = ready()
    kept = settings.ASSESSMENTS_DIR / "files" / dataset.sha256[:2] / dataset.sha256 / "columns.npz"
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1])
    try:
        run = run_on(dataset)
    finally:
        kept.write_bytes(whole)
    assert run.state == "refused"
    assert "ne correspond plus à son empreinte" in run.reason
    assert not EstimateTable.objects.exists()


def published(**wanted: object) -> EstimateTable:
    run = run_on(ready(source_label="Exemple"), **wanted)
    return publish_table(run=run, by=SYSTEM, at=AT)


def test_publish_figure_writes_value_error_unit_definition_year_and_source() -> None:
    table = published(statistic="below", thresholds=[threshold()])
    place = TerritoryFactory.create()
    figure = publish_figure(table=table, cell="PAYS=A", territory=place, by=SYSTEM, at=AT)
    cell = table.cell("PAYS=A")
    assert cell is not None
    figure = Figure.objects.get(pk=figure.pk)
    assert figure.value == Decimal(repr(round(cell["value"], 6)))
    assert figure.standard_error == Decimal(repr(round(cell["se"], 6)))
    assert (figure.year, figure.territory, figure.is_fictitious) == (2019, place, True)
    assert figure.unit.read("fr") == "%"
    assert figure.definition.read("fr") == (
        "Part des élèves sous 595,1 (Banque mondiale) sur l'échelle lecture (PASEC2014). "
        "Population : élèves de 6e année, Pays : A."
    )
    assert figure.definition.read("en") == (
        "Share of pupils below 595.1 (Banque mondiale) on the reading scale (PASEC2014). "
        "Population: grade 6 pupils, Country: A."
    )
    assert figure.label.read("en") == "reading, pupils below 595.1, A"
    assert figure.source_label == f"Exemple ({table.run.dataset.short_hash})"
    assert PublishedFigure.objects.get().figure == figure
    causes = LedgerEvent.objects.get(what="assessments.publish_figure")
    assert set(LedgerEvent.objects.filter(caused_by=causes.event_id).values_list("what", flat=True)) == {
        "evidence.add_figure",
        "evidence.publish_figure",
    }


def test_publish_figure_refuses_without_value_without_error_unpublished_and_twice() -> None:
    run = run_on(ready())
    table = table_of(run)
    with pytest.raises(TableNotPublished):
        publish_figure(table=table, cell="PAYS=A", by=SYSTEM, at=AT)
    table = publish_table(run=run, by=SYSTEM, at=AT)
    with pytest.raises(CellUnknown):
        publish_figure(table=table, cell="PAYS=Z", by=SYSTEM, at=AT)
    with pytest.raises(CellWithoutValue) as withheld:
        publish_figure(table=table, cell="PAYS=C", by=SYSTEM, at=AT)
    assert str(withheld.value) == (
        "Cette case n'a pas de valeur (trop peu d'écoles) ; on ne publie pas un chiffre sans valeur."
    )
    cells = [{**cell, "se": None} if cell["key"] == "PAYS=A" else cell for cell in table.cells]
    EstimateTable.objects.filter(pk=table.pk).update(cells=cells)
    with pytest.raises(CellWithoutStandardError) as bare:
        publish_figure(table=table, cell="PAYS=A", by=SYSTEM, at=AT)
    assert str(bare.value) == (
        "Cette estimation n'a pas d'erreur type ; elle ne devient pas un chiffre. Refaites le calcul."
    )
    assert not Figure.objects.exists()
    EstimateTable.objects.filter(pk=table.pk).update(cells=table.cells)
    publish_figure(table=table, cell="PAYS=A", by=SYSTEM, at=AT)
    with pytest.raises(CellPublishedAlready):
        publish_figure(table=table, cell="PAYS=A", by=SYSTEM, at=AT)
    assert Figure.objects.count() == 1


def test_described_run_and_file_make_the_same_table_again(tmp_path: Path) -> None:
    """What the run page names as its command, without the database's table."""
    run = run_on(ready(), breakdown=["SEXE"])
    (tmp_path / "run.json").write_text(json.dumps(run_json(run_page(run.uid, SYSTEM, AT))))
    (tmp_path / "file.csv").write_bytes(file_of())
    cells, told = repeat_run(tmp_path / "file.csv", tmp_path / "run.json")
    assert [cell.as_dict() for cell in cells] == table_of(run).cells
    assert told == ""
    (tmp_path / "other.csv").write_bytes(file_of(seed=5))
    with pytest.raises(AnotherFile):
        repeat_run(tmp_path / "other.csv", tmp_path / "run.json")
