"""What a host fills in about its resources."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.clock import places
from polyphonie.network.models import Organisation, Theme
from polyphonie.web.forms import LocalisedTextField

from ..domain.openings import Opening
from ..enums import Translation
from ..models import Resource, ResourceKind

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class Named(forms.ModelChoiceField):
    """A list of bodies, kinds or themes under their name, in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or obj)


class SeveralNamed(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or obj)


class SourceFields(forms.Form):
    """Where it was read, or that it is invented."""

    source_label = forms.CharField(label=_("Source"), required=False, max_length=300)
    source_url = forms.URLField(
        label=_("Adresse de la source"), required=False, max_length=500, assume_scheme="https"
    )
    source_read_date = forms.DateField(label=_("Lue le"), required=False, widget=DAY)
    is_fictitious = forms.BooleanField(label=_("C'est un exemple fictif"), required=False)


class OpeningFields(forms.Form):
    """Day and hour on the clock of a place; from them follow the instants, clock changes included."""

    public_at = forms.DateField(label=_("Jour de l'ouverture publique"), widget=DAY)
    hour = forms.TimeField(label=_("Heure"), widget=HOUR)
    zone = forms.ChoiceField(
        label=_("Fuseau horaire"), choices=lambda: [(z, z.replace("_", " ")) for z in sorted(places())]
    )
    early_days = forms.IntegerField(
        label=_("Accès anticipé, en jours avant l'ouverture"),
        help_text=_("À la même heure locale. 0 : aucun accès anticipé."),
    )
    announced_on = forms.DateField(
        label=_("Annoncée à partir du"),
        help_text=_(
            "Les personnes qui ont un mandat lisent alors son genre et ses dates. Vide : dès maintenant."
        ),
        required=False,
        widget=DAY,
    )

    def public_instant(self) -> datetime:
        d = self.cleaned_data
        return datetime.combine(d["public_at"], d["hour"], tzinfo=clock.zone(d["zone"]))

    def announced_instant(self, before: Resource | None, at: datetime) -> datetime | None:
        """From the beginning of the day asked for, or from now; None leaves what was set."""
        d = self.cleaned_data
        if d["announced_on"] is None:
            return None
        known = before.announced_at if before is not None else None
        if known is not None and clock.local(known, d["zone"]).date() == d["announced_on"]:
            return None
        return max(datetime.combine(d["announced_on"], time(0), tzinfo=clock.zone(d["zone"])), at)


class OpeningForm(OpeningFields):
    """The opening of one resource."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, resource: Resource, default_days: int, data: Any = None) -> OpeningForm:
        initial: dict[str, Any] = {"zone": resource.opening_zone, "version": resource.version}
        initial["early_days"] = default_days
        if resource.announced_at:
            initial["announced_on"] = clock.local(resource.announced_at, resource.opening_zone).date()
        if resource.public_at:
            local = clock.local(resource.public_at, resource.opening_zone)
            initial["public_at"], initial["hour"] = local.date(), local.time()
            if resource.early_at:
                early = clock.local(resource.early_at, resource.opening_zone)
                initial["early_days"] = (local.date() - early.date()).days
            else:
                initial["early_days"] = 0
        return cls(data, initial=initial)

    def opening(self, before: Resource, at: datetime) -> dict[str, Any]:
        """What ``set_opening`` takes."""
        d = self.cleaned_data
        return {
            "public_at": self.public_instant(),
            "zone": d["zone"],
            "early_days": d["early_days"],
            "announced_at": self.announced_instant(before, at),
            "version": d["version"],
        }


class MoveForm(forms.Form):
    """By how many days, later or earlier."""

    days = forms.IntegerField(
        label=_("De combien de jours"),
        help_text=_("2 : deux jours plus tard. −2 : deux jours plus tôt. L'heure locale reste la même."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class VersionForm(forms.Form):
    language = forms.CharField(
        label=_("Langue"), max_length=20, help_text=_("Code de langue : fr, en, pt-BR, ar …"), initial="fr"
    )
    translation = forms.ChoiceField(label=_("Ce texte est"), choices=Translation.choices)
    file = forms.FileField(label=_("Fichier"), required=False)
    link = forms.URLField(label=_("ou lien"), required=False, assume_scheme="https", max_length=500)


class RecordFields(forms.Form):
    """What is said of a resource."""

    title = LocalisedTextField(label=_("Titre"))
    summary = LocalisedTextField(label=_("Résumé"), rows=4, required=False)
    kind = Named(label=_("Genre"), queryset=ResourceKind.objects.order_by("order", "slug"))
    issuer = Named(label=_("Instance qui la publie"), queryset=Organisation.objects.none())
    authors = forms.CharField(label=_("Par"), required=False, max_length=300)
    themes = SeveralNamed(label=_("Thèmes"), queryset=Theme.objects.order_by("order", "slug"), required=False)
    dated = forms.DateField(label=_("Date du document"), required=False, widget=DAY)
    link = forms.URLField(
        label=_("Adresse où la lire"), required=False, max_length=500, assume_scheme="https"
    )
    licence = forms.CharField(
        label=_("Licence"), required=False, max_length=100, help_text=_("Par exemple : CC BY 4.0.")
    )

    def record(self) -> dict[str, Any]:
        """What ``add_resource`` and ``revise_resource`` take."""
        names = ("title", "summary", "kind", "issuer", "authors", "themes", "dated", "link", "licence")
        source = ("source_label", "source_url", "source_read_date", "is_fictitious")
        return {name: self.cleaned_data[name] for name in (*names, *source)}


class ResourceForm(RecordFields, SourceFields):
    """The record of a resource that is there."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = [*RecordFields.base_fields, *SourceFields.base_fields]

    def __init__(self, *args: Any, issuers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = issuers  # type: ignore[attr-defined]  # a list of bodies

    @classmethod
    def starting_from(cls, resource: Resource) -> dict[str, Any]:
        names = [name for name in cls.base_fields if name != "themes"]
        return {
            **{name: getattr(resource, name) for name in names},
            "themes": list(resource.themes.order_by("order", "slug")),
        }


class NewResourceForm(RecordFields, OpeningFields, SourceFields):
    """A new resource, and when it opens, where that is known."""

    opening = forms.ChoiceField(
        label=_("Ouverture"),
        choices=(
            ("later", _("à fixer plus tard : votre instance seule la voit")),
            ("set", _("aux jour et heure ci-dessous")),
            ("since", _("déjà publique, depuis les jour et heure ci-dessous")),
        ),
        initial="later",
        widget=forms.RadioSelect,
    )
    field_order = [
        *RecordFields.base_fields,
        "opening",
        *OpeningFields.base_fields,
        *SourceFields.base_fields,
    ]

    def __init__(self, *args: Any, issuers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuer: Any = self.fields["issuer"]
        issuer.queryset = issuers
        if len(issuers) == 1:
            issuer.initial = issuers[0]
        for name in ("public_at", "hour", "early_days"):
            self.fields[name].required = False
        self.fields["zone"].initial = "Europe/Paris"
        self.fields["early_days"].help_text = _(
            "À la même heure locale. Vide : le délai habituel des genres qui s'ouvrent d'avance. "
            "0 : aucun accès anticipé."
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("opening") in {"set", "since"}:
            for name in ("public_at", "hour"):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Donnez le jour et l'heure, ou fixez l'ouverture plus tard."))
        return given

    def resource(self, at: datetime) -> dict[str, Any]:
        """What ``add_resource`` takes."""
        d = self.cleaned_data
        if d["opening"] == "set":
            opening = Opening(
                public_at=self.public_instant(),
                zone=d["zone"],
                early_days=d["early_days"],
                announced_at=self.announced_instant(None, at),
            )
            return {**self.record(), "opening": opening}
        if d["opening"] == "since":
            return {**self.record(), "public_since": self.public_instant(), "opening_zone": d["zone"]}
        return self.record()
