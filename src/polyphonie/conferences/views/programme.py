"""Sessions: their page, and what the host does with them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from polyphonie.kernel.errors import ChangedMeanwhile, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import may, permit
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain.programme import (
    move_session,
    name_participation,
    schedule_session,
    swap_sessions,
    withdraw_session,
)
from ..domain.queries.conferences import conference_for, sites_for
from ..domain.queries.programme import sessions_for, site_hours
from ..interfaces.forms import (
    MoveSessionForm,
    ParticipationForm,
    SessionForm,
    SwapSessionForm,
    versioned,
)
from ..interfaces.requests import Seen, see_other
from ..models import Session


def _session(request: Seen, uid: UUID) -> Session:
    found = (
        Session.objects.readable_by(request.viewer, request.at)
        .select_related("conference__host", "room", "group")
        .prefetch_related("participations")
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


@public
@require_GET
def session(request: Seen, uid: UUID) -> HttpResponse:
    """One session: its hours here and at each site, its people, what other rooms add."""
    return _page(request, _session(request, uid))


def _page(
    request: Seen, found: Session, status: int = 200, form: ParticipationForm | None = None
) -> HttpResponse:
    runs = may("conferences.run_conference", request.viewer, found.conference)
    sites = sites_for(found.conference, request.viewer, request.at) if found.access == "public" else []
    return render(
        request,
        "conferences/session.html",
        {
            "session": found,
            "conference": found.conference,
            "local": [
                {"site": site, "hours": site_hours(site, found.start_at, found.end_at)} for site in sites
            ],
            "runs": runs,
            "participation_form": (form or ParticipationForm()) if runs else None,
        },
        status=status,
    )


@require_http_methods(["GET", "POST"])
def schedule_a_session(request: Seen, slug: str) -> HttpResponse:
    """The form that puts a session into the programme."""
    conference = conference_for(slug, request.viewer, request.at)
    permit("conferences.run_conference", request.viewer, conference)
    form = SessionForm(
        request.POST or None, conference=conference, initial={"access": "public", "kind": "plenary"}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = schedule_session(
                conference=conference, **form.fields_of(), by=request.viewer, at=request.at
            )
            return see_other(made)
    return render(
        request,
        "conferences/session_form.html",
        {"form": form, "conference": conference, "session": None},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def move_a_session(request: Seen, uid: UUID) -> HttpResponse:
    """The form that moves a session to another slot."""
    found = _session(request, uid)
    permit("conferences.run_conference", request.viewer, found.conference)
    form = MoveSessionForm(
        request.POST or None,
        conference=found.conference,
        initial={
            "start_at": found.start_at,
            "end_at": found.end_at,
            "room": found.room,
            "version": found.version,
        },
    )
    theirs = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                with refusals_on(form):
                    moved = move_session(
                        session=found,
                        version=data["version"],
                        start_at=data["start_at"],
                        end_at=data["end_at"],
                        room=data["room"],
                        by=request.viewer,
                        at=request.at,
                    )
                    return see_other(moved)
            except ChangedMeanwhile as refusal:
                theirs, status = refusal.theirs, 409
                form.add_error(None, str(refusal.sentence))
                again = request.POST.copy()
                again["version"] = str(found.version)
                form.data = again
    return render(
        request,
        "conferences/session_form.html",
        {"form": form, "conference": found.conference, "session": found, "theirs": theirs},
        status=status,
    )


@require_http_methods(["GET", "POST"])
def swap_a_session(request: Seen, uid: UUID) -> HttpResponse:
    """The form that exchanges a session's slot with another's."""
    found = _session(request, uid)
    permit("conferences.run_conference", request.viewer, found.conference)
    others = [s for s in sessions_for(found.conference, request.viewer, request.at) if s.pk != found.pk]
    form = SwapSessionForm(
        request.POST or None,
        sessions=others,
        zone=found.conference.time_zone,
        initial={"version": found.version},
    )
    theirs = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            other, version = form.cleaned_data["other"]
            try:
                with refusals_on(form):
                    swapped, _other = swap_sessions(
                        first=found,
                        second=other,
                        versions=(form.cleaned_data["version"], version),
                        by=request.viewer,
                        at=request.at,
                    )
                    return see_other(swapped)
            except ChangedMeanwhile as refusal:
                theirs, status = [found, other], refusal.status_code
                form.add_error(None, str(refusal.sentence))
                again = request.POST.copy()
                again["version"], again["other"] = str(found.version), versioned(other)
                form.data = again
    return render(
        request,
        "conferences/session_swap.html",
        {"form": form, "conference": found.conference, "session": found, "theirs": theirs},
        status=status,
    )


@require_POST
def withdraw_a_session(request: Seen, uid: UUID) -> HttpResponse:
    """Take a session out of the programme."""
    found = _session(request, uid)
    withdraw_session(session=found, version=_version(request), by=request.viewer, at=request.at)
    return see_other("manage_conference", slug=found.conference.slug)


@require_POST
def name_a_participation(request: Seen, uid: UUID) -> HttpResponse:
    """Name somebody in a session."""
    found = _session(request, uid)
    permit("conferences.run_conference", request.viewer, found.conference)
    form = ParticipationForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            name_participation(
                session=found,
                role=form.cleaned_data["role"],
                public_name=form.cleaned_data["public_name"],
                affiliation=LocalisedText(fr=form.cleaned_data["affiliation"]),
                by=request.viewer,
                at=request.at,
            )
            return see_other(found)
    return _page(request, found, 422, form)


def _version(request: Seen) -> int:
    text = request.POST.get("version", "")
    if not text.isdecimal():
        raise Unknown()
    return int(text)
