"""Measures as people of each language write them."""

from __future__ import annotations

from django import template

from polyphonie.evidence.domain.numbers import number

from ..domain.queries.indicators import in_words
from ..models import Measure

register = template.Library()


@register.filter
def measured(measure: Measure) -> str:
    """The value, or the reason why there is none."""
    return in_words(measure)


@register.filter
def with_error(measure: Measure) -> str:
    """The standard error, in the decimals of the value and one at least."""
    if measure.standard_error is None:
        return ""
    return number(measure.standard_error, max(measure.decimals, 1))
