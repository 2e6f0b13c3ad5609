"""The notebook of a visit: a page that opens without a network, and what it exchanges once there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import Refusal, Unknown
from polyphonie.kernel.rights import permit
from polyphonie.web.access import public

from ..domain.notebook import ConsentMissing, receive_edit, receive_photo, settle_edit
from ..domain.queries.notebook import edit_found, notebook_of
from ..domain.queries.visits import visit_found
from ..enums import EffectEvidence, Verdict
from ..interfaces.notebook_data import SendingUnreadable, answer, pack, sent_from, sheet_from
from ..models import Observation


def _in_words(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"sentence": str(refusal.sentence)}, status=refusal.status_code)


@public
def shell(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The empty notebook: it knows nothing of the visit but its number, so that a device may keep the page."""
    context = {
        "uid": uid,
        "verdicts": Verdict.choices,
        "effects": EffectEvidence.choices,
    }
    return render(request, "mobility/notebook.html", context)


@public
def manifest(request: HttpRequest, uid: UUID) -> JsonResponse:
    """What makes the notebook a thing that can be put on a telephone's home screen."""
    address = reverse("notebook", args=[uid])
    return JsonResponse(
        {
            "name": _("Carnet de visite"),
            "short_name": _("Carnet"),
            "start_url": address,
            "scope": address,
            "display": "standalone",
            "icons": [{"src": static("web/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )


@public
def worker(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The worker that answers for the page where there is no network; its scope is this notebook alone."""
    path = finders.find("mobility/notebook_worker.js")
    if path is None:
        raise Unknown()
    script = Path(str(path)).read_bytes()
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@never_cache
def taken(request: HttpRequest, uid: UUID) -> JsonResponse:
    """What a member's device takes along."""
    try:
        notebook = notebook_of(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    except Refusal as refusal:
        return _in_words(refusal)
    return JsonResponse(pack(notebook, get_token(request)), json_dumps_params={"ensure_ascii": False})


@require_POST
def receive(request: HttpRequest, uid: UUID) -> JsonResponse:
    """One sheet, or one change of a sheet, from a device."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    try:
        visit = visit_found(uid, viewer, at)
        permit("mobility.observe", viewer, visit)
        edit = receive_edit(visit=visit, sent=sent_from(request, visit), by=viewer, at=at)
    except Refusal as refusal:
        return _in_words(refusal)
    return JsonResponse(answer(edit))


@require_POST
def photo(request: HttpRequest, uid: UUID) -> JsonResponse:
    """One picture of a sheet, with the consent that lets it leave the device."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    try:
        visit = visit_found(uid, viewer, at)
        permit("mobility.observe", viewer, visit)
        values: dict[str, Any] = request.POST.dict()
        file = request.FILES.get("file")
        try:
            number, sheet = UUID(values.get("photo", "")), UUID(values.get("sheet", ""))
            consent_on = parse_date(values.get("consent_on", ""))
        except ValueError:
            raise SendingUnreadable("photo") from None
        observation = (
            Observation.objects.readable_by(viewer, at).filter(visit=visit, client_uuid=sheet).first()
        )
        if observation is None:
            raise Unknown()
        if file is None:
            raise SendingUnreadable("file") if consent_on else ConsentMissing()
        kept = receive_photo(
            observation=observation,
            number=number,
            content=file.read(),
            filename="photo.png" if str(file.name).endswith(".png") else "photo.jpg",
            caption=values.get("caption", ""),
            consent_on=consent_on,
            consent_scope=values.get("consent_scope", ""),
            by=viewer,
            at=at,
        )
    except Refusal as refusal:
        return _in_words(refusal)
    return JsonResponse({"photo": str(kept.uid), "outcome": "written"})


@require_POST
def settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take the version kept aside, or leave what stands."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    edit = edit_found(uid, viewer)
    taken_over = request.POST.get("take") == "mine"
    sheet = sheet_from(edit.said, edit.visit) if taken_over and edit.said else None
    settle_edit(edit=edit, sheet=sheet, by=viewer, at=at)
    response = redirect(edit.observation)
    response.status_code = 303
    return response
