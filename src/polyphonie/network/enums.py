"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

INSTALLATION = "polyphonie:installation"


class Role(TextChoices):
    """What a mandate lets somebody do, over its scope."""

    ADMINISTRATOR = "administrator", _("administration")
    HOST_COORDINATOR = "host_coordinator", _("coordination de l'instance hôte")
    SITE_COORDINATOR = "site_coordinator", _("coordination du site")
    MODERATOR = "moderator", _("modération")
    EXPERT = "expert", _("expertise")
    INTERPRETER = "interpreter", _("interprétation")
    RAPPORTEUR = "rapporteur", _("rapport")
    CHAIR = "chair", _("présidence")
    MEMBER = "member", _("membre")
    DECISION_MAKER = "decision_maker", _("décision")
    TRAINING_ENGINEER = "training_engineer", _("ingénierie de formation")
    NATIONAL_CORRESPONDENT = "national_correspondent", _("correspondance nationale")
    COOPERATION_OFFICER = "cooperation_officer", _("coopération")
    PARTNERSHIP_MANAGER = "partnership_manager", _("partenariats")
    TEAM_MEMBER = "team_member", _("équipe de visite")
    ANALYST = "analyst", _("analyse")
    OBSERVATORY = "observatory", _("observatoire")


class OrganisationKind(TextChoices):
    HOST_BODY = "host_body", _("instance d'évaluation")
    PARTNER_BODY = "partner_body", _("instance partenaire")
    ACADEMIE = "academie", _("académie")
    ACADEMIE_REGION = "academie_region", _("région académique")
    LOCAL_AUTHORITY = "local_authority", _("collectivité territoriale")
    MINISTRY = "ministry", _("ministère")
    OPERATOR = "operator", _("opérateur")
    NGO = "ngo", _("association")
    SCHOOL_BOARD = "school_board", _("commission scolaire")
    UNIVERSITY = "university", _("université")
    MEMBER_GOVERNMENT = "member_government", _("État ou gouvernement membre")
    INTERGOVERNMENTAL = "intergovernmental", _("organisation intergouvernementale")
    INSTANCE = "instance", _("instance")
    DIPLOMATIC_POST = "diplomatic_post", _("poste diplomatique")
    OTHER = "other", _("autre")


class TerritoryKind(TextChoices):
    COUNTRY = "country", _("pays")
    GOVERNMENT = "government", _("État ou gouvernement")
    ACADEMIE_REGION = "academie_region", _("région académique")
    ACADEMIE = "academie", _("académie")
    DEPARTMENT = "department", _("département")
    COMMUNE = "commune", _("commune")
    GROUPING = "grouping", _("groupement")
    OTHER = "other", _("autre")


def label_of(choices: type[TextChoices], value: str) -> str:
    """The word for a value on a page. The lists are open: a value of an import reads as it is."""
    return str(choices(value).label) if value in choices.values else value
