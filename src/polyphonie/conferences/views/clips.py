"""A moment that can be cited."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain.clips import mark_moment
from ..domain.queries.rooms import room_state, site_followed_by
from ..interfaces.live_forms import MomentForm
from ..interfaces.requests import Seen
from .room import _refused, _watching, wants_json


@public
@require_POST
def mark(request: Seen, uid: UUID) -> HttpResponse:
    """Keep the last seconds as a clip with an address that can be cited."""
    site = site_followed_by(uid, request.viewer, request.at)
    form = MomentForm(request.POST, prefix="moment")
    if form.is_valid():
        state = room_state(site, request.at)
        with refusals_on(form):
            clip = mark_moment(
                site=site,
                until=_watching(form, state),
                seconds=form.cleaned_data["seconds"],
                title=form.cleaned_data["title"],
                language=get_language() or "fr",
                by=request.viewer,
                at=request.at,
            )
            if wants_json(request):
                return JsonResponse({"address": clip.resource.permalink})
            return redirect(reverse("room", args=[site.uid]) + f"?extrait={clip.resource.uid}#extrait")
    return _refused(request, site, "moment_form", form)
