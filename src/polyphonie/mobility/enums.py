"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

TEAM = "team"
"""The kind of ``network.Group`` that a visiting team is."""


class StageKind(TextChoices):
    """What a stage of a programme is; a programme of another shape has others."""

    FIRST_VISITS = "first_visits", _("mobilités des organisateurs")
    SEMINAR = "seminar", _("séminaire de travail")
    VISITS = "visits", _("mobilités de toutes les académies")
    DISSEMINATION = "dissemination", _("séminaire de dissémination")
    OTHER = "other", _("autre étape")


class Precision(TextChoices):
    """How exactly the days of a stage are known."""

    DAY = "day", _("jour")
    MONTH = "month", _("mois")


class VisitState(TextChoices):
    PLANNED = "planned", _("préparée")
    DEBRIEFED = "debriefed", _("débriefée")
    SYNTHESISED = "synthesised", _("synthétisée")
    CLOSED = "closed", _("close")


class CellReason(TextChoices):
    """Why a cell has no sheet, or that one is expected; what was observed is told by the sheets alone."""

    PLANNED = "planned", _("prévue")
    NOT_OBSERVABLE = "not_observable", _("non observable sur place")
    REFUSED = "refused", _("refusée par l'hôte")
    NOT_APPLICABLE = "not_applicable", _("sans objet")


class ObservationState(TextChoices):
    DRAFT = "draft", _("brouillon")
    SHARED = "shared", _("partagée")
    WITHDRAWN = "withdrawn", _("retirée")


class Audience(TextChoices):
    """How far something of a visit goes: a shared sheet, or what somebody consented to."""

    TEAM = "team", _("l'équipe de la visite")
    PROGRAMME = "programme", _("les équipes du programme")
    PUBLIC = "public", _("tout public")


class EffectEvidence(TextChoices):
    NONE = "none", _("aucune preuve d'effet")
    CLAIMED = "claimed", _("effet affirmé par l'hôte")
    MEASURED = "measured", _("effet mesuré")


class Verdict(TextChoices):
    """Whether what was seen can travel."""

    AS_IS = "as_is", _("transférable tel quel")
    WITH_ADAPTATION = "with_adaptation", _("transférable avec adaptation")
    INSPIRING = "inspiring", _("inspirant, sans transfert")
    NOT_HERE = "not_here", _("pas chez nous")


class Axis(TextChoices):
    """The four phases of a quality approach, and what the European framework calls them."""

    PLAN = "plan", _("projeter")
    DO = "do", _("mettre en œuvre")
    CHECK = "check", _("évaluer")
    ACT = "act", _("ajuster")


class PlanState(TextChoices):
    DRAFT = "draft", _("en préparation")
    ADOPTED = "adopted", _("adoptée")
    RUNNING = "running", _("en cours")
    EVALUATED = "evaluated", _("évaluée")
    ADJUSTED = "adjusted", _("ajustée")
    CLOSED = "closed", _("close")


class Settlement(TextChoices):
    """How two observers who rated one cell differently settle it; the ratings themselves never change."""

    KEEP_FIRST = "keep_first", _("retenir la première cote")
    KEEP_SECOND = "keep_second", _("retenir la seconde cote")
    REWRITE = "rewrite", _("en écrire une autre")
    DISSENT = "dissent", _("garder les deux, en désaccord")


class ClaimKind(TextChoices):
    CONVERGENCE = "convergence", _("convergence")
    DIVERGENCE = "divergence", _("divergence")
    PRACTICE = "practice", _("pratique")
    OPEN_QUESTION = "open_question", _("question ouverte")


class EditOutcome(TextChoices):
    """What became of a sheet that a telephone sent."""

    WRITTEN = "written", _("écrite")
    CHANGED = "changed", _("modifiée")
    KEPT = "kept", _("gardée à côté, à départager")
