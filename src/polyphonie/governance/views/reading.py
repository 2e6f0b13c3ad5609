"""Pages that everybody may open; what they show is cut by ``readable_by``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from polyphonie.web.access import public
from polyphonie.web.exports import csv_response

from ..domain.queries.meetings import meeting_page
from ..interfaces.exporters import as_json, document_rows_of


def _language() -> str:
    return get_language() or "fr"


@public
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """A meeting: agenda, documents, delegations, quorum, decisions."""
    page = meeting_page(slug, request.viewer, request.at, _language())  # type: ignore[attr-defined]
    return render(
        request,
        "governance/meeting.html",
        {"page": page, "meeting": page.meeting, "conference": page.conference},
    )


@public
def meeting_json(request: HttpRequest, slug: str) -> JsonResponse:
    """The same as data."""
    page = meeting_page(slug, request.viewer, request.at, _language())  # type: ignore[attr-defined]
    return JsonResponse(as_json(page, request), json_dumps_params={"ensure_ascii": False})


@public
def documents_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The documents by symbol: languages, deadline, since when they are there or missing."""
    page = meeting_page(slug, request.viewer, request.at, _language())  # type: ignore[attr-defined]
    return csv_response(f"{page.conference.slug}-documents.csv", *document_rows_of(page))
