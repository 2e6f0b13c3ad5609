"""Coming into a hall by its short code, without an account."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_GET, require_http_methods

from polyphonie.kernel.rights import may
from polyphonie.network.domain.queries.standing import PARTICIPANT_KEY
from polyphonie.network.middleware import OFFSET_KEY
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain.participants import enter_hall, site_by_code
from ..domain.queries.rooms import room_state
from ..interfaces.live_forms import EnterForm
from ..interfaces.requests import Seen
from ..interfaces.room_page import delay_in_words


@public
@require_GET
def short_address(request: Seen, code: str) -> HttpResponse:
    """The address on the hall's screen has no language: the reader's is chosen."""
    language = get_language_from_request(request)
    with override(language if language in {"fr", "en"} else "fr"):
        response = redirect(reverse("enter_hall", args=[code]))
    response["Vary"] = "Accept-Language, Cookie"
    return response


@public
@require_http_methods(["GET", "POST"])
def by_code(request: Seen) -> HttpResponse:
    """Type the code that stands on the screen of the hall."""
    form = EnterForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            with refusals_on(form):
                return redirect("enter_hall", code=form.cleaned_data["code"].strip())
        status = 422
    return render(request, "conferences/enter_by_code.html", {"form": form}, status=status)


@public
@require_http_methods(["GET", "POST"])
def enter(request: Seen, code: str) -> HttpResponse:
    """What somebody is about to enter, and one button. Who is in already goes straight to the room."""
    site = site_by_code(code)
    if may("conferences.follow_site", request.viewer, site):
        return redirect("room", uid=site.uid)
    form = EnterForm({"code": code})
    if request.method == "POST":
        with refusals_on(form):
            participant = enter_hall(site=site, at=request.at)
            if not request.user.is_authenticated:
                # another hall's participation, if there was one, ends with its session
                request.session.cycle_key()
            if settings.DEMO:
                # in a demonstration a hall lives in its conference's time
                request.session[OFFSET_KEY] = site.conference.clock_offset.total_seconds()
            request.session[PARTICIPANT_KEY] = {"id": str(participant.uid), "site": site.urn}
            return redirect("room", uid=site.uid)
    state = room_state(site, request.at)
    return render(
        request,
        "conferences/enter.html",
        {
            "site": site,
            "conference": site.conference,
            "state": state,
            "delay_words": delay_in_words(state.delay),
            "form": form if request.method == "POST" else None,
        },
        status=422 if request.method == "POST" else 200,
    )
