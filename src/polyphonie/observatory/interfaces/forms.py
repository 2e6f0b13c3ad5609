"""Forms of the room: what a page parses before it calls a verb."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.models import Indicator
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import Organisation, Territory
from polyphonie.web.forms import LocalisedTextField

from ..domain.collecting import Answer
from ..enums import MissingReason, ObservationStatus
from ..models import SubmissionCell


class NamedTerritory(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class NamedIndicator(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class NamedIndicators(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


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


class CollectionForm(forms.Form):
    """Who is asked for what, from when to when."""

    title = LocalisedTextField(label=_("Titre"))
    year = forms.IntegerField(label=_("Année mesurée"), min_value=1900, max_value=2100)
    indicators = NamedIndicators(
        label=_("Indicateurs"), queryset=Indicator.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    members = forms.MultipleChoiceField(label=_("Membres"), widget=forms.CheckboxSelectMultiple)
    opens_on = forms.DateField(
        label=_("Ouvre le"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    closes_on = forms.DateField(
        label=_("Ferme à la fin du"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, members: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(m.uid): m for m in members}
        choice = self.fields["members"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(uid, str(m.name)) for uid, m in self.known.items()]
        indicators = self.fields["indicators"]
        assert isinstance(indicators, forms.ModelMultipleChoiceField)
        indicators.queryset = Indicator.objects.order_by("code")

    def values(self) -> dict[str, Any]:
        """What the verb takes; a day is that of the server's zone, its end the next midnight."""
        given = self.cleaned_data
        opens, closes = (
            datetime.combine(given[name], time(0), timezone.get_current_timezone())
            for name in ("opens_on", "closes_on")
        )
        chosen = [self.known[uid] for uid in given["members"]]
        return {
            "title": given["title"],
            "year": given["year"],
            "indicators": list(given["indicators"]),
            "members": [(m, m.territory) for m in chosen],
            "opens_at": opens,
            "closes_at": closes + timedelta(days=1),
        }


class SubmissionForm(forms.Form):
    """One group of fields per indicator: a value, or why there is none."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cells: Sequence[SubmissionCell], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells = cells
        for cell in cells:
            code, name = cell.indicator.code, str(cell.indicator.label)
            self.fields[f"value_{code}"] = forms.DecimalField(
                label=_("%(name)s : valeur") % {"name": name},
                required=False,
                max_digits=18,
                localize=True,
                initial=None if cell.value is None else round(cell.value, cell.decimals),
                help_text=str(cell.indicator.unit),
            )
            self.fields[f"reason_{code}"] = forms.ChoiceField(
                label=_("%(name)s : sinon, pourquoi elle manque") % {"name": name},
                required=False,
                choices=[("", _("la valeur est donnée")), *MissingReason.choices],
                initial=cell.missing_reason,
            )
            self.fields[f"source_{code}"] = forms.CharField(
                label=_("%(name)s : source") % {"name": name},
                required=False,
                max_length=300,
                initial=cell.source_label,
            )
            self.fields[f"note_{code}"] = forms.CharField(
                label=_("%(name)s : note") % {"name": name}, required=False, max_length=500, initial=cell.note
            )

    def groups(self) -> list[tuple[SubmissionCell, list[forms.BoundField]]]:
        """Each indicator with its fields, for the page."""
        return [
            (cell, [self[f"{part}_{cell.indicator.code}"] for part in ("value", "reason", "source", "note")])
            for cell in self.cells
        ]

    def answers(self) -> dict[str, Answer]:
        """What the verb takes."""
        given = self.cleaned_data
        return {
            cell.indicator.code: Answer(
                value=given[f"value_{cell.indicator.code}"],
                missing_reason=given[f"reason_{cell.indicator.code}"],
                standard_error=cell.standard_error,
                source_label=given[f"source_{cell.indicator.code}"],
                note=given[f"note_{cell.indicator.code}"],
            )
            for cell in self.cells
        }

    def show(self, errors: dict[str, Any]) -> None:
        """Put each refusal beside its value."""
        for code, why in errors.items():
            name = f"value_{code}"
            self.add_error(name if name in self.fields else None, str(why))


class WorkbookForm(forms.Form):
    """A workbook that comes back."""

    file = forms.FileField(label=_("Classeur rempli"))


class QueryForm(forms.Form):
    """A question about one answer."""

    indicator = NamedIndicator(label=_("Indicateur"), queryset=Indicator.objects.none())
    query = forms.CharField(label=_("Question"), max_length=500, required=False)

    def __init__(self, *args: Any, cells: Sequence[SubmissionCell], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["indicator"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Indicator.objects.filter(pk__in=[c.indicator_id for c in cells]).order_by("code")
