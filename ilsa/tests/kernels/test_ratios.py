"""Sums per unit, and the search for ratios."""

from __future__ import annotations

import numpy as np
import pytest

from ilsa.kernels.ratios import NotConstant, RatioReplicates, psu_sums, ratios_per_unit

pytestmark = pytest.mark.unit

UNIT = np.array([0, 0, 1, 1], dtype=np.intp)
WEIGHT = np.array([1.0, 2.0, 3.0, 4.0])


def test_psu_sums() -> None:
    values = np.array([[1.0, 10], [2, 20], [3, 30], [4, 40]])
    np.testing.assert_array_equal(psu_sums(UNIT, 3, values), [[3, 30], [7, 70], [0, 0]])


def test_ratios_are_found_in_spite_of_rounding() -> None:
    third = np.array([0.1, 0.2, 0.3, 0.7]) / 3
    found = ratios_per_unit(third, UNIT, np.column_stack([third * 1.1, third * 0]))
    assert isinstance(found, RatioReplicates)
    np.testing.assert_allclose(found.ratio, [[1.1, 0], [1.1, 0]], rtol=1e-15)


def test_the_first_place_without_a_ratio_is_named() -> None:
    columns = np.column_stack([2 * WEIGHT, WEIGHT])
    columns[3, 1] *= 1 + 1e-13
    assert ratios_per_unit(WEIGHT, UNIT, columns) == NotConstant(row=3, unit=1, replicate=1)


def test_a_row_of_weight_zero_may_not_wake_up_in_a_replicate() -> None:
    weight = np.array([0.0, 2.0, 3.0, 4.0])
    columns = np.column_stack([weight, weight])
    assert isinstance(ratios_per_unit(weight, UNIT, columns), RatioReplicates)
    columns[0, 1] = 1e-9
    assert ratios_per_unit(weight, UNIT, columns) == NotConstant(row=0, unit=0, replicate=1)


def test_a_unit_of_weight_zero_changes_nothing() -> None:
    weight = np.array([0.0, 0.0, 3.0, 4.0])
    found = ratios_per_unit(weight, UNIT, 2 * weight[:, None])
    assert isinstance(found, RatioReplicates)
    np.testing.assert_array_equal(found.dense()[:, 0], [0, 0, 6, 8])
