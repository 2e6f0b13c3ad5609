"""Forms of the room: what a page parses before it calls a verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import Organisation, Territory, Theme
from polyphonie.recommendations.models import Recommendation

from ..domain.parts import CURRENCIES
from ..domain.projects import ProjectDetails
from ..enums import DeclaredStatus, FundingNature, MilestoneKind, ParticipationRole, ProjectForm, Relation

LANGUAGES = (("fr", _("en français")), ("en", _("en anglais")))
TEXTS = (
    ("title", _("Titre"), False),
    ("scheme", _("Dispositif"), False),
    ("description", _("Description"), True),
    ("beneficiaries", _("Bénéficiaires"), True),
    ("aims", _("Objectifs"), True),
)


class NamedChoice(forms.ModelChoiceField):
    """A list of bodies under their full name, in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", obj))


class NamedChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or obj)


def _with_blank(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("non précisé")), *choices]


class RecordForm(forms.Form):
    """The record itself. Texts stand once per language."""

    first_mission_year = forms.IntegerField(label=_("Année de la première mission"), required=False)
    first_signed_year = forms.IntegerField(label=_("Année de la première signature"), required=False)
    start_year = forms.IntegerField(label=_("Année de début"), required=False)
    end_on = forms.DateField(
        label=_("Date de fin"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    declared_status = forms.ChoiceField(
        label=_("État déclaré"), required=False, choices=lambda: _with_blank(DeclaredStatus.choices)
    )
    form = forms.ChoiceField(
        label=_("Forme du partenariat"), required=False, choices=lambda: _with_blank(ProjectForm.choices)
    )
    is_triennial = forms.TypedChoiceField(
        label=_("Partenariat triennal"),
        required=False,
        choices=(("", _("non précisé")), ("yes", _("oui")), ("no", _("non"))),
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        empty_value=None,
    )
    themes = NamedChoices(label=_("Thèmes"), queryset=Theme.objects.order_by("order", "slug"), required=False)
    territories = NamedChoices(label=_("Lieux"), queryset=Territory.objects.order_by("code"), required=False)
    source_label = forms.CharField(label=_("Source"), required=False, max_length=300)
    source_url = forms.URLField(
        label=_("Adresse de la source"), required=False, max_length=500, assume_scheme="https"
    )
    source_read_date = forms.DateField(
        label=_("Lue le"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_fictitious = forms.BooleanField(label=_("C'est un exemple fictif"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts: dict[str, forms.Field] = {}
        for name, label, is_long in TEXTS:
            for tag, in_language in LANGUAGES:
                texts[name if (name, tag) == ("title", "fr") else f"{name}_{tag}"] = forms.CharField(
                    label=f"{label} ({in_language})",
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 4}) if is_long else forms.TextInput(),
                )
        self.fields = {**texts, **self.fields}

    @classmethod
    def starting_from(cls, details: ProjectDetails, version: int) -> dict[str, Any]:
        """The initial values of a change."""
        initial = {name: getattr(details, name) for name in cls.base_fields if hasattr(details, name)}
        initial["is_triennial"] = {True: "yes", False: "no", None: ""}[details.is_triennial]
        initial["version"] = version
        for name, _label, _long in TEXTS:
            text = getattr(details, name)
            for tag, _in in LANGUAGES:
                initial[name if (name, tag) == ("title", "fr") else f"{name}_{tag}"] = text.get(tag, "")
        return initial

    def details(self, before: ProjectDetails | None = None) -> ProjectDetails:
        """What the verb takes. Texts in languages that the form does not show are kept."""
        data = self.cleaned_data
        texts = {}
        for name, _label, _long in TEXTS:
            kept = getattr(before, name).as_dict() if before else {}
            for tag, _in in LANGUAGES:
                kept[tag] = data[name if (name, tag) == ("title", "fr") else f"{name}_{tag}"]
            texts[name] = LocalisedText(kept)
        return ProjectDetails(
            **texts,
            **{
                name: data[name]
                for name in (
                    "form",
                    "first_mission_year",
                    "first_signed_year",
                    "start_year",
                    "end_on",
                    "declared_status",
                    "is_triennial",
                    "source_label",
                    "source_url",
                    "source_read_date",
                    "is_fictitious",
                )
            },
            themes=tuple(data["themes"]),
            territories=tuple(data["territories"]),
        )


class NewProjectForm(RecordForm):
    """A new record, and the body that will keep it."""

    owner = NamedChoice(label=_("Maître d'ouvrage"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners
        self.order_fields(["title", "title_en", "owner"])


class PartForm(forms.Form):
    """What names a body: one that we know, or the words of the source."""

    organisation = NamedChoice(
        label=_("Organisation"), queryset=Organisation.objects.order_by("slug"), required=False
    )
    label = forms.CharField(
        label=_("Nom que donne la source"),
        required=False,
        max_length=200,
        help_text=_("Si l'organisation n'est pas dans la liste."),
    )


class ParticipationForm(PartForm):
    role = forms.ChoiceField(label=_("Rôle"), choices=ParticipationRole.choices)
    field_order = ["role", "organisation", "label"]


class FundingForm(PartForm):
    year = forms.IntegerField(label=_("Année"))
    amount = forms.DecimalField(label=_("Montant"), max_digits=16)
    currency = forms.ChoiceField(label=_("Monnaie"), choices=[(c, c) for c in CURRENCIES])
    nature = forms.ChoiceField(
        label=_("Nature"), choices=FundingNature.choices, initial=FundingNature.UNKNOWN
    )
    field_order = ["organisation", "label", "year", "amount", "currency", "nature"]


class MilestoneForm(forms.Form):
    year = forms.IntegerField(label=_("Année"))
    kind = forms.ChoiceField(label=_("Nature"), choices=MilestoneKind.choices, initial=MilestoneKind.FACT)
    text = forms.CharField(label=_("Ce qui a eu lieu (en français)"), required=False)
    text_en = forms.CharField(label=_("Ce qui a eu lieu (en anglais)"), required=False)
    source_label = forms.CharField(label=_("Source"), required=False, max_length=300)

    def localised(self) -> LocalisedText:
        return LocalisedText(fr=self.cleaned_data["text"], en=self.cleaned_data["text_en"])


class LinkForm(forms.Form):
    """A recommendation and how the project stands to it."""

    recommendation = forms.ModelChoiceField(label=_("Recommandation"), queryset=Recommendation.objects.none())
    relation = forms.ChoiceField(label=_("Le projet"), choices=Relation.choices, initial=Relation.PRECEDES)

    def __init__(self, *args: Any, recommendations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommendation"].queryset = recommendations
