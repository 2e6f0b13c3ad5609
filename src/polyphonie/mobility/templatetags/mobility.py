"""How a coefficient and a table of ratings read on a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format

from polyphonie.kernel.unavailable import Unavailable

register = template.Library()


@register.filter
def coefficient(value: float | Unavailable) -> str:
    """Two decimals and a true minus sign; a value that cannot be given says why."""
    if isinstance(value, Unavailable):
        return str(value)
    return str(number_format(value, decimal_pos=2)).replace("-", "−")


@register.filter
def share_of_one(value: float) -> str:
    """A share in per cent, to one decimal."""
    return f"{number_format(100 * value, decimal_pos=1)} %"


@register.filter
def rated_rows(found: Any) -> list[tuple[int, tuple[int, ...], int]]:
    """The rows of a table of ratings: the step, its cells, their sum."""
    return [(value, row, sum(row)) for value, row in zip(found.scale, found.table, strict=True)]
