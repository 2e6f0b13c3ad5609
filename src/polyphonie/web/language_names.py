"""Languages by name, for the sentence that says in which one a text is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

_NAMES: dict[str, Any] = {
    "ar": pgettext_lazy("langue", "arabe"),
    "de": pgettext_lazy("langue", "allemand"),
    "en": pgettext_lazy("langue", "anglais"),
    "es": pgettext_lazy("langue", "espagnol"),
    "fr": pgettext_lazy("langue", "français"),
    "ht": pgettext_lazy("langue", "créole haïtien"),
    "it": pgettext_lazy("langue", "italien"),
    "ja": pgettext_lazy("langue", "japonais"),
    "mg": pgettext_lazy("langue", "malgache"),
    "pt": pgettext_lazy("langue", "portugais"),
    "ro": pgettext_lazy("langue", "roumain"),
    "vi": pgettext_lazy("langue", "vietnamien"),
    "wo": pgettext_lazy("langue", "wolof"),
}


def of(tag: str) -> str:
    """The language's name for the reader; a language without a name here is shown by its tag."""
    known = _NAMES.get(tag) or _NAMES.get(tag.split("-")[0])
    return str(known) if known else tag


def known() -> dict[str, Any]:
    return dict(_NAMES)
