"""Pages of an agreement: closed to everybody but its two sides."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from polyphonie.kernel.rights import may, permit
from polyphonie.network.interfaces.request import Asked

from ..domain.queries.agreements import agreement_page, desk_of, list_agreements
from ..domain.queries.base_tier import has_base_tier
from ..interfaces.forms import CommitmentForm


def agreements(request: Asked) -> HttpResponse:
    """The agreements that the reader may read, by right."""
    permit("partnerships.read_agreements", request.viewer)
    cards = list_agreements(request.viewer, request.at)
    may_draft = may("partnerships.open_form", request.viewer)
    return render(
        request,
        "partnerships/agreements.html",
        {
            "cards": cards,
            "desk": desk_of(cards, request.at),
            "may_draft": may_draft,
            "has_base_tier": has_base_tier(),
        },
    )


def agreement(request: Asked, uid: UUID) -> HttpResponse:
    """One agreement: what is open and why, commitments and proofs, the text and its file."""
    page = agreement_page(uid, request.viewer, request.at)
    keeps = may("partnerships.keep_agreement", request.viewer, page.agreement)
    return render(
        request,
        "partnerships/agreement.html",
        {
            "page": page,
            "agreement": page.agreement,
            "keeps": keeps,
            "may_prove": may("partnerships.record_proof", request.viewer, page.agreement),
            "is_running": page.agreement.activated_at is not None and page.agreement.terminated_at is None,
            "commitment_form": CommitmentForm(prefix="commitment")
            if keeps and page.agreement.is_open
            else None,
        },
    )
