"""Trends: two rounds, and the linking error between them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import Assessment, Unavailable, published

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
Pupils = Callable[..., dict[str, Any]]


@pytest.fixture
def rounds(assess: Make, pupils_of: Pupils) -> tuple[Assessment, Assessment]:
    return assess(pupils_of(8), name="2019"), assess(pupils_of(3), name="2014")


def test_without_a_linking_error_a_note_says_so(rounds: tuple[Assessment, Assessment]) -> None:
    later, earlier = rounds
    found = later.trend(earlier, "reading")
    a, b = later.estimate.mean("reading")["C0"], earlier.estimate.mean("reading")["C0"]
    assert found["C0"].value == pytest.approx(a.value - b.value, rel=1e-13)
    assert found["C0"].se == pytest.approx(math.hypot(a.se, b.se), rel=1e-13)
    assert [str(note) for note in found["C0"].notes] == [
        "The linking error between the rounds is not in the standard error (linking error not published), "
        "which is therefore too small."
    ]
    named = later.trend(earlier, "reading", linking_error=Unavailable("not_comparable", "other items"))
    assert "(not comparable (other items))" in str(named.notes[0])


def test_a_linking_error_is_added_and_cancels_between_countries(
    rounds: tuple[Assessment, Assessment],
) -> None:
    later, earlier = rounds
    without = later.trend(earlier, "reading")
    found = later.trend(earlier, "reading", linking_error=4.0)
    assert found["C0"].se == pytest.approx(math.hypot(without["C0"].se, 4.0), rel=1e-13)
    assert found["C0"].value == without["C0"].value
    assert [note.code for note in found.notes] == ["linking_error_included"]
    between = found["C0"].contrast(found["C1"])
    assert between.se == pytest.approx(math.hypot(without["C0"].se, without["C1"].se), rel=1e-13)


def test_the_linking_error_of_a_share_goes_through_its_slope(
    rounds: tuple[Assessment, Assessment], pupils_of: Pupils
) -> None:
    later, earlier = rounds
    without = later.trend(earlier, "reading", at_least=500)["C1"]
    found = later.trend(earlier, "reading", at_least=500, linking_error=4.0)["C1"]
    table = pupils_of(8)
    inside = table["country"] == "C1"
    y = np.stack([table[f"read{m}"] for m in (1, 2, 3)])[:, inside]
    near = (np.abs(y - 500) <= 1) & (y != 501)  # from 499 to below 501
    slope = float((near * table["weight"][inside]).sum(axis=1).mean() / table["weight"][inside].sum()) / 2
    assert slope > 0
    assert found.se == pytest.approx(math.hypot(without.se, 4 * slope), rel=1e-12)


def test_published_trend_below_a_threshold_in_senegal() -> None:
    """PASEC grade 6 reading below 595.1: 65.175751 (2.8195693) in 2014, 58.891533 (2.2080593) in 2019."""
    later, earlier = (
        published(value, se, label=("SEN",), unit="%", definition="below 595.1", sample_id=year)
        for value, se, year in ((58.891533, 2.2080593, "2019"), (65.175751, 2.8195693, "2014"))
    )
    change = later - earlier
    assert change.value == pytest.approx(-6.284, abs=5e-4)
    assert change.se == pytest.approx(3.581, abs=5e-4)
    assert change.t == pytest.approx(-1.755, abs=5e-4)
    assert change.p > 0.05
