"""Zones in words: a reader knows « heure de Rabat », not ``Africa/Casablanca``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

# Places whose name in French or English is not the last part of the zone's name. The rest reads well as it is.
_PLACES: dict[str, Any] = {
    "Africa/Algiers": pgettext_lazy("ville", "Alger"),
    "Africa/Cairo": pgettext_lazy("ville", "Le Caire"),
    "Africa/Casablanca": pgettext_lazy("ville", "Casablanca"),
    "Africa/Porto-Novo": pgettext_lazy("ville", "Porto-Novo"),
    "America/Cayenne": pgettext_lazy("ville", "Cayenne"),
    "America/Port-au-Prince": pgettext_lazy("ville", "Port-au-Prince"),
    "America/Sao_Paulo": pgettext_lazy("ville", "São Paulo"),
    "America/Montreal": pgettext_lazy("ville", "Montréal"),
    "Asia/Beirut": pgettext_lazy("ville", "Beyrouth"),
    "Asia/Ho_Chi_Minh": pgettext_lazy("ville", "Hô-Chi-Minh-Ville"),
    "Asia/Phnom_Penh": pgettext_lazy("ville", "Phnom Penh"),
    "Europe/Brussels": pgettext_lazy("ville", "Bruxelles"),
    "Europe/Bucharest": pgettext_lazy("ville", "Bucarest"),
    "Europe/Lisbon": pgettext_lazy("ville", "Lisbonne"),
    "Europe/London": pgettext_lazy("ville", "Londres"),
    "Indian/Comoro": pgettext_lazy("ville", "Moroni"),
    "Indian/Reunion": pgettext_lazy("ville", "La Réunion"),
    "Pacific/Noumea": pgettext_lazy("ville", "Nouméa"),
}


def place(zone: str) -> str:
    """The town by which a zone is called."""
    known = _PLACES.get(zone)
    return str(known) if known else zone.rsplit("/", 1)[-1].replace("_", " ")


def in_words(zone: str) -> str:
    """« heure de Dakar », or « temps universel » for UTC."""
    if zone == "UTC":
        return _("temps universel, UTC")
    name = place(zone)
    # French elides before a vowel; the English translation of both sentences is the same
    if name[:1] in "AEIOUÉÎÔ":
        return _("heure d’%(place)s") % {"place": name}
    return _("heure de %(place)s") % {"place": name}
