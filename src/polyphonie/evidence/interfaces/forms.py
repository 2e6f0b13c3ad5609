"""What a host fills in about its resources."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.clock import places

from ..enums import Translation
from ..models import Resource


class OpeningForm(forms.Form):
    """Day and hour on the clock of a place; the page then gives both instants."""

    public_at = forms.DateField(
        label=_("Jour de l'ouverture publique"), widget=forms.DateInput(attrs={"type": "date"})
    )
    hour = forms.TimeField(label=_("Heure"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.ChoiceField(
        label=_("Fuseau horaire"), choices=lambda: [(z, z.replace("_", " ")) for z in sorted(places())]
    )
    early_days = forms.IntegerField(
        label=_("Accès anticipé, en jours avant l'ouverture"),
        help_text=_("À la même heure locale. 0 : aucun accès anticipé."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, resource: Resource, default_days: int, data: Any = None) -> OpeningForm:
        initial: dict[str, Any] = {"zone": resource.opening_zone, "version": resource.version}
        initial["early_days"] = default_days
        if resource.public_at:
            local = clock.local(resource.public_at, resource.opening_zone)
            initial["public_at"], initial["hour"] = local.date(), local.time()
            if resource.early_at:
                early = clock.local(resource.early_at, resource.opening_zone)
                initial["early_days"] = (local.date() - early.date()).days
            else:
                initial["early_days"] = 0
        return cls(data, initial=initial)

    def opening(self) -> dict[str, Any]:
        """What ``set_opening`` takes."""
        d = self.cleaned_data
        wanted = datetime.combine(d["public_at"], d["hour"], tzinfo=clock.zone(d["zone"]))
        return {
            "public_at": wanted,
            "zone": d["zone"],
            "early_days": d["early_days"],
            "version": d["version"],
        }


class VersionForm(forms.Form):
    language = forms.CharField(
        label=_("Langue"), max_length=20, help_text=_("Code de langue : fr, en, pt-BR, ar …"), initial="fr"
    )
    translation = forms.ChoiceField(label=_("Ce texte est"), choices=Translation.choices)
    file = forms.FileField(label=_("Fichier"), required=False)
    link = forms.URLField(label=_("ou lien"), required=False, assume_scheme="https", max_length=500)
