"""What the partnership manager does with an agreement: one verb each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.refusals import refusals_on

from ..domain import agreements as verbs
from ..domain.base_tier import adopt_base_tier
from ..domain.clauses import change_clause
from ..domain.committee import record_committee
from ..domain.queries.agreements import agreement_named
from ..domain.queries.training import hosts_managed, possible_partners
from ..interfaces.forms import (
    ClauseForm,
    CommitteeForm,
    NewAgreementForm,
    ReasonForm,
    SignatureForm,
    TermsForm,
)
from ..models import Agreement

STEPS = {
    "relecture": verbs.submit_for_review,
    "brouillon": verbs.return_to_draft,
    "envoi": verbs.send_agreement,
    "activation": verbs.activate_agreement,
}


def seen(address: Any) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


def posted(request: Asked) -> Any:
    """What was sent; None where the form is only shown. An empty form that is sent is sent all the same."""
    return request.POST if request.method == "POST" else None


def form_page(request: Asked, form: forms.Form, *, task: str, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "partnerships/form.html", {"form": form, "task": task, **context}, status=status)


def kept(request: Asked, uid: UUID) -> Agreement:
    agreement = agreement_named(uid, request.viewer, request.at)
    permit("partnerships.keep_agreement", request.viewer, agreement)
    return agreement


@require_POST
def adopt_lists(request: Asked) -> HttpResponse:
    """Take over the list of the brochure."""
    adopt_base_tier(by=request.viewer, at=request.at)
    return seen("agreements")


def new_agreement(request: Asked) -> HttpResponse:
    """Draft an agreement."""
    permit("partnerships.open_form", request.viewer)
    form = NewAgreementForm(
        posted(request), hosts=hosts_managed(request.viewer), partners=possible_partners(request.at)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return seen(
                verbs.draft_agreement(
                    **form.parties(),
                    **form.terms(),
                    due_dates=form.due_dates(),
                    by=request.viewer,
                    at=request.at,
                )
            )
    return form_page(request, form, task="new")


def edit_terms(request: Asked, uid: UUID) -> HttpResponse:
    """Change the terms of what is being prepared."""
    agreement = kept(request, uid)
    form = TermsForm.of(agreement, posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.change_terms(
                agreement=agreement,
                version=form.cleaned_data["version"] or 0,
                **form.terms(),
                by=request.viewer,
                at=request.at,
            )
            return seen(agreement)
    return form_page(request, form, task="terms", agreement=agreement)


def edit_clause(request: Asked, uid: UUID, key: str) -> HttpResponse:
    """Write one clause in negotiated words."""
    agreement = kept(request, uid)
    clause = agreement.clauses.filter(key=key).first()
    if clause is None:
        raise Unknown()
    form = ClauseForm.of(clause, agreement, posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            change_clause(
                agreement=agreement,
                key=key,
                text=form.cleaned_data["text"],
                version=form.cleaned_data["version"],
                by=request.viewer,
                at=request.at,
            )
            return seen(agreement)
    return form_page(request, form, task="clause", agreement=agreement, clause=clause)


@require_POST
def move(request: Asked, uid: UUID, step: str) -> HttpResponse:
    """Take the agreement one step further, or back to its draft."""
    agreement = agreement_named(uid, request.viewer, request.at)
    if step not in STEPS:
        raise Unknown()
    STEPS[step](agreement=agreement, by=request.viewer, at=request.at)
    return seen(agreement)


def sign(request: Asked, uid: UUID) -> HttpResponse:
    """Deposit the signed file."""
    agreement = kept(request, uid)
    form = SignatureForm(posted(request), request.FILES, initial={"signed_on": agreement.day_of(request.at)})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_on(form):
            verbs.sign_agreement(
                agreement=agreement,
                file=file,
                filename=file.name if file else "",
                signed_on=form.cleaned_data["signed_on"],
                by=request.viewer,
                at=request.at,
            )
            return seen(agreement)
    return form_page(request, form, task="sign", agreement=agreement)


def terminate(request: Asked, uid: UUID) -> HttpResponse:
    """End the agreement before its time."""
    agreement = kept(request, uid)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.terminate_agreement(
                agreement=agreement, reason=form.cleaned_data["reason"], by=request.viewer, at=request.at
            )
            return seen(agreement)
    return form_page(request, form, task="terminate", agreement=agreement)


def record_meeting(request: Asked, uid: UUID) -> HttpResponse:
    """Note a meeting of the coordination committee."""
    agreement = kept(request, uid)
    form = CommitteeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_committee(
                agreement=agreement,
                held_on=form.cleaned_data["held_on"],
                present=form.cleaned_data["present"],
                decisions=form.decisions(),
                by=request.viewer,
                at=request.at,
            )
            return seen(f"{agreement.get_absolute_url()}#committee")
    return form_page(request, form, task="committee", agreement=agreement)
