"""What people who write evidence fill in: figures, claims, disagreements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from polyphonie.network.models import Organisation, Territory, Theme
from polyphonie.web import language_names
from polyphonie.web.forms import LocalisedTextField

from ..domain.conflict import Reading
from ..domain.numbers import value_with_unit
from ..domain.statement import Claimed
from ..enums import Strength, Translation
from ..models import EvidenceStatement, Figure, Indicator, Resource
from .forms import Named, SeveralNamed, SourceFields

FIGURES_AT_FIRST = 3
FIGURES_AT_MOST = 20
READINGS_AT_FIRST = 4
READINGS_AT_MOST = 12
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_ENGLISH_GROUPS = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$")


class NumberField(forms.CharField):
    """A number as the reader's language writes it, *8,8* or *8.8*; how many decimals were typed is kept."""

    default_error_messages = {
        "number": _("« %(typed)s » n'est pas un nombre ; écrivez par exemple 8,8 ou 12000."),
        "long": _("« %(typed)s » a trop de chiffres : 12 avant la virgule et 6 après, au plus."),
    }

    def to_python(self, value: Any) -> Any:
        typed = str(value or "").strip()
        if not typed:
            return None
        text = _SPACES.sub("", typed).replace("\u2212", "-")
        if (get_language() or "fr").startswith("en") and _ENGLISH_GROUPS.match(text):
            text = text.replace(",", "")
        try:
            number = Decimal(text.replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValidationError(self.error_messages["number"], code="number", params={"typed": typed})
        if number.adjusted() > 11 or decimals_of(number) > 6:
            raise ValidationError(self.error_messages["long"], code="long", params={"typed": typed})
        return number


def decimals_of(number: Decimal) -> int:
    """How many figures stand after the point."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def as_typed(number: Decimal | None, decimals: int) -> str:
    """A number as one would type it, in the reader's language."""
    if number is None:
        return ""
    text = f"{number:.{decimals}f}"
    return text if (get_language() or "fr").startswith("en") else text.replace(".", ",")


class KeeperFields(forms.Form):
    """For which body it is written, where that is not plain."""

    keeper = Named(label=_("Écrit pour"), queryset=Organisation.objects.none(), required=False)

    def __init__(self, *args: Any, keepers: Sequence[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(keepers) < 2:
            del self.fields["keeper"]
        else:
            field: Any = self.fields["keeper"]
            field.queryset = Organisation.objects.filter(pk__in=[k.pk for k in keepers]).order_by("slug")
            field.help_text = _("Cette instance seule lit le brouillon, et le changera ensuite.")

    @property
    def keeper_chosen(self) -> dict[str, Any]:
        return {"keeper": self.cleaned_data["keeper"]} if "keeper" in self.fields else {}


class FigureForm(KeeperFields, SourceFields):
    label = LocalisedTextField(label=_("Ce que dit le chiffre"))
    value = NumberField(label=_("Valeur"), required=False)
    why_unavailable = LocalisedTextField(
        label=_("Si personne n'a la valeur : pourquoi"), rows=2, required=False
    )
    standard_error = NumberField(
        label=_("Erreur type"), required=False, help_text=_("Si la valeur est une estimation.")
    )
    indicator = Named(
        label=_("Indicateur"),
        queryset=Indicator.objects.order_by("code"),
        required=False,
        help_text=_("Il prête sa définition et son unité à un chiffre neuf qui n'en donne pas."),
    )
    definition = LocalisedTextField(
        label=_("Définition"), rows=3, required=False, help_text=_("Nécessaire pour publier.")
    )
    unit = LocalisedTextField(label=_("Unité"), required=False, help_text=_("Nécessaire pour publier."))
    year = forms.IntegerField(
        label=_("Année"),
        required=False,
        min_value=1500,
        max_value=2200,
        help_text=_("Nécessaire pour publier."),
    )
    territory = Named(label=_("Territoire"), queryset=Territory.objects.order_by("code"), required=False)
    themes = SeveralNamed(label=_("Thèmes"), queryset=Theme.objects.order_by("order", "slug"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = [
        "keeper",
        "label",
        "value",
        "why_unavailable",
        "standard_error",
        "indicator",
        "definition",
        "unit",
        "year",
        "territory",
        "themes",
        *SourceFields.base_fields,
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source_label"].help_text = _("Nécessaire pour publier.")

    @classmethod
    def starting_from(cls, figure: Figure, *, with_value: bool = True) -> dict[str, Any]:
        names = set(cls.base_fields) - {"keeper", "themes", "value", "standard_error", "why_unavailable"}
        initial = {name: getattr(figure, name) for name in names}
        initial["themes"] = list(figure.themes.order_by("order", "slug"))
        if with_value:
            initial["value"] = as_typed(figure.value, figure.decimals)
            error = figure.standard_error
            initial["standard_error"] = as_typed(error, decimals_of(error.normalize()) if error else 0)
            initial["why_unavailable"] = figure.why_unavailable
        return initial

    def figure(self) -> dict[str, Any]:
        """What the verbs of a figure take."""
        left_out = {"keeper", "version"}
        given = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        value = given["value"]
        return {**given, "decimals": 0 if value is None else decimals_of(value)}


class ChosenFigure(forms.ModelChoiceField):
    """A figure by what it says, its year, its place and its value."""

    def label_from_instance(self, obj: Any) -> str:
        about = ", ".join(str(part) for part in (obj.territory and obj.territory.name, obj.year) if part)
        return f"{obj.label}{f' ({about})' if about else ''} : {value_with_unit(obj)}"


class ChosenStatement(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        wording = str(obj.wording)
        short = wording if len(wording) <= 90 else f"{wording[:89]}…"
        return f"{obj.code} · {short}" if obj.code else short


class StatementForm(KeeperFields, SourceFields):
    """A claim. Figures stand in boxes of their own, so that their order is chosen without a script."""

    text = LocalisedTextField(label=_("Constat"), rows=4)
    original_language = forms.ChoiceField(
        label=_("Langue du texte d'origine"),
        choices=lambda: list(language_names.known().items()),
        initial="fr",
    )
    code = forms.CharField(label=_("Numéro"), required=False, max_length=40)
    resource = forms.ModelChoiceField(
        label=_("Tiré de la ressource"), queryset=Resource.objects.none(), required=False
    )
    page = forms.CharField(label=_("Page"), required=False, max_length=40)
    timecode = forms.DurationField(
        label=_("ou moment de l'enregistrement"), required=False, help_text=_("heures:minutes:secondes")
    )
    strength = forms.ChoiceField(label=_("Force"), choices=Strength.choices, initial=Strength.UNRATED)
    themes = SeveralNamed(label=_("Thèmes"), queryset=Theme.objects.order_by("order", "slug"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, resources: Any, figures: Any, cited: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        resource: Any = self.fields["resource"]
        resource.queryset = resources
        posted = [int(n) for n in re.findall(r"figure_(\d+)", " ".join(self.data))] if self.data else []
        boxes = max([FIGURES_AT_FIRST, cited + 2, *posted])
        names = [f"figure_{n}" for n in range(1, min(boxes, FIGURES_AT_MOST) + 1)]
        for number, name in enumerate(names, 1):
            self.fields[name] = ChosenFigure(
                label=_("Chiffre n° %(number)d") % {"number": number}, queryset=figures, required=False
            )
        self.figure_names = names
        self.order_fields(
            [
                *("keeper", "text", "original_language", "code", "resource", "page", "timecode"),
                *SourceFields.base_fields,
                "strength",
                *names,
                "themes",
            ]
        )
        self.fields["source_label"].help_text = _("Si ce n'est pas une ressource de la liste.")

    @classmethod
    def starting_from(cls, statement: EvidenceStatement) -> dict[str, Any]:
        left_out = {"keeper", "text", "original_language", "themes"}
        texts = list(statement.texts.all())
        original = [t.language for t in texts if t.translation == Translation.ORIGINAL]
        return {
            **{name: getattr(statement, name) for name in set(cls.base_fields) - left_out},
            "text": statement.wording,
            "original_language": next(iter(original), "fr"),
            "themes": list(statement.themes.order_by("order", "slug")),
            **{f"figure_{n}": c.figure for n, c in enumerate(statement.citations.all(), 1)},
        }

    def claimed(self) -> Claimed:
        d = self.cleaned_data
        return Claimed(
            texts=d["text"].as_dict(),
            figures=[d[name] for name in self.figure_names if d[name] is not None],
            themes=list(d["themes"]),
            **{
                name: d[name]
                for name in (
                    "original_language",
                    "resource",
                    "page",
                    "timecode",
                    "strength",
                    "code",
                    "source_label",
                    "source_url",
                    "source_read_date",
                    "is_fictitious",
                )
            },
        )


class TranslationForm(forms.Form):
    """A claim in one more language."""

    language = forms.ChoiceField(label=_("Langue"), choices=lambda: list(language_names.known().items()))
    text = forms.CharField(label=_("Constat"), widget=forms.Textarea(attrs={"rows": 4}))
    translation = forms.ChoiceField(
        label=_("Ce texte est"),
        choices=[c for c in Translation.choices if c[0] != Translation.ORIGINAL],
        initial=Translation.REVIEWED,
    )


class ConflictForm(KeeperFields):
    subject = LocalisedTextField(label=_("Sur quoi les sources divergent"))
    themes = SeveralNamed(label=_("Thèmes"), queryset=Theme.objects.order_by("order", "slug"), required=False)
    field_order = ["keeper", "subject", "themes"]


class ReadingForm(SourceFields):
    """What one source says. A box that is left empty is no reading."""

    wording = LocalisedTextField(label=_("Ce que dit cette source"), rows=2, required=False)
    figure = ChosenFigure(label=_("Chiffre"), queryset=Figure.objects.none(), required=False)
    statement = ChosenStatement(
        label=_("ou constat"), queryset=EvidenceStatement.objects.none(), required=False
    )
    field_order = ["wording", "figure", "statement"]

    def __init__(self, *args: Any, figures: Any, statements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("figure", figures), ("statement", statements)):
            field: Any = self.fields[name]
            field.queryset = rows
        self.fields["source_label"].help_text = _("Si ce n'est pas celle du chiffre.")


class ReadingSet(forms.BaseFormSet[ReadingForm]):
    """The readings that were filled in, in their order."""

    def readings(self) -> list[Reading]:
        return [Reading(**form.cleaned_data) for form in self.forms if form.has_changed()]


ReadingFormSet = forms.formset_factory(
    ReadingForm,
    formset=ReadingSet,
    extra=READINGS_AT_FIRST,
    max_num=READINGS_AT_MOST,
    absolute_max=READINGS_AT_MOST,
)
