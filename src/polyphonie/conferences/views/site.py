"""A site: associated, prepared, changed; its page for its team and for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from polyphonie.kernel.errors import ChangedMeanwhile, Unknown
from polyphonie.kernel.rights import may, permit
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation, StakeholderGroup
from polyphonie.web import language_names
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain import sites as verbs
from ..domain.queries.conferences import conference_for, resources_for
from ..domain.queries.programme import local_programme, sessions_for
from ..domain.queries.sites import (
    language_of,
    prepares,
    readiness_of,
    remedy_of,
    site_for,
    site_known_to,
    voices_of,
)
from ..domain.readiness import answer_readiness, choose_language_remedy, set_invited_groups
from ..interfaces.forms import (
    AttendanceForm,
    ChangeSiteForm,
    ReadinessForm,
    RemedyForm,
    SiteForm,
    places,
    site_initial,
)
from ..interfaces.requests import Seen, see_other
from ..models import Conference, Session, Site
from ..models.reach import sees_everything, uids
from ..states import SITE

LIFE = {
    "invite_site": verbs.invite_site,
    "accept_proposal": verbs.accept_proposal,
    "accept_invitation": verbs.accept_invitation,
    "decline_invitation": verbs.decline_invitation,
    "withdraw_site": verbs.withdraw_site,
}
RIGHTS = {
    "invite_site": "conferences.run_conference",
    "accept_proposal": "conferences.run_conference",
    "accept_invitation": "conferences.answer_invitation",
    "decline_invitation": "conferences.answer_invitation",
    "withdraw_site": "conferences.coordinate_site",
}


@public
@require_GET
def site(request: Seen, uid: UUID) -> HttpResponse:
    """The local programme, the pack, what other rooms add; for its team, how far it is prepared."""
    return _page(request, site_for(uid, request.viewer, request.at))


def _page(request: Seen, found: Site, status: int = 200, **forms: Any) -> HttpResponse:
    viewer, at = request.viewer, request.at
    team = prepares(found, viewer)
    language = language_of(found, remedy_of(found)) if team else None
    readiness = readiness_of(found) if team else []
    words = {True: "yes", False: "no", None: ""}
    return render(
        request,
        "conferences/site.html",
        {
            "site": found,
            "conference": found.conference,
            "days": local_programme(found, sessions_for(found.conference, viewer, at)),
            "pack": resources_for(found.conference, viewer, at),
            "team": team,
            # a visitor is asked to sign in first; who belongs to another hall is not sent there
            "may_follow": viewer.is_visitor or may("conferences.follow_site", viewer, found),
            "verbs": _verbs(found, request),
            "nights": verbs.nights_of(found) if team else [],
            "language": language,
            "heard": [language_names.of(tag) for tag in language.heard] if language else [],
            "readiness": readiness,
            "readiness_form": ReadinessForm(
                initial={line.question: words[line.is_ready] for line in readiness}
            ),
            "remedy_form": RemedyForm(initial={"remedy": language.remedy if language else ""}),
            "voices": voices_of(found) if team else [],
            **forms,
        },
        status=status,
    )


def _verbs(found: Site, request: Seen) -> list[str]:
    """The verbs that may follow and that the reader has the right to."""
    return [
        t.by_verb
        for t in SITE.following(found.state)
        if t.by_verb in LIFE
        and may(
            RIGHTS[t.by_verb],
            request.viewer,
            found.conference if RIGHTS[t.by_verb] == "conferences.run_conference" else found,
        )
    ]


def _bodies(request: Seen, conference: Conference) -> Any:
    """The bodies for which the reader may associate a site: all for the host, their own for a partner."""
    if sees_everything(request.viewer) or may("conferences.run_conference", request.viewer, conference):
        return Organisation.objects.order_by("slug")
    return Organisation.objects.filter(
        uid__in=uids(request.viewer.scopes(Role.SITE_COORDINATOR), "organisation")
    ).order_by("slug")


@require_http_methods(["GET", "POST"])
def associate_site(request: Seen, slug: str) -> HttpResponse:
    """*Associer une session*: the hours are shown before anything is written."""
    conference = conference_for(slug, request.viewer, request.at)
    bodies = _bodies(request, conference)
    if not bodies.exists():
        permit("conferences.associate_site", request.viewer, Organisation())
    named = bodies.filter(slug=request.GET.get("instance", "")).first()
    # an initial of None would hide the one body that the form supposes
    form = SiteForm(
        request.POST or None, organisations=bodies, initial={"organisation": named} if named else {}
    )
    days = preview = None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            if "preview" in request.POST:
                preview = _unsaved(conference, form)
                days = local_programme(preview, sessions_for(conference, request.viewer, request.at))
            else:
                made = verbs.associate_site(
                    conference=conference,
                    organisation=form.cleaned_data["organisation"],
                    terms=form.terms(),
                    night_confirmed=form.cleaned_data["night_confirmed"],
                    # what is entered in a demonstration is invented, and says so
                    is_fictitious=settings.DEMO,
                    by=request.viewer,
                    at=request.at,
                )
                return see_other(made)
    return render(
        request,
        "conferences/site_form.html",
        {
            "form": form,
            "conference": conference,
            "site": None,
            "days": days,
            "preview_site": preview,
            "zones": places(),
            "languages": language_names.known(),
            "theirs": None,
        },
        status=422 if form.errors else 200,
    )


def _unsaved(conference: Conference, form: SiteForm) -> Site:
    terms = form.terms()
    verbs.check_terms(conference, terms, night_confirmed=True)
    return Site(
        conference=conference, time_zone=terms.time_zone, delay_minutes=terms.delay_minutes, mode=terms.mode
    )


@require_http_methods(["GET", "POST"])
def change_site(request: Seen, uid: UUID) -> HttpResponse:
    """The same form on a site that exists; if somebody changed it meanwhile, both versions are shown."""
    found = site_known_to(uid, request.viewer, request.at)
    permit("conferences.coordinate_site", request.viewer, found)
    form = ChangeSiteForm(request.POST or None, site=found, initial=site_initial(found))
    theirs = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with refusals_on(form):
                    verbs.change_site(
                        site=found,
                        version=form.cleaned_data["version"],
                        terms=form.terms(found),
                        night_confirmed=form.cleaned_data["night_confirmed"],
                        by=request.viewer,
                        at=request.at,
                    )
                    return see_other(found)
            except ChangedMeanwhile as refusal:
                theirs, status = refusal.theirs, refusal.status_code
                form.add_error(None, str(refusal.sentence))
                data = request.POST.copy()
                data["version"] = str(found.version)
                form.data = data
    return render(
        request,
        "conferences/site_form.html",
        {
            "form": form,
            "conference": found.conference,
            "site": found,
            "days": None,
            "preview_site": None,
            "zones": places(),
            "languages": language_names.known(),
            "theirs": theirs,
        },
        status=status,
    )


@require_POST
def change_state(request: Seen, uid: UUID, verb: str) -> HttpResponse:
    """Invite, accept, decline, withdraw."""
    if verb not in LIFE:
        raise Unknown()
    found = site_known_to(uid, request.viewer, request.at)
    LIFE[verb](site=found, by=request.viewer, at=request.at)
    if request.POST.get("back") == "board":
        return see_other("board")
    return see_other(found)


@require_POST
def confirm_night(request: Seen, uid: UUID) -> HttpResponse:
    found = site_known_to(uid, request.viewer, request.at)
    verbs.confirm_night(site=found, by=request.viewer, at=request.at)
    return see_other(found)


@require_POST
def answer(request: Seen, uid: UUID) -> HttpResponse:
    """The six readiness questions, answered together."""
    found = site_known_to(uid, request.viewer, request.at)
    form = ReadinessForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            answer_readiness(site=found, answers=form.answers(), by=request.viewer, at=request.at)
            return see_other(found.get_absolute_url() + "#preparation")
    permit("conferences.coordinate_site", request.viewer, found)
    return _page(request, found, 422, readiness_form=form)


@require_POST
def choose_groups(request: Seen, uid: UUID) -> HttpResponse:
    """The stakeholder groups invited; those left out show as absent voices."""
    found = site_known_to(uid, request.viewer, request.at)
    groups = list(
        StakeholderGroup.objects.filter(slug__in=request.POST.getlist("group")).order_by("order", "slug")
    )
    set_invited_groups(site=found, groups=groups, by=request.viewer, at=request.at)
    return see_other(found.get_absolute_url() + "#voix")


@require_POST
def choose_remedy(request: Seen, uid: UUID) -> HttpResponse:
    """What is done where the working language is not heard."""
    found = site_known_to(uid, request.viewer, request.at)
    form = RemedyForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            choose_language_remedy(
                site=found, remedy=form.cleaned_data["remedy"], by=request.viewer, at=request.at
            )
            if request.POST.get("back") == "board":
                return see_other("board")
            return see_other(found.get_absolute_url() + "#langue")
    permit("conferences.coordinate_site", request.viewer, found)
    return _page(request, found, 422, remedy_form=form)


@require_http_methods(["GET", "POST"])
def attendance(request: Seen, uid: UUID) -> HttpResponse:
    """How many of each group are in the room, session by session; nobody is named."""
    found = site_known_to(uid, request.viewer, request.at)
    permit("conferences.coordinate_site", request.viewer, found)
    form = AttendanceForm(
        request.POST or None,
        sessions=Session.objects.readable_by(request.viewer, request.at)
        .filter(conference=found.conference, access="public")
        .order_by("start_at", "pk"),
        voices=voices_of(found),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.record_attendances(
                site=found,
                session=form.cleaned_data["session"],
                counts=form.counts(),
                by=request.viewer,
                at=request.at,
            )
            return see_other(found.get_absolute_url() + "#voix")
    return render(
        request,
        "conferences/attendance.html",
        {"form": form, "site": found, "conference": found.conference},
        status=422 if form.errors else 200,
    )
