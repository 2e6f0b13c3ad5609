"""What people fill in. A form reads; the verb decides, and its refusal stands beside the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.kernel.localised import direction
from polyphonie.network.models import Organisation, Person, Theme
from polyphonie.web import language_names
from polyphonie.web.forms import LocalisedTextField

from ..domain.wording import Wording, compose, is_blank
from ..enums import Relation, Stance, Translation
from ..models import Brief, Panel, RevisionText

ANSWERS = (Relation.ADOPTED, Relation.ADAPTED, Relation.NOT_ADOPTED, Relation.DEFERRED)
VERBS = {
    Relation.ADOPTED: _("Retenir telle quelle"),
    Relation.ADAPTED: _("Adapter à notre contexte"),
    Relation.NOT_ADOPTED: _("Ne pas retenir"),
    Relation.DEFERRED: _("Différer"),
}


def languages_of(*lists: Iterable[str]) -> list[str]:
    """The languages in which a text may be written: the process's first, then the interface's."""
    return list(dict.fromkeys([tag for tags in lists for tag in tags] + ["fr", "en"]))


def statement_label(statement: EvidenceStatement) -> SafeString:
    language = get_language() or "fr"
    wording = statement.wording
    found = wording.language_for(language) or language
    return format_html(
        '{}<span lang="{}">{}</span>',
        f"{statement.code} · " if statement.code else "",
        found,
        wording.read(language),
    )


class TextFields(forms.Form):
    """The boxes of a text, one set per language; which languages is asked of the process."""

    languages: Sequence[str] = ()
    before: Mapping[str, Wording]

    def add_text_fields(
        self,
        languages: Sequence[str],
        *,
        initial: Mapping[str, RevisionText] | None = None,
        before: Mapping[str, Wording] | None = None,
        required: bool = False,
    ) -> None:
        self.languages = languages
        self.before = before or {}
        for tag in languages:
            text = (initial or {}).get(tag)
            name = language_names.of(tag)
            attrs = {"lang": tag, "dir": direction(tag)}
            self.fields[f"title_{tag}"] = forms.CharField(
                label=_("Énoncé (%(language)s)") % {"language": name},
                initial=text.title if text else "",
                required=False,
                widget=forms.Textarea(attrs={**attrs, "rows": 2}),
            )
            self.fields[f"body_{tag}"] = forms.CharField(
                label=_("Développement (%(language)s)") % {"language": name},
                help_text=_("Une ligne vide sépare les paragraphes ; un tiret ouvre un élément de liste."),
                initial=text.body if text else "",
                required=False,
                widget=forms.Textarea(attrs={**attrs, "rows": 5}),
            )
            self.fields[f"population_{tag}"] = forms.CharField(
                label=_("Public visé (%(language)s)") % {"language": name},
                initial=text.population if text else "",
                required=False,
                widget=forms.Textarea(attrs={**attrs, "rows": 2}),
            )
            self.fields[f"conditions_{tag}"] = forms.CharField(
                label=_("Conditions (%(language)s)") % {"language": name},
                initial=text.conditions if text else "",
                required=False,
                widget=forms.Textarea(attrs={**attrs, "rows": 2}),
            )
            self.fields[f"translation_{tag}"] = forms.ChoiceField(
                label=_("Ce texte (%(language)s) est") % {"language": name},
                choices=Translation.choices,
                initial=text.translation
                if text
                else (Translation.ORIGINAL if tag == languages[0] else Translation.REVIEWED),
            )

    def texts(self) -> dict[str, Wording]:
        """The languages in which something was written."""
        found = {}
        for tag in self.languages:
            title = self.cleaned_data.get(f"title_{tag}", "")
            body = self.cleaned_data.get(f"body_{tag}", "")
            if is_blank(title) and is_blank(body):
                continue
            found[tag] = compose(
                title,
                body,
                population=self.cleaned_data.get(f"population_{tag}", ""),
                conditions=self.cleaned_data.get(f"conditions_{tag}", ""),
                translation=self.cleaned_data.get(f"translation_{tag}") or Translation.ORIGINAL,
                before=self.before.get(tag),
            )
        return found

    @property
    def text_groups(self) -> list[dict[str, Any]]:
        """The boxes by language, for the template."""
        parts = ("title", "body", "population", "conditions", "translation")
        return [
            {
                "tag": tag,
                "name": language_names.of(tag),
                "fields": [self[f"{part}_{tag}"] for part in parts],
                "open": number == 0 or any(self.errors.get(f"{part}_{tag}") for part in parts),
            }
            for number, tag in enumerate(self.languages)
        ]


class AskedField(forms.CharField):
    """A text that must be given; the verb says so, by a sentence that names what it is about."""

    def validate(self, value: Any) -> None:
        return None


class ReasonFields(forms.Form):
    """Why, and on what it rests."""

    reason = AskedField(
        label=_("Pourquoi"),
        help_text=_("Une phrase suffit. Elle sera publiée avec la réponse."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    reason_language = forms.ChoiceField(
        label=_("Langue dans laquelle la raison est écrite"),
        error_messages={"required": _("Dites dans quelle langue la raison est écrite.")},
    )
    evidence = forms.MultipleChoiceField(
        label=_("Constats sur lesquels la raison repose"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def offer_languages(self, tags: Iterable[str], *, standing: str = "") -> None:
        """The languages in which the reason may be written; ``standing`` is that of the reason which
        stands in the box already. Without one it is supposed to be the reader's."""
        reader = get_language() or "fr"
        offered = dict.fromkeys([*tags, reader, *([standing] if standing else [])])
        self.fields["reason_language"].choices = [(tag, language_names.of(tag)) for tag in offered]  # type: ignore[attr-defined]  # a choice field
        self.fields["reason_language"].initial = standing or reader

    def offer(self, statements: Sequence[EvidenceStatement]) -> None:
        self._statements = {str(s.uid): s for s in statements}
        self.fields["evidence"].choices = [(uid, statement_label(s)) for uid, s in self._statements.items()]  # type: ignore[attr-defined]  # a choice field
        if not statements:
            self.fields["evidence"].help_text = _(
                "Aucun constat publié ne porte encore sur ce thème ; l'instance hôte peut en publier."
            )

    def statements(self) -> list[EvidenceStatement]:
        return [self._statements[uid] for uid in self.cleaned_data.get("evidence", [])]


class AnswerForm(ReasonFields, TextFields):
    """Keep, adapt, refuse or postpone one point."""

    relation = forms.ChoiceField(
        label=_("Notre réponse"),
        choices=[(r.value, VERBS[r]) for r in ANSWERS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une des quatre réponses.")},
    )
    review_on = forms.DateField(
        label=_("À reprendre le"),
        help_text=_("Seulement si vous différez."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    previous = forms.UUIDField(widget=forms.HiddenInput, required=False)


class NewPointForm(ReasonFields, TextFields):
    """A point that no source covers."""

    code = AskedField(label=_("Code"), help_text=_("Par exemple N1."), max_length=20)


class PanelForm(forms.Form):
    """Who decides, and how many must be present."""

    name = LocalisedTextField(label=_("Nom du panel"))
    members = forms.MultipleChoiceField(
        label=_("Sièges"),
        help_text=_("Les personnes qui ont un mandat pour cette instance."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    chair = forms.ChoiceField(label=_("Présidence"), required=False)
    quorum = forms.IntegerField(
        label=_("Quorum"), help_text=_("En dessous de ce nombre de présents, rien n'est décidé."), initial=3
    )

    def offer(self, people: Sequence[Person]) -> None:
        self.people = {str(p.uid): p for p in people}
        choices = [(uid, str(p)) for uid, p in self.people.items()]
        self.fields["members"].choices = choices  # type: ignore[attr-defined]
        self.fields["chair"].choices = [("", _("Sans présidence")), *choices]  # type: ignore[attr-defined]


class PresenceForm(forms.Form):
    """Who is in the room today."""

    present = forms.MultipleChoiceField(
        label=_("Présents aujourd'hui"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, panel: Panel, labels: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.panel = panel
        self.fields["present"].choices = labels  # type: ignore[attr-defined]


class BriefForm(forms.Form):
    """The site's own words on its brief."""

    problem = LocalisedTextField(label=_("Le problème, chez nous"), rows=6, required=False, max_length=3000)
    next_step = LocalisedTextField(label=_("La prochaine étape"), rows=2, required=False, max_length=600)
    next_date = forms.DateField(
        label=_("Prochaine échéance"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    figures = forms.MultipleChoiceField(
        label=_("Chiffres à montrer"), required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, figures: Sequence[Figure], brief: Brief | None = None, **kwargs: Any
    ) -> None:
        if brief is not None:
            kwargs.setdefault(
                "initial",
                {
                    "problem": brief.problem,
                    "next_step": brief.next_step,
                    "next_date": brief.next_date,
                    "figures": [str(f.figure.uid) for f in brief.figures.all()],
                    "version": brief.version,
                },
            )
        super().__init__(*args, **kwargs)
        self.offered = {str(f.uid): f for f in figures}
        self.fields["figures"].choices = [(uid, str(f.label)) for uid, f in self.offered.items()]  # type: ignore[attr-defined]

    def chosen(self) -> list[Figure]:
        return [self.offered[uid] for uid in self.cleaned_data.get("figures", [])]


class FeedbackForm(forms.Form):
    """Ten minutes: how, with whom, what was seen."""

    organisation = forms.ChoiceField(label=_("Au nom de"))
    language = forms.ChoiceField(label=_("Langue de ce retour"))
    modalities = AskedField(
        label=_("Modalités : comment avez-vous fait ?"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    publics = forms.CharField(
        label=_("Publics : qui a été touché, combien ?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    effects = forms.CharField(
        label=_("Effets : qu'avez-vous observé ?"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(o.uid): o for o in organisations}
        self.fields["organisation"].choices = [(uid, str(o.name)) for uid, o in self.organisations.items()]  # type: ignore[attr-defined]
        self.fields["language"].choices = list(language_names.known().items())  # type: ignore[attr-defined]
        self.fields["language"].initial = get_language() or "fr"


class RecommendationForm(TextFields):
    """A new recommendation of the host."""

    code = AskedField(label=_("Code"), help_text=_("Par exemple 1b."), max_length=20)
    heading = LocalisedTextField(label=_("Orientation"), required=False)
    recipients = LocalisedTextField(label=_("Destinataires"), required=False)
    themes = forms.MultipleChoiceField(label=_("Thèmes"), required=False, widget=forms.CheckboxSelectMultiple)

    def offer_themes(self, themes: Sequence[Theme]) -> None:
        self.known_themes = {t.slug: t for t in themes}
        self.fields["themes"].choices = [(t.slug, str(t.title)) for t in themes]  # type: ignore[attr-defined]

    def chosen_themes(self) -> list[Theme]:
        return [self.known_themes[slug] for slug in self.cleaned_data.get("themes", [])]


class RevisionForm(TextFields):
    """A new revision."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class EvidenceForm(forms.Form):
    """A statement under a text."""

    statement = forms.ChoiceField(label=_("Constat"))
    stance = forms.ChoiceField(label=_("Il"), choices=Stance.choices, initial=Stance.SUPPORTS)

    def offer(self, statements: Sequence[EvidenceStatement]) -> None:
        self.known = {str(s.uid): s for s in statements}
        language = get_language() or "fr"
        self.fields["statement"].choices = [  # type: ignore[attr-defined]
            (uid, f"{s.code} · {s.wording.read(language)[:120]}") for uid, s in self.known.items()
        ]


class FollowUpForm(forms.Form):
    """What became of a recommendation."""

    organisation = forms.ChoiceField(label=_("Au nom de"))
    dated = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    text = LocalisedTextField(label=_("Ce qu'elle est devenue"), rows=3, required=False)
    next_date = forms.DateField(
        label=_("Prochaine échéance"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(o.uid): o for o in organisations}
        self.fields["organisation"].choices = [(uid, str(o.name)) for uid, o in self.organisations.items()]  # type: ignore[attr-defined]
