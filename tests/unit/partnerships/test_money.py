"""From minutes to money, with the worked cases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from polyphonie.partnerships.domain.amendments import hours_in_words
from polyphonie.partnerships.domain.money import amount_of, hours_of, total

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("minutes", "rate", "hours", "amount"),
    [
        (22 * 60 + 30, "100.00", "22.5000", "2250.00"),
        (9 * 60, "100.00", "9.0000", "900.00"),
        (17 * 60 + 30, "10.00", "17.5000", "175.00"),
        (17 * 60 + 15, "10.00", "17.2500", "172.50"),
        (1, "10.00", "0.0167", "0.17"),
        (20, "10.00", "0.3333", "3.33"),
        # half a cent goes up
        (3, "10.10", "0.0500", "0.51"),
    ],
)
def test_amount_of_a_line(minutes: int, rate: str, hours: str, amount: str) -> None:
    assert hours_of(minutes) == Decimal(hours)
    assert amount_of(minutes, Decimal(rate)) == Decimal(amount)


def test_total_is_the_sum_of_rounded_lines() -> None:
    lines = [amount_of(20, Decimal("10.00"))] * 3
    assert total(lines) == Decimal("9.99")
    assert amount_of(60, Decimal("10.00")) == Decimal("10.00")
    assert total([]) == Decimal("0.00")


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (45, "45 min"), (240, "4 h"), (1050, "17 h 30"), (65, "1 h 05")]
)
def test_hours_in_words(minutes: int, words: str) -> None:
    assert hours_in_words(minutes) == words
