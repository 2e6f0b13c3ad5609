"""Forms of the room: what a page parses before it calls a verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import Territory

from ..enums import MissingReason, ObservationStatus


class NamedTerritory(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class MeasureForm(forms.Form):
    """A value, or why there is none, with where it was read."""

    territory = NamedTerritory(label=_("Territoire"), queryset=Territory.objects.order_by("code"))
    year = forms.IntegerField(label=_("Année"), min_value=1900, max_value=2100)
    value = forms.DecimalField(label=_("Valeur"), required=False, max_digits=18, localize=True)
    missing_reason = forms.ChoiceField(
        label=_("Sinon, pourquoi elle manque"),
        required=False,
        choices=lambda: [("", _("la valeur est donnée")), *MissingReason.choices],
    )
    status = forms.ChoiceField(
        label=_("Ce que vaut la valeur"), choices=ObservationStatus.choices, initial="A", required=False
    )
    standard_error = forms.DecimalField(label=_("Erreur type"), required=False, max_digits=18, localize=True)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    source_label = forms.CharField(label=_("Source"), max_length=300, required=False)
    source_url = forms.URLField(
        label=_("Adresse de la source"), max_length=500, required=False, assume_scheme="https"
    )
    source_read_date = forms.DateField(
        label=_("Lue le"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def values(self, language: str) -> dict[str, Any]:
        """What the verb takes. The decimals shown are those that were written."""
        given = dict(self.cleaned_data)
        value = given["value"]
        note = given.pop("note").strip()
        exponent = value.as_tuple().exponent if value is not None else 0
        return {
            **given,
            "status": given["status"] or ObservationStatus.NORMAL,
            "decimals": max(0, -exponent) if isinstance(exponent, int) else 0,
            "note": LocalisedText({language: note}) if note else LocalisedText(),
        }
