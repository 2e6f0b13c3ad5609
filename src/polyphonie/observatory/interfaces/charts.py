"""The drawing of an indicator: one line per territory, in the order of their names' codes."""

from __future__ import annotations

from polyphonie.web.charts import Chart, Series, trend

from ..domain.queries.indicators import IndicatorPage

MOST_LINES = 4


def chart_of(page: IndicatorPage) -> Chart | None:
    """A line per territory with two years or more that a single source gives; where sources disagree
    nothing is drawn for the reader to believe. None where too few or too many lines would stand."""
    series = []
    for territory, places in page.rows:
        points = tuple(
            (
                str(place.year),
                float(m.value),
                float(m.standard_error) if m.standard_error is not None else None,
            )
            for place in places
            for m in place.measures[:1]
            if m.value is not None and not place.disagrees
        )
        if len(points) > 1:
            series.append(Series(str(territory.name), points))
    if not 0 < len(series) <= MOST_LINES:
        return None
    return trend(str(page.indicator.label), series, unit=str(page.indicator.unit))
