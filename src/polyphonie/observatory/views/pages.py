"""Pages that everybody may open, and the two acts of those who keep measures."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may, permit
from polyphonie.network.enums import Role
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.access import public
from polyphonie.web.exports import csv_response
from polyphonie.web.refusals import refusals_on

from ..domain.measures import publish_measure, record_measure
from ..domain.queries.indicators import IndicatorPage, families, indicator_page, profile_of
from ..interfaces.charts import chart_of
from ..interfaces.exporters import indicator_json as indicator_as_json
from ..interfaces.exporters import measure_rows, profile_json
from ..interfaces.forms import MeasureForm
from ..models import Measure


@public
def indicators(request: Asked) -> HttpResponse:
    """The determinants and their indicators."""
    answers = may("observatory.keep_measures", request.viewer) or request.viewer.holds(
        Role.NATIONAL_CORRESPONDENT
    )
    return render(request, "observatory/indicators.html", {"families": families(), "answers": answers})


def _page(request: Asked, code: str) -> IndicatorPage:
    since = request.GET.get("de", "")
    return indicator_page(
        code,
        request.viewer,
        request.at,
        places=[c for c in request.GET.get("membres", "").split(",") if c],
        since=int(since) if since.isdecimal() and len(since) <= 4 else None,
    )


@public
def indicator(request: Asked, code: str) -> HttpResponse:
    """One indicator: every territory and year, gaps shown, sources that disagree side by side."""
    page = _page(request, code)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {"page": page, "indicator": page.indicator, "chart": chart_of(page), "query": query}
    return render(request, "observatory/indicator.html", context)


@public
def indicator_csv(request: Asked, code: str) -> HttpResponse:
    """The same measures as a table."""
    return csv_response(f"{code}.csv", *measure_rows(_page(request, code).measures))


@public
def indicator_json(request: Asked, code: str) -> JsonResponse:
    """The same measures as data, with the gaps."""
    return JsonResponse(indicator_as_json(_page(request, code)), json_dumps_params={"ensure_ascii": False})


@public
def profile(request: Asked, code: str) -> HttpResponse:
    """One country: determinants, last measures, gaps."""
    found = profile_of(code, request.viewer, request.at)
    return render(request, "observatory/profile.html", {"profile": found, "territory": found.territory})


@public
def profile_csv(request: Asked, code: str) -> HttpResponse:
    """The last measures of a country as a table."""
    found = profile_of(code, request.viewer, request.at)
    return csv_response(f"{code}.csv", *measure_rows(found.measures))


@public
def profile_as_json(request: Asked, code: str) -> JsonResponse:
    """A country as data."""
    found = profile_of(code, request.viewer, request.at)
    return JsonResponse(profile_json(found), json_dumps_params={"ensure_ascii": False})


def new_measure(request: Asked, code: str) -> HttpResponse:
    """Record what a source says."""
    page = indicator_page(code, request.viewer, request.at)
    permit("observatory.keep_measures", request.viewer)
    form = MeasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_measure(
                indicator=page.indicator,
                **form.values(get_language() or "fr"),
                by=request.viewer,
                at=request.at,
            )
            response = redirect("indicator", code=code)
            response.status_code = 303
            return response
    context = {"form": form, "indicator": page.indicator}
    return render(request, "observatory/form.html", context, status=422 if form.errors else 200)


@require_POST
def publish(request: Asked, uid: UUID) -> HttpResponse:
    """Open a measure to everybody."""
    measure = Measure.objects.readable_by(request.viewer, request.at).filter(uid=uid).first()
    if measure is None:
        raise Unknown()
    published = publish_measure(measure=measure, by=request.viewer, at=request.at)
    response = redirect("indicator", code=published.indicator.code)
    response.status_code = 303
    return response
