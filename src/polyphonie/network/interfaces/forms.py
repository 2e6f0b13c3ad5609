"""What people fill in about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.clock import places

from ..models import Person


def zone_choices() -> list[tuple[str, str]]:
    return [(z, z.replace("_", " ")) for z in sorted(places())]


class PreferencesForm(forms.Form):
    given_name = forms.CharField(label=_("Prénom"), max_length=100)
    family_name = forms.CharField(label=_("Nom"), max_length=100)
    language = forms.ChoiceField(
        label=_("Langue de l'interface et des courriels"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    time_zone = forms.ChoiceField(
        label=_("Fuseau horaire"),
        choices=zone_choices,
        help_text=_("Les heures des pages sont données sur cette horloge."),
    )

    @classmethod
    def of(cls, person: Person, data: Any = None) -> PreferencesForm:
        return cls(
            data,
            initial={
                "given_name": person.given_name,
                "family_name": person.family_name,
                "language": person.language,
                "time_zone": person.time_zone,
            },
        )


class ConsentForm(forms.Form):
    contact_consent = forms.BooleanField(
        label=_("J'accepte que mon nom paraisse et que des partenaires m'écrivent"),
        required=False,
        help_text=_(
            "Sans cet accord, les pages publiques ne donnent que votre fonction. Vous pouvez le retirer à tout moment."
        ),
    )
