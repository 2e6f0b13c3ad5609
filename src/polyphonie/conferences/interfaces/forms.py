"""Forms of the room: they parse; the verbs judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.models import Resource
from polyphonie.kernel import clock
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import Group, Organisation, StakeholderGroup, Theme
from polyphonie.web import language_names
from polyphonie.web.forms import LocalisedTextField

from ..domain.conferences import ConferenceTerms
from ..domain.queries.sites import Voice
from ..domain.sites import SiteTerms, delay_limit
from ..domain.wording import day_and_hour, hour, number
from ..enums import (
    Answers,
    ConferenceKind,
    ParticipationRole,
    ReadinessQuestion,
    Remedy,
    SessionAccess,
    SessionKind,
    SiteKind,
    SiteMode,
)
from ..models import Conference, Room, Session, Site

READY = (("yes", _("oui")), ("no", _("pas encore")), ("", _("sans réponse")))


def places() -> list[str]:
    """The zones a person may name: places, by area."""
    return sorted(clock.places())


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _language_choices() -> list[tuple[str, str]]:
    return sorted(((tag, str(name)) for tag, name in language_names.known().items()), key=lambda row: row[1])


class SiteForm(forms.Form):
    """*Associer une session*: zone, mode, delay, language, how many are expected."""

    organisation = forms.ModelChoiceField(label=_("Instance"), queryset=Organisation.objects.none())
    kind = forms.ChoiceField(label=_("Forme"), choices=SiteKind.choices, initial=SiteKind.PARTNER)
    time_zone = forms.CharField(
        label=_("Fuseau horaire"),
        max_length=60,
        help_text=_("Un lieu, par exemple Africa/Casablanca : les changements d'heure y sont connus."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    mode = forms.ChoiceField(
        label=_("Mode"), choices=SiteMode.choices, widget=forms.RadioSelect, initial=SiteMode.LIVE
    )
    delay_minutes = forms.IntegerField(label=_("Différé, en minutes"), initial=0)
    language = forms.CharField(
        label=_("Langue de travail"),
        max_length=20,
        initial="fr",
        help_text=_("Un code de langue : fr, en, es, ar, pt-BR…"),
        widget=forms.TextInput(attrs={"list": "languages", "autocomplete": "off"}),
    )
    expected_attendance = forms.IntegerField(label=_("Décideurs attendus"), required=False)
    place = forms.CharField(label=_("Lieu"), max_length=200, required=False)
    answers = forms.ChoiceField(
        label=_("Réponses à nos questions"),
        choices=Answers.choices,
        initial=Answers.AT_ONCE,
        help_text=_("En différé : dès que l'expert répond, ou quand le programme y arrive."),
    )
    night_confirmed = forms.BooleanField(
        label=_("Nous suivrons en direct même la nuit (avant 06:00 ou après 22:00)."), required=False
    )

    def __init__(
        self, *args: Any, organisations: Any = None, site: Site | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delay_minutes"].help_text = _("De 0 à %(limit)s minutes ; 0 en direct.") % {
            "limit": number(delay_limit())
        }
        if site is not None:
            del self.fields["organisation"]
        else:
            field: Any = self.fields["organisation"]
            field.queryset = organisations
            self._suppose_the_only_body(field)

    def _suppose_the_only_body(self, field: Any) -> None:
        first = list(field.queryset.select_related("territory")[:2])
        if len(first) == 1 and not self.is_bound:
            field.initial = first[0]
            if first[0].territory and first[0].territory.time_zone:
                self.fields["time_zone"].initial = first[0].territory.time_zone
            if first[0].languages:
                self.fields["language"].initial = first[0].languages[0]

    def terms(self, before: Site | None = None) -> SiteTerms:
        data = self.cleaned_data
        place = before.place if before else LocalisedText()
        return SiteTerms(
            mode=data["mode"],
            time_zone=data["time_zone"].strip(),
            delay_minutes=data["delay_minutes"],
            language=data["language"].strip(),
            kind=data["kind"],
            expected_attendance=data["expected_attendance"],
            audience=before.audience if before else LocalisedText(),
            place=place.with_text(data["language"], data["place"]) if data["place"] else place,
            answers=data["answers"],
        )


def site_initial(site: Site) -> dict[str, Any]:
    return {
        "kind": site.kind,
        "time_zone": site.time_zone,
        "mode": site.mode,
        "delay_minutes": site.delay_minutes,
        "language": site.language,
        "expected_attendance": site.expected_attendance,
        "place": site.place.read(site.language),
        "answers": site.answers,
        "night_confirmed": site.night_confirmed,
        "version": site.version,
    }


class ChangeSiteForm(SiteForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReadinessForm(forms.Form):
    """The six questions, each with yes, not yet, or no answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in ReadinessQuestion:
            self.fields[question.value] = forms.ChoiceField(
                label=question.label, choices=READY, required=False, widget=forms.RadioSelect
            )

    def answers(self) -> dict[str, bool | None]:
        values = {"yes": True, "no": False, "": None}
        return {question: values[self.cleaned_data[question]] for question in self.fields}


class RemedyForm(forms.Form):
    remedy = forms.ChoiceField(label=_("Remède"), choices=Remedy.choices, widget=forms.RadioSelect)


class AttendanceForm(forms.Form):
    """How many of each group are in the room for one session."""

    session = forms.ModelChoiceField(label=_("Séance"), queryset=Session.objects.none())

    def __init__(self, *args: Any, sessions: Any, voices: Iterable[Voice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session: Any = self.fields["session"]
        session.queryset = sessions
        self.groups = [voice.group for voice in voices]
        for group in self.groups:
            self.fields[f"group-{group.slug}"] = forms.IntegerField(label=str(group.name), required=False)

    def counts(self) -> dict[StakeholderGroup, int]:
        """The groups that were counted; an empty field says nothing."""
        found = {group: self.cleaned_data[f"group-{group.slug}"] for group in self.groups}
        return {group: count for group, count in found.items() if count is not None}


class ConferenceForm(forms.Form):
    host = forms.ModelChoiceField(label=_("Instance hôte"), queryset=Organisation.objects.none())
    kind = forms.ChoiceField(label=_("Forme"), choices=ConferenceKind.choices)
    title_fr = forms.CharField(label=_("Titre en français"), max_length=300, required=False)
    title_en = forms.CharField(label=_("Titre en anglais"), max_length=300, required=False)
    slug = forms.SlugField(
        label=_("Adresse"), max_length=80, help_text=_("Courte et sans accents, par exemple decrochage-2017.")
    )
    acronym = forms.CharField(label=_("Sigle"), max_length=40)
    start_date = forms.DateField(label=_("Premier jour"), widget=forms.DateInput(attrs={"type": "date"}))
    end_date = forms.DateField(label=_("Dernier jour"), widget=forms.DateInput(attrs={"type": "date"}))
    time_zone = forms.CharField(
        label=_("Fuseau horaire"),
        initial="Europe/Paris",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "zones"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Langues de partage"), choices=_language_choices, widget=forms.CheckboxSelectMultiple
    )
    place = forms.CharField(label=_("Lieu"), max_length=200, required=False)
    link = forms.URLField(label=_("Page de l'hôte"), required=False, assume_scheme="https")

    def __init__(self, *args: Any, hosts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["host"]
        field.queryset = hosts

    def fields_of(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "host": data["host"],
            "kind": data["kind"],
            "title": LocalisedText(fr=data["title_fr"], en=data["title_en"]),
            "slug": slugify(data["slug"]),
            "acronym": data["acronym"],
            "start_date": data["start_date"],
            "end_date": data["end_date"],
            "time_zone": data["time_zone"].strip(),
            "languages": data["languages"],
            "place": LocalisedText(fr=data["place"]),
            "link": data["link"],
        }


class ChangeConferenceForm(forms.Form):
    """What a host may change of an open conference; the version it has seen goes along."""

    title = LocalisedTextField(label=_("Titre"), max_length=300)
    start_date = forms.DateField(label=_("Premier jour"), widget=_day_input())
    end_date = forms.DateField(label=_("Dernier jour"), widget=_day_input())
    languages = forms.MultipleChoiceField(
        label=_("Langues de partage"), required=False, widget=forms.CheckboxSelectMultiple
    )
    place = LocalisedTextField(label=_("Lieu"), max_length=200, required=False)
    themes = forms.MultipleChoiceField(label=_("Thèmes"), required=False, widget=forms.CheckboxSelectMultiple)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, standing: ConferenceTerms, version: int, themes: Sequence[Theme], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "title": standing.title,
            "start_date": standing.start_date,
            "end_date": standing.end_date,
            "languages": list(standing.languages),
            "place": standing.place,
            "themes": [theme.slug for theme in standing.themes],
            "version": version,
        }
        super().__init__(*args, **kwargs)
        self.known_themes = {theme.slug: theme for theme in themes}
        offered: Any = self.fields["themes"]
        offered.choices = [(slug, str(theme.title)) for slug, theme in self.known_themes.items()]
        known = dict(_language_choices())
        languages: Any = self.fields["languages"]
        languages.choices = [
            *known.items(),
            *((tag, language_names.of(tag)) for tag in standing.languages if tag not in known),
        ]

    def terms(self) -> ConferenceTerms:
        data = self.cleaned_data
        return ConferenceTerms(
            title=data["title"],
            start_date=data["start_date"],
            end_date=data["end_date"],
            languages=tuple(data["languages"]),
            place=data["place"],
            themes=tuple(self.known_themes[slug] for slug in data["themes"]),
        )


class PhaseForm(forms.Form):
    title = forms.CharField(label=_("Intitulé"), max_length=200)
    from_date = forms.DateField(label=_("Du"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until_date = forms.DateField(
        label=_("Au"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class RoomForm(forms.Form):
    name = forms.CharField(label=_("Nom de la salle"), max_length=100)
    capacity = forms.IntegerField(label=_("Places"), required=False, min_value=0)


class HostInstant(forms.DateTimeField):
    """A date and an hour on the clock of the conference."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        )
        super().__init__(**kwargs)

    def in_zone(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError as error:
            raise ValidationError(
                _("Écrivez une date et une heure, par exemple 2017-11-09 09:30.")
            ) from error
        return moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment


class SlotForm(forms.Form):
    """Where and when; hours are those of the conference's zone."""

    start_at = HostInstant(label=_("Début, heure de l'hôte"))
    end_at = HostInstant(label=_("Fin, heure de l'hôte"))
    room = forms.ModelChoiceField(label=_("Salle"), queryset=Room.objects.none(), required=False)

    def __init__(self, *args: Any, conference: Conference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("start_at", "end_at"):
            instant: Any = self.fields[name]
            instant.in_zone(conference.time_zone)
        room: Any = self.fields["room"]
        room.queryset = conference.rooms.order_by("slug")


class MoveSessionForm(SlotForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class OtherSession(forms.ChoiceField):
    """Another session of the programme, with the version in which its slot was read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sessions: dict[str, Session] = {}

    def offer(self, sessions: Sequence[Session], zone: str) -> None:
        self.sessions = {str(s.uid): s for s in sessions}
        self.choices = [(versioned(s), _slot_label(s, zone)) for s in sessions]

    def valid_value(self, value: Any) -> bool:
        # a version read before somebody moved the session is the verb's to compare
        uid, _at, version = str(value).partition("@")
        return uid in self.sessions and version.isdecimal() and len(version) < 10

    def clean(self, value: Any) -> tuple[Session, int]:
        uid, _at, version = str(super().clean(value)).partition("@")
        return self.sessions[uid], int(version)


def versioned(session: Session) -> str:
    """A session and the version of its slot, as a form carries them."""
    return f"{session.uid}@{session.version}"


def _slot_label(session: Session, zone: str) -> str:
    start, end = clock.local(session.start_at, zone), clock.local(session.end_at, zone)
    parts = [f"{day_and_hour(start)}–{hour(end)}", str(session.title)]
    if session.room is not None:
        parts.append(str(session.room.name))
    return " · ".join(parts)


class SwapSessionForm(forms.Form):
    other = OtherSession(label=_("Échanger avec"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sessions: Sequence[Session], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = list(sessions)
        other: Any = self.fields["other"]
        other.offer(self.offered, zone)


class SessionForm(SlotForm):
    title_fr = forms.CharField(label=_("Titre en français"), max_length=300, required=False)
    title_en = forms.CharField(label=_("Titre en anglais"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("Forme"), choices=SessionKind.choices)
    language = forms.CharField(label=_("Langue"), max_length=20, initial="fr")
    access = forms.ChoiceField(label=_("Accès"), choices=SessionAccess.choices, widget=forms.RadioSelect)
    group = forms.ModelChoiceField(
        label=_("Groupe du huis clos"), queryset=Group.objects.none(), required=False
    )
    field_order = (
        "title_fr",
        "title_en",
        "kind",
        "start_at",
        "end_at",
        "room",
        "language",
        "access",
        "group",
    )

    def __init__(self, *args: Any, conference: Conference, **kwargs: Any) -> None:
        super().__init__(*args, conference=conference, **kwargs)
        group: Any = self.fields["group"]
        group.queryset = Group.objects.filter(
            Q(organisation=conference.host_id) | Q(organisation=None)
        ).order_by("pk")

    def fields_of(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "title": LocalisedText(fr=data["title_fr"], en=data["title_en"]),
            "kind": data["kind"],
            "start_at": data["start_at"],
            "end_at": data["end_at"],
            "room": data["room"],
            "language": data["language"].strip(),
            "access": data["access"],
            "group": data["group"],
        }


class ParticipationForm(forms.Form):
    public_name = forms.CharField(label=_("Nom publié"), max_length=200)
    role = forms.ChoiceField(label=_("Rôle"), choices=ParticipationRole.choices)
    affiliation = forms.CharField(label=_("Rattachement"), max_length=200, required=False)


class AttachResourceForm(forms.Form):
    """A resource and when it opens; hours are those of the conference's zone."""

    resource = forms.ModelChoiceField(label=_("Ressource"), queryset=Resource.objects.none())
    session = forms.ModelChoiceField(label=_("Séance"), queryset=Session.objects.none(), required=False)
    public_at = HostInstant(label=_("Ouverture à tout le monde"), required=False)

    def __init__(
        self, *args: Any, conference: Conference, resources: Any, sessions: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        public_at: Any = self.fields["public_at"]
        public_at.in_zone(conference.time_zone)
        resource: Any = self.fields["resource"]
        resource.queryset = resources
        session: Any = self.fields["session"]
        session.queryset = sessions


class ScheduleFileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier du programme"),
        help_text=_("schedule.xml ou schedule.json, tel que pretalx, frab ou voc le publient."),
    )
