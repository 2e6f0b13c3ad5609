"""Entries of the training programme."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from polyphonie.kernel.rights import may, permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.access import public
from polyphonie.web.documents.docx import MEDIA_TYPE as WORD
from polyphonie.web.exports import csv_response
from polyphonie.web.refusals import refusals_on

from ..domain import training as verbs
from ..domain.queries.remarks import remarks_on
from ..domain.queries.training import (
    bodies_training,
    linkable_recommendations,
    list_training,
    training_named,
    training_page,
    usable_resources,
)
from ..interfaces.forms import LinkForm, NewTrainingForm, TrainingForm
from ..interfaces.paf_sheet import csv_rows, filename, sheet_docx, sheet_pdf
from ..models import TrainingAction
from .keeping import posted, seen


def _form_page(request: Asked, form: Any, *, task: str, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(
        request, "partnerships/training_form.html", {"form": form, "task": task, **context}, status=status
    )


@public
def training_actions(request: Asked) -> HttpResponse:
    """The training actions that the reader may read."""
    return render(
        request,
        "partnerships/training_actions.html",
        {
            "actions": list_training(request.viewer, request.at),
            "may_record": may("partnerships.open_training_form", request.viewer),
        },
    )


@public
def training_action(request: Asked, uid: UUID) -> HttpResponse:
    """One training action."""
    page = training_page(uid, request.viewer, request.at)
    keeps = may("partnerships.keep_training", request.viewer, page.action.organisation)
    return render(
        request,
        "partnerships/training_action.html",
        {
            "page": page,
            "action": page.action,
            "keeps": keeps,
            "remarks": remarks_on(page.action, request.at) if keeps else [],
        },
    )


@public
def training_sheet(request: Asked, uid: UUID, fmt: str) -> HttpResponse:
    """The sheet as CSV, Word or PDF, for whoever reads the page."""
    page = training_page(uid, request.viewer, request.at)
    name = filename(page, fmt)
    if fmt == "csv":
        return csv_response(name, *csv_rows(page))
    address = request.build_absolute_uri(page.action.permalink)
    draw = sheet_pdf if fmt == "pdf" else sheet_docx
    response = HttpResponse(
        draw(page, address=address, at=request.at), content_type="application/pdf" if fmt == "pdf" else WORD
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    if page.action.published_at is None:
        response["Cache-Control"] = "private, no-store"
    return response


def new_training(request: Asked) -> HttpResponse:
    """Write an entry."""
    permit("partnerships.open_training_form", request.viewer)
    form = NewTrainingForm(
        posted(request),
        bodies=bodies_training(request.viewer),
        resources=usable_resources(request.viewer, request.at),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return seen(
                verbs.record_training_action(
                    organisation=form.cleaned_data["organisation"],
                    details=form.details(),
                    by=request.viewer,
                    at=request.at,
                )
            )
    return _form_page(request, form, task="new")


def _kept(request: Asked, uid: UUID) -> TrainingAction:
    action = training_named(uid, request.viewer, request.at)
    permit("partnerships.keep_training", request.viewer, action.organisation)
    return action


def edit_training(request: Asked, uid: UUID) -> HttpResponse:
    """Change an entry."""
    action = _kept(request, uid)
    form = TrainingForm(
        posted(request),
        initial=TrainingForm.starting_from(action),
        resources=usable_resources(request.viewer, request.at),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.change_training_action(
                action=action,
                version=form.cleaned_data["version"] or 0,
                details=form.details(),
                by=request.viewer,
                at=request.at,
            )
            return seen(action)
    return _form_page(request, form, task="edit", action=action)


@require_POST
def publish_training(request: Asked, uid: UUID) -> HttpResponse:
    """Open an entry to everybody."""
    action = training_named(uid, request.viewer, request.at)
    verbs.publish_training_action(action=action, by=request.viewer, at=request.at)
    return seen(action)


def link_training(request: Asked, uid: UUID) -> HttpResponse:
    """Say which recommendation the training implements, illustrates or precedes."""
    action = _kept(request, uid)
    form = LinkForm(posted(request), recommendations=linkable_recommendations(request.viewer, request.at))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.link_training_to_recommendation(
                action=action,
                recommendation=form.cleaned_data["recommendation"],
                relation=form.cleaned_data["relation"],
                by=request.viewer,
                at=request.at,
            )
            return seen(action)
    return _form_page(request, form, task="link", action=action)
