"""Ratio tables against the definitions of the methods."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from ilsa.sampling.replicates import balanced, jk1, jk2, jkn, rao_wu

pytestmark = pytest.mark.unit

STRATA = np.array([0, 1, 0, 1, 1], dtype=np.intp)


def test_jk1_ratios() -> None:
    ratio, factors = jk1(3)
    np.testing.assert_array_equal(ratio, [[0, 1.5, 1.5], [1.5, 0, 1.5], [1.5, 1.5, 0]])
    np.testing.assert_allclose(factors, [2 / 3] * 3, rtol=1e-15)


def test_jkn_ratios() -> None:
    ratio, factors = jkn(STRATA)
    np.testing.assert_array_equal(
        ratio,
        [[0, 1, 2, 1, 1], [1, 0, 1, 1.5, 1.5], [2, 1, 0, 1, 1], [1, 1.5, 1, 0, 1.5], [1, 1.5, 1, 1.5, 0]],
    )
    np.testing.assert_allclose(factors, [1 / 2, 2 / 3, 1 / 2, 2 / 3, 2 / 3], rtol=1e-15)


def test_jk2_half_and_full_ratios() -> None:
    half, one = jk2(2, doubled=1, full=False)
    np.testing.assert_array_equal(half, [[0, 1], [2, 1], [1, 0], [1, 2]])
    np.testing.assert_array_equal(one, [1, 1])
    full, factors = jk2(2, doubled=1, full=True)
    np.testing.assert_array_equal(full, [[0, 1, 2, 1], [2, 1, 0, 1], [1, 0, 1, 2], [1, 2, 1, 0]])
    np.testing.assert_array_equal(factors, [0.5] * 4)


@pytest.mark.parametrize("k", [0, 0.3, 0.5])
def test_balanced_ratios_use_every_combination_of_two_zones_once(k: float) -> None:
    ratio, factors = balanced(2, order=4, k=k)
    kept = {tuple(np.round(column, 12)) for column in ratio.T}
    assert kept == {(a, round(2 - a, 12), b, round(2 - b, 12)) for a, b in product((k, 2 - k), repeat=2)}
    np.testing.assert_allclose(factors, [1 / (4 * (1 - k) ** 2)] * 4, rtol=1e-15)


def test_full_balance_gives_every_unit_its_weight_on_average() -> None:
    ratio, _ = balanced(7, order=8, k=0)
    np.testing.assert_array_equal(ratio.mean(axis=1), 1)
    with_constant, _ = balanced(8, order=8, k=0)
    np.testing.assert_array_equal(with_constant.mean(axis=1), [1] * 14 + [0, 2])


def test_bootstrap_ratios_keep_every_stratum_whole_and_vary_as_prescribed() -> None:
    ratio, factors = rao_wu(STRATA, replicates=20_000, seed=3, sample=("SEN",))
    np.testing.assert_allclose(ratio[STRATA == 0].sum(axis=0), 2, rtol=1e-14)
    np.testing.assert_allclose(ratio[STRATA == 1].sum(axis=0), 3, rtol=1e-14)
    np.testing.assert_allclose(ratio.mean(axis=1), 1, atol=0.04)  # 5 standard errors of 1/√20000
    np.testing.assert_allclose(ratio.var(axis=1), 1, atol=0.06)
    np.testing.assert_array_equal(factors, 1 / 20_000)


def test_bootstrap_draws_depend_on_seed_and_sample_alone() -> None:
    first = rao_wu(STRATA, replicates=50, seed=3, sample=("SEN",)).ratio
    np.testing.assert_array_equal(rao_wu(STRATA, replicates=50, seed=3, sample=("SEN",)).ratio, first)
    assert (rao_wu(STRATA, replicates=50, seed=4, sample=("SEN",)).ratio != first).any()
    assert (rao_wu(STRATA, replicates=50, seed=3, sample=("TGO",)).ratio != first).any()
