"""The words of the interface in the language of a visit, from the compiled catalogues."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, override


def words(language: str, french: str, **values: Any) -> str:
    """What the page says for a French sentence of the code."""
    with override(language):
        said = gettext(french)
    return said % values if values else said


def on_page(language: str, day: date) -> str:
    """A day as pages write it."""
    with override(language):
        return date_format(day, "DATE_FORMAT")
