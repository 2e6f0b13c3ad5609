"""Two figures side by side, and figures over the rounds."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain.queries.comparing import comparable_figures, compared, trends_of
from ..domain.queries.rounds import assessment_named, rounds_in
from ..domain.tables import report_figure
from ..interfaces.charts import chart_of_comparison, chart_of_trend
from ..interfaces.forms import CompareForm, ReportForm


@public
def compare(request: Asked) -> HttpResponse:
    """Choose two figures; read what differs, then how far apart they are."""
    form = CompareForm(request.GET or None, figures=comparable_figures(request.viewer, request.at))
    comparison = None
    if form.is_valid():
        first, second = (_uid(form.cleaned_data[name]) for name in ("a", "b"))
        comparison = compared(first, second, request.viewer, request.at)
    context = {
        "form": form,
        "comparison": comparison,
        "chart": chart_of_comparison(comparison) if comparison else None,
    }
    return render(request, "assessments/compare.html", context)


@public
def trends(request: Asked, slug: str) -> HttpResponse:
    """What became of a figure from round to round, territory by territory."""
    assessment = assessment_named(slug)
    found = trends_of(assessment, request.viewer, request.at)
    rows = [(trend, chart_of_trend(trend)) for trend in found]
    return render(request, "assessments/trends.html", {"assessment": assessment, "trends": rows})


def report(request: Asked, slug: str) -> HttpResponse:
    """Enter a figure as a report publishes it."""
    assessment = assessment_named(slug)
    permit("assessments.open_form", request.viewer)
    form = ReportForm(request.POST or None, rounds=rounds_in(assessment, request.viewer, request.at))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            response = redirect(
                report_figure(**form.values(), keeper=assessment.owner, by=request.viewer, at=request.at)
            )
            response.status_code = 303
            return response
    context = {"form": form, "task": "report", "assessment": assessment}
    return render(request, "assessments/form.html", context, status=422 if form.errors else 200)


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unknown() from None
