"""The pages where rooms meet: home, themes, hub, sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from polyphonie.governance.domain.queries.dossier import dossier_of
from polyphonie.network.domain.queries.notices import notices_for
from polyphonie.web.access import public
from polyphonie.web.exports import csv_response

from ..domain.queries.home import public_home, signed_in_home
from ..domain.queries.hub import theme_hub
from ..domain.queries.sources import sources_used
from ..domain.queries.themes import theme_tree
from ..interfaces.api import api
from ..interfaces.tables import recommendation_rows


@public
def home(request: HttpRequest) -> HttpResponse:
    """The front door: everybody's, or the signed-in person's own."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    wall = at - request.clock_offset  # type: ignore[attr-defined]
    if viewer.is_person:
        page = signed_in_home(viewer, at, wall=wall)
        return render(request, "portal/home_signed_in.html", {"home": page})
    return render(request, "portal/home.html", {"home": public_home(viewer, at, wall=wall)})


@public
def themes(request: HttpRequest) -> HttpResponse:
    """All themes, as a tree."""
    tree = theme_tree(request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "portal/themes.html", {"branches": tree.roots()})


@public
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """The hub: evidence, conferences, family tree, actions, feedback."""
    hub = theme_hub(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "portal/theme.html", {"hub": hub, "theme": hub.theme})


@public
def theme_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The recommendations of a theme as a table."""
    hub = theme_hub(slug, request.viewer, request.at, answers_shown=None)  # type: ignore[attr-defined]
    return csv_response(f"{hub.theme.slug}.csv", *recommendation_rows(hub, request.build_absolute_uri))


def dossier(request: HttpRequest) -> HttpResponse:
    """A national correspondent's one page: to name, to read, to follow, and by when."""
    files = dossier_of(request.viewer, request.at, get_language() or "fr")  # type: ignore[attr-defined]
    waiting = notices_for(request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "portal/dossier.html", {"files": files, "notices": waiting})


@public
def sources(request: HttpRequest) -> HttpResponse:
    """What the facts shown here rest on."""
    used = sources_used(request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "portal/sources.html", {"sources": used})


@public
def api_guide(request: HttpRequest) -> HttpResponse:
    """The API explained from its own description, without anything from elsewhere."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    operations = [
        {"path": path, **operation}
        for path, methods in schema["paths"].items()
        for operation in methods.values()
    ]
    return render(request, "portal/api_guide.html", {"operations": operations})
