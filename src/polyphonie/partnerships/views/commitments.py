"""Commitments and proofs: what the partner hands over, what the host answers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from polyphonie.kernel.rights import permit
from polyphonie.network.interfaces.request import Asked
from polyphonie.web.refusals import refusals_on

from ..domain import commitments as verbs
from ..domain.queries.agreements import commitment_named, proof_named
from ..domain.queries.training import feedback_of_partner, linkable_recommendations, training_of_partner
from ..interfaces.forms import CommitmentForm, FeedbackForm, ProofForm, ReasonForm
from .keeping import form_page, kept, posted, seen


@require_POST
def plan(request: Asked, uid: UUID) -> HttpResponse:
    """Add a due date while the agreement is being prepared."""
    agreement = kept(request, uid)
    form = CommitmentForm(request.POST, prefix="commitment")
    if form.is_valid():
        with refusals_on(form):
            verbs.plan_commitment(agreement=agreement, **form.cleaned_data, by=request.viewer, at=request.at)
            return seen(f"{agreement.get_absolute_url()}#commitments")
    return form_page(request, form, task="plan", agreement=agreement)


@require_POST
def drop(request: Asked, uid: UUID) -> HttpResponse:
    """Take a due date out while the agreement is being prepared."""
    commitment = commitment_named(uid, request.viewer, request.at)
    verbs.drop_commitment(commitment=commitment, by=request.viewer, at=request.at)
    return seen(f"{commitment.agreement.get_absolute_url()}#commitments")


def waive(request: Asked, uid: UUID) -> HttpResponse:
    """Free the partner of a commitment, with the reason."""
    commitment = commitment_named(uid, request.viewer, request.at)
    permit("partnerships.keep_agreement", request.viewer, commitment.agreement)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.waive_commitment(
                commitment=commitment, reason=form.cleaned_data["reason"], by=request.viewer, at=request.at
            )
            return seen(commitment)
    return form_page(request, form, task="waive", agreement=commitment.agreement, commitment=commitment)


def prove(request: Asked, uid: UUID) -> HttpResponse:
    """Hand over a proof."""
    commitment = commitment_named(uid, request.viewer, request.at)
    agreement = commitment.agreement
    permit("partnerships.record_proof", request.viewer, agreement)
    form = ProofForm(
        posted(request),
        request.FILES,
        training=training_of_partner(agreement, request.viewer, request.at),
        feedback=feedback_of_partner(agreement, request.viewer, request.at),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.record_proof(commitment=commitment, **form.thing(), by=request.viewer, at=request.at)
            return seen(commitment)
    return form_page(request, form, task="prove", agreement=agreement, commitment=commitment)


def report(request: Asked, uid: UUID) -> HttpResponse:
    """Write the feedback report and hand it over at once."""
    commitment = commitment_named(uid, request.viewer, request.at)
    agreement = commitment.agreement
    permit("partnerships.record_proof", request.viewer, agreement)
    form = FeedbackForm(posted(request), recommendations=linkable_recommendations(request.viewer, request.at))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            verbs.report_feedback(
                commitment=commitment,
                modalities=given["modalities"],
                publics=given["publics"],
                effects=given["effects"],
                recommendation=given["recommendation"],
                themes=list(given["themes"]),
                language=(get_language() or "fr")[:2],
                by=request.viewer,
                at=request.at,
            )
            return seen(commitment)
    return form_page(request, form, task="report", agreement=agreement, commitment=commitment)


@require_POST
def accept(request: Asked, uid: UUID) -> HttpResponse:
    """Accept a proof."""
    proof = proof_named(uid, request.viewer, request.at)
    verbs.accept_proof(proof=proof, by=request.viewer, at=request.at)
    return seen(proof.commitment)


def refuse(request: Asked, uid: UUID) -> HttpResponse:
    """Refuse a proof, with the reason."""
    proof = proof_named(uid, request.viewer, request.at)
    agreement = proof.commitment.agreement
    permit("partnerships.keep_agreement", request.viewer, agreement)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.refuse_proof(
                proof=proof, reason=form.cleaned_data["reason"], by=request.viewer, at=request.at
            )
            return seen(proof.commitment)
    return form_page(request, form, task="refuse", agreement=agreement, commitment=proof.commitment)
