"""The drawing of a run's table."""

from __future__ import annotations

from polyphonie.web.charts import Bar, Chart, bars

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
