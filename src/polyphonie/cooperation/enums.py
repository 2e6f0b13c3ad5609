"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ParticipationRole(TextChoices):
    """What an organisation does in a project."""

    PROJECT_OWNER = "project_owner", _("maître d'ouvrage")
    IMPLEMENTING_LEAD = "implementing_lead", _("maître d'œuvre")
    LOCAL_AUTHORITY = "local_authority", _("collectivité partenaire")
    FOREIGN_PARTNER = "foreign_partner", _("partenaire étranger")
    PARTNER = "partner", _("autre partenaire")


KEEPING_ROLES = (ParticipationRole.PROJECT_OWNER, ParticipationRole.IMPLEMENTING_LEAD)
"""The roles whose cooperation officers keep the record."""


class ProjectForm(TextChoices):
    DECENTRALISED_COOPERATION = "decentralised_cooperation", _("projet de coopération décentralisée")
    TWINNING = "twinning", _("jumelage")
    AGREEMENT = "agreement", _("convention de partenariat")
    OTHER = "other", _("autre forme")


class DeclaredStatus(TextChoices):
    """What the source says of the project; what is true today is computed from it and the dates."""

    PLANNED = "planned", _("prévu")
    ONGOING = "ongoing", _("en cours")
    ENDED = "ended", _("terminé")
    SUSPENDED = "suspended", _("suspendu")


class FundingNature(TextChoices):
    UNKNOWN = "unknown", _("prévu ou payé : non précisé")
    PLANNED = "planned", _("prévu")
    COMMITTED = "committed", _("engagé")
    PAID = "paid", _("payé")


class MilestoneKind(TextChoices):
    MISSION = "mission", _("mission")
    AGREEMENT = "agreement", _("convention")
    START = "start", _("début")
    EVALUATION = "evaluation", _("évaluation")
    EVENT = "event", _("rencontre")
    END = "end", _("fin")
    FACT = "fact", _("fait")


class Relation(TextChoices):
    """How an action stands to a recommendation."""

    IMPLEMENTS = "implements", _("met en œuvre")
    ILLUSTRATES = "illustrates", _("illustre")
    PRECEDES = "precedes", _("précède")
