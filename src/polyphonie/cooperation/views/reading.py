"""Pages that everybody may open; what they show is cut by ``readable_by``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from polyphonie.kernel.rights import may
from polyphonie.web.access import public
from polyphonie.web.exports import csv_response

from ..domain.queries.projects import list_projects, project_page
from ..interfaces.exporters import as_json, funding_rows
from ..interfaces.forms import FundingForm, MilestoneForm, ParticipationForm


@public
def projects(request: HttpRequest) -> HttpResponse:
    """The registry: every project that the reader may read."""
    wanted = request.GET.get("theme", "")
    found = list_projects(request.viewer, request.at, wanted=wanted)  # type: ignore[attr-defined]
    may_record = may("cooperation.open_form", request.viewer)  # type: ignore[attr-defined]
    return render(request, "cooperation/projects.html", {"cards": found, "may_record": may_record})


@public
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """One project: who, where, when, how much, what happened, which recommendations."""
    page = project_page(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    keeps = may("cooperation.keep_project", request.viewer, page.project)  # type: ignore[attr-defined]
    context = {"page": page, "project": page.project, "keeps": keeps}
    if keeps:
        context |= {
            "participation_form": ParticipationForm(prefix="participation"),
            "funding_form": FundingForm(prefix="funding"),
            "milestone_form": MilestoneForm(prefix="milestone"),
        }
    return render(request, "cooperation/project.html", context)


@public
def project_json(request: HttpRequest, slug: str) -> JsonResponse:
    """The record as data."""
    page = project_page(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    return JsonResponse(as_json(page), json_dumps_params={"ensure_ascii": False})


@public
def project_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The funding lines as a table."""
    page = project_page(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    return csv_response(f"{page.project.slug}.csv", *funding_rows(page))
