"""Pages of bodies and territories."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from polyphonie.web.access import public

from ..domain.queries.directory import organisation_page, organisations_matching, territory_page
from ..interfaces.request import Asked

MOST = 100


@public
def organisations(request: Asked) -> HttpResponse:
    """The directory: found by present and former names."""
    words = request.GET.get("q", "")
    found = list(organisations_matching(words, viewer=request.viewer, at=request.at)[: MOST + 1])
    return render(
        request,
        "network/organisations.html",
        {
            "words": words,
            "organisations": found[:MOST],
            "more": len(found) > MOST,
            "most": MOST,
            "today": request.at.date(),
        },
    )


@public
def organisation(request: Asked, slug: str) -> HttpResponse:
    """A body: what it is, where it comes from, who took over, who works there."""
    return render(
        request, "network/organisation.html", organisation_page(slug, viewer=request.viewer, at=request.at)
    )


@public
def territory(request: Asked, code: str) -> HttpResponse:
    """A territory: zone, languages, history, bodies."""
    return render(
        request, "network/territory.html", territory_page(code, viewer=request.viewer, at=request.at)
    )
