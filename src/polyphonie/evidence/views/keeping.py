"""What a host does with its resources: the record, opening dates, versions, withdrawal."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from polyphonie.kernel.errors import ChangedMeanwhile, Unknown
from polyphonie.kernel.rights import permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.refusals import refusals_on

from ..domain.openings import move_opening, move_openings, set_opening
from ..domain.queries.desk import context_to_move, issuers_open_to
from ..domain.queries.opening import known_resource
from ..domain.resource import add_resource, release_version, revise_resource, withdraw_resource
from ..interfaces.forms import MoveForm, NewResourceForm, OpeningForm, ResourceForm, VersionForm
from ..models import Resource
from .editing import both_versions, form_page, seen


def _kept(request: Asked, uid: UUID) -> Resource:
    resource = known_resource(uid, viewer=request.viewer, at=request.at)
    permit("evidence.keep_resource", request.viewer, resource)
    return resource


@require_http_methods(["GET", "POST"])
def new_resource(request: Asked) -> HttpResponse:
    """Enter a resource, and set its opening where it is known."""
    issuers = issuers_open_to(request.viewer)
    if not issuers:
        permit("evidence.add_resource", request.viewer)
    form = NewResourceForm(request.POST or None, issuers=issuers)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            resource = add_resource(**form.resource(request.at), by=request.viewer, at=request.at)
            return seen(resource)
    return form_page(
        request,
        form,
        heading=_("Ajouter une ressource"),
        lead=_(
            "Votre instance seule la voit jusqu'à ce qu'elle soit annoncée. Les fichiers se déposent ensuite."
        ),
        submit=_("Ajouter"),
    )


@require_http_methods(["GET", "POST"])
def edit_resource(request: Asked, uid: UUID) -> HttpResponse:
    """Correct the record; if somebody else wrote first, both versions are shown and the input is kept."""
    resource = _kept(request, uid)
    form = ResourceForm(
        request.POST or None,
        issuers=issuers_open_to(request.viewer, besides=resource.issuer),
        initial=ResourceForm.starting_from(resource),
    )
    page = {"heading": _("Modifier la ressource"), "submit": _("Enregistrer"), "about": resource}
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                revise_resource(
                    resource=resource,
                    version=form.cleaned_data["version"],
                    **form.record(),
                    by=request.viewer,
                    at=request.at,
                )
                return seen(resource)
        except ChangedMeanwhile as meanwhile:
            theirs = ResourceForm.starting_from(meanwhile.theirs)
            return form_page(request, form, **page, **both_versions(form, theirs, meanwhile))
    return form_page(request, form, **page)


@require_http_methods(["GET", "POST"])
def resource_opening(request: Asked, uid: UUID) -> HttpResponse:
    """Set the opening of a resource, or set it anew."""
    resource = _kept(request, uid)
    default = settings.EARLY_ACCESS_DAYS if resource.kind.opens_early else 0
    form = OpeningForm.of(resource, default, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            opening = form.opening(resource, request.at)
            set_opening(resource=resource, **opening, by=request.viewer, at=request.at)
            return seen(resource)
    return form_page(
        request,
        form,
        heading=_("Fixer l'ouverture"),
        lead=_(
            "Les partenaires qui y ont droit lisent avant tout le monde, à la même heure locale, même si "
            "l'heure change entre-temps."
        ),
        submit=_("Fixer"),
        about=resource,
    )


@require_http_methods(["GET", "POST"])
def move_resource(request: Asked, uid: UUID) -> HttpResponse:
    """Move the opening of one resource by some days."""
    resource = _kept(request, uid)
    form = MoveForm(request.POST or None, initial={"version": resource.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            move_opening(resource=resource, **form.cleaned_data, by=request.viewer, at=request.at)
            return seen(resource)
    return form_page(
        request,
        form,
        heading=_("Déplacer l'ouverture"),
        lead=_(
            "L'ouverture publique et l'accès anticipé se déplacent ensemble ; les partenaires qui lisent "
            "d'avance en sont avisés."
        ),
        submit=_("Déplacer"),
        about=resource,
    )


@require_http_methods(["GET", "POST"])
def move_context(request: Asked, uid: UUID) -> HttpResponse:
    """Move the openings of all resources of a conference by some days."""
    context = context_to_move(str(uid), request.viewer, request.at)
    if context is None:
        raise Unknown()
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            move_openings(
                context_urn=context.urn, days=form.cleaned_data["days"], by=request.viewer, at=request.at
            )
            return seen("evidence_desk")
    count = ngettext(
        "%(count)d ressource de votre instance reste à ouvrir : « %(label)s ». Les partenaires qui lisent "
        "d'avance sont avisés.",
        "%(count)d ressources de votre instance restent à ouvrir : « %(label)s ». Toutes se déplacent, ou "
        "aucune ; les partenaires qui lisent d'avance sont avisés une fois.",
        context.to_open,
    ) % {"count": context.to_open, "label": context.label}
    return form_page(
        request, form, heading=_("Déplacer toutes les ouvertures"), lead=count, submit=_("Déplacer")
    )


@require_http_methods(["GET", "POST"])
def resource_version(request: Asked, uid: UUID) -> HttpResponse:
    """Release a version: a file, or a link."""
    resource = _kept(request, uid)
    form = VersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
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
            return seen(resource)
    return form_page(
        request,
        form,
        heading=_("Déposer une version"),
        lead=_(
            "Un fichier ou un lien. Une version déposée ne change plus : une correction est une version nouvelle."
        ),
        submit=_("Déposer"),
        about=resource,
    )


@require_POST
def resource_withdrawal(request: Asked, uid: UUID) -> HttpResponse:
    """Take a resource back; its page then says that it is gone."""
    resource = _kept(request, uid)
    withdraw_resource(resource=resource, by=request.viewer, at=request.at)
    return redirect(resource.issuer or "home")
