"""Forms of the room: what a page parses before it calls a verb."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from polyphonie.network.models import Organisation, Person, Theme
from polyphonie.recommendations.domain.panels import Seat
from polyphonie.recommendations.enums import SeatRole
from polyphonie.recommendations.interfaces.forms import TextFields
from polyphonie.recommendations.models import Revision
from polyphonie.web.forms import LocalisedTextField

from ..domain.follow_up import Proof, Report
from ..domain.meetings import Calling, ItemWording, Stages
from ..domain.quorum import Share
from ..enums import (
    Capacity,
    Choice,
    Distribution,
    DocumentKind,
    Mode,
    ObjectionKind,
    Progress,
    Purpose,
    Stage,
    SymbolSuffix,
)
from ..models import AgendaItem, Decision, Delegation, Meeting, OfficialDocument

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MomentField(forms.Field):
    """A day and an hour on the clock of the meeting's place, which the form is told."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {
        "required": _("Donnez un jour et une heure."),
        "invalid": _("« %(value)s » n'est pas un jour et une heure ; écrivez par exemple 2019-11-08T18:00."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = "UTC"

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M")
        return value

    def to_python(self, value: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            naive = datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": text}
            ) from None
        return naive.replace(tzinfo=ZoneInfo(self.zone)) if naive.tzinfo is None else naive


class InZone(forms.Form):
    """A form whose moments are on the clock of a place."""

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.zone = zone


class NamedChoice(forms.ModelChoiceField):
    """Bodies and themes under their name, in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or obj)


class NamedChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "name", None) or obj)


class Tags(forms.CharField):
    """Language tags between commas or spaces."""

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys(str(super().clean(value) or "").replace(",", " ").split()))


class CallForm(forms.Form):
    """What is said when a meeting is called."""

    title = LocalisedTextField(label=_("Titre"))
    series = forms.CharField(
        label=_("Numéro ou année"), max_length=40, help_text=_("Tel que les cotes le portent : 58, 2019.")
    )
    slug = forms.SlugField(label=_("Adresse de la page"), max_length=80)
    acronym = forms.CharField(label=_("Sigle"), max_length=40)
    start_date = forms.DateField(label=_("Premier jour"), widget=DAY)
    end_date = forms.DateField(label=_("Dernier jour"), widget=DAY)
    experts_from = forms.DateField(label=_("Experts, à partir du"), required=False, widget=DAY)
    experts_until = forms.DateField(label=_("Experts, jusqu'au"), required=False, widget=DAY)
    ministers_from = forms.DateField(label=_("Ministres, à partir du"), required=False, widget=DAY)
    ministers_until = forms.DateField(label=_("Ministres, jusqu'au"), required=False, widget=DAY)
    place = LocalisedTextField(label=_("Lieu"), required=False)
    time_zone = forms.CharField(label=_("Fuseau horaire"), max_length=60, initial="Europe/Paris")
    languages = Tags(
        label=_("Langues"), initial="fr", help_text=_("Codes séparés par des virgules : fr, en.")
    )
    themes = NamedChoices(label=_("Thèmes"), queryset=Theme.objects.order_by("order", "slug"), required=False)
    continues = forms.ModelChoiceField(
        label=_("Fait suite à"), queryset=Meeting.objects.none(), required=False
    )
    is_closed = forms.BooleanField(
        label=_("À huis clos : seules les personnes de la salle lisent les projets de décision"),
        required=False,
    )
    source_label = forms.CharField(label=_("Source"), required=False, max_length=300)
    source_url = forms.URLField(
        label=_("Adresse de la source"), required=False, max_length=500, assume_scheme="https"
    )
    is_fictitious = forms.BooleanField(label=_("C'est un exemple fictif"), required=False)

    def __init__(self, *args: Any, before: Iterable[Meeting] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["continues"]
        field.queryset = Meeting.objects.filter(pk__in=[m.pk for m in before]).select_related("conference")
        field.label_from_instance = lambda meeting: str(meeting.conference.title)

    def calling(self) -> Calling:
        data = self.cleaned_data
        source = {
            "source_label": data["source_label"],
            "source_url": data["source_url"],
            "is_fictitious": data["is_fictitious"],
        }
        return Calling(
            slug=data["slug"],
            acronym=data["acronym"],
            title=data["title"],
            series=data["series"],
            number=int(data["series"]) if data["series"].isdigit() and len(data["series"]) < 4 else None,
            start_date=data["start_date"],
            end_date=data["end_date"],
            place=data["place"],
            time_zone=data["time_zone"],
            languages=data["languages"] or ["fr"],
            is_closed=data["is_closed"],
            themes=list(data["themes"]),
            continues=data["continues"],
            stages=Stages(
                **{
                    name: data[name]
                    for name in ("experts_from", "experts_until", "ministers_from", "ministers_until")
                }
            ),
            source=source,
        )


class ItemForm(forms.Form):
    """A point of the agenda, in one wording or in two."""

    title = LocalisedTextField(label=_("Intitulé"))
    source_label = forms.CharField(label=_("Source de l'intitulé"), required=False, max_length=300)
    other_title = LocalisedTextField(label=_("Autre intitulé, d'une autre source"), required=False)
    other_source_label = forms.CharField(
        label=_("Source de l'autre intitulé"), required=False, max_length=300
    )
    purpose = forms.ChoiceField(label=_("Objet"), choices=Purpose.choices, initial=Purpose.DISCUSS)
    stage = forms.ChoiceField(label=_("Étape"), choices=Stage.choices, initial=Stage.MINISTERS)
    distribution = forms.ChoiceField(
        label=_("Distribution"), choices=Distribution.choices, initial=Distribution.GENERAL
    )
    presenter = LocalisedTextField(label=_("Présenté par"), required=False)

    def wordings(self) -> list[ItemWording]:
        data = self.cleaned_data
        return [
            ItemWording(text=data["title"], source_label=data["source_label"]),
            ItemWording(text=data["other_title"], source_label=data["other_source_label"]),
        ]


class OutcomeForm(forms.Form):
    outcome = LocalisedTextField(label=_("Issue du point"), rows=4)
    version = forms.IntegerField(widget=forms.HiddenInput)


class DocumentForm(InZone):
    """A document, before it is there."""

    title = LocalisedTextField(label=_("Titre"))
    kind = forms.ChoiceField(label=_("Nature"), choices=DocumentKind.choices)
    due_at = MomentField(label=_("À paraître avant le"))
    languages = Tags(
        label=_("Langues demandées"),
        required=False,
        help_text=_("Sans rien, celles que fixent les règles de l'instance."),
    )
    distribution = forms.ChoiceField(
        label=_("Distribution"), choices=Distribution.choices, initial=Distribution.LIMITED
    )
    item = forms.ModelChoiceField(
        label=_("Point de l'ordre du jour"), queryset=AgendaItem.objects.none(), required=False
    )
    author = NamedChoice(
        label=_("Remis par le membre"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Sans rien, le secrétariat."),
    )
    suffix = forms.ChoiceField(label=_("Ce document est"), choices=SymbolSuffix.choices, required=False)
    about = forms.ModelChoiceField(
        label=_("au sujet de"), queryset=OfficialDocument.objects.none(), required=False
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, zone=meeting.conference.time_zone, **kwargs)
        item, author, about = self.fields["item"], self.fields["author"], self.fields["about"]
        item.queryset = meeting.agenda.filter(withdrawn_at=None).prefetch_related("wordings")
        item.label_from_instance = lambda row: f"{row.number}. {row.wordings.all()[0].text}"
        author.queryset = Organisation.objects.filter(
            pk__in=meeting.delegations.order_by().values("member")
        ).order_by("slug")
        about.queryset = meeting.documents.filter(withdrawn_at=None).order_by("number", "pk")


class VersionForm(forms.Form):
    """A document in one language: a file or an address."""

    language = forms.CharField(label=_("Langue"), max_length=20)
    file = forms.FileField(label=_("Fichier"), required=False)
    link = forms.URLField(label=_("ou adresse"), required=False, max_length=500, assume_scheme="https")


class DeadlineForm(InZone):
    due_at = MomentField(label=_("À paraître avant le"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class InviteForm(InZone):
    """Whom to invite, and by when the delegation is to be named."""

    member = NamedChoice(label=_("Membre"), queryset=Organisation.objects.none())
    name_by = MomentField(label=_("Délégation à nommer avant le"), required=False)
    is_observer = forms.BooleanField(label=_("Comme observateur, sans voix"), required=False)

    def __init__(self, *args: Any, members: Iterable[Organisation], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, **kwargs)
        self.fields["member"].queryset = Organisation.objects.filter(pk__in=[m.pk for m in members]).order_by(
            "slug"
        )


class DelegateForm(forms.Form):
    """Somebody of a delegation."""

    given_name = forms.CharField(label=_("Prénom"), max_length=100)
    family_name = forms.CharField(label=_("Nom"), max_length=100)
    capacity = forms.ChoiceField(
        label=_("En qualité de"), choices=[("", "—"), *Capacity.choices], required=False
    )


class CredentialForm(forms.Form):
    authority = forms.CharField(label=_("Autorité qui a signé"), max_length=300, required=False)
    letter = forms.FileField(label=_("Lettre de pouvoirs"), required=False)


class OwnFields(TextFields):
    """A form with the boxes of a text; ``own_names`` are the fields that belong to no language."""

    @property
    def own_names(self) -> list[str]:
        return list(self.base_fields)


class DecisionForm(OwnFields):
    """A text to decide, its rapporteur and where it comes from."""

    rapporteur = NamedChoice(
        label=_("Membre rapporteur"), queryset=Organisation.objects.none(), required=False
    )
    item = forms.ModelChoiceField(
        label=_("Point de l'ordre du jour"), queryset=AgendaItem.objects.none(), required=False
    )
    mode = forms.ChoiceField(label=_("Se décide"), choices=Mode.choices, initial=Mode.CONSENSUS)
    source = forms.ModelChoiceField(
        label=_("Reprend la recommandation"), queryset=Revision.objects.none(), required=False
    )
    reason = forms.CharField(
        label=_("Pourquoi la reprendre, ou pourquoi c'est nouveau"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    report_due = forms.DateField(label=_("Compte rendu demandé pour le"), required=False, widget=DAY)
    is_fictitious = forms.BooleanField(label=_("C'est un exemple fictif"), required=False)

    def offer(self, meeting: Meeting, members: Iterable[Organisation], sources: Iterable[Revision]) -> None:
        rapporteur, item, source = self.fields["rapporteur"], self.fields["item"], self.fields["source"]
        rapporteur.queryset = Organisation.objects.filter(pk__in=[m.pk for m in members]).order_by("slug")
        item.queryset = meeting.agenda.filter(withdrawn_at=None).prefetch_related("wordings")
        item.label_from_instance = lambda row: f"{row.number}. {row.wordings.all()[0].text}"
        source.queryset = (
            Revision.objects.filter(pk__in=[r.pk for r in sources])
            .select_related("recommendation__issuer")
            .prefetch_related("texts")
            .order_by("recommendation__process", "recommendation__order", "pk")
        )
        source.label_from_instance = _revision_label
        self.order_fields(["rapporteur", "item", "mode"])


def _revision_label(revision: Revision) -> str:
    text = revision.text_for(get_language() or "fr")
    issuer = revision.recommendation.issuer
    return f"{issuer} · {revision.recommendation.code} · {text.title if text else ''}"


class DebateForm(InZone):
    window_closes_at = MomentField(label=_("Les membres peuvent objecter jusqu'au"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class RewordForm(OwnFields):
    version = forms.IntegerField(widget=forms.HiddenInput)


class SpeakingForm(forms.Form):
    """Who speaks: one of the delegations for which the reader may."""

    delegation = forms.ModelChoiceField(label=_("Au nom de"), queryset=Delegation.objects.none())

    def __init__(self, *args: Any, delegations: Iterable[Delegation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["delegation"]
        field.queryset = Delegation.objects.filter(pk__in=[d.pk for d in delegations]).select_related(
            "member"
        )
        field.label_from_instance = lambda delegation: str(delegation.member.name)


class ObjectionForm(SpeakingForm):
    kind = forms.ChoiceField(label=_("Nature"), choices=ObjectionKind.choices)
    block_id = forms.ChoiceField(label=_("Passage"), required=False)
    reason = forms.CharField(label=_("Raison"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = decision.revision.text_for(get_language() or "fr")
        self.fields["block_id"].choices = [
            ("", _("tout le texte")),
            *((b["block_id"], b["text"][:80]) for b in (text.blocks if text else ())),
        ]


class VoteForm(SpeakingForm):
    choice = forms.ChoiceField(label=_("Réponse"), choices=Choice.choices, widget=forms.RadioSelect)


class ReportForm(forms.Form):
    """Where a member stands with a decision."""

    period = forms.CharField(label=_("Période"), max_length=20)
    progress = forms.ChoiceField(label=_("Où en êtes-vous ?"), choices=Progress.choices)
    text = forms.CharField(
        label=_("Ce qui a été fait, ou pourquoi rien ne l'a été"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    lead = forms.CharField(label=_("Service qui conduit l'action"), required=False, max_length=200)
    indicator = forms.CharField(label=_("Indicateur suivi"), required=False, max_length=200)
    started = forms.DateField(label=_("Commencé le"), required=False, widget=DAY)
    proof_label = forms.CharField(label=_("Preuve : ce que c'est"), required=False, max_length=300)
    proof_link = forms.URLField(
        label=_("Preuve : adresse"), required=False, max_length=500, assume_scheme="https"
    )
    proof_file = forms.FileField(label=_("Preuve : fichier"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def report(self, language: str) -> Report:
        data = self.cleaned_data
        return Report(
            period=data["period"],
            progress=data["progress"],
            text=data["text"],
            language=language,
            lead=data["lead"],
            indicator=data["indicator"],
            started=data["started"],
        )

    def proofs(self) -> list[Proof]:
        data = self.cleaned_data
        file = data["proof_file"]
        if not file and not data["proof_link"]:
            return []
        return [
            Proof(
                label=data["proof_label"],
                link=data["proof_link"],
                content=file or None,
                filename=file.name if file else "",
            )
        ]


class SeatForm(forms.Form):
    """Who conducts the room."""

    chair = forms.ModelChoiceField(label=_("Présidence"), queryset=Person.objects.none(), required=False)
    rapporteur = forms.ModelChoiceField(label=_("Rapport"), queryset=Person.objects.none(), required=False)
    secretariat = forms.ModelMultipleChoiceField(
        label=_("Secrétariat et autres personnes de la salle"), queryset=Person.objects.none()
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Person.objects.filter(pk__in=[p.pk for p in people]).order_by(
            "family_name", "given_name", "pk"
        )
        for field in self.fields.values():
            field.queryset = rows

    def seats(self) -> list[Seat]:
        data = self.cleaned_data
        seats = [Seat(data["chair"], SeatRole.CHAIR)] if data["chair"] else []
        seats += [Seat(data["rapporteur"], SeatRole.RAPPORTEUR)] if data["rapporteur"] else []
        return seats + [Seat(person, SeatRole.MEMBER) for person in data["secretariat"]]


class RulesForm(forms.Form):
    """How an instance decides. Nothing is filled in beforehand: there is no default."""

    seats = forms.IntegerField(label=_("Sièges"))
    quorum_numerator = forms.IntegerField(label=_("Quorum : part, numérateur"))
    quorum_denominator = forms.IntegerField(label=_("Quorum : part, dénominateur"))
    quorum_is_strict = forms.BooleanField(label=_("Il faut plus que cette part"), required=False)
    vote_numerator = forms.IntegerField(label=_("Vote : part des exprimés, numérateur"))
    vote_denominator = forms.IntegerField(label=_("Vote : part des exprimés, dénominateur"))
    vote_is_strict = forms.BooleanField(label=_("Il faut plus que cette part des exprimés"), required=False)
    languages = Tags(
        label=_("Langues des documents"), help_text=_("Codes séparés par des virgules : fr, en.")
    )
    symbol_prefix = forms.CharField(
        label=_("Début des cotes"), max_length=60, help_text=_("Par exemple CONFEMEN/SM.")
    )
    source_label = forms.CharField(label=_("Source"), required=False, max_length=300)
    source_url = forms.URLField(
        label=_("Adresse de la source"), required=False, max_length=500, assume_scheme="https"
    )
    source_read_date = forms.DateField(label=_("Lue le"), required=False, widget=DAY)
    is_fictitious = forms.BooleanField(label=_("C'est un exemple fictif"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def rules(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "seats": data["seats"],
            "quorum": Share(data["quorum_numerator"], data["quorum_denominator"], data["quorum_is_strict"]),
            "vote": Share(data["vote_numerator"], data["vote_denominator"], data["vote_is_strict"]),
            **{
                name: data[name]
                for name in (
                    "languages",
                    "symbol_prefix",
                    "source_label",
                    "source_url",
                    "source_read_date",
                    "is_fictitious",
                    "version",
                )
            },
        }


class MembersForm(forms.Form):
    """A table of members: a file first; after the preview, the same lines again."""

    file = forms.FileField(label=_("Table (CSV)"), required=False)
    lines = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def content(self) -> bytes:
        file = self.cleaned_data["file"]
        return file.read(1_000_000) if file else self.cleaned_data["lines"].encode()
