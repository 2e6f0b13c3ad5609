"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MissingReason(TextChoices):
    """Why a measure has no value; the letter is that of the SDMX list of observation statuses."""

    CANNOT_EXIST = "M", _("ne peut pas exister")
    NOT_COLLECTED = "L", _("existe, n'est pas recueilli")
    ELSEWHERE = "K", _("compté dans une autre catégorie")
    SUPPRESSED = "Q", _("masqué : petit groupe ou confidentialité")
    NO_ANSWER = "O", _("sans réponse")


class ObservationStatus(TextChoices):
    """What a value is worth, in the letters of the SDMX list of observation statuses."""

    NORMAL = "A", _("normale")
    BREAK = "B", _("rupture de série")
    DEFINITION = "D", _("autre définition")
    ESTIMATED = "E", _("estimée")
    IMPUTED = "I", _("imputée")
    PROVISIONAL = "P", _("provisoire")
    LOW_RELIABILITY = "U", _("peu fiable")
    UNVALIDATED = "V", _("non validée")
