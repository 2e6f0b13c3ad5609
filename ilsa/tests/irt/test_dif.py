"""Differential item functioning: against R difR and mirt, by simulation, and refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa.irt import Calibration, IrtError, calibrate

pytestmark = pytest.mark.unit


@pytest.mark.reference
def test_dif_r(packages: Callable[[str], Any]) -> None:
    table = packages("linking/verbal.csv")
    names = list(table.rows[0])[:24]
    found = calibrate(table.all(*list(table.rows[0])[24:]), items=names)
    mantel = found.dif(table["Gender"], "mantel_haenszel", reference=1, focal=0)
    expected = packages("linking/verbal_MH.csv")
    np.testing.assert_allclose(mantel.statistic, expected["chisq"], atol=1e-12)
    np.testing.assert_allclose(mantel.p, expected["p"], atol=1e-12)
    np.testing.assert_allclose(mantel.parts["alpha"], expected["alphaMH"], atol=1e-12)
    np.testing.assert_allclose(mantel.effect, expected["delta"], atol=1e-12)
    logistic, expected = found.dif(table["Gender"], "logistic"), packages("linking/verbal_logistic_DIF.csv")
    np.testing.assert_allclose(logistic.statistic, expected["LR_both"], atol=1e-9)
    np.testing.assert_allclose(logistic.parts["uniform"], expected["LR_uniform"], atol=1e-9)
    np.testing.assert_allclose(logistic.parts["nonuniform"], expected["LR_nonuniform"], atol=1e-9)


@pytest.mark.reference
def test_mirt(packages: Callable[[str], Any]) -> None:
    table, expected = packages("mirt/dif_data.csv"), packages("mirt/dif_drop_LRT.csv")
    found = calibrate(table.all("group"), items=[n for n in table.rows[0] if n != "group"]).dif(
        table["group"]
    )
    np.testing.assert_allclose(found.statistic, expected["X2"], atol=5e-6)
    np.testing.assert_array_equal(found.df, expected["df"])
    np.testing.assert_allclose(found.p, expected["p"], rtol=1e-4)


N = 3000
GROUP = np.arange(N) % 2


@pytest.fixture(scope="module")
def harder() -> Calibration:
    """The second group is better by half a logit; the third item is harder for it by 0.8, the fifth flatter."""
    draw = np.random.default_rng(4)
    theta = draw.normal(0.5 * GROUP, 1)[:, None]
    b = np.tile(np.linspace(-1, 1, 12), (N, 1))
    b[:, 2] += 0.8 * GROUP
    a = np.ones((N, 12))
    a[:, 4] -= 0.7 * GROUP
    return calibrate((draw.random((N, 12)) < 1 / (1 + np.exp(-a * (theta - b)))).astype(int))


@pytest.mark.parametrize("method", ["mantel_haenszel", "logistic", "likelihood_ratio"])
def test_the_harder_item_is_found(harder: Calibration, method: Any) -> None:
    found = harder.dif(GROUP, method)
    assert found.p_adjusted[2] < 1e-6
    assert int(found.statistic.argmax()) == 2
    innocent = [j for j in range(12) if j not in (2, 4)]
    assert found.statistic[innocent].max() < found.statistic[2] / 5  # totals include the two odd items
    assert (found.reference, found.focal) == ("0", "1")
    assert found.of("I3")["p"] == found.p[2]
    if method == "mantel_haenszel":
        assert found.effect[2] < -1.3
        assert found.size[2] == "C"
    if method == "likelihood_ratio":
        assert found.effect[2] == pytest.approx(0.8, abs=0.25)
        assert found.df.tolist() == [2.0] * 12


def test_a_flatter_item_is_found_where_slopes_are_compared(harder: Calibration) -> None:
    assert harder.dif(GROUP, "logistic").parts["nonuniform"][4] > 15
    assert harder.dif(GROUP, items=["I5"]).p[0] < 1e-6
    assert harder.dif(GROUP, items=["I5"]).items == ("I5",)


@pytest.mark.parametrize("method", ["mantel_haenszel", "likelihood_ratio"])
def test_groups_change_places_effects_change_signs(harder: Calibration, method: Any) -> None:
    there = harder.dif(GROUP, method, items=["I3", "I7"])
    back = harder.dif(GROUP, method, items=["I3", "I7"], focal=0)
    np.testing.assert_allclose(back.statistic, there.statistic, rtol=1e-4)
    np.testing.assert_allclose(back.effect, -there.effect, rtol=0.1, atol=0.02)


def test_without_a_difference_p_values_are_even() -> None:
    draw = np.random.default_rng(8)
    p = []
    for _ in range(12):
        theta = draw.normal(0.5 * np.arange(600) % 2, 1)[:, None]
        given = (draw.random((600, 8)) < 1 / (1 + np.exp(-(theta - np.linspace(-1, 1, 8))))).astype(int)
        p.append(calibrate(given, "Rasch").dif(np.arange(600) % 2).p)
    p = np.concatenate(p)
    assert 0.35 < np.median(p) < 0.65
    assert (p < 0.05).mean() < 0.13


def test_two_of_three_groups(harder: Calibration) -> None:
    three = np.where(np.arange(N) % 10 == 0, 2, GROUP)
    found = harder.dif(three, "mantel_haenszel", reference=0, focal=1)
    assert (found.reference, found.focal) == ("0", "1")
    with pytest.raises(IrtError, match=r"the column has 3 \(0, 1, 2\)"):
        harder.dif(three)
    with pytest.raises(IrtError, match="There is no group 7"):
        harder.dif(three, reference=0, focal=7)


def test_total_scores_need_complete_answers_of_two_categories(harder: Calibration) -> None:
    given = harder.data.codes.astype(float)
    given[6, 3] = np.nan
    holed = calibrate(given)
    with pytest.raises(IrtError, match="Row 7 has no answer to item 'I4'"):
        holed.dif(GROUP, "logistic")
    assert holed.dif(GROUP, items=["I4"]).p.size == 1
    parts = np.column_stack([given[:, 0] + given[:, 1], given[:, 4:]])
    with pytest.raises(IrtError, match="'I1' has more than two categories"):
        calibrate(parts, "GPCM").dif(GROUP, "mantel_haenszel")


def test_unknown_item_and_method(harder: Calibration) -> None:
    with pytest.raises(IrtError, match="There is no item 'x'"):
        harder.dif(GROUP, items=["x"])
    with pytest.raises(IrtError, match="method= is 'eye'"):
        harder.dif(GROUP, "eye")  # type: ignore[arg-type]
    with pytest.raises(IrtError, match="There is no item 'x'"):
        harder.dif(GROUP, "mantel_haenszel").of("x")
