"""What may follow what in this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.states import Transition, TransitionTable

from .enums import AgreementState, ProofState


def all_is_agreed(agreement: Any) -> Any | None:
    """the four commitments are dated or waived, and every clause has its text"""
    wanting = agreement.wanting_commitments()
    if wanting:
        return _(
            "Il manque une échéance pour « %(wanting)s » : datez cet engagement, ou dispensez-en le partenaire."
        ) % {"wanting": ", ".join(str(label) for label in wanting)}
    empty = [clause for clause in agreement.clauses.all() if not clause.text]
    if empty:
        return _("La clause « %(clause)s » est vide ; écrivez-la avant l'envoi.") % {"clause": empty[0].title}
    return None


AGREEMENT = TransitionTable(
    "agreement",
    "draft",
    (
        Transition("draft", "in_review", "submit_for_review"),
        Transition("in_review", "draft", "return_to_draft"),
        Transition("in_review", "sent", "send_agreement", guard=all_is_agreed),
        Transition("sent", "draft", "return_to_draft"),
        Transition("sent", "signed", "sign_agreement"),
        Transition("signed", "active", "activate_agreement"),
        Transition("signed", "terminated", "terminate_agreement"),
        Transition("active", "terminated", "terminate_agreement"),
    ),
    labels=dict(AgreementState.choices),
)

PROOF = TransitionTable(
    "proof",
    "submitted",
    (
        Transition("submitted", "accepted", "accept_proof"),
        Transition("submitted", "refused", "refuse_proof"),
    ),
    labels=dict(ProofState.choices),
)
