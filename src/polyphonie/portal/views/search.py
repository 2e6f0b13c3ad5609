"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from polyphonie.web.access import public

from ..domain.queries.search import LONGEST_QUERY
from ..domain.queries.search import search as find
from ..domain.search_sources import BY_KIND


@public
def search(request: HttpRequest) -> HttpResponse:
    """What the reader may read and what answers the words."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    wanted = request.GET.get("kind", "")
    number = request.GET.get("page", "1")
    page = find(
        query,
        request.viewer,  # type: ignore[attr-defined]
        request.at,  # type: ignore[attr-defined]
        language=get_language() or "fr",
        wanted=wanted if wanted in BY_KIND else "",
        number=int(number) if number.isdecimal() and len(number) < 6 else 1,
    )
    return render(request, "portal/search.html", {"page": page})
