"""Numbers as they are written: 8,8 % in French, 8.8 % in English, never without their unit."""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext

from polyphonie.kernel.unavailable import Unavailable

from ..models import Figure

NO_BREAK = "\u00a0"
SHORT_UNITS = frozenset("%‰€$£°")


def number(value: Decimal, decimals: int, language: str = "") -> str:
    """A number with so many decimals, as the language writes it. The minus is a true minus."""
    tag = language or get_language() or "fr"
    with translation.override(tag.split("-")[0]):
        text = number_format(round(value, decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return text.replace("-", "\u2212", 1) if text.startswith("-") else text


def value_with_unit(figure: Figure, language: str = "") -> str | Unavailable:
    """``8,8 %``, or why there is no value."""
    reading = figure.reading
    if isinstance(reading, Unavailable):
        return reading
    unit = figure.unit.read(language or get_language() or "fr")
    return f"{number(reading, figure.decimals, language)}{NO_BREAK}{unit}".rstrip(NO_BREAK)


def standard_error_in_words(figure: Figure, language: str = "") -> str:
    """``erreur type 2,2``; empty where the figure is not an estimate with one."""
    if figure.standard_error is None or figure.value is None:
        return ""
    tag = language or get_language() or "fr"
    with translation.override(tag.split("-")[0]):
        words = pgettext("statistique", "erreur type")
    return f"{words}{NO_BREAK}{number(figure.standard_error, max(figure.decimals, 1), tag)}"
