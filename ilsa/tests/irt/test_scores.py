"""Scores: against R, against their own definitions, and where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import Unavailable
from ilsa.irt import IrtError, Items, Quadrature, calibrate, score
from ilsa.irt.tails import benjamini_hochberg, chi_square_tail, two_sided

pytestmark = pytest.mark.unit


@pytest.mark.reference
@pytest.mark.parametrize("name", ["LSAT6", "LSAT7"])
@pytest.mark.parametrize(
    ("method", "value", "error"),
    # mirt takes errors of MAP and ML from differences, and that of WLE from the curvature of log L + ½ log I
    [("EAP", 1e-6, 1e-6), ("MAP", 5e-6, 2e-5), ("ML", 4e-6, 8e-5), ("WLE", 5e-6, None)],
)
def test_scores_of_the_lsat(
    name: str,
    method: Any,
    value: float,
    error: float | None,
    lsat: Callable[[str], Any],
    kept: Callable[[str], Any],
) -> None:
    found, expected = calibrate(lsat(name), tolerance=1e-10), kept(f"{name}_2PL_{method}.csv")
    items = list(expected.rows[0])[:5]
    patterns = np.column_stack([expected[item] for item in items])
    scores = score(found.items, patterns, method)
    theirs = np.array([float(row["F1"]) for row in expected.rows])
    for at, number in enumerate(theirs):
        if np.isinf(number):
            where = "lowest" if number < 0 else "highest"
            assert scores[at] == Unavailable("no_variation", f"all answers in the {where} category")
        else:
            assert scores[at] == pytest.approx(number, abs=value)
            if error is not None:
                assert scores.se[at] == pytest.approx(float(expected.rows[at]["SE_F1"]), abs=error)
    assert len(scores.unavailable) == (2 if method == "ML" else 0)


@pytest.mark.reference
def test_scores_of_tam(packages: Callable[[str], Any]) -> None:
    table = packages("tam/data.sim.rasch.csv")
    found = calibrate(table.all(), "1PL", quadrature=Quadrature(41), tolerance=1e-9)
    eap, expected = found.scores("EAP"), packages("tam/sim_1PL_EAP.csv")
    np.testing.assert_allclose(eap.theta, expected["EAP"], atol=2e-7)
    np.testing.assert_allclose(eap.se, expected["SD.EAP"], atol=2e-8)
    assert eap.reliability == pytest.approx(0.89923923, abs=1e-8)
    wle, expected = found.scores("WLE"), packages("tam/sim_1PL_WLE.csv")
    np.testing.assert_allclose(wle.theta, expected["theta"], atol=3e-6)
    np.testing.assert_allclose(wle.se, expected["error"], atol=4e-5)
    assert wle.reliability == pytest.approx(expected["WLE.rel"][0], abs=1e-7)


@pytest.fixture(scope="module")
def mixed() -> tuple[Items, Any]:
    items = Items.from_difficulties(
        list("abcdefgh"),
        ["2PL", "3PL", "GPCM", "GRM"] * 2,
        [
            [-1, np.nan],
            [0, np.nan],
            [-0.5, 0.7],
            [-1, 0.2],
            [0.4, np.nan],
            [1, np.nan],
            [0.1, 1.0],
            [0.3, 1.5],
        ],
        [1.2, 0.9, 0.8, 1.4, 0.7, 1.5, 1.1, 0.9],
        [0, 0.2, 0, 0, 0, 0.15, 0, 0],
    )
    draw = np.random.default_rng(3)
    theta = draw.normal(0, 1, 300)
    p = items.probability(theta).cumsum(axis=1)
    given = (draw.random((8, 1, 300)) > p[:, :-1]).sum(axis=1).T.astype(float)
    given[draw.random(given.shape) < 0.15] = np.nan
    return items, given[~np.isnan(given).all(axis=1)]


def log_likelihood(items: Items, row: Any, theta: Any) -> Any:
    log_p = items.log_probability(theta)
    return sum(log_p[j, int(x)] for j, x in enumerate(row) if not np.isnan(x))


def test_ml_and_map_are_the_highest_points(mixed: tuple[Items, Any]) -> None:
    items, given = mixed
    ml, best = score(items, given, "ML"), score(items, given, "MAP", mean=0.3, sd=1.2)
    grid = np.linspace(-20, 20, 8001)
    for i in range(0, given.shape[0], 7):
        curve = log_likelihood(items, given[i], grid)
        value = ml[i]
        if isinstance(value, float):
            assert curve.max() <= log_likelihood(items, given[i], value)[0] + 1e-9
        pulled = curve - 0.5 * ((grid - 0.3) / 1.2) ** 2
        assert best[i] == pytest.approx(grid[pulled.argmax()], abs=0.006)


def test_wle_solves_its_equation(mixed: tuple[Items, Any]) -> None:
    items, given = mixed
    found = score(items, given, "WLE")
    h = 1e-5
    for i in range(0, given.shape[0], 11):
        theta = found[i]
        assert isinstance(theta, float)
        seen = items.choose([name for name, x in zip(items.names, given[i], strict=True) if not np.isnan(x)])
        slope = log_likelihood(items, given[i], [theta - h, theta + h]) @ [-1, 1] / (2 * h)
        p = [seen.probability(theta + s * h)[:, :, 0] for s in (-1, 0, 1)]
        first, second = (p[2] - p[0]) / (2 * h), (p[2] - 2 * p[1] + p[0]) / h**2
        j = np.divide(first * second, p[1], out=np.zeros_like(first), where=p[1] > 0).sum()
        information = seen.total_information(theta)[0]
        assert slope + j / (2 * information) == pytest.approx(0, abs=1e-4)
        assert found.se[i] == pytest.approx(information**-0.5)


def test_eap_takes_the_prior_of_the_pupils_group(mixed: tuple[Items, Any]) -> None:
    items, given = mixed
    group = np.arange(given.shape[0]) % 2
    both = score(items, given, "EAP", group=group, mean=[-1, 1], sd=[0.5, 2])
    for g, (mean, sd) in enumerate([(-1, 0.5), (1, 2)]):
        alone = score(items, given[group == g], "EAP", mean=mean, sd=sd)
        np.testing.assert_allclose(both.theta[group == g], alone.theta, rtol=1e-10)
        np.testing.assert_allclose(both.se[group == g], alone.se, rtol=1e-10)


def test_a_moved_scale_moves_the_scores(mixed: tuple[Items, Any]) -> None:
    items, given = mixed
    for method in ("ML", "WLE", "MAP"):
        here = score(items, given, method)  # type: ignore[arg-type]
        there = score(items.transformed(1.5, 0.7), given, method, mean=0.7, sd=1.5)  # type: ignore[arg-type]
        both = [i for i in range(len(here)) if isinstance(here[i], float) and isinstance(there[i], float)]
        assert len(both) > 250
        np.testing.assert_allclose(there.theta[both], 1.5 * here.theta[both] + 0.7, atol=1e-8)
        np.testing.assert_allclose(there.se[both], 1.5 * here.se[both], rtol=1e-8)


def test_reliability_of_scores_without_variation_is_unavailable() -> None:
    items = Items.from_difficulties(["x", "y"], "2PL", [0.0, 0.0])
    assert score(items, [[1, 0], [0, 1]]).reliability == Unavailable("no_variation")


def test_answers_that_the_parameters_do_not_know_are_refused() -> None:
    items = Items.from_difficulties(["x", "y"], "2PL", [0.0, 0.0])
    with pytest.raises(IrtError) as refused:
        score(items, [[1, 0], [2, 1]])
    assert str(refused.value) == (
        "Item 'x' has an answer 2 in row 2, but its parameters know categories up to 1."
    )
    with pytest.raises(IrtError, match="sd= is 0"):
        score(items, [[1, 0]], sd=0)
    with pytest.raises(IrtError, match="method= is 'EPA'"):
        score(items, [[1, 0]], "EPA")  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["EAP", "MAP", "WLE"])
def test_a_score_depends_on_ones_own_answers_only(method: Any) -> None:
    items = Items.from_difficulties(
        list("abc"), ["2PL", "GPCM", "GRM"], [[0, np.nan], [0, 1], [-1, 1]], [1, 1.2, 0.8]
    )
    given = [[0, 0, 0], [1, 2, 2], [0, 1, 0], [1, 0, 2]]
    together = score(items, given, method)
    for i, row in enumerate(given):
        assert score(items, [row], method)[0] == pytest.approx(together[i], abs=1e-9)


def test_scores_are_read_like_a_list() -> None:
    items = Items.from_difficulties(["x", "y"], "2PL", [0.0, 1.0])
    found = score(items, [[1, 0], [1, 1]], "ML")
    assert [isinstance(value, Unavailable) for value in found] == [False, True]
    assert found.theta.mask.tolist() == [False, True]
    assert isinstance(found[-1], Unavailable)


@pytest.mark.parametrize(
    ("x", "df", "expected"),
    # pchisq(x, df, lower.tail = FALSE) of R
    [
        (3.841458820694124, 1, 0.05),
        (5.991464547107979, 2, 0.05),
        (18.307038053275146, 10, 0.05),
        (0.5, 4, 0.97350097883925),
        (80.0, 12, 4.0945556e-12),
    ],
)
def test_tail_of_chi_square(x: float, df: int, expected: float) -> None:
    assert chi_square_tail(x, df) == pytest.approx(expected, rel=1e-6)
    if df == 2:
        assert chi_square_tail(x, 2) == pytest.approx(np.exp(-x / 2), rel=1e-13)
    if df == 1:
        assert chi_square_tail(x, 1) == pytest.approx(float(two_sided(np.array([x**0.5]))[0]), rel=1e-13)


def test_adjusted_p_values() -> None:
    np.testing.assert_allclose(
        benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])), [0.04, 0.16 / 3, 0.16 / 3, 0.5]
    )
