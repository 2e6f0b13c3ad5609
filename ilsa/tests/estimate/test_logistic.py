"""Logistic regression against plain Newton steps on dense weights, and its refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import Assessment, Unavailable

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
Pupils = Callable[..., dict[str, Any]]


def newton(x: Any, y: Any, w: Any) -> Any:
    beta = np.zeros(x.shape[1])
    for _ in range(60):
        mu = 1 / (1 + np.exp(-x @ beta))
        beta = beta + np.linalg.solve((x * (w * mu * (1 - mu))[:, None]).T @ x, x.T @ (w * (y - mu)))
    return beta


@pytest.mark.parametrize("storage", ["ratio", "dense"])
def test_every_replicate_is_maximised(storage: str, assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    ds = assess(table, storage=storage)
    found = ds.estimate.logit("reading ~ girl + ses + C(region)", at_least=490)
    sample = ds.weighted.sample("C1")
    inside = sample.rows
    x = np.column_stack(
        [
            np.ones(inside.size),
            table["girl"][inside],
            table["ses"][inside],
            table["region"][inside] == "north",
            table["region"][inside] == "west",
        ]
    )
    weights = np.column_stack([sample.weight, sample.replicate_weights()])
    terms = ("(Intercept)", "girl", "ses", "region = north", "region = west")
    for m in range(3):
        y = table[f"read{m + 1}"][inside] >= 490
        expected = np.stack([newton(x, y, w) for w in weights.T], axis=1)
        each = np.stack([found["C1", term].estimates[m] for term in terms])
        np.testing.assert_allclose(each, expected, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("groups", [7, 11, 19])
def test_many_predictors_are_expanded_less_far(groups: int, assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of(countries=1, pupils=80)
    table["group"] = np.random.default_rng(1).integers(0, groups, table["girl"].size)
    ds = assess(table)
    found = ds.estimate.logit("reading ~ C(group)", at_least=490)
    x = np.column_stack([np.ones(table["group"].size), *(table["group"] == g for g in range(1, groups))])
    sample = ds.weighted.sample("C0")
    terms = ("(Intercept)", *(f"group = {g}" for g in range(1, groups)))
    for r, w in enumerate(np.column_stack([sample.weight, sample.replicate_weights()]).T):
        each = [found["C0", term].estimates[2, r] for term in terms]
        np.testing.assert_allclose(each, newton(x, table["read3"] >= 490, w), rtol=1e-9, atol=1e-10)


def test_average_marginal_effects(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    ds = assess(table)
    b = ds.estimate.logit("girl ~ ses + reading")
    effects = ds.estimate.logit("girl ~ ses + reading", effects=True)
    inside = ds.weighted.sample("C2").rows
    w = table["weight"][inside]
    for m in range(3):
        x = np.column_stack([np.ones(inside.size), table["ses"][inside], table[f"read{m + 1}"][inside]])
        beta = newton(x, table["girl"][inside], w)
        mu = 1 / (1 + np.exp(-x @ beta))
        slope = (w * mu * (1 - mu)).sum() / w.sum()
        for j, term in ((1, "ses"), (2, "reading")):
            assert b["C2", term].estimates[m, 0] == pytest.approx(beta[j], rel=1e-9, abs=1e-12)
            assert effects["C2", term].estimates[m, 0] == pytest.approx(beta[j] * slope, rel=1e-9, abs=1e-12)


def test_far_from_the_full_sample_newton_goes_on(assess: Make, pupils_of: Pupils) -> None:
    """Two schools hold nearly all of the weight, so that replicates lie far away from the full sample."""
    table = pupils_of()
    table["weight"] = np.where(table["school"] % 12 < 2, 100.0, 1.0)
    ds = assess(table)
    found = ds.estimate.logit("reading ~ girl + ses", at_least=480)["C0", "ses"]
    sample = ds.weighted.sample("C0")
    inside = sample.rows
    x = np.column_stack([np.ones(inside.size), table["girl"][inside], table["ses"][inside]])
    y = table["read1"][inside] >= 480
    expected = [newton(x, y, w)[2] for w in sample.replicate_weights().T]
    np.testing.assert_allclose(found.estimates[0, 1:], expected, rtol=1e-8)


def test_separation_names_the_predictor(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    table["passed"] = (table["ses"] > 50).astype(float)
    found = assess(table).estimate.logit("passed ~ girl + ses")
    assert {cell.unavailable for cell in found} == {Unavailable("separation", "ses")}


def test_an_outcome_that_does_not_vary(assess: Make) -> None:
    found = assess().estimate.logit("reading ~ girl", at_least=0)
    assert found["C0", "girl"].value == Unavailable("no_variation", "the outcome does not vary")
