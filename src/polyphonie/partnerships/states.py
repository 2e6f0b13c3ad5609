"""What may follow what in this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.states import Transition, TransitionTable

from .enums import MANDATORY_ITEMS, AgreementState, AmendmentState, ProofState, TimeState


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


def all_items_are_stated(amendment: Any) -> Any | None:
    """nature, content, duration, price and payment terms are all stated"""
    stated = {
        "nature": amendment.nature.strip(),
        "content": amendment.content.strip(),
        "duration": amendment.start_date and amendment.until_date,
        "price": amendment.hourly_rate and amendment.ceiling_minutes,
        "payment_terms": amendment.payment_terms.strip(),
    }
    wanting = [str(label) for name, label in MANDATORY_ITEMS if not stated[name]]
    if not wanting:
        return None
    return _("L'avenant n° %(number)s ne dit pas %(wanting)s ; complétez-le avant de l'envoyer.") % {
        "number": amendment.number,
        "wanting": ", ".join(wanting),
    }


AMENDMENT = TransitionTable(
    "amendment",
    "draft",
    (
        Transition("draft", "costed", "estimate_amendment"),
        Transition("costed", "costed", "estimate_amendment"),
        Transition("draft", "sent", "send_amendment", guard=all_items_are_stated),
        Transition("costed", "sent", "send_amendment", guard=all_items_are_stated),
        Transition("sent", "signed", "sign_amendment"),
        Transition("signed", "closed", "close_amendment"),
        Transition("draft", "cancelled", "cancel_amendment"),
        Transition("costed", "cancelled", "cancel_amendment"),
        Transition("sent", "cancelled", "cancel_amendment"),
    ),
    labels=dict(AmendmentState.choices),
)

TIME_ENTRY = TransitionTable(
    "time_entry",
    "submitted",
    (
        Transition("submitted", "approved", "approve_time"),
        Transition("submitted", "refused", "refuse_time"),
    ),
    labels=dict(TimeState.choices),
)
