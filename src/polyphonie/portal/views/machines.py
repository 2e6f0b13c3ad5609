"""What machines read: feeds, calendar, site map, robots."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from polyphonie.web.access import public

from ..interfaces.api import unknown_address
from ..interfaces.feeds import conferences_calendar, conferences_feed, recommendations_feed, site_map

ATOM = "application/atom+xml; charset=utf-8"


@public
def feed_recommendations(request: HttpRequest) -> HttpResponse:
    """The recommendations published last."""
    content = recommendations_feed(request, request.at, get_language() or "fr")  # type: ignore[attr-defined]
    return HttpResponse(content, content_type=ATOM)


@public
def feed_conferences(request: HttpRequest) -> HttpResponse:
    """The conferences announced last."""
    content = conferences_feed(request, request.at, get_language() or "fr")  # type: ignore[attr-defined]
    return HttpResponse(content, content_type=ATOM)


@public
def calendar(request: HttpRequest) -> HttpResponse:
    """The conferences for an agenda."""
    content = conferences_calendar(request, request.at)  # type: ignore[attr-defined]
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="conferences.ics"'
    return response


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page."""
    origin = request.build_absolute_uri("/").rstrip("/")
    context = {"addresses": site_map(request.at), "origin": origin}  # type: ignore[attr-defined]
    return render(request, "portal/sitemap.xml", context, content_type="application/xml; charset=utf-8")


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Where robots may go: nothing that needs a person is of use to them."""
    lines = [
        "User-agent: *",
        "Disallow: /fr/account/",
        "Disallow: /en/account/",
        "Disallow: /fr/recherche/",
        "Disallow: /en/recherche/",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public
def api_unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """What is asked of the API and is not there."""
    return unknown_address(request, rest)
