"""Forms of the room and of the question desk. What is refused is decided by the verbs."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from polyphonie.network.models import Person
from polyphonie.web import language_names

from ..models import Conference, Question, QuestionGroup

LENGTHS = ((30, _("30 secondes")), (60, _("1 minute")), (120, _("2 minutes")), (300, _("5 minutes")))
ORIGINS = (("human", _("traduction humaine")), ("checked", _("relue")), ("machine", _("machine")))
ASKED_IN = ("fr", "en", "es", "pt", "ar", "ja", "nl", "mt", "lt", "bg")


def languages_of(conference: Conference, *more: str) -> list[tuple[str, str]]:
    """The languages of the conference first, then others in which people here may write."""
    tags = dict.fromkeys([*more, *conference.languages, *ASKED_IN])
    return [(tag, language_names.of(tag)) for tag in tags if tag]


def new_key() -> str:
    """A key by which a post that comes twice is recognised."""
    return uuid4().hex


EMPTY = {"required": _("Écrivez quelque chose : ce texte est vide.")}


class WatchingForm(forms.Form):
    """What every post of a room carries: its key, and the programme instant that its author was watching."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    watching = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.fields["key"].initial = new_key()


class MessageForm(WatchingForm):
    text = forms.CharField(
        label=_("Votre message"),
        strip=False,
        error_messages=EMPTY,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class QuestionForm(WatchingForm):
    text = forms.CharField(
        label=_("Votre question"),
        strip=False,
        error_messages=EMPTY,
        help_text=_(
            "Les experts y répondent une fois pour toutes les salles. Elle n'est d'abord lue que de vous."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Langue de la question"))

    def __init__(self, *args: Any, conference: Conference, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages_of(conference, language)  # type: ignore[attr-defined]
        self.fields["language"].initial = language


class MomentForm(WatchingForm):
    title = forms.CharField(label=_("Titre de l'extrait"), error_messages=EMPTY)
    seconds = forms.TypedChoiceField(
        label=_("Durée jusqu'à maintenant"), choices=LENGTHS, coerce=int, initial=60
    )


class EnterForm(forms.Form):
    code = forms.CharField(
        label=_("Code de la salle"),
        max_length=40,
        help_text=_("Il est affiché dans la salle."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class GroupForm(forms.Form):
    """One group, at the version that its handler saw."""

    group = forms.ModelChoiceField(QuestionGroup.objects.none(), to_field_name="uid")
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, conference: Conference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = (  # type: ignore[attr-defined]
            QuestionGroup.objects.select_related("conference__host")
            .filter(conference=conference)
            .order_by("pk")
        )


class GroupTextForm(GroupForm):
    language = forms.CharField(label=_("Langue"))
    text = forms.CharField(
        label=_("Texte"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    origin = forms.ChoiceField(label=_("Origine de la traduction"), choices=ORIGINS, required=False)
    doubtful = forms.CharField(
        label=_("Mots douteux pour l'interprétation"),
        required=False,
        help_text=_("Séparés par des virgules."),
    )

    def words(self) -> list[str]:
        return [w for w in self.cleaned_data["doubtful"].split(",") if w.strip()]


class ForwardForm(GroupForm):
    expert = forms.ModelChoiceField(Person.objects.order_by("family_name", "pk"), to_field_name="uid")


class ReasonForm(GroupForm):
    reason = forms.CharField(label=_("Motif"), required=False)


class MarkForm(GroupForm):
    mark = forms.ChoiceField(choices=(("on_air", ""), ("pinned", "")))
    value = forms.TypedChoiceField(choices=(("1", ""), ("0", "")), coerce=lambda v: v == "1")


class QuestionsForm(forms.Form):
    """Some questions of the conference."""

    questions = forms.ModelMultipleChoiceField(Question.objects.none(), to_field_name="uid", required=False)

    def __init__(self, *args: Any, conference: Conference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questions"].queryset = (  # type: ignore[attr-defined]
            Question.objects.select_related("conference__host").filter(conference=conference).order_by("pk")
        )


class QuestionReasonForm(QuestionsForm):
    reason = forms.CharField(required=False)
