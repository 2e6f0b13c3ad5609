"""Reading data sets, runs and their tables; what the forms offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from polyphonie.evidence.models import Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import may
from polyphonie.network.models import Organisation

from ...enums import Reason
from ...models import (
    Dataset,
    Design,
    EstimateRun,
    EstimateTable,
    PublishedFigure,
    Round,
    Threshold,
    bodies_analysed_by,
)
from ...states import DATASET, RUN, TABLE
from ..designs import DesignTerms, Scale
from ..runs import reason_in_words
from ..tables import thresholds_of, unit_of


@dataclass(frozen=True, slots=True)
class CellShown:
    """One line of a table. ``reason`` stands where there is no value."""

    key: str
    labels: tuple[LocalisedText, ...]
    part: str
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int | None
    schools: int | None
    reason: str
    reason_label: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class RunPage:
    """Everything that the page of a run shows."""

    run: EstimateRun
    state_label: Any
    scale: Scale
    unit: LocalisedText
    by: tuple[tuple[str, LocalisedText], ...]
    where: tuple[tuple[LocalisedText, LocalisedText], ...]
    thresholds: tuple[Threshold, ...]
    table: EstimateTable | None
    table_label: Any
    cells: tuple[CellShown, ...]
    command: str
    why: str
    may_compute: bool
    may_review: bool

    @property
    def is_public(self) -> bool:
        return self.table is not None and self.table.state == "published"

    @property
    def has_levels(self) -> bool:
        return any(cell.part for cell in self.cells)


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """Everything that the page of a data set shows. Nothing of its rows."""

    dataset: Dataset
    state_label: Any
    terms: DesignTerms
    may_compute: bool
    may_keep: bool
    may_download: bool
    runs: tuple[EstimateRun, ...]


def dataset_page(uid: UUID, viewer: Actor, at: datetime) -> DatasetPage:
    """The page of a data set, for those who may know of it. Raises :class:`Unknown`."""
    dataset = known_dataset(uid, viewer, at)
    return DatasetPage(
        dataset,
        DATASET.label(dataset.state),
        DesignTerms.of(dataset.design),
        Dataset.objects.readable_by(viewer, at).filter(pk=dataset.pk).exists(),
        may("assessments.keep_dataset", viewer, dataset),
        Dataset.objects.downloadable_by(viewer, at).filter(pk=dataset.pk).exists(),
        tuple(
            EstimateRun.objects.readable_by(viewer, at)
            .filter(dataset=dataset)
            .select_related("dataset", "table")
            .order_by("-asked_at", "-pk")
        ),
    )


def known_dataset(uid: UUID, viewer: Actor, at: datetime) -> Dataset:
    """The data set, for those who may know of it; the same :class:`Unknown` for the others and for none."""
    dataset = (
        Dataset.objects.announced_to(viewer, at)
        .select_related("owner", "design", "round__assessment")
        .filter(uid=uid)
        .first()
    )
    if dataset is None:
        raise Unknown()
    return dataset


def downloadable_dataset(uid: UUID, viewer: Actor, at: datetime) -> Dataset:
    """The data set whose file may leave: open and ready. For any other one :class:`Unknown`."""
    dataset = Dataset.objects.downloadable_by(viewer, at).filter(uid=uid).first()
    if dataset is None:
        raise Unknown()
    return dataset


def readable_run(uid: UUID, viewer: Actor, at: datetime) -> EstimateRun:
    """The run. Raises :class:`Unknown`."""
    run = (
        EstimateRun.objects.readable_by(viewer, at)
        .select_related("dataset__owner", "dataset__design", "dataset__round__assessment")
        .filter(uid=uid)
        .first()
    )
    if run is None:
        raise Unknown()
    return run


def run_page(uid: UUID, viewer: Actor, at: datetime) -> RunPage:
    """The page of a run, with its table as far as the viewer may read it."""
    run = readable_run(uid, viewer, at)
    dataset = run.dataset
    known = dataset.reporting_columns()
    table = EstimateTable.objects.filter(run=run).first()
    figures = {
        published.cell: published.figure
        for published in PublishedFigure.objects.filter(run=run).select_related("figure").order_by("pk")
    }
    return RunPage(
        run,
        RUN.label(run.state),
        DesignTerms.of(dataset.design).scale(run.spec["scale"]),
        unit_of(run),
        tuple((column, known.get(column, LocalisedText({"fr": column}))) for column in run.spec["by"]),
        tuple(
            (known.get(column, LocalisedText({"fr": column})), dataset.value_label(column, value))
            for column, value in sorted(run.spec["where"].items())
        ),
        tuple(thresholds_of(run)),
        table,
        TABLE.label(table.state) if table else "",
        tuple(_shown(dataset, cell, figures) for cell in (table.cells if table else [])),
        command_of(run),
        reason_in_words(run),
        may("assessments.compute", viewer, dataset),
        may("assessments.review_table", viewer, dataset),
    )


def run_of_figure(figure: Figure) -> PublishedFigure | None:
    """What a figure about pupils stands on: the run and its cell, or what was entered by hand."""
    return (
        PublishedFigure.objects.filter(figure=figure)
        .select_related(
            "run__dataset__owner", "run__dataset__design", "run__table", "threshold", "round__assessment"
        )
        .first()
    )


def command_of(run: EstimateRun) -> str:
    """The command that makes the same table from the same file."""
    return f"polyphonie estimate {run.dataset.short_hash}.csv {run.spec_hash[:12]}.json"


def designs_offered() -> QuerySet[Design]:
    """Every design, the latest version first."""
    return Design.objects.order_by("slug", "-version")


def rounds_offered() -> QuerySet[Round]:
    return Round.objects.select_related("assessment").order_by("assessment__slug", "-year")


def owners_offered(viewer: Actor) -> QuerySet[Organisation]:
    """The bodies for which the viewer may deposit a file."""
    bodies = Organisation.objects.order_by("slug")
    return bodies if viewer.is_system else bodies.filter(uid__in=bodies_analysed_by(viewer))


def thresholds_offered(dataset: Dataset) -> QuerySet[Threshold]:
    """The thresholds on the scales of a data set."""
    scales = DesignTerms.of(dataset.design).scales
    return Threshold.objects.filter(
        unit__in=[s.unit for s in scales], scale__in=[s.key for s in scales]
    ).order_by("scale", "value", "owner")


def _shown(dataset: Dataset, cell: dict[str, Any], figures: dict[str, Figure]) -> CellShown:
    reason = cell["reason"]
    return CellShown(
        cell["key"],
        tuple(dataset.value_label(column, value) for column, value in cell["labels"]),
        cell["part"],
        cell["value"],
        cell["se"],
        cell["low"],
        cell["high"],
        cell["n"],
        cell["schools"],
        reason,
        str(Reason(reason).label) if reason in Reason.values else reason,
        figures.get(cell["key"]),
    )
