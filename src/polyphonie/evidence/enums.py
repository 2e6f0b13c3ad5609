"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Strength(TextChoices):
    """How far the body of evidence carries a claim."""

    UNRATED = "unrated", _("force non évaluée")
    VERY_LOW = "very_low", _("très faible")
    LOW = "low", _("faible")
    MODERATE = "moderate", _("modérée")
    HIGH = "high", _("élevée")


class Translation(TextChoices):
    """How a text in one language relates to the others."""

    ORIGINAL = "original", _("texte d'origine")
    REVIEWED = "reviewed", _("traduction relue")
    MACHINE = "machine", _("traduction automatique non relue")


class Opening(TextChoices):
    """Where a resource stands at an instant; computed, never stored."""

    UNKNOWN = "unknown", _("non annoncée")
    ANNOUNCED = "announced", _("annoncée")
    EARLY = "early", _("accès anticipé")
    PUBLIC = "public", _("publique")
    WITHDRAWN = "withdrawn", _("retirée")


STRENGTH_TONES = {
    Strength.HIGH: "good",
    Strength.MODERATE: "info",
    Strength.LOW: "warn",
    Strength.VERY_LOW: "warn",
}
