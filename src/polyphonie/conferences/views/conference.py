"""The list of conferences, a conference's page, and what its host does with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from polyphonie.evidence.domain.queries.desk import context_to_move
from polyphonie.evidence.models import Resource
from polyphonie.kernel.errors import ChangedMeanwhile, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import may, permit
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation, Theme
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain.conferences import (
    add_phase,
    announce_conference,
    attach_resource,
    cancel_conference,
    change_conference,
    close_conference,
    open_conference,
    terms_of_conference,
)
from ..domain.programme import add_room
from ..domain.queries.conferences import (
    conference_for,
    conferences_for,
    is_on_air,
    own_site,
    people_of,
    resources_for,
    sites_for,
)
from ..domain.queries.programme import first_public, host_programme, local_programme, sessions_for, site_hours
from ..enums import ParticipationRole
from ..interfaces.forms import (
    AttachResourceForm,
    ChangeConferenceForm,
    ConferenceForm,
    PhaseForm,
    RoomForm,
    places,
)
from ..interfaces.maps import map_of_sites
from ..interfaces.requests import Seen, see_other
from ..models import Conference, Session
from ..models.reach import sees_everything, uids
from ..states import CONFERENCE

LIFE = {
    "announce_conference": announce_conference,
    "close_conference": close_conference,
    "cancel_conference": cancel_conference,
}


@public
@require_GET
def conferences(request: Seen) -> HttpResponse:
    """Every conference that the reader may know of."""
    found = list(conferences_for(request.viewer, request.at))
    today = request.at.date()
    return render(
        request,
        "conferences/conferences.html",
        {
            "coming": [c for c in reversed(found) if c.end_date >= today],
            "past": [c for c in found if c.end_date < today],
            "opens": _hosts(request).exists(),
        },
    )


@public
@require_GET
def conference(request: Seen, slug: str) -> HttpResponse:
    """Programme, people, resources, sites, phases. ``?site=`` shows the hours of one of the sites."""
    viewer, at = request.viewer, request.at
    found = conference_for(slug, viewer, at)
    sessions = sessions_for(found, viewer, at)
    sites = sites_for(found, viewer, at)
    mine = own_site(found, viewer)
    chosen = next((s for s in sites if str(s.uid) == request.GET.get("site")), None)
    first = first_public(sessions)
    runs = may("conferences.run_conference", viewer, found)
    return render(
        request,
        "conferences/conference.html",
        {
            "conference": found,
            "days": local_programme(chosen, sessions) if chosen else host_programme(found, sessions),
            "chosen": chosen,
            "mine": mine,
            "sites": [
                {
                    "site": site,
                    "hours": site_hours(site, first.start_at, first.end_at) if first else None,
                    "is_readable": runs or site.state == "accepted" or site == mine,
                }
                for site in sites
            ],
            "map": map_of_sites(found, sites, first),
            "people": [
                (name, [ParticipationRole(r).label if r in ParticipationRole.values else r for r in roles])
                for name, roles in people_of(sessions)
            ],
            "resources": resources_for(found, viewer, at),
            "on_air": is_on_air(found, at),
            "runs": runs,
            "associates": may_associate(request, found),
        },
    )


def may_associate(request: Seen, found: Conference) -> bool:
    """Whether the reader coordinates a body, or the host; the page of the form asks again."""
    return found.state != "cancelled" and (
        may("conferences.run_conference", request.viewer, found)
        or bool(request.viewer.scopes(Role.SITE_COORDINATOR))
    )


def _hosts(request: Seen) -> Any:
    if sees_everything(request.viewer):
        return Organisation.objects.order_by("slug")
    return Organisation.objects.filter(
        uid__in=uids(request.viewer.scopes(Role.HOST_COORDINATOR), "organisation")
    ).order_by("slug")


@require_http_methods(["GET", "POST"])
def open_a_conference(request: Seen) -> HttpResponse:
    """The form that opens a conference in preparation."""
    hosts = _hosts(request)
    if not hosts.exists():
        permit("conferences.run_conference", request.viewer, Conference(host=Organisation()))
    form = ConferenceForm(request.POST or None, hosts=hosts)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = open_conference(**form.fields_of(), by=request.viewer, at=request.at)
            return see_other("manage_conference", slug=found.slug)
    status = 422 if form.errors else 200
    return render(
        request, "conferences/conference_open.html", {"form": form, "zones": places()}, status=status
    )


@require_GET
def manage_conference(request: Seen, slug: str) -> HttpResponse:
    """What the host still has to do: phases, halls, sessions, resources, the announcement."""
    return _managed(request, _run(request, slug))


def _run(request: Seen, slug: str) -> Conference:
    found = conference_for(slug, request.viewer, request.at)
    permit("conferences.run_conference", request.viewer, found)
    return found


def _managed(request: HttpRequest, found: Conference, status: int = 200, **forms: Any) -> HttpResponse:
    seen: Any = request
    return render(
        request,
        "conferences/conference_manage.html",
        {
            "conference": found,
            "sessions": sessions_for(found, seen.viewer, seen.at),
            "resources": resources_for(found, seen.viewer, seen.at),
            "moves_openings": context_to_move(str(found.uid), seen.viewer, seen.at) is not None,
            "following": [t.by_verb for t in CONFERENCE.following(found.state)],
            "phase_form": PhaseForm(prefix="phase"),
            "room_form": RoomForm(prefix="room"),
            **forms,
        },
        status=status,
    )


@require_http_methods(["GET", "POST"])
def change_a_conference(request: Seen, slug: str) -> HttpResponse:
    """The form that changes title, days, languages, place and themes. Where somebody changed them
    meanwhile, their state and the input are shown together."""
    found = _run(request, slug)
    themes = list(Theme.objects.readable_by(request.viewer, request.at).order_by("order", "slug"))
    common: dict[str, Any] = {
        "standing": terms_of_conference(found),
        "version": found.version,
        "themes": themes,
    }
    form = ChangeConferenceForm(request.POST or None, **common)
    theirs = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with refusals_on(form):
                    changed = change_conference(
                        conference=found,
                        version=form.cleaned_data["version"],
                        terms=form.terms(),
                        by=request.viewer,
                        at=request.at,
                    )
                    return see_other("manage_conference", slug=changed.slug)
            except ChangedMeanwhile as refusal:
                theirs, status = refusal.theirs, refusal.status_code
                form.add_error(None, str(refusal.sentence))
                again = request.POST.copy()
                again["version"] = str(found.version)
                form.data = again
    return render(
        request,
        "conferences/conference_change.html",
        {"form": form, "conference": found, "theirs": theirs},
        status=status,
    )


@require_POST
def change_state(request: Seen, slug: str, verb: str) -> HttpResponse:
    """Announce, close or cancel."""
    found = _run(request, slug)
    if verb not in LIFE:
        raise Unknown()
    LIFE[verb](conference=found, by=request.viewer, at=request.at)
    return see_other("manage_conference", slug=slug)


@require_POST
def add_a_phase(request: Seen, slug: str) -> HttpResponse:
    found = _run(request, slug)
    form = PhaseForm(request.POST, prefix="phase")
    if form.is_valid():
        with refusals_on(form):
            add_phase(
                conference=found,
                title=LocalisedText({_language(request): form.cleaned_data["title"]}),
                from_date=form.cleaned_data["from_date"],
                until_date=form.cleaned_data["until_date"],
                by=request.viewer,
                at=request.at,
            )
            return see_other("manage_conference", slug=slug)
    return _managed(request, found, 422, phase_form=form)


@require_POST
def add_a_room(request: Seen, slug: str) -> HttpResponse:
    found = _run(request, slug)
    form = RoomForm(request.POST, prefix="room")
    if form.is_valid():
        with refusals_on(form):
            add_room(
                conference=found,
                name=LocalisedText({_language(request): form.cleaned_data["name"]}),
                capacity=form.cleaned_data["capacity"],
                by=request.viewer,
                at=request.at,
            )
            return see_other("manage_conference", slug=slug)
    return _managed(request, found, 422, room_form=form)


@require_http_methods(["GET", "POST"])
def attach_a_resource(request: Seen, slug: str) -> HttpResponse:
    """The form that attaches a resource and sets when it opens."""
    found = _run(request, slug)
    form = AttachResourceForm(
        request.POST or None,
        conference=found,
        resources=Resource.objects.readable_by(request.viewer, request.at).order_by("-pk"),
        sessions=Session.objects.readable_by(request.viewer, request.at)
        .filter(conference=found)
        .order_by("start_at", "pk"),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            attach_resource(conference=found, **form.cleaned_data, by=request.viewer, at=request.at)
            return see_other("manage_conference", slug=slug)
    return render(
        request,
        "conferences/attach_resource.html",
        {"form": form, "conference": found},
        status=422 if form.errors else 200,
    )


def _language(request: HttpRequest) -> str:
    return get_language() or "fr"
