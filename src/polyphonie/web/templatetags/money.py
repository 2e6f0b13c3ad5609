"""Amounts as people of each language write them."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import get_language

register = template.Library()

SIGNS = {"EUR": "€", "GBP": "£"}
NO_BREAK, THIN = "\u00a0", "\u202f"


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """``42 000 €`` in French, ``€42,000`` in English; cents only where there are any."""
    digits = f"{amount:,.2f}".removesuffix(".00")
    if (get_language() or "fr").startswith("fr"):
        return digits.replace(",", THIN).replace(".", ",") + NO_BREAK + SIGNS.get(currency, currency)
    if currency in SIGNS:
        return SIGNS[currency] + digits
    return f"{currency}{NO_BREAK}{digits}"
