"""Forms of the room: what a page parses before it calls a verb."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polyphonie.network.enums import OrganisationKind
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.models import Recommendation
from polyphonie.web.forms import LocalisedTextField

from ..domain.committee import Decided
from ..domain.training import TrainingDetails
from ..enums import SAME_TERMS, OpeningRule, Relation, Side, TrainingKind
from ..models import (
    Agreement,
    Amendment,
    Clause,
    CommitmentType,
    Service,
    ServicePhase,
    TrainingAction,
)


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class NamedChoice(forms.ModelChoiceField):
    """A list of bodies under their full name, in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or getattr(obj, "title", None) or obj)


class RecommendationChoice(forms.ModelChoiceField):
    """Recommendations under their code and the body that issued them."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} – {obj.issuer.name}"


class NamedService(forms.ModelChoiceField):
    """Rows that are known by their label."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class NamedChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or getattr(obj, "title", None) or obj)


def operators() -> Any:
    return Organisation.objects.filter(kind=OrganisationKind.OPERATOR).order_by("slug")


class TermsForm(forms.Form):
    """What stays open until the agreement is sent."""

    purpose = LocalisedTextField(label=_("Objet"), rows=3)
    start_date = day_field(_("Premier jour"))
    last_day = day_field(_("Dernier jour"))
    opening_rule = forms.ChoiceField(
        label=_("Le socle s'ouvre"),
        choices=OpeningRule.choices,
        widget=forms.RadioSelect,
        help_text=_("La plaquette dit les deux ; la convention tranche."),
    )
    grace_days = forms.IntegerField(
        label=_("Sursis après une échéance, en jours"),
        help_text=_("Pendant ces jours, un engagement en retard laisse les droits ouverts."),
    )
    third_parties = NamedChoices(
        label=_("Tiers associés"), queryset=Organisation.objects.none(), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["third_parties"].queryset = operators()

    @classmethod
    def of(cls, agreement: Agreement, data: Any = None) -> TermsForm:
        return cls(
            data,
            initial={
                "purpose": agreement.purpose,
                "start_date": agreement.start_date,
                "last_day": agreement.last_day,
                "opening_rule": agreement.opening_rule,
                "grace_days": agreement.grace_days,
                "third_parties": list(agreement.third_parties.order_by("pk")),
                "version": agreement.version,
            },
        )

    def terms(self) -> dict[str, Any]:
        """What the verb takes."""
        names = ("purpose", "start_date", "last_day", "opening_rule", "grace_days", "third_parties")
        return {name: self.cleaned_data[name] for name in names}


class NewAgreementForm(TermsForm):
    """A new agreement: parties, terms, the four due dates."""

    reference = forms.CharField(label=_("Référence"), max_length=40)
    host = NamedChoice(label=_("Instance hôte"), queryset=Organisation.objects.none())
    legal_body = NamedChoice(
        label=_("Partie qui signe pour l'instance hôte"), queryset=Organisation.objects.none()
    )
    legal_siret = forms.CharField(label=_("Son SIRET"), max_length=20)
    partner = NamedChoice(label=_("Partenaire"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, hosts: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = hosts
        self.fields["partner"].queryset = partners
        legal = Organisation.objects.filter(pk__in=_legal_keys(hosts)).order_by("slug")
        self.fields["legal_body"].queryset = legal
        first_legal = legal.first()
        self.fields["legal_siret"].initial = (
            (first_legal.identifiers or {}).get("siret", "") if first_legal else ""
        )
        self.fields["opening_rule"].initial = settings.BASE_TIER_OPENS
        self.fields["grace_days"].initial = settings.GRACE_DAYS
        labels = {t.slug: t.label for t in CommitmentType.objects.order_by("order", "pk")}
        for slug in SAME_TERMS:
            if slug in labels:
                self.fields[f"due_{slug}"] = day_field(
                    _("Échéance : %(commitment)s") % {"commitment": labels[slug]}, required=False
                )
        self.order_fields(["reference", "host", "legal_body", "legal_siret", "partner", "purpose"])

    def due_dates(self) -> dict[str, date]:
        given = {slug: self.cleaned_data.get(f"due_{slug}") for slug in SAME_TERMS}
        return {slug: day for slug, day in given.items() if day is not None}

    def parties(self) -> dict[str, Any]:
        names = ("reference", "host", "legal_body", "legal_siret", "partner")
        return {name: self.cleaned_data[name] for name in names}


def _legal_keys(hosts: Any) -> list[int]:
    keys: list[int] = []
    for host in hosts.select_related("parent"):
        keys.append(host.pk)
        if host.parent is not None:
            keys.append(host.parent.pk)
    return keys


class ClauseForm(forms.Form):
    text = LocalisedTextField(label=_("Texte de la clause"), rows=8)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, clause: Clause, agreement: Agreement, data: Any = None) -> ClauseForm:
        return cls(data, initial={"text": clause.text, "version": agreement.version})


class SignatureForm(forms.Form):
    file = forms.FileField(
        label=_("Convention signée (PDF)"),
        required=False,
        help_text=_("Le fichier est gardé tel quel, sous son empreinte."),
    )
    signed_on = day_field(_("Signée le"), help_text=_("Le jour où la dernière partie a signé."))


class ReasonForm(forms.Form):
    """A reason that both sides read. An empty one is refused by the verb, with its sentence."""

    reason = forms.CharField(label=_("Raison"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class CommitmentForm(forms.Form):
    commitment_type = forms.ModelChoiceField(label=_("Engagement"), queryset=CommitmentType.objects.none())
    due_date = day_field(_("Échéance"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commitment_type"].queryset = CommitmentType.objects.order_by("order", "pk")


class ProofForm(forms.Form):
    """One thing that shows that the commitment was kept."""

    training_action = NamedChoice(
        label=_("Une action de formation"), queryset=TrainingAction.objects.none(), required=False
    )
    feedback = forms.ModelChoiceField(
        label=_("Un retour d'expérience déjà envoyé"), queryset=None, required=False
    )
    file = forms.FileField(label=_("Un fichier"), required=False)
    link = forms.URLField(label=_("Un lien"), required=False, assume_scheme="https", max_length=500)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, training: Any, feedback: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["training_action"].queryset = training
        self.fields["feedback"].queryset = feedback
        self.fields["feedback"].label_from_instance = _report_label

    def thing(self) -> dict[str, Any]:
        d = self.cleaned_data
        return {
            "training_action": d["training_action"],
            "feedback": d["feedback"],
            "file": d["file"],
            "filename": d["file"].name if d["file"] else "",
            "link": d["link"],
            "note": d["note"],
        }


def _report_label(report: Any) -> str:
    return f"{report.submitted_at:%Y-%m-%d} – {report.modalities[:80]}"


class FeedbackForm(forms.Form):
    """Ten minutes: modalities, publics, effects, and what the action was about."""

    recommendation = RecommendationChoice(
        label=_("Recommandation travaillée"), queryset=Recommendation.objects.none(), required=False
    )
    themes = NamedChoices(
        label=_("ou thèmes"), queryset=Theme.objects.order_by("order", "slug"), required=False
    )
    modalities = forms.CharField(
        label=_("Modalités"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Comment vous avez fait : combien de temps, avec qui, sous quelle forme."),
    )
    publics = forms.CharField(
        label=_("Publics touchés"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Qui, et combien de personnes."),
    )
    effects = forms.CharField(
        label=_("Effets observés"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Un fait observé n'est pas une opinion : dites lequel des deux."),
    )

    def __init__(self, *args: Any, recommendations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommendation"].queryset = recommendations


class TrainingForm(forms.Form):
    """An entry of the programme. Trainers are named by their function."""

    title = LocalisedTextField(label=_("Titre"))
    kind = forms.ChoiceField(label=_("Forme"), choices=TrainingKind.choices)
    code = forms.CharField(label=_("Code PAF"), max_length=40, required=False)
    aims = LocalisedTextField(label=_("Objectifs"), rows=3, required=False)
    public = LocalisedTextField(label=_("Public"), required=False)
    start_date = day_field(_("Premier jour"))
    last_day = day_field(_("Dernier jour"))
    hours = forms.IntegerField(label=_("Durée : heures"), min_value=0)
    minutes = forms.IntegerField(label=_("et minutes"), min_value=0, max_value=59, required=False)
    place = LocalisedTextField(label=_("Lieu"), required=False)
    is_remote = forms.BooleanField(label=_("À distance"), required=False)
    trainers = LocalisedTextField(
        label=_("Formateurs, par leur fonction"),
        required=False,
        help_text=_("Des fonctions, jamais des noms : cette fiche peut devenir publique."),
    )
    themes = NamedChoices(label=_("Thèmes"), queryset=Theme.objects.order_by("order", "slug"), required=False)
    resources = NamedChoices(label=_("Ressources utilisées"), queryset=None, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resources"].queryset = resources

    @classmethod
    def starting_from(cls, action: TrainingAction) -> dict[str, Any]:
        hours, minutes = action.duration
        plain = (
            "title",
            "kind",
            "code",
            "aims",
            "public",
            "start_date",
            "last_day",
            "place",
            "is_remote",
            "trainers",
            "version",
        )
        return {
            **{name: getattr(action, name) for name in plain},
            "hours": hours,
            "minutes": minutes,
            "themes": list(action.themes.order_by("pk")),
            "resources": list(action.resources.order_by("pk")),
        }

    def details(self) -> TrainingDetails:
        d = self.cleaned_data
        names = (
            "title",
            "kind",
            "code",
            "aims",
            "public",
            "start_date",
            "last_day",
            "place",
            "is_remote",
            "trainers",
        )
        return TrainingDetails(
            **{name: d[name] for name in names},
            duration_minutes=d["hours"] * 60 + (d["minutes"] or 0),
            themes=tuple(d["themes"]),
            resources=tuple(d["resources"]),
        )


class NewTrainingForm(TrainingForm):
    organisation = NamedChoice(label=_("Pour"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies
        self.fields["organisation"].initial = bodies.first()
        self.order_fields(["organisation", "title"])


class LinkForm(forms.Form):
    """A recommendation and how the training stands to it."""

    recommendation = RecommendationChoice(label=_("Recommandation"), queryset=Recommendation.objects.none())
    relation = forms.ChoiceField(
        label=_("La formation"), choices=Relation.choices, initial=Relation.IMPLEMENTS
    )

    def __init__(self, *args: Any, recommendations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommendation"].queryset = recommendations


class CommitteeForm(forms.Form):
    """A meeting of the committee with up to four decisions; empty ones are left out."""

    held_on = day_field(_("Réuni le"))
    present = forms.CharField(
        label=_("Qui était là, par fonction"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Des fonctions, jamais des noms."),
    )
    DECISIONS = 4

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, self.DECISIONS + 1):
            self.fields[f"decision_{n}"] = forms.CharField(
                label=_("Décision %(number)d") % {"number": n},
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"owner_{n}"] = forms.ChoiceField(
                label=_("S'en charge (décision %(number)d)") % {"number": n},
                choices=Side.choices,
                required=False,
                initial=Side.BOTH,
            )
            self.fields[f"due_{n}"] = day_field(
                _("Pour le (décision %(number)d)") % {"number": n}, required=False
            )

    def decisions(self) -> list[Decided]:
        d = self.cleaned_data
        return [
            Decided(text=d[f"decision_{n}"], owner=d[f"owner_{n}"] or Side.BOTH, due_date=d[f"due_{n}"])
            for n in range(1, self.DECISIONS + 1)
        ]


class AmendmentForm(forms.Form):
    """The words of an amendment. Price and ceiling come from the estimate."""

    nature = forms.CharField(label=_("Nature"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    content = forms.CharField(label=_("Contenu"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    start_date = day_field(_("Premier jour"), required=False)
    last_day = day_field(_("Dernier jour"), required=False)
    payment_terms = forms.CharField(
        label=_("Modalités de paiement"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def starting_from(cls, amendment: Amendment) -> dict[str, Any]:
        names = ("nature", "content", "start_date", "last_day", "payment_terms", "version")
        return {name: getattr(amendment, name) for name in names}

    def words(self) -> dict[str, Any]:
        names = ("nature", "content", "start_date", "last_day", "payment_terms")
        return {name: self.cleaned_data[name] for name in names}


class NewAmendmentForm(AmendmentForm):
    service = NamedService(label=_("Prestation"), queryset=Service.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = Service.objects.order_by("order", "slug")
        self.order_fields(["service"])


class EstimateForm(forms.Form):
    """Hours and minutes per phase of one service."""

    def __init__(self, *args: Any, amendment: Amendment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phases = list(amendment.service.phases.order_by("order", "pk"))
        held = {line.phase_id: line.minutes for line in amendment.lines.order_by("pk")}
        for phase in self.phases:
            hours, minutes = divmod(held.get(phase.pk, 0), 60)
            self.fields[f"hours_{phase.slug}"] = forms.IntegerField(
                label=_("%(phase)s : heures") % {"phase": phase.label},
                min_value=0,
                max_value=2000,
                required=False,
                initial=hours,
            )
            self.fields[f"minutes_{phase.slug}"] = forms.IntegerField(
                label=_("%(phase)s : minutes") % {"phase": phase.label},
                min_value=0,
                max_value=59,
                required=False,
                initial=minutes,
            )

    def minutes(self) -> dict[ServicePhase, int]:
        d = self.cleaned_data
        return {
            phase: (d[f"hours_{phase.slug}"] or 0) * 60 + (d[f"minutes_{phase.slug}"] or 0)
            for phase in self.phases
        }


class TimeForm(forms.Form):
    phase = NamedService(label=_("Phase"), queryset=ServicePhase.objects.none())
    day = day_field(_("Jour"))
    hours = forms.IntegerField(label=_("Durée : heures"), min_value=0, max_value=24, required=False)
    minutes = forms.IntegerField(label=_("et minutes"), min_value=0, required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, amendment: Amendment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].queryset = amendment.service.phases.order_by("order", "pk")

    def spent(self) -> dict[str, Any]:
        d = self.cleaned_data
        return {
            "phase": d["phase"],
            "day": d["day"],
            "minutes": (d["hours"] or 0) * 60 + (d["minutes"] or 0),
            "note": d["note"],
        }


class DeliverableForm(forms.Form):
    title = forms.CharField(label=_("Titre du livrable"), required=False, max_length=200)
    file = forms.FileField(label=_("Un fichier"), required=False)


class TariffForm(forms.Form):
    """What an hour costs. Nothing is proposed: the scale of charges is the host's own."""

    host = NamedChoice(label=_("Instance hôte"), queryset=Organisation.objects.none())
    service = NamedService(label=_("Prestation"), queryset=Service.objects.none())
    hourly_rate = forms.DecimalField(label=_("Tarif horaire, en euros"), max_digits=12)
    valid_from = day_field(_("Premier jour"))
    last_day = day_field(_("Dernier jour"), required=False)

    def __init__(self, *args: Any, hosts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = hosts
        self.fields["host"].initial = hosts.first()
        self.fields["service"].queryset = Service.objects.order_by("order", "slug")
