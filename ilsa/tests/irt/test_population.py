"""Latent regression and plausible values: against R TAM, by recovery, by their own moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa.irt import (
    IrtError,
    Items,
    Population,
    Quadrature,
    calibrate,
    draw,
    latent_regression,
)

pytestmark = pytest.mark.unit


@pytest.mark.reference
def test_latent_regression_of_tam(booklets: dict[str, Any], kept: Callable[[str], Any]) -> None:
    """TAM stops 1.4e-5 before the maximum; its density is not normalised, which at this step is no difference."""
    table = kept("tam_2pl_items.csv")
    items = Items(
        tuple(table["item"]),
        ("2PL",) * 60,
        table["a"],
        -table["xsi"][:, None],
        np.zeros(60),  # type: ignore[arg-type]
    )
    z = np.column_stack([booklets["regressors"], booklets["country"][:, None] == np.arange(1, 8)])
    found = latent_regression(items, booklets["answers"], z, missing=(-9,), quadrature=21)
    np.testing.assert_allclose(found.beta[0], kept("tam_latreg_beta.csv")["beta"], atol=2e-5)


def items(count: int = 20) -> Items:
    made = np.random.default_rng(5)
    return Items.from_difficulties(
        [f"i{j}" for j in range(count)], "2PL", made.normal(0, 1, count), np.exp(made.normal(0, 0.25, count))
    )


BANK = items()


def answered(theta: Any, seed: int) -> Any:
    made = np.random.default_rng(seed)
    given = (made.random((theta.size, 20)) < BANK.probability(theta)[:, 1].T).astype(float)
    given[made.random(given.shape) < 0.2] = np.nan
    return given


@pytest.fixture(scope="module")
def pupils() -> dict[str, Any]:
    """Two countries with regressions of their own, 2,000 pupils each, weights."""
    made = np.random.default_rng(1)
    country = np.repeat(["A", "B"], 2000)
    z = np.column_stack([made.normal(0, 1, 4000), made.integers(0, 2, 4000)])
    here = country == "A"
    mean = np.where(here, 0.2 + 0.5 * z[:, 0] - 0.3 * z[:, 1], -0.4 + 0.1 * z[:, 0] + 0.2 * z[:, 1])
    theta = mean + made.normal(0, np.where(here, 0.7, 1.1))
    return {
        "answers": answered(theta, 2),
        "z": z,
        "country": country,
        "theta": theta,
        "weight": np.exp(made.normal(0, 0.3, 4000)),
    }


@pytest.fixture(scope="module")
def model(pupils: dict[str, Any]) -> Population:
    return latent_regression(
        BANK,
        pupils["answers"],
        {"ses": pupils["z"][:, 0], "girl": pupils["z"][:, 1]},
        group=pupils["country"],
        by_group=True,
    )


def test_each_country_has_its_regression(model: Population) -> None:
    assert model.groups == (("A",), ("B",))
    assert model.regressors == ("(intercept)", "ses", "girl")
    z = (model.beta - [[0.2, 0.5, -0.3], [-0.4, 0.1, 0.2]]) / model.se
    assert np.abs(z).max() < 3.5
    error = model.sd * np.sqrt(model.covariance[:, -1, -1])
    assert np.abs((model.sd - [0.7, 1.1]) / error).max() < 3.5
    explained = np.array([0.25 + 0.09 / 4, 0.01 + 0.04 / 4])
    np.testing.assert_allclose(model.r_squared, explained / (explained + np.array([0.49, 1.21])), atol=0.06)


def test_countries_apart_are_countries_alone(model: Population, pupils: dict[str, Any]) -> None:
    for g, label in enumerate(("A", "B")):
        rows = pupils["country"] == label
        alone = latent_regression(BANK, pupils["answers"][rows], pupils["z"][rows])
        np.testing.assert_allclose(alone.beta[0], model.beta[g], atol=1e-6)
        np.testing.assert_allclose(alone.eap, model.eap[rows], atol=1e-6)
        assert alone.log_likelihood[0] == pytest.approx(model.log_likelihood[g], rel=1e-10)


def test_covariance_is_that_of_the_curvature(pupils: dict[str, Any]) -> None:
    """Log-likelihood by brute force, and its second differences."""
    rows = np.arange(0, 4000, 20)
    given, z, w = pupils["answers"][rows], pupils["z"][rows], pupils["weight"][rows]
    found = latent_regression(BANK, given, z, weights=w, tolerance=1e-9)
    theta = np.linspace(-9, 9, 361)
    log_p = BANK.log_probability(theta)
    right, wrong = np.nan_to_num(given) @ log_p[:, 1], np.nan_to_num(1 - given) @ log_p[:, 0]
    design = np.column_stack([np.ones(rows.size), z])
    weight = w * rows.size / w.sum()

    def log_l(x: Any) -> float:
        mu, sd = design @ x[:-1], np.exp(x[-1])
        density = np.exp(-0.5 * ((theta - mu[:, None]) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
        return float(weight @ np.log((np.exp(right + wrong) * density).sum(axis=1) * 0.05))

    x = np.append(found.beta[0], np.log(found.sd[0]))
    assert log_l(x) == pytest.approx(found.log_likelihood[0], rel=1e-9)
    steps = 1e-3 * np.eye(4)
    hessian = np.array(
        [
            [
                (log_l(x + a + b) - log_l(x + a - b) - log_l(x - a + b) + log_l(x - a - b)) / 4e-6
                for b in steps
            ]
            for a in steps
        ]
    )
    np.testing.assert_allclose(np.linalg.inv(-hessian), found.covariance[0], rtol=2e-3, atol=1e-6)


def test_a_whole_weight_is_that_many_pupils(pupils: dict[str, Any]) -> None:
    times = np.random.default_rng(1).integers(1, 4, 500)
    given, z = pupils["answers"][:500], pupils["z"][:500]
    rows = np.repeat(np.arange(500), times)
    one = latent_regression(BANK, given, z, weights=times)
    many = latent_regression(BANK, given[rows], z[rows])
    np.testing.assert_allclose(one.beta, many.beta, atol=1e-5)
    np.testing.assert_allclose(one.sd, many.sd, atol=1e-5)


def test_equal_answers_counted_once_keep_their_own_regressors() -> None:
    made = np.random.default_rng(3)
    z = made.normal(0, 1, 3000)
    five = BANK.choose(BANK.names[:5])
    theta = 0.6 * z + made.normal(0, 0.8, 3000)
    given = (made.random((3000, 5)) < five.probability(theta)[:, 1].T).astype(int)
    found = latent_regression(five, given, z)
    assert abs(found.beta[0, 1] - 0.6) < 4 * found.se[0, 1]
    order = made.permutation(3000)
    again = latent_regression(five, given[order], z[order])
    np.testing.assert_allclose(again.eap, found.eap[order], atol=1e-6)


def test_regression_on_nothing_is_the_groups_distribution(pupils: dict[str, Any]) -> None:
    found = latent_regression(BANK, pupils["answers"], np.empty((4000, 0)), tolerance=1e-9)
    held = calibrate(pupils["answers"], items=BANK.names, anchor=BANK, tolerance=1e-9)
    assert found.beta[0, 0] == pytest.approx(held.mean[0], abs=1e-5)
    assert found.sd[0] == pytest.approx(held.sd[0], abs=1e-5)


# plausible values


@pytest.mark.parametrize("draw_regression", [True, False])
def test_moments_of_the_draws_are_those_of_the_posteriors(model: Population, draw_regression: bool) -> None:
    found = draw(model, n=20, seed=3, draw_regression=draw_regression)
    checks = found.checks()
    assert [c.name for c in checks[:5]] == ["mean", "variance", "beta (intercept)", "beta ses", "beta girl"]
    assert len(checks) == 10
    assert [c for c in checks if not c.held] == []
    if draw_regression:
        spread = found.beta.std(axis=0, ddof=1)
        np.testing.assert_allclose(spread / model.se, 1, atol=0.6)
    else:
        assert (found.beta == model.beta).all()


def test_a_check_can_fail(model: Population) -> None:
    """Nodes too far apart make the variance too large, and the check says so."""
    coarse = latent_regression(
        BANK, model.data, np.ones((4000, 1)), intercept=False, quadrature=Quadrature(15)
    )
    failed = [c.name for c in draw(coarse, n=40, draw_regression=False).checks() if not c.held]
    assert "variance" in failed


def test_draws_follow_each_pupils_posterior(model: Population) -> None:
    found = draw(model, n=2000, seed=1, draw_regression=False).values[:40]
    middle = (found.mean(axis=1) - model.eap[:40]) / (model.posterior_sd[:40] / np.sqrt(2000))
    assert np.abs(middle).max() < 4
    np.testing.assert_allclose(found.std(axis=1) / model.posterior_sd[:40], 1, atol=0.08)


def test_regressions_on_the_draws_recover_what_was_conditioned_on_only(pupils: dict[str, Any]) -> None:
    made = np.random.default_rng(9)
    z = np.column_stack([pupils["z"][:, 0], made.normal(0, 1, 4000)])
    theta = 0.5 * z[:, 0] + 0.5 * z[:, 1] + made.normal(0, 0.7, 4000)
    given = answered(theta, 4)
    pv = draw(latent_regression(BANK, given, z[:, :1]), n=10, seed=1).values

    def slopes(values: Any) -> Any:
        return np.linalg.lstsq(np.column_stack([np.ones(4000), z]), values, rcond=None)[0][1:].mean(axis=1)

    conditioned, left_out = slopes(pv)
    assert conditioned == pytest.approx(0.5, abs=0.04)
    assert left_out < 0.47
    both = slopes(draw(latent_regression(BANK, given, z), n=10, seed=1).values)
    np.testing.assert_allclose(both, 0.5, atol=0.05)


def test_the_seed_and_nothing_else_decides(
    model: Population, pupils: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, same, other = draw(model, seed=1), draw(model, seed=1), draw(model, seed=2)
    assert (one.values == same.values).all()
    assert (one.values != other.values).all()
    monkeypatch.setattr("ilsa.irt.booklets.SMALLEST_BLOCK", 10_000)  # the work is cut otherwise
    again = latent_regression(BANK, pupils["answers"], pupils["z"], group=pupils["country"], by_group=True)
    np.testing.assert_allclose(draw(again, seed=1).values, one.values, atol=1e-5)
    assert list(one.columns("LECT_PV{m}")) == [f"LECT_PV{m}" for m in range(1, 6)]
    np.testing.assert_array_equal(one.columns()["PV3"], one.values[:, 2])


def test_the_reported_scale(model: Population, pupils: dict[str, Any]) -> None:
    found = draw(model, n=5, seed=1).scaled(500, 100)
    a, b = (found.values[pupils["country"] == c] for c in "AB")
    assert (a.mean() + b.mean()) / 2 == pytest.approx(500)
    assert np.sqrt(((a - 500) ** 2).mean() / 2 + ((b - 500) ** 2).mean() / 2) == pytest.approx(100)
    alone = found.scaled(500, 100, groups=(("A",),))
    assert alone.values[pupils["country"] == "A"].mean() == pytest.approx(500)
    logits = draw(model, n=5, seed=1).values
    np.testing.assert_allclose(alone.slope * logits + alone.intercept, alone.values)
    assert [c.held for c in alone.checks()] == [c.held for c in found.checks()]
    with pytest.raises(IrtError, match="The groups are A, B"):
        found.scaled(groups=(("C",),))


def test_from_a_calibration(pupils: dict[str, Any]) -> None:
    found = calibrate(pupils["answers"], group=pupils["country"])
    pv = found.plausible_values(pupils["z"], n=3, seed=5, by_group=True)
    assert pv.values.shape == (4000, 3)
    assert [c for c in pv.checks() if not c.held] == []


def fit(**change: Any) -> Any:
    given: dict[str, Any] = {
        "answers": answered(np.random.default_rng(1).normal(0, 1, 200), 1),
        "conditioning": np.random.default_rng(2).normal(0, 1, (200, 2)),
        "items": BANK,
    }
    given |= change
    return latent_regression(given.pop("items"), given.pop("answers"), given.pop("conditioning"), **given)


HOLE = np.random.default_rng(2).normal(0, 1, (200, 2))
HOLE[11, 1] = np.nan


@pytest.mark.parametrize(
    ("code", "change", "part"),
    [
        (
            "regressor_missing",
            {"conditioning": HOLE, "names": ["ses", "girl"]},
            "Regressor 'girl' is missing in row 12",
        ),
        ("regressors_collinear", {"conditioning": np.ones((200, 1))}, "'z1' is a combination of others"),
        ("regressors_collinear", {"conditioning": np.zeros((200, 1)), "intercept": False}, "'z1'"),
        (
            "regressors_too_many",
            {"conditioning": np.random.default_rng(2).normal(0, 1, (200, 199))},
            "200 pupils for 200",
        ),
        ("parameters_shape", {"conditioning": np.ones((7, 1))}, "conditioning has shape (7, 1)"),
        ("parameters_shape", {"names": ["x"]}, "names has shape (1,)"),
        ("grid_too_coarse", {"quadrature": Quadrature(7, (-9, 9))}, "the residual standard deviation"),
        ("grid_too_short", {"quadrature": Quadrature(21, (-1, 1))}, "widen limits="),
        ("not_converged", {"rounds": 1}, "After 1 rounds"),
    ],
)
def test_refused_with_a_sentence(code: str, change: Any, part: str) -> None:
    with pytest.raises(IrtError) as refused:
        fit(**change)
    assert refused.value.code == code
    assert part in str(refused.value)


def test_draws_need_a_number_and_a_seed(model: Population) -> None:
    with pytest.raises(IrtError, match="n= is 0"):
        draw(model, n=0)
    with pytest.raises(IrtError, match="seed= is -1"):
        draw(model, seed=-1)
