"""What the page of components shows: one specimen of each, invented and marked as such."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from polyphonie.kernel.localised import LocalisedText

from . import charts, maps
from .forms import LocalisedTextField


class SpecimenForm(forms.Form):
    """One field of each shape."""

    name = forms.CharField(
        label=gettext_lazy("Titre de la préconisation"),
        help_text=gettext_lazy("Une phrase, telle qu’elle sera citée."),
        max_length=200,
    )
    label = LocalisedTextField(label=gettext_lazy("Intitulé dans chaque langue"), required=False)
    relation = forms.ChoiceField(
        label=gettext_lazy("Que devient la recommandation ?"),
        choices=[
            ("adopted", gettext_lazy("retenue telle quelle")),
            ("adapted", gettext_lazy("adaptée")),
            ("not_adopted", gettext_lazy("non retenue")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea, required=False)
    mode = forms.ChoiceField(
        label=gettext_lazy("Mode du site"),
        choices=[
            ("live", pgettext_lazy("mode", "direct")),
            ("delayed", pgettext_lazy("mode", "différé")),
            ("replay", pgettext_lazy("mode", "rediffusion")),
        ],
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Le texte peut être cité"), help_text=gettext_lazy("Avec son auteur collectif.")
    )


def specimens() -> dict[str, Any]:
    """The objects that the page hands to its components."""
    refused = SpecimenForm(
        {"name": "", "mode": "delayed", "relation": "adapted", "reason": _("Le contexte n’est pas le même.")}
    )
    refused.full_clean()
    return {
        "form": SpecimenForm(auto_id="vierge_%s"),
        "refused": refused,
        "arabic": LocalisedText(ar="توصية مكتوبة بالعربية وحدها"),
        "sourced": SimpleNamespace(
            is_fictitious=False,
            has_source=True,
            source_label=_("Rapport d’exemple"),
            source_url="https://example.org/rapport",
            source_read_date=date(2018, 9, 28),
        ),
        "bars": charts.bars(
            _("Élèves sous le seuil, par site (exemple fictif)"),
            [
                charts.Bar(_("Site du nord"), 18.4, 1.1),
                charts.Bar(_("Site du littoral"), 24.9, 1.6, strong=True),
                charts.Bar(_("Site des plateaux"), 31.2, 2.3),
                charts.Bar(_("Site des îles"), None, reason=_("échantillon trop petit")),
            ],
            unit="%",
            decimals=1,
        ),
        "trend": charts.trend(
            _("Sorties précoces (exemple fictif)"),
            [
                charts.Series(
                    _("Pays A"),
                    (("2009", 12.2, 0.5), ("2012", 11.4, 0.5), ("2015", 9.2, 0.4), ("2018", 8.7, 0.4)),
                ),
                charts.Series(
                    _("Pays B"),
                    (("2009", 9.6, 0.6), ("2012", 9.1, 0.5), ("2015", 8.4, 0.5), ("2018", 6.4, 0.5)),
                ),
            ],
            unit="%",
        ),
        "intervals": charts.intervals(
            _("Écart au score de référence (exemple fictif)"),
            [
                charts.Estimate(_("Lecture"), 12.0, 4.5, 19.5),
                charts.Estimate(_("Mathématiques"), -6.0, -15.0, 3.0),
                charts.Estimate(_("Langue seconde"), -21.0, -29.0, -13.0, strong=True),
            ],
            unit=_("points"),
            reference=0,
            reference_label=_("aucun écart"),
        ),
        "shares": charts.shares(
            _("Ce que les sites ont fait des recommandations (exemple fictif)"),
            {
                _("Site du nord"): {
                    _("retenue telle quelle"): 3,
                    _("adaptée"): 7,
                    _("nouvelle"): 4,
                    _("non retenue"): 2,
                },
                _("Site du littoral"): {
                    _("retenue telle quelle"): 6,
                    _("adaptée"): 3,
                    _("nouvelle"): 1,
                    _("non retenue"): 5,
                },
            },
        ),
        "ratings": charts.ratings(
            _("Cotations d’une recommandation (exemple fictif)"),
            {1: 0, 2: 0, 3: 1, 4: 0, 5: 2, 6: 1, 7: 5, 8: 6, 9: 3},
            median=7.5,
        ),
        "places": maps.world(
            _("Sites d’une conférence (exemple fictif)"),
            [
                maps.Point("Paris", 2.35, 48.86, _("instance hôte, en direct"), strong=True),
                maps.Point("Rabat", -6.84, 34.02, _("en différé de 25 minutes")),
                maps.Point("Dakar", -17.45, 14.69, _("en direct")),
                maps.Point("Montréal", -73.57, 45.50, _("rediffusion")),
                maps.Point("Beyrouth", 35.5, 33.89, _("en direct")),
            ],
        ),
    }
