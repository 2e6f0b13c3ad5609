"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from polyphonie.network.enums import Role

PARTNER_ROLES = (Role.SITE_COORDINATOR, Role.TRAINING_ENGINEER)
"""Who acts for the partner: coordination, and training design."""

HOST_ROLES = (Role.PARTNERSHIP_MANAGER, Role.HOST_COORDINATOR)
"""Who reads an agreement for the host; only the partnership manager changes it."""

SAME_TERMS = ("paf_entry", "use_resources", "encourage_recommendations", "feedback")
"""The four reciprocal commitments that every agreement dates or waives."""


class AgreementState(TextChoices):
    """What has been done with an agreement. Whether it is running today follows from its dates."""

    DRAFT = "draft", _("brouillon")
    IN_REVIEW = "in_review", _("en relecture")
    SENT = "sent", _("envoyée à la signature")
    SIGNED = "signed", _("signée")
    ACTIVE = "active", pgettext_lazy("agreement", "active")
    TERMINATED = "terminated", _("résiliée")


class Standing(TextChoices):
    """Where an agreement stands at an instant: its state, and what the calendar adds."""

    DRAFT = "draft", _("brouillon")
    IN_REVIEW = "in_review", _("en relecture")
    SENT = "sent", _("à signer")
    SIGNED = "signed", _("signée")
    UPCOMING = "upcoming", _("active, pas encore commencée")
    ACTIVE = "active", pgettext_lazy("agreement", "active")
    ENDED = "ended", _("terminée")
    TERMINATED = "terminated", _("résiliée")


class OpeningRule(TextChoices):
    """The two readings of when the base tier opens; the agreement says which one holds."""

    ON_ACCEPTANCE = "on_acceptance", _("dès la signature, par l'acceptation datée des quatre engagements")
    ON_EVIDENCE = "on_evidence", _("quand un premier justificatif de chaque engagement est accepté")


class EntitlementState(TextChoices):
    """Whether a benefit is open at an instant; computed, never stored."""

    PENDING = "pending", _("pas encore ouvert")
    ACTIVE = "active", _("ouvert")
    GRACE = "grace", _("ouvert, en sursis")
    SUSPENDED = "suspended", _("suspendu")


OPEN_STATES = (EntitlementState.ACTIVE, EntitlementState.GRACE)


class ReasonCode(TextChoices):
    """Why a benefit is not simply open."""

    AGREEMENT_PENDING = "agreement_pending", _("convention en attente")
    COMMITMENT_MISSING = "commitment_missing", _("engagement sans justificatif")
    AGREEMENT_ENDED = "agreement_ended", _("convention terminée")
    COMMITMENT_LATE = "commitment_late", _("engagement en retard")


class CommitmentStanding(TextChoices):
    """Where a commitment stands at an instant; computed from its due date and its proofs."""

    PLANNED = "planned", _("à tenir")
    SUBMITTED = "submitted", _("justificatif à examiner")
    LATE = "late", _("en retard")
    OVERDUE = "overdue", _("en retard, sursis passé")
    KEPT = "kept", _("tenu")
    WAIVED = "waived", _("dispensé")


class ProofKind(TextChoices):
    TRAINING_ACTION = "training_action", _("inscription au PAF")
    FEEDBACK = "feedback", _("retour d'expérience")
    FILE = "file", _("fichier")
    LINK = "link", _("lien")


class ProofState(TextChoices):
    SUBMITTED = "submitted", _("à examiner")
    ACCEPTED = "accepted", _("accepté")
    REFUSED = "refused", _("refusé")


class TrainingKind(TextChoices):
    ASSOCIATED_CONFERENCE = "associated_conference", _("conférence associée")
    ASSOCIATED_WORKSHOP = "associated_workshop", _("atelier associé")
    PATH = "path", _("parcours de formation")
    SESSION = "session", _("session de formation")


class Relation(TextChoices):
    """How an action stands to a recommendation."""

    IMPLEMENTS = "implements", _("met en œuvre")
    ILLUSTRATES = "illustrates", _("illustre")
    PRECEDES = "precedes", _("précède")


class Side(TextChoices):
    """Which side of an agreement acts."""

    HOST = "host", _("instance hôte")
    PARTNER = "partner", _("partenaire")
    BOTH = "both", _("les deux")


class AmendmentState(TextChoices):
    """What has been done with an amendment."""

    DRAFT = "draft", _("brouillon")
    COSTED = "costed", _("chiffré")
    SENT = "sent", _("envoyé à la signature")
    SIGNED = "signed", _("signé")
    CLOSED = "closed", _("clos")
    CANCELLED = "cancelled", _("annulé")


class TimeState(TextChoices):
    SUBMITTED = "submitted", _("à approuver")
    APPROVED = "approved", _("approuvé")
    REFUSED = "refused", _("refusé")


MANDATORY_ITEMS = (
    ("nature", _("la nature")),
    ("content", _("le contenu")),
    ("duration", _("la durée")),
    ("price", _("le tarif")),
    ("payment_terms", _("les modalités de paiement")),
)
"""The five items without which an amendment is not sent."""
