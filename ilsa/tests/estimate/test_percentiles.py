"""Percentiles: a worked example, ties, and blocks against cumulating every replicate on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilsa import Assessment, AssessmentDesign, ReplicateWeights

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
Pupils = Callable[..., dict[str, Any]]

PUPILS = {
    "w": [2, 2, 3, 3, 1, 1, 4, 2],
    "school": list("AABBCCDD"),
    "zone": [1, 1, 1, 1, 2, 2, 2, 2],
    "rep": [0, 0, 1, 1, 0, 0, 1, 1],
    "y": [480, 520, 450, 510, 560, 600, 430, 490],
}
PAIRS = ReplicateWeights.from_zones("zone", "rep")


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("interpolated", [430, 433.3333333333333, 480, 506.6666666666667, 600]),
        ("left_continuous", [430, 450, 480, 510, 600]),
    ],
)
def test_worked_example(definition: Any, expected: list[float]) -> None:
    ds = Assessment(PUPILS, AssessmentDesign(weight="w", psu="school", replicates=PAIRS))
    found = ds.estimate.percentiles("y", (0, 25, 50, 75, 100), definition=definition)
    assert [cell.value for cell in found] == pytest.approx(expected, rel=1e-14)
    assert found.dimensions == ("percentile",)
    assert found[75].definition == f"percentile 75 of y, {definition.replace('_', '-')}"


def large(seed: int, ties: bool) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    schools, pupils = 20, 17
    school = np.repeat(np.arange(schools), pupils)
    y = draw.normal(500, 100, school.size)
    return {
        "w": draw.uniform(0.5, 3, school.size),
        "school": school,
        "zone": school // 2,
        "rep": school % 2,
        "y": np.round(y, -1) if ties else y,
    }


def by_hand(y: Any, w: Any, share: float, definition: str) -> float:
    points = np.unique(y)
    reached = np.array([w[y <= point].sum() for point in points]) / w.sum()
    j = int(np.argmax(reached >= share - 1e-12))
    if definition == "left_continuous" or j == 0:
        return float(points[j])
    part = (share - reached[j - 1]) / (reached[j] - reached[j - 1])
    return float(points[j - 1] + (points[j] - points[j - 1]) * min(max(part, 0), 1))


@given(seed=st.integers(0, 10**6), share=st.floats(0.1, 99.9), ties=st.booleans(), dense=st.booleans())
@pytest.mark.parametrize("definition", ["interpolated", "left_continuous"])
def test_every_replicate_by_hand(definition: Any, seed: int, share: float, ties: bool, dense: bool) -> None:
    table = large(seed, ties)
    design = AssessmentDesign(weight="w", psu="school", replicates=PAIRS)
    ds = Assessment(table, design, storage="dense" if dense else "auto")
    found = ds.estimate.percentiles("y", [share], definition=definition).only.estimates[0]
    sample = ds.weighted.sample()
    weights = np.column_stack([sample.weight, sample.replicate_weights()])
    expected = [by_hand(table["y"], w, share / 100, definition) for w in weights.T]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_a_weight_of_two_is_a_row_repeated(pupils_of: Pupils, assess: Make) -> None:
    table = pupils_of()
    for m in (1, 2, 3):
        table[f"read{m}"] = np.round(table[f"read{m}"], -1 if m == 1 else 1)
    whole = {**table, "weight": np.where(table["girl"] == 1, 2.0, 1.0)}
    times = np.where(table["girl"] == 1, 2, 1)
    repeated = {name: np.repeat(column, times) for name, column in whole.items()}
    repeated["weight"] = np.ones(times.sum())
    a, b = (assess(one).estimate.percentiles("reading", by="region") for one in (whole, repeated))
    for one, other in zip(a, b, strict=True):
        np.testing.assert_allclose(one.estimates, other.estimates, rtol=1e-12)


def test_the_distance_of_two_percentiles_is_a_gap(assess: Make) -> None:
    found = assess().estimate.percentiles("reading", (10, 90))
    gap = found.gap("percentile", 90, 10)["C0", "90 − 10"]
    np.testing.assert_array_equal(gap.estimates, found["C0", 90].estimates - found["C0", 10].estimates)
    assert [note.code for note in found.notes] == ["percentiles_jackknife"]
