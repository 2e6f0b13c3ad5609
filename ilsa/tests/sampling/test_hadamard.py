"""Hadamard matrices."""

from __future__ import annotations

import numpy as np
import pytest

from ilsa.errors import ReplicateError
from ilsa.sampling.hadamard import hadamard, next_order

pytestmark = pytest.mark.unit

PASSED_OVER = {52, 92, 100, 116, 156, 172, 184, 188}


@pytest.mark.parametrize("order", [1, 2, *sorted(set(range(4, 201, 4)) - PASSED_OVER)])
def test_columns_are_orthogonal_signs_and_the_first_is_constant(order: int) -> None:
    matrix = hadamard(order)
    np.testing.assert_array_equal(matrix.T @ matrix, order * np.eye(order))
    np.testing.assert_array_equal(np.abs(matrix), 1)
    np.testing.assert_array_equal(matrix[:, 0], 1)


@pytest.mark.parametrize("order", sorted({0, 3, 6, 90, *PASSED_OVER}))
def test_other_orders_are_refused_with_the_next(order: int) -> None:
    with pytest.raises(ReplicateError) as caught:
        hadamard(order)
    following = caught.value.facts["next"]
    assert following == next_order(order) > order
    assert hadamard(following).shape == (following, following)
    assert following - order <= 8


def test_next_order_is_not_below_what_is_asked() -> None:
    assert [next_order(least) for least in (1, 4, 5, 80, 81, 91)] == [4, 4, 8, 80, 84, 96]
