"""Base weights, non-response and calibration, computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilsa.sampling import adjust_for_nonresponse, base_weights, rake

pytestmark = pytest.mark.unit


def test_base_weights_multiply_the_stages() -> None:
    assert base_weights(school=[0.5, 0.1], class_=[0.5, 1.0], pupil=[0.25, 0.5]).tolist() == [16.0, 20.0]


def test_nonresponse_by_hand() -> None:
    """Cell a: 2 + 3 + 5 asked, 2 + 3 answered, so 10/5; cell b: one moved away and nobody stands for it."""
    adjusted = adjust_for_nonresponse(
        [2, 3, 5, 4, 6],
        responded=[True, True, False, True, False],
        eligible=[True, True, True, True, False],
        cell=list("aaabb"),
    )
    assert adjusted.weight.tolist() == [4.0, 6.0, 0.0, 4.0, 0.0]
    assert [tuple(cell) for cell in adjusted.cells] == [(("a",), 3, 2, 2.0), (("b",), 1, 1, 1.0)]


def test_schools_are_adjusted_by_their_pupils() -> None:
    """Weights 1, sizes 10, 30, 20: those of 10 and 30 stand for 60 pupils, so 1.5, not 3/2 schools by chance."""
    adjusted = adjust_for_nonresponse(
        [1, 2, 1], responded=[True, True, False], cell=["x"] * 3, size=[10, 30, 35]
    )
    assert adjusted.weight.tolist() == pytest.approx([1.5, 3.0, 0.0])


@given(st.integers(0, 10_000))
def test_nonresponse_keeps_the_total_of_every_cell(seed: int) -> None:
    draw = np.random.default_rng(seed)
    weight, cell = draw.uniform(1, 5, 40), draw.integers(0, 4, 40)
    responded = draw.random(40) < 0.7
    responded[[int(np.argmax(cell == c)) for c in np.unique(cell)]] = True
    adjusted = adjust_for_nonresponse(weight, responded=responded, cell=cell, limit=1e9)
    np.testing.assert_allclose(
        np.bincount(cell, weights=adjusted.weight), np.bincount(cell, weights=weight), rtol=1e-12
    )
    assert (adjusted.weight[~responded] == 0).all()


def test_one_margin_is_post_stratification() -> None:
    raked = rake({"sex": list("ffm")}, [1, 3, 2], {"sex": {"f": 8, "m": 10}})
    assert raked.weight.tolist() == [2.0, 6.0, 10.0]
    assert raked.rounds == 1


def test_two_margins_by_hand() -> None:
    """A table 1 2 / 3 6 has no interaction, so the answer is row · column / total: 12, 8 by 5, 15 of 20."""
    table = {"sex": list("ffmm"), "region": list("nsns")}
    raked = rake(table, [1, 2, 3, 6], {"sex": {"f": 12, "m": 8}, "region": {"n": 5, "s": 15}})
    assert raked.weight == pytest.approx([3, 9, 2, 6], rel=1e-12)


def test_an_interaction_stays() -> None:
    table = {"sex": list("ffmm"), "region": list("nsns")}
    raked = rake(table, [1, 2, 5, 1], {"sex": {"f": 12, "m": 8}, "region": {"n": 5, "s": 15}})
    w = raked.weight
    assert w[0] * w[3] / (w[1] * w[2]) == pytest.approx(1 * 1 / (2 * 5), rel=1e-9)
    assert (w[0] + w[1], w[0] + w[2]) == (pytest.approx(12, rel=1e-9), pytest.approx(5, rel=1e-9))


@given(st.integers(0, 10_000))
def test_raking_does_not_depend_on_scale_or_on_the_order_of_margins_or_rows(seed: int) -> None:
    draw = np.random.default_rng(seed)
    a = np.concatenate([np.arange(9) // 3, draw.integers(0, 3, 60)])
    b = np.concatenate([np.arange(9) % 3, draw.integers(0, 3, 60)])
    weight = draw.uniform(1, 4, 69)
    margins = {"a": {0: 30.0, 1: 50.0, 2: 20.0}, "b": {0: 40.0, 1: 25.0, 2: 35.0}}
    one = rake({"a": a, "b": b}, weight, margins, tolerance=1e-13).weight
    two = rake({"a": a, "b": b}, 7 * weight, dict(reversed(margins.items())), tolerance=1e-13).weight
    order = draw.permutation(69)
    three = rake({"a": a[order], "b": b[order]}, weight[order], margins, tolerance=1e-13).weight
    np.testing.assert_allclose(two, one, rtol=1e-9)
    np.testing.assert_allclose(three, one[order], rtol=1e-9)
    ratio = (one / weight).reshape(-1)
    for i in range(3):  # the factor of a cell is one number
        for j in range(3):
            assert np.ptp(ratio[(a == i) & (b == j)]) <= 1e-12 * ratio.max()


def test_replicate_weights_are_raked_each_to_the_same_totals() -> None:
    draw = np.random.default_rng(0)
    table = {"a": draw.integers(0, 3, 50), "b": draw.integers(0, 2, 50)}
    weight = draw.uniform(1, 2, (50, 4))
    margins = {"a": {0: 30.0, 1: 50.0, 2: 20.0}, "b": {0: 40.0, 1: 60.0}}
    together = rake(table, weight, margins).weight
    assert together.shape == (50, 4)
    for r in range(4):
        np.testing.assert_allclose(together[:, r], rake(table, weight[:, r], margins).weight, rtol=1e-9)
