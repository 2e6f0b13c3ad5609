"""Drawings of a run's table, of a comparison and of figures over the rounds."""

from __future__ import annotations

from django.utils.translation import gettext as _

from polyphonie.web.charts import Bar, Chart, Estimate, bars, intervals

from ..domain.queries.comparing import Comparison, Trend
from ..domain.queries.computing import RunPage


def chart_of(page: RunPage) -> Chart | None:
    """Values with whiskers of one standard error, in the order of the table. None where there is no value."""
    if not any(cell.value is not None for cell in page.cells) or page.has_levels:
        return None
    return bars(
        f"{page.run.statistic_label}, {page.scale.label}",
        [
            Bar(
                " · ".join(str(label) for label in cell.labels) or str(page.run.dataset.title),
                cell.value,
                cell.se,
                cell.reason_label,
            )
            for cell in page.cells
        ],
        unit=str(page.unit),
        decimals=1,
    )


def chart_of_comparison(comparison: Comparison) -> Chart | None:
    """The difference with its interval, against no difference."""
    gap = comparison.difference
    if gap is None:
        return None
    return intervals(
        _("Écart entre les deux chiffres"),
        [Estimate(_("Écart"), gap.value, gap.low, gap.high, strong=gap.is_clear)],
        unit=str(comparison.first.figure.unit),
        reference=0,
        reference_label=_("aucun écart"),
    )


def chart_of_trend(trend: Trend) -> Chart | None:
    """The change of each territory with its interval, against no change."""
    rows = [
        Estimate(row.label, gap.value, gap.low, gap.high, strong=gap.is_clear)
        for row in trend.rows
        if row.comparison and (gap := row.comparison.difference)
    ]
    if not rows:
        return None
    return intervals(
        _("Évolution entre les deux derniers cycles"),
        rows,
        unit=trend.unit,
        reference=0,
        reference_label=_("aucune évolution"),
    )
