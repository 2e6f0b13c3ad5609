"""How numbers, hours and languages read inside a sentence, in the reader's language."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _


def number(value: int) -> str:
    """A whole number with its thousands apart and a true minus sign: ``10 080``, ``−10``."""
    return str(number_format(value, force_grouping=True)).replace("-", "−")


def hour(local: datetime) -> str:
    """``09:30``: four digits, as programmes print them."""
    return local.strftime("%H:%M")


def day_and_hour(local: datetime) -> str:
    """``9 novembre 2017 à 09:30``, in the reader's language."""
    return _("%(day)s à %(hour)s") % {"day": date_format(local.date(), "j F Y"), "hour": hour(local)}


def language_name(tag: str) -> str:
    """The name of a language for the reader, or its tag where the house has no name for it."""
    try:
        info = get_language_info(tag)
    except KeyError:
        return tag
    return str(info["name_translated"] if get_language() else info["name"]).lower()
