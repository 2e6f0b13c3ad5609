"""Quantile regression against trying every set of rows, percentiles, and the conditions of its minimum."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from ilsa import Assessment, AssessmentDesign, ReplicateWeights
from ilsa.estimate.quantile import _descend, _first_rows

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
Pupils = Callable[..., dict[str, Any]]


def loss(x: Any, y: Any, w: Any, share: float, beta: Any) -> float:
    e = y - x @ beta
    return float((w * e * (share - (e < 0))).sum())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.83])
@pytest.mark.parametrize("seed", range(6))
def test_no_set_of_rows_does_better(seed: int, share: float) -> None:
    draw = np.random.default_rng(seed)
    x = np.column_stack([np.ones(16), draw.normal(size=(16, 2))])
    y, w = draw.normal(size=16), draw.uniform(0.2, 3, 16)
    w[seed] = 0.0
    found = _descend(x, y, w, share, _first_rows(x, y))
    tried = [
        loss(x, y, w, share, np.linalg.solve(x[list(h)], y[list(h)])) for h in combinations(range(16), 3)
    ]
    assert loss(x, y, w, share, found) == pytest.approx(min(tried), rel=1e-12)


def test_every_replicate_is_at_its_minimum(assess: Make, pupils_of: Pupils) -> None:
    """At a minimum no small step in any direction leads down."""
    table = pupils_of()
    ds = assess(table)
    found = ds.estimate.quantile("reading ~ ses + girl + C(region)", (25, 90))
    assert found.dimensions == ("country", "percentile", "term")
    sample = ds.weighted.sample("C1")
    inside = sample.rows
    x = np.column_stack(
        [
            np.ones(inside.size),
            table["ses"][inside] - 50,
            table["girl"][inside],
            table["region"][inside] == "north",
            table["region"][inside] == "west",
        ]
    )
    weights = np.column_stack([sample.weight, sample.replicate_weights()])
    terms = ("(Intercept)", "ses", "girl", "region = north", "region = west")
    draw = np.random.default_rng(0)
    for percent in (25, 90):
        for m in range(3):
            y = table[f"read{m + 1}"][inside]
            b = np.stack([found["C1", percent, term].estimates[m] for term in terms])
            b[0] += 50 * b[1]
            for r, w in enumerate(weights.T):
                here = loss(x, y, w, percent / 100, b[:, r])
                fits = np.abs(y - x @ b[:, r]) < 1e-9
                assert fits.sum() == 5
                for step in draw.normal(0, 1e-3, (40, 5)):
                    assert loss(x, y, w, percent / 100, b[:, r] + step) >= here * (1 - 1e-12)


def test_a_single_group_gives_its_percentiles(assess: Make) -> None:
    """With one indicator, both groups' left-continuous percentiles: a point of the data, as the minimum is."""
    ds = assess()
    found = ds.estimate.quantile("reading ~ girl", (30,))
    by_sex = ds.estimate.percentiles("reading", (30,), by="girl", definition="left_continuous")
    for country in ("C0", "C1", "C2"):
        np.testing.assert_allclose(
            found[country, 30, "(Intercept)"].estimates, by_sex[country, 0, 30].estimates, rtol=1e-11
        )
        together = found[country, 30, "(Intercept)"].estimates + found[country, 30, "girl"].estimates
        np.testing.assert_allclose(together, by_sex[country, 1, 30].estimates, rtol=1e-11)


def test_dense_weights_give_what_ratios_give(assess: Make) -> None:
    a, b = (
        assess(storage=storage).estimate.quantile("reading ~ ses", (50,)) for storage in ("ratio", "dense")
    )
    for one, other in zip(a, b, strict=True):
        np.testing.assert_allclose(one.estimates, other.estimates, rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_ties_do_not_go_round_in_circles(seed: int) -> None:
    """Six outcomes and three values of the predictor: a minimum passes through two of their eighteen points."""
    draw = np.random.default_rng(seed)
    school = np.repeat(np.arange(10), 20)
    table = {
        "w": draw.integers(1, 3, 200).astype(float),
        "school": school,
        "zone": school // 2,
        "half": school % 2,
        "y": draw.integers(1, 7, 200),
        "x": draw.integers(0, 3, 200),
    }
    design = AssessmentDesign(
        weight="w", psu="school", replicates=ReplicateWeights.from_zones("zone", "half")
    )
    ds = Assessment(table, design)
    found = ds.estimate.quantile("y ~ x", (50,))
    b = np.stack([found[50, term].estimates[0] for term in ("(Intercept)", "x")])
    x = np.column_stack([np.ones(200), table["x"]])
    points = [(p, q) for p in range(3) for q in range(1, 7)]
    lines = [
        np.linalg.solve([[1, p], [1, s]], [q, t]) for (p, q), (s, t) in combinations(points, 2) if p != s
    ]
    sample = ds.weighted.sample()
    weights = np.column_stack([sample.weight, sample.replicate_weights()])
    for r, w in enumerate(weights.T):
        least = min(loss(x, table["y"], w, 0.5, line) for line in lines)
        assert loss(x, table["y"], w, 0.5, b[:, r]) == pytest.approx(least, rel=1e-12)
