"""Comparing two figures: what differs in what they stand on, as sentences, before any number; then the
difference with its standard error, where both have one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ilsa import EstimateTable
from polyphonie.evidence.models import Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown

from ...enums import Statistic
from ...models import Assessment, PublishedFigure
from ..pupil_files import result_of
from ..tables import cut_in_words

LEVEL = 1.959963984540054
"""The point of the standard normal beyond which 5 % lie, on both sides together."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The second figure less the first, in their unit."""

    value: float
    se: float
    low: float
    high: float
    z: float
    sentence: str
    caveats: tuple[str, ...]

    @property
    def is_clear(self) -> bool:
        return abs(self.z) > LEVEL


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two figures side by side. ``difference`` is None where ``why_none`` says why."""

    first: PublishedFigure
    second: PublishedFigure
    warnings: tuple[str, ...]
    difference: Difference | None
    why_none: str


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A territory over the rounds: its figures by year, and the change between the last two."""

    label: str
    figures: tuple[PublishedFigure, ...]
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Figures of one assessment that say the same thing in several years."""

    title: str
    threshold: Any
    unit: str
    years: tuple[int, ...]
    rows: tuple[TrendRow, ...]


def comparable_figures(viewer: Actor, at: datetime) -> QuerySet[PublishedFigure]:
    """The figures that can be set beside each other, superseded ones left out."""
    readable = Figure.objects.readable_by(viewer, at).filter(published_at__lte=at, superseded_by=None)
    return (
        PublishedFigure.objects.filter(figure__in=readable.order_by().values("pk"))
        .select_related("figure__territory", "threshold", "round__assessment", "run__dataset")
        .order_by("figure__territory__code", "figure__year", "pk")
    )


def compared(first: UUID, second: UUID, viewer: Actor, at: datetime) -> Comparison:
    """Two figures that the viewer may read. Raises :class:`Unknown`."""
    found = {
        row.figure.uid: row for row in comparable_figures(viewer, at).filter(figure__uid__in=[first, second])
    }
    if first not in found or second not in found:
        raise Unknown()
    return comparison_of(found[first], found[second])


def comparison_of(first: PublishedFigure, second: PublishedFigure) -> Comparison:
    """What differs between two figures, and how far apart they are."""
    warnings = tuple(_warnings(first, second))
    why_none = _why_no_number(first, second)
    return Comparison(first, second, warnings, None if why_none else _difference(first, second), why_none)


def _warnings(first: PublishedFigure, second: PublishedFigure) -> Iterable[str]:
    def told(sentence: str, a: Any, b: Any) -> str:
        return sentence % {"first": str(a) or _("non indiqué"), "second": str(b) or _("non indiqué")}

    if first.statistic != second.statistic:
        sentence = _("Ce n'est pas la même statistique : %(first)s ; %(second)s.")
        yield told(sentence, first.statistic_label, second.statistic_label)
    if (first.scale_unit, first.scale) != (second.scale_unit, second.scale):
        sentence = _("Ce n'est pas la même échelle : %(first)s ; %(second)s.")
        yield told(sentence, _scale(first), _scale(second))
    if first.threshold_id != second.threshold_id or first.level != second.level:
        sentence = _("Ce n'est pas le même seuil : %(first)s ; %(second)s.")
        yield told(sentence, _threshold(first), _threshold(second))
    if first.population != second.population:
        sentence = _("Ce n'est pas la même population : %(first)s ; %(second)s.")
        yield told(sentence, first.population, second.population)
    if first.grade != second.grade:
        sentence = _("Ce n'est pas la même année d'études : %(first)s ; %(second)s.")
        yield told(sentence, first.grade, second.grade)
    if first.figure.territory_id != second.figure.territory_id:
        sentence = _("Ce n'est pas le même territoire : %(first)s ; %(second)s.")
        yield told(sentence, _place(first), _place(second))
    if first.method != second.method:
        sentence = _("Ce n'est pas la même méthode : %(first)s ; %(second)s.")
        yield told(sentence, first.method, second.method)


def _why_no_number(first: PublishedFigure, second: PublishedFigure) -> str:
    if first.statistic != second.statistic or first.scale_unit != second.scale_unit:
        return _("L'écart ne se calcule pas : les deux chiffres ne mesurent pas la même chose.")
    for row in (first, second):
        if row.figure.value is None:
            return _("L'écart ne se calcule pas : l'un des deux chiffres n'a pas de valeur.")
        if row.figure.standard_error is None:
            return _("L'écart ne se calcule pas : la source de %(label)s ne donne pas d'erreur type.") % {
                "label": _named(row)
            }
    return ""


def _difference(first: PublishedFigure, second: PublishedFigure) -> Difference:
    exact = _from_replicates(first, second)
    if exact is None:
        a, b = first.figure, second.figure
        assert a.value is not None
        assert b.value is not None
        assert a.standard_error is not None
        assert b.standard_error is not None
        value = float(b.value - a.value)
        se = math.hypot(float(a.standard_error), float(b.standard_error))
    else:
        value, se = exact
    z = value / se if se else math.inf
    return Difference(
        value,
        se,
        value - LEVEL * se,
        value + LEVEL * se,
        z,
        _sentence(first, second, value, abs(z) > LEVEL),
        tuple(_caveats(first, second, exact is not None)),
    )


def _from_replicates(first: PublishedFigure, second: PublishedFigure) -> tuple[float, float] | None:
    """For two cells that were computed here: the contrast per plausible value and replicate, so that what
    they share is in it. None where one was entered by hand."""
    if first.run is None or second.run is None:
        return None
    cells = []
    for row in (first, second):
        assert row.run is not None
        table = EstimateTable.from_bytes(result_of(str(row.run.uid), expected=row.run.result_hash))
        stored = [cell["key"] for cell in row.run.table.cells]
        cells.append(table.cells[stored.index(row.cell)])
    gap = cells[1].contrast(cells[0])
    size = 1.0 if first.statistic == Statistic.MEAN else 100.0
    return (
        (size * gap.value, size * gap.se)
        if isinstance(gap.value, float) and isinstance(gap.se, float)
        else None
    )


def _sentence(first: PublishedFigure, second: PublishedFigure, value: float, is_clear: bool) -> str:
    in_time = (
        first.figure.territory_id == second.figure.territory_id and first.figure.year != second.figure.year
    )
    if not is_clear:
        return (
            _("Pas d'évolution nette au seuil de 5 %.")
            if in_time
            else _("Pas de différence nette au seuil de 5 %.")
        )
    if in_time:
        return _("Hausse nette au seuil de 5 %.") if value > 0 else _("Baisse nette au seuil de 5 %.")
    return _("Différence nette au seuil de 5 %.")


def _caveats(first: PublishedFigure, second: PublishedFigure, exact: bool) -> Iterable[str]:
    if first.figure.year != second.figure.year:
        yield _(
            "L'erreur de liaison entre les deux cycles n'est pas publiée ; elle n'est pas comprise dans cette "
            "erreur type."
        )
    if not exact:
        yield _("Les deux échantillons sont tenus pour indépendants : leurs variances s'ajoutent.")


def trends_of(assessment: Assessment, viewer: Actor, at: datetime) -> list[Trend]:
    """For each statistic, scale and threshold with figures of two years or more: territories by their code,
    never by value, with the change between their last two years."""
    groups: dict[tuple[Any, ...], list[PublishedFigure]] = {}
    for row in comparable_figures(viewer, at).filter(round__assessment=assessment):
        if row.figure.territory_id is not None:
            key = (row.statistic, row.scale_unit, row.scale, row.threshold_id, row.level)
            groups.setdefault(key, []).append(row)
    return [trend for rows in groups.values() if (trend := _trend(rows)) is not None]


def _trend(rows: list[PublishedFigure]) -> Trend | None:
    years = tuple(sorted({row.figure.year or 0 for row in rows}))
    if len(years) < 2:
        return None
    by_place: dict[int, list[PublishedFigure]] = {}
    for row in rows:
        by_place.setdefault(row.figure.territory_id or 0, []).append(row)
    found = []
    for own in by_place.values():
        own.sort(key=lambda row: row.figure.year or 0)
        last = comparison_of(own[-2], own[-1]) if len(own) > 1 else None
        found.append(TrendRow(_place(own[0]), tuple(own), last))
    return Trend(
        f"{rows[0].statistic_label}, {rows[0].scale}",
        rows[0].threshold,
        str(rows[0].figure.unit),
        years,
        tuple(found),
    )


def _scale(row: PublishedFigure) -> str:
    return f"{row.scale} ({row.scale_unit})"


def _threshold(row: PublishedFigure) -> str:
    if row.threshold is None:
        return row.level
    value = cut_in_words(row.threshold.value)
    return f"{value} ({row.threshold.owner})"


def _place(row: PublishedFigure) -> str:
    return str(row.figure.territory.name) if row.figure.territory else ""


def _named(row: PublishedFigure) -> str:
    return ", ".join(filter(None, [f"« {row.figure.label} »", _place(row), str(row.figure.year or "")]))
