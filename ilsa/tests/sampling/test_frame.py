"""Frames and systematic selection: by hand, by enumeration, and unmoved by the order of rows."""

from __future__ import annotations

import doctest
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ilsa.sampling
from ilsa.sampling import SchoolFrame, allocate, inclusion, systematic

pytestmark = pytest.mark.unit


def invented_frame(schools: int = 60, seed: int = 5) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    return {
        "school": [f"S{i:03d}" for i in range(schools)],
        "pupils": draw.integers(8, 120, schools),
        "region": draw.choice(["north", "south", "west"], schools),
        "urban": draw.integers(0, 2, schools),
    }


def read(table: dict[str, Any], **settings: Any) -> SchoolFrame:
    return SchoolFrame.read(table, **{"school": "school", "size": "pupils", **settings})


def test_the_example_of_the_package() -> None:
    result = doctest.testmod(ilsa.sampling)
    assert (result.attempted, result.failed) == (3, 0)


def test_serpentine_order_by_hand() -> None:
    """Two strata; towns rise, then the villages' sizes fall, and the next stratum begins anew."""
    frame = read(
        {
            "school": list("abcdefg"),
            "pupils": [30, 10, 20, 5, 15, 40, 60],
            "region": ["n", "n", "n", "n", "n", "s", "s"],
            "urban": [1, 1, 0, 0, 0, 1, 0],
        },
        explicit=["region"],
        implicit=["urban"],
    )
    assert frame.schools == ("d", "e", "c", "a", "b", "g", "f")
    assert frame.labels == (("n",), ("s",))
    assert frame.strata.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert frame.sizes.tolist() == [5, 15, 20, 30, 10, 60, 40]


def test_the_order_of_rows_does_not_matter() -> None:
    table = invented_frame()
    shuffled = np.random.default_rng(1).permutation(60)
    other = {name: np.asarray(column)[shuffled] for name, column in table.items()}
    settings = {"explicit": ["region"], "implicit": ["urban"]}
    one, two = read(table, **settings), read(other, **settings)
    assert (one.schools, one.sha256) == (two.schools, two.sha256)
    assert one.sha256 != read({**table, "pupils": table["pupils"] + 1}, **settings).sha256


def test_small_schools_are_drawn_as_if_larger() -> None:
    frame = read({"school": ["a", "b", "c"], "pupils": [0, 3, 30]}, minimum_size=10)
    assert frame.sizes.tolist() == [10, 10, 30]


@pytest.mark.parametrize(
    ("size", "n", "expected"),
    [
        ([10, 20, 30, 40], 2, ["1/5", "2/5", "3/5", "4/5"]),
        ([10, 10, 80], 2, ["1/2", "1/2", "1"]),
        ([10, 10, 60, 100], 3, ["1/2", "1/2", "1", "1"]),  # the third is certain only after the fourth
        ([5, 5, 5], 3, ["1", "1", "1"]),
        ([1, 2, 3], 3, ["1", "1", "1"]),
    ],
)
def test_probabilities_by_hand(size: list[int], n: int, expected: list[str]) -> None:
    found = inclusion(np.array(size, dtype=float), n)
    assert found.probability.tolist() == pytest.approx([float(Fraction(one)) for one in expected], rel=1e-15)
    assert found.probability.sum() == pytest.approx(n, rel=1e-15)
    assert found.certain.tolist() == [one == "1" for one in expected]


def test_systematic_selection_by_hand() -> None:
    """Sizes 10, 20, 30, 40 end at 10, 30, 60, 100; two are drawn at steps of 50."""
    size = np.array([10.0, 20, 30, 40])
    assert systematic(size, 2, 10 / 50).tolist() == [0, 2]
    assert systematic(size, 2, 10.5 / 50).tolist() == [1, 3]
    assert systematic(size, 2, 30 / 50).tolist() == [1, 3]
    assert systematic(size, 2, 1.0).tolist() == [2, 3]


@given(st.lists(st.integers(1, 30), min_size=2, max_size=9), st.data())
def test_every_start_once_draws_every_school_in_proportion_to_its_size(sizes: list[int], data: Any) -> None:
    """Starts in the middle of N' equal parts of the interval, each as likely: chances and totals are exact."""
    n = data.draw(st.integers(1, len(sizes)))
    size = np.array(sizes, dtype=float)
    probability, certain, interval = inclusion(size, n)
    parts = int(size[~certain].sum()) or 1  # the interval times what is left to draw
    drawn = np.zeros(size.size)
    estimates = []
    value = np.arange(1, size.size + 1) ** 2.0
    for j in range(parts):
        chosen = systematic(size, n, (j + 0.5) / parts)
        assert chosen.size == n
        assert np.unique(chosen).size == n
        drawn[chosen] += 1
        estimates.append((value[chosen] / probability[chosen]).sum())
    left = n - int(certain.sum())
    exact = np.where(certain, parts, size * left)
    np.testing.assert_array_equal(drawn, exact)
    assert np.mean(estimates) == pytest.approx(value.sum(), rel=1e-12)
    assert interval == pytest.approx(size[~certain].sum() / left if left else 0.0)


def test_allocation_by_hand() -> None:
    """Totals 50, 30, 20 of 100: seven schools are 3.5, 2.1 and 1.4; the floors leave one, and two is the least."""
    table = {
        "school": list(range(30)),
        "pupils": [5] * 10 + [3] * 10 + [2] * 10,
        "region": ["a"] * 10 + ["b"] * 10 + ["c"] * 10,
    }
    frame = read(table, explicit=["region"])
    assert allocate(frame, 7) == {("a",): 3, ("b",): 2, ("c",): 2}
    assert allocate(frame, 7, minimum=1) == {("a",): 4, ("b",): 2, ("c",): 1}
    assert allocate(frame, 30) == {("a",): 10, ("b",): 10, ("c",): 10}
