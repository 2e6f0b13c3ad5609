"""What a host does with its resources: opening dates, versions, withdrawal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from polyphonie.kernel.rights import permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.refusals import refusals_on

from ..domain.openings import set_opening
from ..domain.queries.opening import known_resource
from ..domain.resource import release_version, withdraw_resource
from ..interfaces.forms import OpeningForm, VersionForm
from ..models import Resource


def _kept(request: Asked, uid: UUID) -> Resource:
    resource = known_resource(uid, viewer=request.viewer, at=request.at)
    permit("evidence.keep_resource", request.viewer, resource)
    return resource


def _form(request: Asked, template: str, resource: Resource, form: Any, status: int = 200) -> HttpResponse:
    return render(request, template, {"resource": resource, "form": form}, status=status)


def resource_opening(request: Asked, uid: UUID) -> HttpResponse:
    """Set or move the opening of a resource."""
    resource = _kept(request, uid)
    default = settings.EARLY_ACCESS_DAYS if resource.kind.opens_early else 0
    if request.method != "POST":
        return _form(request, "evidence/resource_opening.html", resource, OpeningForm.of(resource, default))
    form = OpeningForm.of(resource, default, request.POST)
    if form.is_valid():
        with refusals_on(form):
            set_opening(resource=resource, **form.opening(), by=request.viewer, at=request.at)
            return redirect(resource)
    return _form(request, "evidence/resource_opening.html", resource, form, status=422)


def resource_version(request: Asked, uid: UUID) -> HttpResponse:
    """Release a version: a file, or a link."""
    resource = _kept(request, uid)
    if request.method != "POST":
        return _form(request, "evidence/resource_version.html", resource, VersionForm())
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            release_version(
                resource=resource,
                language=given["language"],
                translation=given["translation"],
                link=given["link"],
                file=given["file"],
                filename=given["file"].name if given["file"] else "",
                by=request.viewer,
                at=request.at,
            )
            return redirect(resource)
    return _form(request, "evidence/resource_version.html", resource, form, status=422)


@require_POST
def resource_withdrawal(request: Asked, uid: UUID) -> HttpResponse:
    """Take a resource back; its page then says that it is gone."""
    resource = _kept(request, uid)
    withdraw_resource(resource=resource, by=request.viewer, at=request.at)
    return redirect(resource.issuer or "home")
