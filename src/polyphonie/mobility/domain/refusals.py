"""What several verbs of the room refuse in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import ChangedMeanwhile, Refusal

TEXT_LIMIT = 10_000


class WordingMissing(Refusal):
    """A text without which the object says nothing."""

    def __init__(self, field: str, label: Any) -> None:
        super().__init__(
            _("Il manque « %(label)s » : une phrase suffit, dans une langue au moins.") % {"label": label},
            field=field,
        )


class EndsBeforeStart(Refusal):
    def __init__(self, start: date, end: date, field: str) -> None:
        super().__init__(
            _("La fin (%(end)s) précède le début (%(start)s) ; corrigez l'une des deux.")
            % {"start": spoken(start), "end": spoken(end)},
            field=field,
        )


class TextTooLong(Refusal):
    def __init__(self, field: str, length: int) -> None:
        super().__init__(
            _("Ce texte compte %(length)d signes ; la limite est %(limit)d. Gardez l'essentiel.")
            % {"length": length, "limit": TEXT_LIMIT},
            field=field,
        )


class NotOnTheList(Refusal):
    """A code that is none of the list offered for its field."""

    def __init__(self, value: str, known: Iterable[Any], field: str) -> None:
        super().__init__(
            _("« %(value)s » n'est pas de la liste ; choisissez parmi : %(known)s.")
            % {"value": value, "known": ", ".join(str(k) for k in known)},
            field=field,
        )


class WrittenMeanwhile(ChangedMeanwhile):
    """Somebody else wrote into this object since it was read."""

    def __init__(self, *, theirs: Any = None, mine: Any = None) -> None:
        super().__init__(
            _("Ce texte a été modifié entre-temps ; comparez les deux versions, puis reprenez la vôtre."),
            theirs=theirs,
            mine=mine,
        )


class SourceMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Rien ne dit d'où cela vient ; donnez une source, ou marquez-le comme exemple fictif."),
            field="source_label",
        )


def spoken(day: date) -> str:
    """A day inside a sentence, in the reader's language."""
    return str(date_format(day, "DATE_FORMAT"))


def check_period(start: date, end: date, *, field: str) -> None:
    """Pass, or refuse an end before the start; one day alone is a period."""
    if end < start:
        raise EndsBeforeStart(start, end, field)


def check_choice(value: str, choices: Any, field: str) -> None:
    if value not in choices.values:
        raise NotOnTheList(value, choices.labels, field)


def check_text(text: str, field: str) -> str:
    """The text without its outer blanks, or a refusal where it is too long to be kept."""
    if len(text) > TEXT_LIMIT:
        raise TextTooLong(field, len(text))
    return text.replace("\r\n", "\n").strip()
