"""Estimates as people of each language write them."""

from __future__ import annotations

from decimal import Decimal

from django import template

from polyphonie.evidence.domain.numbers import number

register = template.Library()


@register.filter
def estimate(value: float | Decimal | None, decimals: int = 1) -> str:
    """A number with so many decimals, as the reader's language writes it."""
    return (
        "" if value is None else number(Decimal(repr(value)) if isinstance(value, float) else value, decimals)
    )


@register.filter
def magnitude(value: float, decimals: int = 2) -> str:
    """A number without its sign."""
    return estimate(abs(value), decimals)
