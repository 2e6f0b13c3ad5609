"""The public API: what the pages show to the same reader, as data. It only reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

from polyphonie.cooperation.domain.queries.projects import cards, project_page
from polyphonie.cooperation.interfaces.exporters import as_json, summary_json
from polyphonie.cooperation.models import Project
from polyphonie.kernel.errors import Refusal, Unknown

from ..domain.queries import open_data
from . import api_schemas as schemas
from .api_shapes import (
    action_shape,
    conference_shape,
    derivation_shape,
    figure_shape,
    recommendation_shape,
    session_shape,
    site_shape,
    statement_shape,
    theme_shape,
)

PROBLEM = "application/problem+json"


class PublicAPI(NinjaAPI):
    """An API whose description says what its errors are: sentences, as problem+json (RFC 9457)."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = {PROBLEM: answer["content"]["application/json"]}
        return schema


api = PublicAPI(
    title="Polyphonie",
    version="1",
    urls_namespace="api",
    docs_url=None,
    description=(
        "Themes, conferences, recommendations, evidence and cooperation projects, as the pages show them to "
        "the same reader. Invented examples carry is_fictitious: true."
    ),
)
Limit = Annotated[int, Query(ge=1, le=100, description="How many objects at once.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="How many objects to pass over.")]
Theme = Annotated[str, Query(max_length=80, description="Slug of a theme.")]
ERRORS = {404: schemas.Problem, 422: schemas.Problem}


def _page(rows: QuerySet[Any], shape: Callable[[Any], Any], limit: int, offset: int) -> dict[str, Any]:
    return {
        "count": rows.count(),
        "limit": limit,
        "offset": offset,
        "items": [shape(row) for row in rows[offset : offset + limit]],
    }


def _reader(request: HttpRequest) -> tuple[Any, Any]:
    return request.viewer, request.at  # type: ignore[attr-defined]  # set by the middleware


@api.get("/themes", response={200: schemas.ThemePage, 422: schemas.Problem}, tags=["themes"])
def list_themes(request: HttpRequest, limit: Limit = 20, offset: Offset = 0) -> Any:
    """All themes, in the order of their tree."""
    return _page(open_data.themes(*_reader(request)), theme_shape, limit, offset)


@api.get("/conferences", response={200: schemas.ConferencePage, 422: schemas.Problem}, tags=["conferences"])
def list_conferences(request: HttpRequest, theme: Theme = "", limit: Limit = 20, offset: Offset = 0) -> Any:
    """The announced conferences, by date."""
    return _page(open_data.conferences(*_reader(request), theme), conference_shape, limit, offset)


@api.get("/conferences/{slug}", response={200: schemas.ConferenceOut, **ERRORS}, tags=["conferences"])
def read_conference(request: HttpRequest, slug: str) -> Any:
    """One conference."""
    return conference_shape(open_data.conference_named(slug, *_reader(request)))


@api.get("/conferences/{slug}/sessions", response={200: schemas.SessionPage, **ERRORS}, tags=["conferences"])
def list_sessions(request: HttpRequest, slug: str, limit: Limit = 20, offset: Offset = 0) -> Any:
    """The programme of a conference. Closed sessions are known to their group alone."""
    return _page(open_data.sessions(slug, *_reader(request)), session_shape, limit, offset)


@api.get("/conferences/{slug}/sites", response={200: schemas.SitePage, **ERRORS}, tags=["conferences"])
def list_sites(request: HttpRequest, slug: str, limit: Limit = 20, offset: Offset = 0) -> Any:
    """The bodies that follow a conference, and how."""
    return _page(open_data.sites(slug, *_reader(request)), site_shape, limit, offset)


@api.get(
    "/recommendations",
    response={200: schemas.RecommendationPage, 422: schemas.Problem},
    tags=["recommendations"],
)
def list_recommendations(
    request: HttpRequest, theme: Theme = "", limit: Limit = 20, offset: Offset = 0
) -> Any:
    """The published recommendations, each in the wording in force."""
    return _page(open_data.recommendations(*_reader(request), theme), recommendation_shape, limit, offset)


@api.get(
    "/recommendations/{uid}", response={200: schemas.RecommendationDetail, **ERRORS}, tags=["recommendations"]
)
def read_recommendation(request: HttpRequest, uid: UUID) -> Any:
    """One recommendation, what others made of it and who acts."""
    record = open_data.recommendation(uid, *_reader(request))
    return {
        **recommendation_shape(record.revision),
        "derived_from": [d.about.permalink for d in record.sources if d.about],
        "derivations": [derivation_shape(d, readable) for d, readable in record.derivations],
        "actions": [action_shape(link) for link in record.actions],
    }


@api.get("/statements", response={200: schemas.StatementPage, 422: schemas.Problem}, tags=["evidence"])
def list_statements(request: HttpRequest, theme: Theme = "", limit: Limit = 20, offset: Offset = 0) -> Any:
    """The published evidence statements."""
    return _page(open_data.statements(*_reader(request), theme), statement_shape, limit, offset)


@api.get("/statements/{uid}", response={200: schemas.StatementOut, **ERRORS}, tags=["evidence"])
def read_statement(request: HttpRequest, uid: UUID) -> Any:
    """One evidence statement."""
    found = open_data.statements(*_reader(request)).filter(uid=uid).first()
    return statement_shape(_known(found))


@api.get("/figures", response={200: schemas.FigurePage, 422: schemas.Problem}, tags=["evidence"])
def list_figures(request: HttpRequest, theme: Theme = "", limit: Limit = 20, offset: Offset = 0) -> Any:
    """The published figures."""
    return _page(open_data.figures(*_reader(request), theme), figure_shape, limit, offset)


@api.get("/figures/{uid}", response={200: schemas.FigureOut, **ERRORS}, tags=["evidence"])
def read_figure(request: HttpRequest, uid: UUID) -> Any:
    """One figure."""
    found = open_data.figures(*_reader(request)).filter(uid=uid).first()
    return figure_shape(_known(found))


@api.get("/projects", response={200: schemas.ProjectPageOut, 422: schemas.Problem}, tags=["projects"])
def list_projects(request: HttpRequest, theme: Theme = "", limit: Limit = 20, offset: Offset = 0) -> Any:
    """The published cooperation projects. Contacts are no part of them."""
    viewer, at = _reader(request)
    rows = Project.objects.readable_by(viewer, at).filter(published_at__lte=at)
    rows = rows.filter(themes__slug=theme) if theme else rows
    return {
        "count": rows.count(),
        "limit": limit,
        "offset": offset,
        "items": [summary_json(c) for c in cards(rows.order_by("slug")[offset : offset + limit], at)],
    }


@api.get("/projects/{slug}", response={200: schemas.ProjectDetail, **ERRORS}, tags=["projects"])
def read_project(request: HttpRequest, slug: str) -> Any:
    """One cooperation project, with its funding by funder and year."""
    return as_json(project_page(slug, *_reader(request)))


def _known(found: Any) -> Any:
    if found is None:
        raise Unknown()
    return found


def _problem(status: int, sentence: str, field: str | None = None) -> HttpResponse:
    problem = {"title": _("Demande refusée"), "status": status, "detail": sentence, "field": field}
    response = HttpResponse(
        api.renderer.render(None, problem, response_status=status),  # type: ignore[arg-type]
        status=status,
        content_type=PROBLEM,
    )
    response["Vary"] = "Accept-Language, Cookie"
    return response


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    """A refusal is a sentence here too."""
    return _problem(refusal.status_code, str(refusal.sentence), refusal.field)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return _problem(404, str(Unknown().sentence))


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    """Names the parameter, its value and its limits."""
    first = error.errors[0]
    field = str(first.get("loc", [""])[-1])
    sentence = _("Le paramètre « %(field)s » n'est pas valable (%(why)s) ; corrigez-le.") % {
        "field": field,
        "why": first.get("msg", ""),
    }
    return _problem(422, sentence, field)


def unknown_address(request: HttpRequest, rest: str) -> HttpResponse:
    """An address of the API that leads nowhere answers as the others do."""
    return _problem(404, str(Unknown().sentence))


def _open(urls: tuple[list[Any], str, str]) -> tuple[list[Any], str, str]:
    """What the API reads is public; each row is still cut by its room's own rule."""
    for pattern in urls[0]:
        pattern.callback = login_not_required(pattern.callback)
    return urls


urls = _open(api.urls)
