"""Pages that everybody may open; what they show is cut by ``readable_by``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from polyphonie.web.access import public
from polyphonie.web.documents.docx import MEDIA_TYPE as WORD
from polyphonie.web.exports import csv_response

from ..domain.queries.meetings import meeting_page
from ..domain.queries.record import record_of
from ..interfaces.exporters import as_json, document_rows_of
from ..interfaces.record_documents import filename, record_docx, record_pdf


def _language() -> str:
    return get_language() or "fr"


@public
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """A meeting: agenda, documents, delegations, quorum, decisions."""
    page = meeting_page(slug, request.viewer, request.at, _language())  # type: ignore[attr-defined]
    return render(
        request,
        "governance/meeting.html",
        {
            "page": page,
            "meeting": page.meeting,
            "conference": page.conference,
            "page_language": "en" if _language() == "en" else "fr",
        },
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


@public
def record(request: HttpRequest, slug: str, kind: str, language: str, fmt: str) -> HttpResponse:
    """Minutes or final act in one language: for the room at once, for everybody once the acts are
    published, each as far as they may read it."""
    found = record_of(slug, request.viewer, request.at, language)  # type: ignore[attr-defined]
    origin = request.build_absolute_uri("/").rstrip("/")
    draw = record_pdf if fmt == "pdf" else record_docx
    content = draw(found, kind, origin=origin, at=request.at)  # type: ignore[attr-defined]
    response = HttpResponse(content, content_type="application/pdf" if fmt == "pdf" else WORD)
    response["Content-Disposition"] = f'attachment; filename="{filename(found, kind, fmt)}"'
    response["Content-Language"] = language
    response["Cache-Control"] = "private, no-store"
    return response
