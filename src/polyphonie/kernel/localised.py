"""Labels in any language: one column, one frozen value.

A text maps BCP 47 tags to strings. Which languages exist is open: the interface has two, the
content as many as people write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGE_TAG = re.compile(r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$")
RIGHT_TO_LEFT = frozenset({"ar", "arc", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
FALLBACK = ("fr", "en")


def direction(tag: str) -> str:
    """``rtl`` or ``ltr`` for a language tag."""
    return "rtl" if tag.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def fold(text: str) -> str:
    """The text as people type it when they search: without accents, case, hyphens or apostrophes."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", letters).split())


class LocalisedText(Mapping[str, str]):
    """A frozen text in some languages. ``str()`` gives the reader's language, or the nearest there is."""

    __slots__ = ("_texts",)
    _texts: dict[str, str]

    def __init__(self, texts: Mapping[str, str] | None = None, /, **by_language: str) -> None:
        merged = {**(texts or {}), **{k.replace("_", "-"): v for k, v in by_language.items()}}
        for tag, text in merged.items():
            if not LANGUAGE_TAG.match(tag):
                raise ValueError(f"{tag!r} is not a language tag (BCP 47), for instance 'fr' or 'pt-BR'.")
            if not isinstance(text, str):
                raise TypeError(f"The text in {tag!r} is a {type(text).__name__}, not a string.")
        object.__setattr__(self, "_texts", {k: v for k, v in sorted(merged.items()) if v.strip()})

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("A LocalisedText is frozen; use .with_text(tag, text).")

    def __getitem__(self, tag: str) -> str:
        return self._texts[tag]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(tuple(self._texts.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalisedText) and self._texts == other._texts

    def __repr__(self) -> str:
        return f"LocalisedText({self._texts!r})"

    def __str__(self) -> str:
        return self.read(get_language() or FALLBACK[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return (LocalisedText, (dict(self._texts),))

    def language_for(self, tag: str) -> str:
        """The language in which a reader of ``tag`` is answered; empty when there is no text at all."""
        for wanted in (tag, tag.split("-")[0], *FALLBACK, *self._texts):
            if wanted in self._texts:
                return wanted
        return ""

    def read(self, tag: str) -> str:
        """The text for a reader of ``tag``, in the nearest language there is."""
        found = self.language_for(tag)
        return self._texts[found] if found else ""

    def with_text(self, tag: str, text: str) -> LocalisedText:
        """A copy with one language set; an empty text takes the language away."""
        return LocalisedText({**self._texts, tag: text})

    def as_dict(self) -> dict[str, str]:
        return dict(self._texts)


if TYPE_CHECKING:
    _JSONField = models.JSONField[LocalisedText, LocalisedText]
else:
    _JSONField = models.JSONField  # not generic at run time


class LocalisedField(_JSONField):
    """A column of :class:`LocalisedText`, stored as a JSON object ``{tag: text}``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", LocalisedText)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        parsed = super().from_db_value(value, expression, connection)
        return LocalisedText(parsed) if isinstance(parsed, dict) else parsed

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.as_dict() if isinstance(value, LocalisedText) else value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, LocalisedText):
            value = value.as_dict()
        return super().get_db_prep_value(value, connection, prepared)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Mapping) and not isinstance(value, LocalisedText):
            return LocalisedText(value)
        return value

    def validate(self, value: Any, model_instance: Any) -> None:
        if not isinstance(value, LocalisedText):
            raise ValidationError(_("Donnez un texte par langue."))
        if not self.blank and not value:
            raise ValidationError(_("Donnez ce texte dans une langue au moins."), code="blank")

    def value_to_string(self, obj: Any) -> Any:
        value = self.value_from_object(obj)
        return value.as_dict() if isinstance(value, LocalisedText) else value
