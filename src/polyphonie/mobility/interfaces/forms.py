"""Forms of the room: what a page parses before it calls a verb."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from polyphonie.kernel import clock
from polyphonie.network.models import Organisation, Person, Theme
from polyphonie.recommendations.enums import ActionRelation
from polyphonie.recommendations.models import Recommendation
from polyphonie.web import language_names
from polyphonie.web.forms import LocalisedTextField

from ..domain.action_plans import Plan
from ..domain.observations import Sheet
from ..domain.practices import Practice
from ..domain.refusals import TEXT_LIMIT
from ..enums import Audience, Axis, CellReason, ClaimKind, EffectEvidence, Precision, Settlement, Verdict
from ..models import ActionPlan, Criterion, Flow, Host, Observation, PracticeCard, Stage, Visit


def _with_blank(choices: Any, blank: Any = None) -> list[tuple[str, Any]]:
    return [("", _("non précisé") if blank is None else blank), *choices]


def _day(**fields: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **fields)


def _long(label: Any, *, rows: int = 3, required: bool = False, **fields: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=TEXT_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
        **fields,
    )


class NamedChoice(forms.ModelChoiceField):
    """A list under full names, in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or obj)


class NamedChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or getattr(obj, "title", None) or obj)


class SheetChoices(forms.ModelMultipleChoiceField):
    """Sheets by their cell and the beginning of their fact."""

    def label_from_instance(self, obj: Observation) -> str:
        return f"{obj.criterion} : {obj.fact[:90]}{'…' if len(obj.fact) > 90 else ''}"


class VisitForm(forms.Form):
    """A visit before it is planned: flow, days, team."""

    flow = forms.ModelChoiceField(label=_("Flux"), queryset=Flow.objects.none())
    title = LocalisedTextField(label=_("Titre de la visite"), max_length=200)
    start_date = _day(label=_("Premier jour"))
    end_date = _day(label=_("Dernier jour"))
    chair = forms.ModelChoiceField(label=_("Coordination de l'équipe"), queryset=Person.objects.none())
    members = forms.ModelMultipleChoiceField(
        label=_("Autres membres"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, flows: Any, persons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["flow"].queryset = flows
        self.fields["chair"].queryset = self.fields["members"].queryset = persons


class StageForm(forms.Form):
    """What took place: when, what came of it, who says so."""

    actual_from = _day(label=_("Tenue à partir du"), required=False)
    actual_until = _day(label=_("Jusqu'au"), required=False)
    actual_precision = forms.ChoiceField(
        label=_("Ces dates sont connues"), choices=Precision.choices, initial=Precision.MONTH
    )
    outcome = LocalisedTextField(label=_("Ce qui en est sorti"), required=False, max_length=TEXT_LIMIT)
    source_label = forms.CharField(label=_("Source"), required=False, max_length=300)
    source_url = forms.URLField(
        label=_("Adresse de la source"), required=False, max_length=500, assume_scheme="https"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def starting_from(cls, stage: Stage) -> dict[str, Any]:
        names = ("actual_from", "actual_until", "actual_precision", "outcome", "version")
        return {
            **{name: getattr(stage, name) for name in names},
            "source_label": stage.outcome_source_label,
            "source_url": stage.outcome_source_url,
        }


class HostForm(forms.Form):
    """Who receives the team, by function."""

    function = LocalisedTextField(label=_("Fonction"), max_length=200)
    organisation = NamedChoice(
        label=_("Organisme"), queryset=Organisation.objects.order_by("slug"), required=False
    )
    body_label = LocalisedTextField(
        label=_("Nom de l'organisme, s'il n'est pas dans la liste"), required=False, max_length=200
    )
    name = forms.CharField(
        label=_("Nom de la personne"),
        required=False,
        max_length=200,
        help_text=_("Seulement avec son accord écrit."),
    )
    consent_on = _day(label=_("Accord écrit donné le"), required=False)
    consent_scope = forms.ChoiceField(
        label=_("Jusqu'où va cet accord"), choices=Audience.choices, initial=Audience.TEAM
    )


class SlotForm(forms.Form):
    """An hour of the programme."""

    day = forms.DateField(label=_("Jour"))
    starts = forms.TimeField(
        label=_("Heure"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    purpose = LocalisedTextField(label=_("Objet"), max_length=300)
    host = forms.ModelChoiceField(label=_("Hôte"), queryset=Host.objects.none(), required=False)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget = forms.Select(choices=day_choices(visit))
        self.fields["host"].queryset = visit.hosts.order_by("order", "pk")


class CellForm(forms.Form):
    """Why a cell has no sheet."""

    criterion = forms.ModelChoiceField(label=_("Case"), queryset=Criterion.objects.none())
    reason = forms.ChoiceField(
        label=_("Ce qu'il en est"),
        required=False,
        choices=lambda: _with_blank(CellReason.choices, _("rien à signaler")),
    )
    text = forms.CharField(label=_("Précision"), required=False, max_length=300)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].queryset = visit.grid.criteria.select_related("theme", "element").order_by(
            "theme__order", "element__order"
        )


class DebriefForm(forms.Form):
    """An evening: which one, what was said."""

    day = forms.DateField(label=_("Jour"))
    text = _long(_("Ce qui s'est dit"))

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget = forms.Select(choices=day_choices(visit))


class ShareForm(forms.Form):
    """How far a sheet goes."""

    audience = forms.ChoiceField(label=_("Ouvrir à"), choices=Audience.choices)

    def __init__(self, *args: Any, runs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not runs:
            self.fields["audience"].choices = [(Audience.TEAM.value, Audience.TEAM.label)]


class SheetForm(forms.Form):
    """A sheet of observation. The hour is that of the host's clock."""

    criterion = forms.ModelChoiceField(label=_("Case de la grille"), queryset=Criterion.objects.none())
    day = forms.DateField(label=_("Jour"))
    hour = forms.TimeField(
        label=_("Heure, à l'horloge de l'hôte"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    host = forms.ModelChoiceField(label=_("Hôte"), queryset=Host.objects.none(), required=False)
    source_role = forms.CharField(
        label=_("Qui le dit ou le montre"),
        required=False,
        max_length=200,
        help_text=_("Une fonction, jamais un nom."),
    )
    language = forms.ChoiceField(label=_("Langue de la fiche"))
    fact = _long(
        pgettext_lazy("fiche", "Fait"),
        rows=4,
        required=True,
        help_text=_("Ce qui a été vu, dit ou lu, sans jugement."),
    )
    interpretation = _long(
        _("Interprétation"), help_text=_("Ce que vous en pensez, à part du fait ; peut rester vide.")
    )
    evidence = _long(
        _("Pièces"), rows=2, help_text=_("Document, indicateur, extrait d'entretien : où le retrouver.")
    )
    preconditions = _long(
        _("Conditions d'un transfert"), rows=2, help_text=_("Droit, moyens, personnels, culture.")
    )
    change_needed = _long(_("Ce qu'il faudrait changer"), rows=2)
    effect_evidence = forms.ChoiceField(
        label=_("Preuve de l'effet"), required=False, choices=lambda: _with_blank(EffectEvidence.choices)
    )
    decided_by = forms.CharField(label=_("Qui décide chez nous"), required=False, max_length=200)
    verdict = forms.ChoiceField(
        label=_("Transférabilité"), required=False, choices=lambda: _with_blank(Verdict.choices)
    )
    verdict_reason = _long(_("Pourquoi"), rows=2)
    rating = forms.TypedChoiceField(
        label=_("Cote"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Facultative ; une case sans cote est une case comme une autre."),
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, visit: Visit, cell: Criterion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit = visit
        self.fields["criterion"].queryset = Criterion.objects.select_related("theme", "element").order_by(
            "theme__order", "element__order"
        )
        criteria = visit.grid.criteria.select_related("theme", "element").order_by(
            "theme__order", "element__order"
        )
        if cell is not None:
            del self.fields["criterion"]
        else:
            by_theme: dict[str, list[tuple[int, str]]] = {}
            for criterion in criteria:
                by_theme.setdefault(str(criterion.theme), []).append(
                    (criterion.pk, f"{criterion.theme} × {criterion.element}")
                )
            self.fields["criterion"].choices = [("", "—"), *by_theme.items()]
        self.fields["day"].widget = forms.Select(choices=day_choices(visit))
        self.fields["host"].queryset = visit.hosts.order_by("order", "pk")
        scale = dict(pair for criterion in ([cell] if cell else criteria) for pair in criterion.scale)
        self.fields["rating"].choices = _with_blank(
            [(value, f"{value} — {anchor}") for value, anchor in sorted(scale.items())], _("pas de cote")
        )
        tags = list(dict.fromkeys(["fr", "en", *visit.languages]))
        self.fields["language"].choices = [(tag, language_names.of(tag)) for tag in tags]

    @classmethod
    def new(cls, visit: Visit, at: datetime, criterion: Criterion | None, language: str) -> dict[str, Any]:
        """What a new sheet starts from: today at the host's, or the first day."""
        local = clock.local(at, visit.time_zone)
        inside = visit.start_date <= local.date() <= visit.end_date
        return {
            "criterion": criterion.pk if criterion else None,
            "day": (local.date() if inside else visit.start_date).isoformat(),
            "hour": local.strftime("%H:%M") if inside else "",
            "language": language,
            "client_uuid": str(uuid4()),
        }

    @classmethod
    def starting_from(cls, observation: Observation) -> dict[str, Any]:
        """The initial values of a change."""
        local = clock.local(observation.observed_at, observation.visit.time_zone)
        initial = {
            name: getattr(observation, name)
            for name in cls.base_fields
            if hasattr(observation, name) and name not in {"criterion", "host"}
        }
        return {
            **initial,
            "host": observation.host_id,
            "day": local.date().isoformat(),
            "hour": local.strftime("%H:%M"),
        }

    def sheet(self) -> Sheet:
        """What the verb takes."""
        data = self.cleaned_data
        moment = datetime.combine(data["day"], data["hour"] or time(12), clock.zone(self.visit.time_zone))
        names = (
            "fact",
            "interpretation",
            "evidence",
            "language",
            "host",
            "source_role",
            "preconditions",
            "change_needed",
            "effect_evidence",
            "decided_by",
            "verdict",
            "verdict_reason",
            "rating",
        )
        return Sheet(observed_at=moment, **{name: data[name] for name in names})


class AssignmentForm(forms.Form):
    """Who observes a cell: one, or two without reading each other."""

    criterion = forms.ModelChoiceField(label=_("Case"), queryset=Criterion.objects.none())
    observers = forms.ModelMultipleChoiceField(
        label=_("Qui observe"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("À deux, aucun ne lit la fiche de l'autre avant d'avoir partagé la sienne."),
    )

    def __init__(self, *args: Any, visit: Visit, persons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].queryset = visit.grid.criteria.select_related("theme", "element").order_by(
            "theme__order", "element__order"
        )
        self.fields["observers"].queryset = persons


class SettlementForm(forms.Form):
    """How two who rated differently settle a cell."""

    outcome = forms.ChoiceField(label=_("Départager"), choices=Settlement.choices)
    rating = forms.IntegerField(label=_("Autre cote"), required=False)
    text = _long(_("En quelques mots"), rows=2)


class ClaimForm(forms.Form):
    """A sentence of the synthesis and the sheets it rests on."""

    kind = forms.ChoiceField(label=_("Nature"), choices=ClaimKind.choices)
    text = _long(_("Phrase"), rows=2)
    cites = SheetChoices(
        label=_("Fiches qu'elle ouvre"),
        queryset=Observation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, sheets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cites"].queryset = sheets


class PracticeForm(forms.Form):
    """A practice card."""

    title = LocalisedTextField(label=_("Titre"), max_length=200)
    practice = LocalisedTextField(label=_("Ce qui se fait"), rows=4, max_length=TEXT_LIMIT)
    place = LocalisedTextField(label=_("Où"), required=False, max_length=300)
    preconditions = LocalisedTextField(label=_("Conditions"), rows=3, max_length=TEXT_LIMIT)
    effect = LocalisedTextField(label=_("Effet"), rows=2, required=False, max_length=TEXT_LIMIT)
    effect_evidence = forms.ChoiceField(label=_("Preuve de l'effet"), choices=EffectEvidence.choices)
    how_to_try = LocalisedTextField(
        label=_("Comment l'essayer"), rows=3, required=False, max_length=TEXT_LIMIT
    )
    verdict = forms.ChoiceField(label=_("Transférabilité"), choices=Verdict.choices)
    verdict_reason = LocalisedTextField(label=_("Pourquoi"), rows=2, max_length=TEXT_LIMIT)
    themes = NamedChoices(
        label=_("Thèmes"),
        queryset=Theme.objects.order_by("order", "slug"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cites = SheetChoices(
        label=_("Fiches d'observation sur lesquelles elle repose"),
        queryset=Observation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, sheets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cites"].queryset = sheets

    @classmethod
    def starting_from(cls, card: PracticeCard) -> dict[str, Any]:
        initial = {name: getattr(card, name) for name in cls.base_fields if name not in {"themes", "cites"}}
        return {
            **initial,
            "themes": list(card.themes.order_by("pk")),
            "cites": list(card.cites.order_by("pk")),
        }

    def practice_said(self) -> Practice:
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Practice(**{**data, "themes": tuple(data["themes"]), "cites": tuple(data["cites"])})


class PlanForm(forms.Form):
    """An action at home."""

    title = LocalisedTextField(label=_("Titre de l'action"), max_length=200)
    description = LocalisedTextField(
        label=_("Ce qui sera fait"), rows=3, required=False, max_length=TEXT_LIMIT
    )
    axis = forms.ChoiceField(label=_("Axe"), choices=Axis.choices)
    owner = LocalisedTextField(
        label=_("Qui en répond"), max_length=200, help_text=_("Une fonction, jamais un nom.")
    )
    starts_on = _day(label=_("Début"))
    due_on = _day(label=_("Échéance"))
    indicator = LocalisedTextField(label=_("Indicateur"), max_length=300)
    baseline = forms.CharField(label=_("Valeur de départ"), required=False, max_length=60)
    target = forms.CharField(label=_("Cible"), required=False, max_length=60)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def starting_from(cls, plan: ActionPlan) -> dict[str, Any]:
        return {name: getattr(plan, name) for name in cls.base_fields}

    def plan(self) -> Plan:
        data = self.cleaned_data
        names = ("title", "description", "axis", "owner", "starts_on", "due_on", "indicator")
        return Plan(**{name: data[name] for name in names}, baseline=data["baseline"], target=data["target"])


class NewPlanForm(PlanForm):
    """A new action, and the body that takes it on."""

    organisation = NamedChoice(label=_("Instance qui agit"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies
        self.order_fields(["organisation", "title"])


class EvaluationForm(forms.Form):
    """What the indicator shows, or why nothing was measured."""

    measured = forms.CharField(label=_("Valeur mesurée"), required=False, max_length=60)
    measured_on = _day(label=_("Mesurée le"), required=False)
    unmeasured_reason = LocalisedTextField(
        label=_("Sinon, pourquoi ce n'est pas mesuré"), required=False, max_length=TEXT_LIMIT
    )
    result = LocalisedTextField(label=_("Ce qui en est sorti"), rows=3, required=False, max_length=TEXT_LIMIT)


class AdjustmentForm(forms.Form):
    """What changes after the evaluation."""

    adjustment = LocalisedTextField(label=_("Ce qui change"), rows=3, max_length=TEXT_LIMIT)
    due_on = _day(label=_("Nouvelle échéance"))


class RecommendationChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Recommendation) -> str:
        return f"{obj.code} — {obj.issuer.name}"


class LinkForm(forms.Form):
    """A recommendation and how the action stands to it."""

    recommendation = RecommendationChoice(label=_("Recommandation"), queryset=Recommendation.objects.none())
    relation = forms.ChoiceField(
        label=_("L'action"), choices=ActionRelation.choices, initial=ActionRelation.IMPLEMENTS
    )

    def __init__(self, *args: Any, recommendations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommendation"].queryset = recommendations


def day_choices(visit: Visit) -> list[tuple[str, str]]:
    return [(day.isoformat(), date_format(day, "l j F")) for day in visit.days]
