"""Forms of the room: what a page parses before it calls a verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import Organisation, Territory, Theme
from polyphonie.web.forms import LocalisedTextField

from ..domain.datasets import choosable_columns
from ..domain.designs import DesignTerms
from ..enums import Access, Statistic
from ..models import Dataset, Design, PublishedFigure, Round, Threshold


class Named(forms.ModelChoiceField):
    """A list of things under their names, in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "label", None) or getattr(obj, "name", None) or obj)


class NamedThreshold(forms.ModelChoiceField):
    """One threshold, with its value and its owner."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} – {obj.value:g} ({obj.owner})"


class NamedThresholds(forms.ModelMultipleChoiceField):
    """Thresholds, each with its value and its owner."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} – {obj.value:g} ({obj.owner})"


class NamedThemes(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class ReceiveForm(forms.Form):
    """A file of pupils, with what has to be known of it."""

    file = forms.FileField(
        label=_("Fichier"), help_text=_("CSV en UTF-8, une ligne par élève, première ligne : les colonnes.")
    )
    title = LocalisedTextField(label=_("Titre"))
    population = LocalisedTextField(
        label=_("Population"), help_text=_("Par exemple : élèves de 6e année, écoles publiques et privées.")
    )
    year = forms.IntegerField(label=_("Année de l'enquête"), min_value=1900, max_value=2100)
    grade = LocalisedTextField(label=_("Année d'études"), required=False)
    design = Named(label=_("Plan de sondage"), queryset=Design.objects.none())
    round = forms.ModelChoiceField(
        label=_("Cycle"),
        queryset=Round.objects.none(),
        required=False,
        empty_label=_("aucun"),
    )
    owner = Named(label=_("Instance propriétaire"), queryset=Organisation.objects.none())
    access = forms.ChoiceField(label=_("Qui peut s'en servir"), choices=Access.choices, initial="results")
    source_label = forms.CharField(
        label=_("Provenance"), max_length=300, required=False, help_text=_("Qui l'a produit, sous quel nom.")
    )
    source_url = forms.URLField(label=_("Adresse"), max_length=500, required=False, assume_scheme="https")
    is_fictitious = forms.BooleanField(label=_("C'est un exemple fictif"), required=False)

    def __init__(
        self,
        *args: Any,
        designs: QuerySet[Design],
        rounds: QuerySet[Round],
        owners: QuerySet[Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("design", designs), ("round", rounds), ("owner", owners)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = dict(self.cleaned_data)
        content = given.pop("file").read()
        return {**given, "content": content}


class DescribeForm(forms.Form):
    """What a file holds, and by which columns its tables may be broken down."""

    documentation = LocalisedTextField(label=_("Documentation"), rows=5)
    terms = LocalisedTextField(label=_("Conditions d'usage"), rows=3, required=False)
    reporting = forms.MultipleChoiceField(
        label=_("Colonnes de ventilation"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Les tableaux se ventilent par celles-ci et par aucune autre."),
    )
    labels = forms.CharField(
        label=_("Noms des colonnes et de leurs valeurs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Une ligne chacun : colonne = français = anglais, ou colonne:valeur = français = anglais."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, dataset: Dataset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["reporting"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(name, name) for name in choosable_columns(dataset)]

    @classmethod
    def starting_from(cls, dataset: Dataset) -> dict[str, Any]:
        """The initial values."""
        lines = []
        for entry in dataset.codebook:
            if entry["role"] == "reporting":
                names = [(entry["name"], entry.get("label", {}))]
                names += [(f"{entry['name']}:{v}", text) for v, text in entry.get("values", {}).items()]
                lines += [f"{key} = {t.get('fr', '')} = {t.get('en', '')}" for key, t in names if t]
        return {
            "documentation": dataset.documentation,
            "terms": dataset.terms,
            "reporting": list(dataset.reporting_columns()),
            "labels": "\n".join(lines),
            "version": dataset.version,
        }

    def _named(self) -> dict[str, LocalisedText]:
        named = {}
        for line in self.cleaned_data["labels"].splitlines():
            parts = [part.strip() for part in line.split("=")]
            if parts[0] and len(parts) > 1:
                named[parts[0]] = LocalisedText(
                    {"fr": parts[1], "en": parts[2] if len(parts) > 2 else parts[1]}
                )
        return named

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        named = self._named()
        chosen = self.cleaned_data["reporting"]
        return {
            "documentation": self.cleaned_data["documentation"],
            "terms": self.cleaned_data["terms"],
            "version": self.cleaned_data["version"],
            "reporting": {name: named.get(name, LocalisedText({"fr": name, "en": name})) for name in chosen},
            "values": {
                name: {
                    key.partition(":")[2]: text
                    for key, text in named.items()
                    if key.partition(":")[0] == name and ":" in key
                }
                for name in chosen
            },
        }


class RunForm(forms.Form):
    """Statistic → scale → by → among whom, in words."""

    statistic = forms.ChoiceField(label=_("Que calculer ?"), choices=Statistic.choices)
    scale = forms.ChoiceField(label=_("Sur quelle échelle ?"))
    breakdown = forms.MultipleChoiceField(
        label=_("Ventilé par"), required=False, widget=forms.CheckboxSelectMultiple
    )
    where_column = forms.ChoiceField(label=_("Seulement où"), required=False)
    where_value = forms.CharField(label=_("vaut"), required=False, max_length=60)
    thresholds = NamedThresholds(
        label=_("Seuils"),
        queryset=Threshold.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Un seul pour une part sous un seuil ; plusieurs pour une répartition."),
    )

    def __init__(self, *args: Any, dataset: Dataset, thresholds: QuerySet[Threshold], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = DesignTerms.of(dataset.design)
        known = dataset.reporting_columns()
        free = [(c, str(label)) for c, label in known.items() if c not in terms.sampling.sample]
        for name, choices in (
            ("scale", [(s.key, str(s.label)) for s in terms.scales]),
            ("breakdown", free),
            ("where_column", [("", _("tous les élèves")), *((c, str(label)) for c, label in known.items())]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        chosen = self.fields["thresholds"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)
        chosen.queryset = thresholds

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        column, value = given["where_column"], given["where_value"].strip()
        return {
            "statistic": given["statistic"],
            "scale": given["scale"],
            "breakdown": given["breakdown"],
            "where": {column: value} if column and value else {},
            "thresholds": list(given["thresholds"]),
        }


class ThresholdForm(forms.Form):
    """A cut score with its owner and where it is written."""

    label = LocalisedTextField(label=_("Nom du seuil"))
    owner = forms.CharField(label=_("Qui le fixe"), max_length=200)
    scale = forms.ChoiceField(label=_("Échelle"))
    value = forms.DecimalField(label=_("Valeur"), max_digits=10, decimal_places=3, localize=True)
    source_label = forms.CharField(label=_("Où c'est écrit"), max_length=300, required=False)
    source_url = forms.URLField(label=_("Adresse"), max_length=500, required=False, assume_scheme="https")
    is_fictitious = forms.BooleanField(label=_("C'est un exemple fictif"), required=False)

    def __init__(self, *args: Any, dataset: Dataset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scales = {s.key: s for s in DesignTerms.of(dataset.design).scales}
        field = self.fields["scale"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(s.key, str(s.label)) for s in self.scales.values()]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {**self.cleaned_data, "unit": self.scales[self.cleaned_data["scale"]].unit}


class FigureForm(forms.Form):
    """Which cell becomes a figure, of which territory."""

    cell = forms.ChoiceField(label=_("Case"))
    territory = Named(label=_("Territoire"), queryset=Territory.objects.none(), required=False)
    themes = NamedThemes(
        label=_("Thèmes"),
        queryset=Theme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Les notes des sites proposent les chiffres de leurs thèmes."),
    )
    claim = LocalisedTextField(
        label=_("Constat qui s'appuie sur ce chiffre"),
        required=False,
        help_text=_("Une phrase, telle qu'elle sera citée ; sans elle, le chiffre est publié seul."),
    )

    def __init__(self, *args: Any, cells: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cell"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (cell.key, " · ".join([*(str(text) for text in cell.labels), cell.part]).strip(" ·") or cell.key)
            for cell in cells
            if cell.value is not None and cell.figure is None
        ]
        territory = self.fields["territory"]
        assert isinstance(territory, forms.ModelChoiceField)
        territory.queryset = Territory.objects.order_by("code")
        themes = self.fields["themes"]
        assert isinstance(themes, forms.ModelMultipleChoiceField)
        themes.queryset = Theme.objects.order_by("order", "slug")

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {**self.cleaned_data, "themes": list(self.cleaned_data["themes"])}


class CompareForm(forms.Form):
    """Which two figures."""

    a = forms.ChoiceField(label=_("Ce chiffre"))
    b = forms.ChoiceField(label=_("et celui-ci"))

    def __init__(self, *args: Any, figures: QuerySet[PublishedFigure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.figure.uid), _figure_in_words(row)) for row in figures]
        for name in ("a", "b"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


def _figure_in_words(row: PublishedFigure) -> str:
    figure = row.figure
    place = str(figure.territory.name) if figure.territory else ""
    return " · ".join(filter(None, [str(figure.label), place, str(figure.year or "")]))


class ReportForm(forms.Form):
    """A figure as a report publishes it."""

    statistic = forms.ChoiceField(
        label=_("Que dit ce chiffre ?"),
        choices=[(s.value, s.label) for s in (Statistic.BELOW, Statistic.MEAN)],
    )
    value = forms.DecimalField(label=_("Valeur"), max_digits=18, localize=True)
    standard_error = forms.DecimalField(
        label=_("Erreur type"),
        max_digits=18,
        localize=True,
        required=False,
        help_text=_("Vide seulement si le rapport n'en donne pas ; rien ne se compare alors à ce chiffre."),
    )
    scale = LocalisedTextField(label=_("Échelle"), help_text=_("Par exemple : lecture."))
    scale_unit = forms.CharField(
        label=_("Unité de l'échelle"), max_length=60, help_text=_("Par exemple : PASEC2014.")
    )
    threshold = NamedThreshold(label=_("Seuil"), queryset=Threshold.objects.none(), required=False)
    population = LocalisedTextField(label=_("Population"))
    grade = LocalisedTextField(label=_("Année d'études"), required=False)
    territory = Named(label=_("Territoire"), queryset=Territory.objects.none(), required=False)
    year = forms.IntegerField(label=_("Année de l'enquête"), min_value=1900, max_value=2100)
    round = forms.ModelChoiceField(
        label=_("Cycle"), queryset=Round.objects.none(), required=False, empty_label=_("aucun")
    )
    themes = NamedThemes(
        label=_("Thèmes"), queryset=Theme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    source_label = forms.CharField(label=_("Source"), max_length=300, required=False)
    source_url = forms.URLField(
        label=_("Adresse de la source"), max_length=500, required=False, assume_scheme="https"
    )
    source_read_date = forms.DateField(
        label=_("Lue le"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, rounds: QuerySet[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("threshold", Threshold.objects.order_by("scale", "value", "owner")),
            ("territory", Territory.objects.order_by("code")),
            ("round", rounds),
            ("themes", Theme.objects.order_by("order", "slug")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def values(self) -> dict[str, Any]:
        """What the verb takes. As many decimals are shown as were written."""
        given = self.cleaned_data
        exponent = given["value"].as_tuple().exponent
        return {
            **given,
            "themes": list(given["themes"]),
            "decimals": min(max(0, -exponent), 1) if isinstance(exponent, int) else 0,
        }
