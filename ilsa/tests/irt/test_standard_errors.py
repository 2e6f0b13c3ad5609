"""Observed information: the derivative of the score, which is the derivative of the log-likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilsa.irt import Calibration, IrtError, calibrate
from ilsa.irt.em import log_table
from ilsa.irt.standard_errors import inverse, observed_information

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def mixed() -> Calibration:
    """A little of everything: four models, two groups, weights, missing answers, priors."""
    draw = np.random.default_rng(1)
    n = 400
    group = draw.integers(0, 2, n)
    theta = draw.normal(0.3 * group, 1, n)
    right = (draw.random((n, 4)) < 1 / (1 + np.exp(-(theta[:, None] + [0.5, -0.5, 0, 1])))).astype(float)
    parts = (theta[:, None] + draw.logistic(size=(n, 4)))[..., None] > np.array([-1.0, 0.0, 1.2])
    given = np.column_stack([right, parts.sum(axis=2)])
    given[draw.random(given.shape) < 0.1] = np.nan
    models: Any = ["2PL", "3PL", "3PL", "2PL", "GPCM", "GRM", "GRM", "GPCM"]
    return calibrate(
        given,
        models,
        group=group,
        weights=draw.random(n) + 0.5,
        slope_prior=(0.0, 0.5),
        tolerance=1e-8,
        without_answers="leave_out",
    )


def at(found: Calibration, x: Any) -> tuple[float, Any]:
    """Log L + log prior, and score, at another point."""
    state = found._space.state(x, found._state)
    nodes = found.quadrature.nodes
    log_p = log_table(found._space.models, found._space.steps, state, nodes)
    expected = found._booklets.expect(log_p, found.quadrature.log_prior(state.mean, state.sd))
    score = observed_information(found._booklets, found._space, state, found.quadrature)[2]
    return expected.log_likelihood + found._space.log_prior(state), score


def test_information_is_minus_the_second_derivative(mixed: Calibration) -> None:
    x = mixed.vector + 0.05 * np.sin(np.arange(mixed.parameters))  # away from the maximum as well
    state = mixed._space.state(x, mixed._state)
    found = observed_information(mixed._booklets, mixed._space, state, mixed.quadrature)[0]
    h = 1e-5
    _, score = at(mixed, x)
    for c in range(mixed.parameters):
        step = np.zeros(mixed.parameters)
        step[c] = h
        (high, up), (low, down) = at(mixed, x + step), at(mixed, x - step)
        assert (high - low) / (2 * h) == pytest.approx(score[c], abs=2e-5)
        np.testing.assert_allclose(found[:, c], -(up - down) / (2 * h), atol=3e-5)


def test_the_score_vanishes_at_the_maximum(mixed: Calibration) -> None:
    assert np.abs(at(mixed, mixed.vector)[1]).max() / mixed.n < 1e-7
    assert mixed.score_norm < 1e-7


def test_labels_name_every_parameter(mixed: Calibration) -> None:
    assert mixed.labels[:4] == ("I1 a", "I1 d1", "I4 a", "I4 d1")
    assert mixed.labels[-2:] == ("mean 1", "log SD 1")
    assert len(mixed.labels) == mixed.parameters
    errors = mixed.standard_errors()
    assert errors.labels == mixed.labels
    assert errors.guess.mask.tolist() == [True, False, False, True, True, True, True, True]


def test_own_information_of_an_item_is_too_sure_of_itself(mixed: Calibration) -> None:
    short = mixed.standard_errors("item_information")
    whole = mixed.standard_errors()
    assert (short.slope < whole.slope).all()


def test_without_weights_the_sandwich_agrees_for_a_model_that_holds() -> None:
    draw = np.random.default_rng(1)
    theta = draw.normal(size=(4000, 1))
    given = draw.random((4000, 8)) < 1 / (1 + np.exp(-(theta + np.linspace(-1, 1, 8))))
    found = calibrate(given.astype(int))
    observed, sandwich = found.standard_errors(), found.standard_errors("sandwich")
    np.testing.assert_allclose(observed.slope, sandwich.slope, rtol=0.08)


def test_information_without_an_inverse_is_refused() -> None:
    with pytest.raises(IrtError, match=r"parameter (x|y)"):
        inverse(np.ones((2, 2)), ("x", "y"))
