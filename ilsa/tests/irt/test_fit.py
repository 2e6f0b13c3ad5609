"""Fit: against R, against simulation, and where a statistic does not exist."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import Unavailable
from ilsa.irt import Items, OverallFit, Quadrature, ScoreFit, calibrate
from ilsa.irt.fit import score_distribution

pytestmark = pytest.mark.unit


@pytest.mark.reference
@pytest.mark.parametrize("name", ["LSAT6", "LSAT7"])
def test_fit_of_the_lsat(name: str, lsat: Callable[[str], Any], kept: Callable[[str], Any]) -> None:
    found, expected = calibrate(lsat(name), tolerance=1e-10), kept(f"{name}_2PL_itemfit.csv")
    by_score = found.score_fit()
    assert isinstance(by_score, ScoreFit)
    np.testing.assert_allclose(by_score.statistic, expected["S_X2"], atol=2e-7)
    np.testing.assert_array_equal(by_score.df, expected["df.S_X2"])
    np.testing.assert_allclose(by_score.p, expected["p.S_X2"], atol=1e-8)
    np.testing.assert_allclose(by_score.rmsea, expected["RMSEA.S_X2"], atol=1e-8)
    overall, expected = found.overall_fit(), kept(f"{name}_2PL_M2.csv")
    assert isinstance(overall, OverallFit)
    assert overall.m2 == pytest.approx(expected["M2"][0], abs=1e-7)
    assert overall.df == expected["df"][0]
    assert overall.p == pytest.approx(expected["p"][0], abs=1e-8)
    assert overall.rmsea == pytest.approx(expected["RMSEA"][0], abs=1e-9)
    assert overall.srmsr == pytest.approx(expected["SRMSR"][0], abs=1e-9)


@pytest.mark.reference
@pytest.mark.parametrize("name", ["LSAT6", "LSAT7"])
def test_residuals_at_the_eap_are_those_of_mirt(
    name: str, lsat: Callable[[str], Any], kept: Callable[[str], Any]
) -> None:
    """To 1e-5: mirt's parameters stop that far from the maximum."""
    found, expected = (
        calibrate(lsat(name), "Rasch", tolerance=1e-10).fit("eap"),
        kept(f"{name}_Rasch_infit.csv"),
    )
    np.testing.assert_allclose(found.outfit, expected["outfit"], atol=3e-6)
    np.testing.assert_allclose(found.infit, expected["infit"], atol=3e-6)
    np.testing.assert_allclose(found.outfit_t, expected["z.outfit"], atol=5e-5)
    np.testing.assert_allclose(found.infit_t, expected["z.infit"], atol=5e-5)


@pytest.mark.reference
def test_residuals_over_the_posterior(lsat: Callable[[str], Any], packages: Callable[[str], Any]) -> None:
    found = calibrate(lsat("LSAT7"), "Rasch", tolerance=1e-10).fit()
    assert found.outfit[0] == pytest.approx(0.981105, abs=3e-6)
    assert found.infit[0] == pytest.approx(0.989712, abs=3e-6)
    table, expected = packages("tam/data.sim.rasch.csv"), packages("tam/sim_1PL_msq_itemfit.csv")
    found = calibrate(table.all(), "1PL", quadrature=Quadrature(41), tolerance=1e-9).fit()
    for ours, theirs in (("outfit", "Outfit"), ("infit", "Infit")):
        np.testing.assert_allclose(getattr(found, ours), expected[theirs], atol=1e-7)
        np.testing.assert_allclose(getattr(found, f"{ours}_t"), expected[f"{theirs}_t"], atol=2e-6)
        np.testing.assert_allclose(getattr(found, f"{ours}_p"), expected[f"{theirs}_p"], atol=2e-6)


def rasch(n: int, seed: int, odd: float = 1.0) -> Any:
    """Ten Rasch items, the first with another slope."""
    draw = np.random.default_rng(seed)
    slope = np.array([odd, *[1.0] * 9])
    theta = draw.normal(0, 1, (n, 1))
    return (draw.random((n, 10)) < 1 / (1 + np.exp(-slope * (theta - np.linspace(-1, 1, 10))))).astype(int)


def test_items_that_follow_the_model_fit_and_one_that_does_not_is_found() -> None:
    good = calibrate(rasch(4000, 1), "Rasch")
    assert np.abs(good.fit().outfit_t).max() < 4
    odd = calibrate(rasch(4000, 1, odd=0.2), "Rasch")
    assert odd.fit().infit_t.argmax() == 0
    assert odd.fit().infit[0] > 1.1
    by_score, overall = odd.score_fit(), odd.overall_fit()
    assert isinstance(by_score, ScoreFit)
    assert isinstance(overall, OverallFit)
    assert by_score.p[0] < 1e-10
    assert overall.p < 1e-6
    assert odd.deviation().rmsd[0, 0] > 3 * odd.deviation().rmsd[1:, 0].max() / 2
    assert good.deviation().rmsd.max() < 0.03


def test_m2_and_s_x2_keep_their_distribution() -> None:
    found = [calibrate(rasch(600, 50 + seed), "Rasch") for seed in range(60)]
    m2 = [f.overall_fit() for f in found]
    values = np.array([f.m2 for f in m2 if isinstance(f, OverallFit)])
    df = 55 - 11
    assert abs(values.mean() - df) < 4 * np.sqrt(2 * df / 60)
    p = np.concatenate([f.p for f in (x.score_fit() for x in found) if isinstance(f, ScoreFit)])
    assert 0.02 < (p < 0.05).mean() < 0.09


def test_a_group_that_finds_an_item_harder_has_a_deviation_there() -> None:
    given = rasch(4000, 3)
    group = np.arange(4000) % 2
    given[(group == 1) & (np.random.default_rng(1).random(4000) < 0.3), 4] = 0
    table = calibrate(given, "Rasch", group=group).deviation()
    assert table.groups == ((0,), (1,))
    assert table.rmsd[:, 1].argmax() == 4
    assert table.rmsd[4].min() > 0.05
    assert np.delete(table.rmsd, 4, axis=0).max() < 0.05


def test_the_distribution_of_the_score_counts_all_patterns() -> None:
    p = np.array([[0.2, 0.5], [0.7, 0.4], [0.1, 0.9]])
    expected = np.zeros((4, 2))
    for pattern in itertools.product([0, 1], repeat=3):
        x = np.array(pattern)[:, None]
        expected[sum(pattern)] += np.prod(np.where(x == 1, p, 1 - p), axis=0)
    np.testing.assert_allclose(score_distribution(p), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("settings", "detail"),
    [
        ({"weights": np.linspace(0.5, 1.5, 200)}, "is not defined for weighted answers"),
        ({"group": np.arange(200) % 2}, "is given for one group at a time"),
        ({"missing": (1,), "linked_by": "random_groups"}, "needs pupils who all saw the same items"),
    ],
)
def test_statistics_of_whole_patterns_are_not_given_for_others(settings: Any, detail: str) -> None:
    given = rasch(200, 1)
    if "missing" in settings:
        given = np.where(np.random.default_rng(1).random(given.shape) < 0.1, 9, given)
        settings = {"missing": (9,), "without_answers": "leave_out"}
    found = calibrate(given, "Rasch", **settings)
    assert found.score_fit() == Unavailable("not_comparable", f"S-X² {detail}")
    assert found.overall_fit() == Unavailable("not_comparable", f"M₂ {detail}")


def test_more_than_two_categories_and_too_few_items_are_said() -> None:
    parts = rasch(300, 1)[:, :4] + rasch(300, 2)[:, :4]
    assert calibrate(parts, "PCM").overall_fit() == Unavailable(
        "not_comparable", "M₂ is given for right and wrong answers only"
    )
    few = calibrate(rasch(3000, 1)[:, :4], "2PL", anchor=None)
    assert isinstance(few.overall_fit(), OverallFit)
    three = calibrate(rasch(3000, 1)[:, :3], "2PL", tolerance=1e-5)
    assert three.overall_fit() == Unavailable(
        "below_minimum_n", "as many parameters as shares: too few items"
    )


def test_fixed_items_count_no_parameters_in_s_x2() -> None:
    given = rasch(2000, 1)
    items = Items.from_difficulties([f"I{j + 1}" for j in range(10)], "2PL", np.linspace(-1, 1, 10))
    free, held = calibrate(given).score_fit(), calibrate(given, anchor=items).score_fit()
    assert isinstance(free, ScoreFit)
    assert isinstance(held, ScoreFit)
    assert (held.df - free.df).tolist() == [2.0] * 10
