"""How the portal shows what the rooms below keep."""

from __future__ import annotations

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
    number = formats.number_format(figure.value, figure.decimals, use_l10n=True, force_grouping=True)
    unit = str(figure.unit)
    shown = f"{number}\u00a0{unit}" if unit else number
    if figure.standard_error is not None:
        error = formats.number_format(figure.standard_error, max(figure.decimals, 1), use_l10n=True)
        shown += " " + _("(erreur type %(error)s)") % {"error": error}
    return shown


@register.filter
def counted(counts: dict[str, Any], kind: str) -> Any:
    """One number of a table of numbers by kind."""
    return counts.get(kind, 0)
