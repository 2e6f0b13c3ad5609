"""From minutes to money: once per line, rounded half up; totals are sums of rounded lines."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
TEN_THOUSANDTH = Decimal("0.0001")


def hours_of(minutes: int) -> Decimal:
    """The hours of a line, to four decimals: 1,035 minutes are 17.25 h.

    >>> hours_of(1035)
    Decimal('17.2500')
    """
    return (Decimal(minutes) / 60).quantize(TEN_THOUSANDTH, ROUND_HALF_UP)


def amount_of(minutes: int, hourly_rate: Decimal) -> Decimal:
    """The amount of a line.

    >>> amount_of(1050, Decimal("10.00"))
    Decimal('175.00')
    """
    return (hours_of(minutes) * hourly_rate).quantize(CENT, ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))
