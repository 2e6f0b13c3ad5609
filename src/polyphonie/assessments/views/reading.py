"""Pages that everybody may open; what they show is cut by ``readable_by``."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from polyphonie.kernel.rights import may
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.access import public
from polyphonie.web.exports import csv_response

from ..domain.queries.computing import dataset_page, run_page
from ..domain.queries.rounds import assessments_shown, round_page
from ..interfaces.charts import chart_of
from ..interfaces.exporters import round_json as round_as_json
from ..interfaces.exporters import run_json as run_as_json
from ..interfaces.exporters import run_rows
from ..interfaces.forms import FigureForm


@public
def rounds(request: Asked) -> HttpResponse:
    """The assessments and their rounds."""
    found = assessments_shown(request.viewer, request.at)
    may_receive = may("assessments.open_form", request.viewer)
    return render(request, "assessments/rounds.html", {"assessments": found, "may_receive": may_receive})


@public
def round_(request: Asked, slug: str, year: int) -> HttpResponse:
    """One round: calendar, territories with their grades, data sets, published tables."""
    page = round_page(slug, year, request.viewer, request.at)
    return render(request, "assessments/round.html", {"page": page, "round": page.round})


@public
def round_json(request: Asked, slug: str, year: int) -> JsonResponse:
    """The round as data."""
    page = round_page(slug, year, request.viewer, request.at)
    return JsonResponse(round_as_json(page), json_dumps_params={"ensure_ascii": False})


@public
def dataset(request: Asked, uid: UUID) -> HttpResponse:
    """What a data set is, who may use it, how to ask: never a row of it."""
    page = dataset_page(uid, request.viewer, request.at)
    response = render(request, "assessments/dataset.html", {"page": page, "dataset": page.dataset})
    response["Cache-Control"] = "private, no-store"
    return response


@public
def run(request: Asked, uid: UUID) -> HttpResponse:
    """A run: what was computed from what, and its table."""
    page = run_page(uid, request.viewer, request.at)
    context = {"page": page, "run": page.run, "dataset": page.run.dataset, "chart": chart_of(page)}
    if page.may_compute and page.is_public:
        context["figure_form"] = FigureForm(cells=page.cells)
    response: HttpResponse = render(request, "assessments/run.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@public
def run_csv(request: Asked, uid: UUID) -> HttpResponse:
    """The table of a run."""
    page = run_page(uid, request.viewer, request.at)
    return csv_response(f"{page.run.spec_hash[:12]}.csv", *run_rows(page))


@public
def run_json(request: Asked, uid: UUID) -> HttpResponseBase:
    """The run with its specification, as the command reads it."""
    page = run_page(uid, request.viewer, request.at)
    return JsonResponse(run_as_json(page), json_dumps_params={"ensure_ascii": False})
