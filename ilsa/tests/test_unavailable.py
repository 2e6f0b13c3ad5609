"""Unavailable: prints as its reason, sorts last, gives itself back, and is never a number."""

from __future__ import annotations

import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import Unavailable
from ilsa.unavailable import REASONS

pytestmark = pytest.mark.unit

GONE = Unavailable("too_few_psu")
BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
NUMBERS = [2, 2.5, np.float64(2.5), np.int64(2), np.array([1.0, 2.0])]


@pytest.mark.parametrize("reason", REASONS)
def test_prints_as_its_reason(reason: str) -> None:
    assert str(Unavailable(reason)) == REASONS[reason]
    assert f"{Unavailable(reason, 'Tchad'):.2f}" == f"{REASONS[reason]} (Tchad)"


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
@pytest.mark.parametrize("operation", BINARY)
def test_arithmetic_gives_it_back(operation: Callable[[Any, Any], Any], number: Any) -> None:
    assert operation(GONE, number) is GONE
    assert operation(number, GONE) is GONE


def test_arithmetic_of_two_gives_the_left_one_back() -> None:
    other = Unavailable("not_comparable")
    assert GONE - other is GONE
    assert other - GONE is other


def test_unary_arithmetic_gives_it_back() -> None:
    assert [-GONE, +GONE, abs(GONE), round(GONE, 2)] == [GONE] * 4


@pytest.mark.parametrize(
    "convert", [float, int, complex, operator.index, lambda u: np.array([1.0, u], dtype=float)]
)
def test_is_never_a_number(convert: Callable[[Unavailable], object]) -> None:
    with pytest.raises(TypeError, match=r"too few schools|Unavailable"):
        convert(GONE)


@pytest.mark.parametrize("number", [-np.inf, 0, 3, np.float64(1e300), np.inf])
def test_sorts_after_every_number(number: float) -> None:
    assert sorted([GONE, number]) == [number, GONE]
    assert sorted([number, GONE]) == [number, GONE]
    order = (operator.lt, operator.le, operator.gt, operator.ge)
    assert [compare(number, GONE) for compare in order] == [True, True, False, False]
    assert [compare(GONE, number) for compare in order] == [False, False, True, True]


def test_sorts_among_its_kind_by_reason() -> None:
    first = Unavailable("not_comparable")
    assert sorted([GONE, first, GONE]) == [first, GONE, GONE]
    assert (GONE <= GONE, GONE >= GONE, GONE < GONE, GONE > GONE) == (True, True, False, False)


def test_is_a_frozen_value() -> None:
    assert pickle.loads(pickle.dumps(GONE)) == GONE
    assert len({GONE, Unavailable("too_few_psu")}) == 1
    with pytest.raises((AttributeError, TypeError)):
        GONE.reason = "separation"  # type: ignore[misc]
