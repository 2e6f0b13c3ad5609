"""Form fields of the house: a text in several languages, one box per language, open to more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText, direction

from . import language_names


class LocalisedWidget(forms.Widget):
    """One box per language of the interface and per language that the text has, and one for another.

    A posted language that no box was drawn for is kept all the same: nothing is lost because two people
    work with two languages.
    """

    template_name = "web/widgets/localised.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, rows: int = 1) -> None:
        super().__init__(attrs)
        self.rows = rows

    def id_for_label(self, id_: str) -> str:
        return ""  # the group has a legend; each box has a label of its own

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        texts = dict(value) if isinstance(value, Mapping) else {}
        tags = list(dict.fromkeys([*(tag for tag, _name in settings.LANGUAGES), *texts]))
        context["widget"].update(
            {
                "rows": self.rows,
                "boxes": [
                    {
                        "tag": tag,
                        "name": f"{name}__{tag}",
                        "language": language_names.of(tag),
                        "direction": direction(tag),
                        "text": texts.get(tag, ""),
                    }
                    for tag in tags
                ],
                "others": [(tag, label) for tag, label in language_names.known().items() if tag not in tags],
            }
        )
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        start = f"{name}__"
        texts = {
            key.removeprefix(start): str(data[key])
            for key in data
            if key.startswith(start) and "+" not in key
        }
        other = str(data.get(f"{name}__+tag", "")).strip()
        if other and str(data.get(f"{name}__+text", "")).strip():
            texts[other] = str(data[f"{name}__+text"])
        return {tag: text.replace("\r\n", "\n").strip() for tag, text in texts.items()}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}__") for key in data)


class LocalisedTextField(forms.Field):
    """A :class:`LocalisedText` in a form. ``rows`` above one gives boxes for long text."""

    widget = LocalisedWidget
    default_error_messages = {
        "required": _("Donnez ce texte dans une langue au moins."),
        "tag": _("« %(tag)s » n’est pas une langue connue ; choisissez-la dans la liste."),
        "long": _(
            "Le texte en %(language)s compte %(length)d signes ; %(limit)d au plus sont gardés, raccourcissez-le."
        ),
    }

    def __init__(self, *, rows: int = 1, max_length: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", LocalisedWidget(rows=rows))
        self.max_length = max_length
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> LocalisedText:
        if isinstance(value, LocalisedText):
            return value
        texts = {tag: text for tag, text in dict(value or {}).items() if text.strip()}
        for tag, text in texts.items():
            if not LANGUAGE_TAG.match(tag):
                raise ValidationError(self.error_messages["tag"], code="tag", params={"tag": tag})
            if self.max_length is not None and len(text) > self.max_length:
                raise ValidationError(
                    self.error_messages["long"],
                    code="long",
                    params={
                        "language": language_names.of(tag),
                        "length": len(text),
                        "limit": self.max_length,
                    },
                )
        return LocalisedText(texts)

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return LocalisedText(initial or {}) != LocalisedText(
            {tag: text for tag, text in dict(data or {}).items() if LANGUAGE_TAG.match(tag)}
        )
