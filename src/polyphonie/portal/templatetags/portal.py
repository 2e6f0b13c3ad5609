"""How the portal shows what the rooms below keep."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from polyphonie.evidence.models import Figure
from polyphonie.recommendations.models import Revision, RevisionText

register = template.Library()


@register.filter
def wording(revision: Revision) -> RevisionText | None:
    """The text of a revision for the reader: theirs, or the original."""
    return revision.text_for(get_language() or "fr")


@register.filter
def figure_value(figure: Figure) -> str:
    """The value with its unit and standard error, as the reader's language writes numbers; or why there
    is none."""
    if figure.value is None:
        return _("valeur indisponible : %(reason)s") % {"reason": figure.why_unavailable}
    number = _rounded(figure.value, figure.decimals)
    unit = str(figure.unit)
    shown = f"{number}\u00a0{unit}" if unit else number
    if figure.standard_error is not None:
        error = _rounded(figure.standard_error, max(figure.decimals, 1))
        shown += " " + _("(erreur type %(error)s)") % {"error": error}
    return shown


@register.filter
def counted(counts: dict[str, Any], kind: str) -> Any:
    """One number of a table of numbers by kind."""
    return counts.get(kind, 0)


def _rounded(value: Decimal, decimals: int) -> str:
    """Rounded first: Django's own formatting cuts the further digits off."""
    return str(formats.number_format(round(value, decimals), decimals, use_l10n=True, force_grouping=True))
