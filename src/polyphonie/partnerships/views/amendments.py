"""À la carte: services and rates, amendments, time under a ceiling, deliverables."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may, permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.refusals import refusals_on

from ..domain import amendments as verbs
from ..domain.deliverables import accept_deliverable, hand_over_deliverable
from ..domain.queries.amendments import (
    amendment_named,
    amendment_page,
    amendments_to_log,
    deliverable_named,
    entry_named,
    scale_of,
)
from ..domain.queries.training import hosts_managed
from ..domain.services import adopt_services, set_tariff
from ..interfaces.forms import (
    AmendmentForm,
    DeliverableForm,
    EstimateForm,
    NewAmendmentForm,
    ReasonForm,
    SignatureForm,
    TariffForm,
    TimeForm,
)
from ..models import Amendment
from .keeping import kept, posted, seen

STEPS = {
    "envoi": verbs.send_amendment,
    "annulation": verbs.cancel_amendment,
    "cloture": verbs.close_amendment,
}


def _form_page(request: Asked, form: Any, *, task: str, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(
        request, "partnerships/amendment_form.html", {"form": form, "task": task, **context}, status=status
    )


def _kept(request: Asked, uid: UUID) -> Amendment:
    amendment = amendment_named(uid, request.viewer, request.at)
    permit("partnerships.keep_agreement", request.viewer, amendment.agreement)
    return amendment


def services(request: Asked) -> HttpResponse:
    """The services, their phases, and the rates of the viewer's hosts; amendments on which to log time."""
    permit("partnerships.read_services", request.viewer)
    hosts = hosts_managed(request.viewer)
    return render(
        request,
        "partnerships/services.html",
        {
            "scale": scale_of(hosts),
            "keeps": may("partnerships.open_form", request.viewer),
            "cards": amendments_to_log(request.viewer, request.at),
        },
    )


@require_POST
def adopt_list(request: Asked) -> HttpResponse:
    """Take over the services of the brochure."""
    adopt_services(by=request.viewer, at=request.at)
    return seen("services")


def new_tariff(request: Asked) -> HttpResponse:
    """Enter a rate."""
    permit("partnerships.open_form", request.viewer)
    form = TariffForm(posted(request), hosts=hosts_managed(request.viewer))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            set_tariff(**form.cleaned_data, by=request.viewer, at=request.at)
            return seen("services")
    return _form_page(request, form, task="tariff")


def new_amendment(request: Asked, uid: UUID) -> HttpResponse:
    """Begin an amendment."""
    agreement = kept(request, uid)
    form = NewAmendmentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return seen(
                verbs.draft_amendment(
                    agreement=agreement,
                    service=form.cleaned_data["service"],
                    **form.words(),
                    by=request.viewer,
                    at=request.at,
                )
            )
    return _form_page(request, form, task="new", agreement=agreement)


def amendment(request: Asked, uid: UUID) -> HttpResponse:
    """One amendment: its five items, estimate and time by phase, deliverables."""
    page = amendment_page(uid, request.viewer, request.at)
    return render(request, "partnerships/amendment.html", {"page": page, "amendment": page.amendment})


def edit_amendment(request: Asked, uid: UUID) -> HttpResponse:
    """Change the words of an amendment."""
    found = _kept(request, uid)
    form = AmendmentForm(posted(request), initial=AmendmentForm.starting_from(found))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.change_amendment(
                amendment=found,
                version=form.cleaned_data["version"] or 0,
                **form.words(),
                by=request.viewer,
                at=request.at,
            )
            return seen(found)
    return _form_page(request, form, task="edit", amendment=found)


def estimate(request: Asked, uid: UUID) -> HttpResponse:
    """Cost an amendment by phase."""
    found = _kept(request, uid)
    form = EstimateForm(posted(request), amendment=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.estimate_amendment(
                amendment=found, minutes=form.minutes(), by=request.viewer, at=request.at
            )
            return seen(found)
    return _form_page(request, form, task="estimate", amendment=found)


@require_POST
def move_amendment(request: Asked, uid: UUID, step: str) -> HttpResponse:
    """Take an amendment one step further."""
    found = amendment_named(uid, request.viewer, request.at)
    if step not in STEPS:
        raise Unknown()
    STEPS[step](amendment=found, by=request.viewer, at=request.at)
    return seen(found)


def sign(request: Asked, uid: UUID) -> HttpResponse:
    """Deposit the signed amendment."""
    found = _kept(request, uid)
    form = SignatureForm(
        posted(request), request.FILES, initial={"signed_on": found.agreement.day_of(request.at)}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_on(form):
            verbs.sign_amendment(
                amendment=found,
                file=file,
                filename=file.name if file else "",
                signed_on=form.cleaned_data["signed_on"],
                by=request.viewer,
                at=request.at,
            )
            return seen(found)
    return _form_page(request, form, task="sign", amendment=found)


def log(request: Asked, uid: UUID) -> HttpResponse:
    """Note time on an amendment."""
    found = amendment_named(uid, request.viewer, request.at)
    permit("partnerships.log_time", request.viewer, found)
    form = TimeForm(posted(request), amendment=found, initial={"day": found.agreement.day_of(request.at)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.log_time(amendment=found, **form.spent(), by=request.viewer, at=request.at)
            return seen(found)
    return _form_page(request, form, task="log", amendment=found)


@require_POST
def approve(request: Asked, uid: UUID) -> HttpResponse:
    """Approve a time that somebody else logged."""
    entry = entry_named(uid, request.viewer, request.at)
    verbs.approve_time(entry=entry, by=request.viewer, at=request.at)
    return seen(entry.amendment)


def refuse(request: Asked, uid: UUID) -> HttpResponse:
    """Refuse a time, with the reason."""
    entry = entry_named(uid, request.viewer, request.at)
    permit("partnerships.keep_agreement", request.viewer, entry.amendment.agreement)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.refuse_time(
                entry=entry, reason=form.cleaned_data["reason"], by=request.viewer, at=request.at
            )
            return seen(entry.amendment)
    return _form_page(request, form, task="refuse", amendment=entry.amendment)


def deliver(request: Asked, uid: UUID) -> HttpResponse:
    """Deposit a written deliverable."""
    found = amendment_named(uid, request.viewer, request.at)
    permit("partnerships.log_time", request.viewer, found)
    form = DeliverableForm(posted(request), request.FILES)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_on(form):
            hand_over_deliverable(
                amendment=found,
                title=form.cleaned_data["title"],
                file=file,
                filename=file.name if file else "",
                by=request.viewer,
                at=request.at,
            )
            return seen(found)
    return _form_page(request, form, task="deliver", amendment=found)


@require_POST
def accept(request: Asked, uid: UUID) -> HttpResponse:
    """State that the service was done."""
    deliverable = deliverable_named(uid, request.viewer, request.at)
    accept_deliverable(deliverable=deliverable, by=request.viewer, at=request.at)
    return seen(deliverable.amendment)
