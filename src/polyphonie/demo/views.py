from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from polyphonie.conferences.models import Conference, Site
from polyphonie.kernel import clock
from polyphonie.kernel.errors import Unknown
from polyphonie.mobility.models import Visit
from polyphonie.network.middleware import OFFSET_KEY
from polyphonie.network.models import Account
from polyphonie.web.access import public

from . import identities, moments
from .domain.entry import use_entry_token

ENTERED_KEY = "demo_entered"
MOMENT_KEY = "demo_moment"
CHOSEN_KEY = "demo_day_chosen"
KEPT = (OFFSET_KEY, MOMENT_KEY, CHOSEN_KEY, ENTERED_KEY)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The printed link: used once, it opens the demonstration for this browser."""
    if not request.session.get(ENTERED_KEY):
        use_entry_token(settings.DATA_DIR, token)
        request.session.cycle_key()
        request.session[ENTERED_KEY] = True
        set_moment(request, moments.BY_KEY["dropout"])
    return redirect("welcome")


@public
def welcome(request: HttpRequest) -> HttpResponse:
    """What is on air, who follows it, and the identities to try."""
    conference = Conference.objects.select_related("host").get(slug="decrochage-2017")
    # the conference's own clock: it goes on, whichever day the visitor has chosen
    air_time = clock.now(conference.clock_offset)
    sites = (
        Site.objects.filter(conference=conference, state="accepted")
        .select_related("organisation")
        .order_by("delay_minutes", "pk")
    )
    rows = [{"site": site, "programme": air_time - timedelta(minutes=site.delay_minutes)} for site in sites]
    return render(
        request,
        "demo/welcome.html",
        {
            "conference": conference,
            "air_time": air_time,
            "rows": rows,
            "identities": identities.IDENTITIES,
            "entered": bool(request.session.get(ENTERED_KEY)),
            "data_dir": settings.DATA_DIR,
        },
    )


@public
@require_POST
def become(request: HttpRequest, key: str) -> HttpResponse:
    """Become one of the persons of the demonstration, and land where their task is."""
    identity = identities.BY_KEY.get(key)
    if identity is None or not request.session.get(ENTERED_KEY):
        raise Unknown()
    kept = {k: request.session[k] for k in KEPT if k in request.session}
    logout(request)
    if identity.person:
        account = Account.objects.get(email=f"{identity.person}@example.org")
        login(request, account, backend=BACKEND)
    request.session.update(kept)
    if not request.session.get(CHOSEN_KEY):
        set_moment(request, moments.BY_KEY[identity.moment])
    return redirect(landing_address(identity.landing), permanent=False)


@public
@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move this browser's clock to a named moment."""
    moment = moments.BY_KEY.get(request.POST.get("moment", ""))
    if moment is None or not request.session.get(ENTERED_KEY):
        raise Unknown()
    set_moment(request, moment)
    request.session[CHOSEN_KEY] = True
    back = request.POST.get("next", "")
    return redirect(back if back.startswith("/") and not back.startswith("//") else "welcome")


def set_moment(request: HttpRequest, moment: moments.Moment) -> None:
    """Keep the offset in the session; where a conference is on air, its own clock is followed."""
    request.session[MOMENT_KEY] = moment.key
    request.session[OFFSET_KEY] = offset_of(moment).total_seconds()


def offset_of(moment: moments.Moment) -> timedelta:
    if moment.conference:
        return Conference.objects.get(slug=moment.conference).clock_offset
    if moment.instant is None:
        return timedelta(0)
    instant: datetime = moment.instant
    return instant - clock.wall()


def landing_address(landing: str) -> str:
    """The page on which an identity begins its task."""
    if landing in {"rabat", "chile", "ireland", "hall"}:
        country = {"rabat": "maroc", "chile": "chili", "ireland": "irlande", "hall": "maroc"}[landing]
        slug = "orientation-2018" if landing == "ireland" else "decrochage-2017"
        site = Site.objects.filter(conference__slug=slug, organisation__slug=f"partenaire-{country}").first()
        if site is None or (landing == "hall" and site.state != "accepted"):
            # the session is still to be associated, from the page of the conference
            return reverse("conference", args=[slug])
        return reverse("enter_hall", args=[site.short_code]) if landing == "hall" else site.get_absolute_url()
    if landing == "visit":
        found = Visit.objects.filter(flow__programme__slug="qualeduc-mobilites").order_by("pk").first()
        return str(found.get_absolute_url()) if found else reverse("programmes")
    pages: dict[str, tuple[str, list[Any]]] = {
        "board": ("board", []),
        "desk": ("question_desk", ["decrochage-2017"]),
        "theme": ("theme", ["decrochage-scolaire"]),
        "assessments": ("rounds", []),
        "agreements": ("agreements", []),
        "evidence": ("evidence_desk", []),
        "project": ("project", ["education-france-quebec"]),
        "dossier": ("dossier", []),
        "meeting": ("meeting", ["confemen-bureau-2019"]),
    }
    name, arguments = pages[landing]
    return reverse(name, args=arguments)
