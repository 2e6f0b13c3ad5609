"""Reading rounds: the list, one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown

from ...models import Assessment, Dataset, EstimateRun, Round, RoundDate, RoundQuerySet, RoundTerritory


@dataclass(frozen=True, slots=True)
class AssessmentShown:
    """An assessment with its rounds, the latest first."""

    assessment: Assessment
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True)
class RoundPage:
    """Everything that the page of a round shows."""

    round: Round
    calendar: tuple[RoundDate, ...]
    territories: tuple[RoundTerritory, ...]
    datasets: tuple[Dataset, ...]
    runs: tuple[EstimateRun, ...]


def assessments_shown(viewer: Actor, at: datetime) -> list[AssessmentShown]:
    """Every assessment with the rounds that the viewer may read."""
    rounds = (
        Round.objects.readable_by(viewer, at)
        .select_related("assessment__owner")
        .prefetch_related("territories")
        .order_by("assessment__slug", "-year")
    )
    found: dict[int, tuple[Assessment, list[Round]]] = {}
    for row in rounds:
        found.setdefault(row.assessment_id, (row.assessment, []))[1].append(row)
    return [AssessmentShown(assessment, tuple(own)) for assessment, own in found.values()]


def assessment_named(slug: str) -> Assessment:
    """The assessment at this address. Raises :class:`Unknown`."""
    found = Assessment.objects.select_related("owner").filter(slug=slug).first()
    if found is None:
        raise Unknown()
    return found


def rounds_in(assessment: Assessment, viewer: Actor, at: datetime) -> RoundQuerySet:
    """The rounds of an assessment, for a form."""
    rows = Round.objects.readable_by(viewer, at).filter(assessment=assessment)
    return rows.select_related("assessment").order_by("-year")


def round_page(slug: str, year: int, viewer: Actor, at: datetime) -> RoundPage:
    """The page of one round. Raises :class:`Unknown`."""
    row = (
        Round.objects.readable_by(viewer, at)
        .select_related("assessment__owner")
        .prefetch_related("themes")
        .filter(assessment__slug=slug, year=year)
        .first()
    )
    if row is None:
        raise Unknown()
    datasets = tuple(
        Dataset.objects.announced_to(viewer, at).filter(round=row).select_related("owner").order_by("pk")
    )
    return RoundPage(
        row,
        tuple(row.calendar.order_by("year", "day", "pk")),
        tuple(row.territories.select_related("territory").order_by("territory__code")),
        datasets,
        tuple(
            EstimateRun.objects.readable_by(viewer, at)
            .filter(dataset__round=row, state="done")
            .select_related("dataset", "table")
            .order_by("-asked_at", "-pk")
        ),
    )
