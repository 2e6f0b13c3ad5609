"""Pages of a resource, a claim and a figure, and their machine-readable neighbours."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from polyphonie.network.interfaces.request import Asked
from polyphonie.web.access import public
from polyphonie.web.exports import csv_response

from ..domain.queries.opening import require_readable
from ..domain.queries.pages import figure_page, resource_page, statement_page
from ..interfaces.records import FIGURE_COLUMNS, figure_record, figure_row, resource_record, statement_record


def _asked(request: Asked, uid: UUID) -> dict[str, Any]:
    return {
        "uid": uid,
        "viewer": request.viewer,
        "at": request.at,
        "language": get_language() or "fr",
        "absolute": request.build_absolute_uri,
    }


def _address(request: Asked, permalink: str) -> str:
    return request.build_absolute_uri(permalink)


@public
def resource(request: Asked, uid: UUID) -> HttpResponse:
    """A resource: read, or known by its kind and dates alone, with the reason why not yet."""
    page = resource_page(**_asked(request, uid))
    response = render(request, "evidence/resource.html", page)
    # what is early or announced is nobody else's, not even a cache's
    response["Cache-Control"] = "private, no-store" if not page["is_public"] else "private"
    return response


@public
def resource_json(request: Asked, uid: UUID) -> HttpResponse:
    """The record of a resource that one may read."""
    page = resource_page(**_asked(request, uid))
    require_readable(page["resource"], viewer=request.viewer, at=request.at)
    row = page["resource"]
    return JsonResponse(resource_record(row, page["versions"], address=_address(request, row.permalink)))


@public
def statement(request: Asked, uid: UUID) -> HttpResponse:
    """A claim: its wording, its source, the place in it, its strength, and who disagrees."""
    page = statement_page(**_asked(request, uid))
    return render(request, "evidence/statement.html", page)


@public
def statement_json(request: Asked, uid: UUID) -> HttpResponse:
    page = statement_page(**_asked(request, uid))
    row = page["statement"]
    return JsonResponse(statement_record(row, address=_address(request, row.permalink)))


@public
def figure(request: Asked, uid: UUID) -> HttpResponse:
    """A figure: value, unit, definition, year, territory, source, and what other sources say."""
    page = figure_page(**_asked(request, uid))
    return render(request, "evidence/figure.html", page)


@public
def figure_json(request: Asked, uid: UUID) -> HttpResponse:
    page = figure_page(**_asked(request, uid))
    row, latest = page["figure"], page["latest"]
    return JsonResponse(
        figure_record(
            row,
            address=_address(request, row.permalink),
            conflicts=page["conflicts"],
            superseded_by=_address(request, latest.permalink) if latest else None,
        )
    )


@public
def figure_csv(request: Asked, uid: UUID) -> HttpResponse:
    page = figure_page(**_asked(request, uid))
    row, latest = page["figure"], page["latest"]
    superseded_by = _address(request, latest.permalink) if latest else None
    line = figure_row(row, address=_address(request, row.permalink), superseded_by=superseded_by)
    return csv_response(f"chiffre-{row.uid}.csv", FIGURE_COLUMNS, [line])
