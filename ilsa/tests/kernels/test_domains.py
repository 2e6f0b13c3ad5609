"""Totals of domains: ratios and columns, whole and in pieces, and the degrees of freedom of a design."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilsa import AssessmentDesign, ReplicateWeights
from ilsa.kernels.domains import (
    PIECE,
    DenseDomain,
    RatioDomain,
    as_rows,
    design_degrees,
    domain_weights,
    unit_order,
)

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def long() -> RatioDomain:
    """More rows than are summed at a time, in units of one to forty rows."""
    draw = np.random.default_rng(2)
    sizes = draw.integers(1, 40, 1500)
    assert sizes.sum() > 2 * PIECE
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return RatioDomain(draw.uniform(1, 9, int(sizes.sum())), starts, draw.uniform(0, 2, (1500, 7)))


def test_a_long_domain_is_the_sum_of_its_pieces(long: RatioDomain) -> None:
    a, b = np.random.default_rng(3).normal(size=(2, 3, long.weight.size))
    every = long.expanded()
    np.testing.assert_allclose(long.totals(a), a @ every, rtol=1e-10)
    np.testing.assert_allclose(long.products(a[:1], b), (a[:1] * b) @ every, rtol=1e-9, atol=1e-9)
    for rows in (1, 100, 10**9):
        pieces = list(long.parts(rows))
        assert [inside.start for inside, _ in pieces[1:]] == [inside.stop for inside, _ in pieces[:-1]]
        np.testing.assert_array_equal(np.concatenate([part.expanded() for _, part in pieces]), every)


def test_columns_give_what_ratios_give(long: RatioDomain) -> None:
    every = long.expanded()
    dense = DenseDomain(every[:, 0], every[:, 1:])
    a, b = np.random.default_rng(4).normal(size=(2, 2, long.weight.size))
    np.testing.assert_allclose(dense.totals(a), long.totals(a), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(dense.products(a, b), long.products(a, b), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(np.concatenate([part.expanded() for _, part in dense.parts(1000)]), every)


def test_rows_that_follow_each_other_are_a_slice() -> None:
    assert as_rows(np.array([4, 5, 6])) == slice(4, 7)
    np.testing.assert_array_equal(as_rows(np.array([4, 6, 5])), [4, 6, 5])
    np.testing.assert_array_equal(as_rows(np.array([4, 4, 6])), [4, 4, 6])


SCHOOLS = {
    "w": np.ones(24),
    "school": np.repeat(np.arange(12), 2),
    "stratum": np.repeat([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2], 2),
    "zone": np.repeat(np.arange(6), 4),
    "half": np.tile([0, 0, 1, 1], 6),
}


@pytest.mark.parametrize(
    ("replicates", "expected"),
    [
        (ReplicateWeights.from_zones("zone", "half"), 6),
        (ReplicateWeights.from_zones("zone", "half", method="JK2-full"), 6),
        (ReplicateWeights.from_hadamard("zone", "half", method="BRR"), 6),
        (ReplicateWeights.from_hadamard("zone", "half", method="Fay", k=0.5), 6),
        (ReplicateWeights.from_psus(method="JK1"), 11),
        (ReplicateWeights.from_psus(method="JKn"), 12 - 3),
        (ReplicateWeights.from_draws(200, seed=1), 12 - 3),
    ],
    ids=lambda value: getattr(value, "method", None),
)
@pytest.mark.parametrize("storage", ["auto", "dense"])
def test_degrees_of_freedom_are_counted(replicates: ReplicateWeights, expected: int, storage: Any) -> None:
    stratum = None if "zone" in str(replicates.origin) else "stratum"
    design = AssessmentDesign(weight="w", psu="school", stratum=stratum, replicates=replicates)
    sample = design.weigh(SCHOOLS, storage=storage).sample()
    weights, _ = domain_weights(sample.replicates, sample.weight, unit_order(sample.replicates))
    assert design_degrees(weights) == expected
