"""What machines read beside the pages, and the page that takes a schedule file in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from polyphonie.kernel.errors import ChangedMeanwhile
from polyphonie.kernel.rights import permit
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain import schedule_uploads as uploads
from ..domain.queries.conferences import conference_for, resources_for, sites_for
from ..domain.queries.programme import host_programme, local_programme, sessions_for
from ..domain.queries.sites import site_for
from ..domain.schedule_import import Preview, apply_schedule, preview_schedule
from ..interfaces import calendars, documents
from ..interfaces.forms import ScheduleFileForm
from ..interfaces.requests import Seen
from ..interfaces.schedule_export import acronym_of, as_schema2, as_xml
from ..interfaces.schedule_files import parse_schedule, read_limited
from ..interfaces.schedule_reading import Defaults
from ..models import Conference

NO_STORE = "private, no-store"


def _address(request: Seen) -> Callable[[Any], str]:
    return lambda row: request.build_absolute_uri(row.get_absolute_url())


def _answer(content: bytes, media_type: str, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["Cache-Control"] = NO_STORE
    return response


@public
@require_GET
def conference_json(request: Seen, slug: str) -> HttpResponse:
    viewer, at = request.viewer, request.at
    found = conference_for(slug, viewer, at)
    response = JsonResponse(
        documents.of_conference(
            found,
            sessions_for(found, viewer, at),
            sites_for(found, viewer, at),
            resources_for(found, viewer, at),
            _address(request),
        ),
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = NO_STORE
    return response


@public
@require_GET
def conference_ics(request: Seen, slug: str) -> HttpResponse:
    found = conference_for(slug, request.viewer, request.at)
    days = host_programme(found, sessions_for(found, request.viewer, request.at))
    return _answer(
        calendars.of_conference(found, days, at=request.at, address=_address(request)),
        "text/calendar; charset=utf-8",
        f"{found.slug}.ics",
    )


@public
@require_GET
def schedule_json(request: Seen, slug: str) -> HttpResponse:
    found = conference_for(slug, request.viewer, request.at)
    response = JsonResponse(
        as_schema2(
            found,
            sessions_for(found, request.viewer, request.at),
            language=get_language() or "fr",
            address=_address(request),
        ),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Cache-Control"] = NO_STORE
    return response


@public
@require_GET
def schedule_xml(request: Seen, slug: str) -> HttpResponse:
    found = conference_for(slug, request.viewer, request.at)
    return _answer(
        as_xml(
            found,
            sessions_for(found, request.viewer, request.at),
            language=get_language() or "fr",
            address=_address(request),
        ),
        "application/xml; charset=utf-8",
        f"{acronym_of(found)}.xml",
    )


@public
@require_GET
def site_ics(request: Seen, uid: UUID) -> HttpResponse:
    found = site_for(uid, request.viewer, request.at)
    days = local_programme(found, sessions_for(found.conference, request.viewer, request.at))
    return _answer(
        calendars.of_site(found, days, at=request.at, address=_address(request)),
        "text/calendar; charset=utf-8",
        f"{found.conference.slug}-{found.organisation.slug}.ics",
    )


@public
@require_GET
def site_json(request: Seen, uid: UUID) -> HttpResponse:
    found = site_for(uid, request.viewer, request.at)
    days = local_programme(found, sessions_for(found.conference, request.viewer, request.at))
    response = JsonResponse(
        documents.of_site(found, days, _address(request)), json_dumps_params={"ensure_ascii": False}
    )
    response["Cache-Control"] = NO_STORE
    return response


@require_http_methods(["GET", "POST"])
def import_schedule(request: Seen, slug: str) -> HttpResponse:
    """Upload, look at the differences, apply: what was shown is what is applied."""
    found = conference_for(slug, request.viewer, request.at)
    permit("conferences.run_conference", request.viewer, found)
    form = ScheduleFileForm()
    preview: Preview | None = None
    status = 200
    if request.method == "POST" and "sha256" in request.POST:
        form = ScheduleFileForm({})
        form.errors.clear()
        status = 422
        try:
            with refusals_on(form):
                sha256 = request.POST["sha256"]
                apply_schedule(
                    schedule=parse_schedule(uploads.kept(found, sha256), _defaults(found)),
                    conference=found,
                    sha256=sha256,
                    version=_number(request.POST.get("version", "")),
                    by=request.viewer,
                    at=request.at,
                )
                uploads.forget(found)
                return redirect("manage_conference", slug=slug)
        except ChangedMeanwhile as refusal:
            status = refusal.status_code
            form.add_error(None, str(refusal.sentence))
            preview = preview_schedule(
                schedule=parse_schedule(uploads.kept(found, request.POST["sha256"]), _defaults(found)),
                conference=found,
                by=request.viewer,
            )
    elif request.method == "POST":
        form = ScheduleFileForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            with refusals_on(form):
                file = form.cleaned_data["file"]
                content = read_limited(file.size, file.read)
                preview = preview_schedule(
                    schedule=parse_schedule(content, _defaults(found)), conference=found, by=request.viewer
                )
                uploads.keep(found, preview.sha256, content)
                status = 200
    return render(
        request,
        "conferences/import.html",
        {"conference": found, "form": form, "preview": preview},
        status=status,
    )


def _defaults(conference: Conference) -> Defaults:
    return Defaults(conference.time_zone, (conference.languages or ["fr"])[0])


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
