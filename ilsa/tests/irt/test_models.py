"""Probabilities and their derivatives, against themselves and against arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from ilsa.irt import IrtError, Items
from ilsa.irt.models import Form, ability_derivatives, log_probabilities, parameter_scores

pytestmark = pytest.mark.unit

THETA = np.linspace(-4, 4, 9)
CASES: list[tuple[Form, int, list[float], list[list[float]], list[float]]] = [
    ("divide", 1, [0.7, 1.8], [[0.3], [-1.1]], [0.0, 0.0]),
    ("divide", 3, [0.7, 1.8], [[0.3, -0.2, 0.4], [-1.1, 0.2, 2.0]], [0.0, 0.0]),
    ("guess", 1, [0.7, 1.8], [[0.3], [-1.1]], [0.2, 0.35]),
    ("cumulative", 3, [0.7, 1.8], [[2.0, 0.3, -0.2], [1.1, -0.2, -2.0]], [0.0, 0.0]),
]


@pytest.mark.parametrize(("form", "steps", "a", "d", "g"), CASES)
def test_probabilities_sum_to_one_and_derivatives_are_those_of_differences(
    form: Form, steps: int, a: list[float], d: list[list[float]], g: list[float]
) -> None:
    slope, intercept, guess = np.array(a), np.array(d), np.array(g)
    p = np.exp(log_probabilities(form, slope, intercept, guess, THETA))
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)
    h = 1e-5
    found, first, second = ability_derivatives(form, slope, intercept, guess, THETA)
    np.testing.assert_allclose(found, p, rtol=1e-12)
    up = np.exp(log_probabilities(form, slope, intercept, guess, THETA + h))
    down = np.exp(log_probabilities(form, slope, intercept, guess, THETA - h))
    np.testing.assert_allclose(first, (up - down) / (2 * h), atol=1e-9)
    ahead = ability_derivatives(form, slope, intercept, guess, THETA + h)[1]
    behind = ability_derivatives(form, slope, intercept, guess, THETA - h)[1]
    np.testing.assert_allclose(second, (ahead - behind) / (2 * h), atol=1e-8)

    z = parameter_scores(form, slope, intercept, guess, THETA, p)
    logit = np.log(guess / (1 - guess)) if form == "guess" else None
    for c in range(z.shape[-1]):
        sides = []
        for sign in (h, -h):
            s, i, u = slope.copy(), intercept.copy(), guess.copy()
            if c == 0:
                s += sign
            elif c <= steps:
                i[:, c - 1] += sign
            else:
                assert logit is not None
                u = 1 / (1 + np.exp(-(logit + sign)))
            sides.append(log_probabilities(form, s, i, u, THETA))
        np.testing.assert_allclose(z[..., c], (sides[0] - sides[1]) / (2 * h), atol=2e-9)


@pytest.mark.parametrize("model", ["2PL", "GPCM", "GRM"])
def test_far_out_probabilities_keep_their_digits(model: str) -> None:
    """One step written in three ways, down to e⁻²⁰⁰."""
    items = Items.from_difficulties(["x"], model, [0.0], [10.0])
    p = items.probability([20.0, -20.0])[0]
    assert p[0, 0] == pytest.approx(np.exp(-200), rel=1e-12)
    assert p[1, 1] == pytest.approx(np.exp(-200), rel=1e-12)
    form = "cumulative" if model == "GRM" else "divide"
    found, first, _ = ability_derivatives(form, items.slope, items.intercept, items.guess, np.array([20.0]))
    assert first[0, 0, 0] / found[0, 0, 0] == pytest.approx(-10, rel=1e-12)


def test_information_has_the_textbook_form() -> None:
    items = Items.from_difficulties(["x", "y"], ["2PL", "3PL"], [0.5, -0.3], [1.2, 0.8], [0.0, 0.25])
    p = items.probability(THETA)[:, 1]
    found = items.information(THETA)
    np.testing.assert_allclose(found[0], 1.2**2 * p[0] * (1 - p[0]), rtol=1e-12)
    expected = 0.8**2 * (1 - p[1]) / p[1] * ((p[1] - 0.25) / 0.75) ** 2
    np.testing.assert_allclose(found[1], expected, rtol=1e-12)


def test_difficulties_come_back() -> None:
    b = np.array([[-1.0, 0.5, np.nan], [0.2, -0.4, 1.0], [-1.0, 0.0, 2.0]])
    items = Items.from_difficulties(["p", "q", "r"], ["GPCM", "PCM", "GRM"], b, [1.3, 1.0, 0.6])
    np.testing.assert_allclose(items.difficulty, b, rtol=1e-12)
    assert items.steps.tolist() == [2, 3, 3]
    assert items.probability(0.0)[0, 3, 0] == 0


def test_scaling_by_1_7_multiplies_the_slope_only() -> None:
    items = Items.from_difficulties(["x"], "2PL", [0.4], [1.1], scaling=1.7)
    assert items.slope[0] == pytest.approx(1.87)
    assert items.difficulty[0, 0] == pytest.approx(0.4)


def test_a_moved_scale_leaves_probabilities() -> None:
    b = np.array([[-1.0, 0.5], [-0.4, 1.0], [0.3, np.nan], [0.1, np.nan]])
    models = ["GPCM", "GRM", "3PL", "2PL"]
    items = Items.from_difficulties(list("abcd"), models, b, [1.3, 0.6, 1.0, 2.0], [0, 0, 0.2, 0])
    moved = items.transformed(1.4, -0.7)
    np.testing.assert_allclose(moved.probability(1.4 * THETA - 0.7), items.probability(THETA), rtol=1e-11)
    np.testing.assert_allclose(moved.difficulty, 1.4 * b - 0.7, rtol=1e-12)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("model_unknown", {"models": ("4PL",)}),
        ("parameter_not_finite", {"slope": [np.inf]}),
        ("guess_out_of_range", {"guess": [1.0]}),
        ("intercepts_not_decreasing", {"models": ("GRM",), "intercept": [[0.1, 0.4]]}),
        ("parameters_shape", {"slope": [1.0, 2.0]}),
        (
            "item_repeated",
            {
                "names": ("x", "x"),
                "models": ("2PL",) * 2,
                "slope": [1, 1],
                "intercept": [[0], [0]],
                "guess": [0, 0],
            },
        ),
    ],
)
def test_parameters_that_are_no_probabilities_are_refused(code: str, change: dict[str, object]) -> None:
    given = {"names": ("x",), "models": ("2PL",), "slope": [1.0], "intercept": [[0.0]], "guess": [0.0]}
    with pytest.raises(IrtError) as refused:
        Items(**(given | change))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_items_are_stored_and_read_back_digit_for_digit() -> None:
    b = np.array([[-1.0, 0.5, np.nan], [0.2, np.nan, np.nan], [-1.0, 0.0, 2.0]]) / 3
    items = Items.from_difficulties(["p", "q", "r"], ["GPCM", "3PL", "GRM"], b, [1.3, 1.0, 0.6], [0, 0.2, 0])
    again = Items.from_json(items.as_json())
    assert again.as_json() == items.as_json()
    np.testing.assert_array_equal(again.intercept, items.intercept)
    assert (again.names, again.models) == (items.names, items.models)
    with pytest.raises(IrtError, match="cannot be read"):
        Items.from_json('[{"item": "x"}]')
    with pytest.raises(IrtError, match="'4PL'"):
        Items.from_json('[{"item": "x", "model": "4PL", "a": 1, "d": [0], "g": 0}]')


def test_choosing_an_unknown_item_names_the_known_ones() -> None:
    items = Items.from_difficulties(["x", "y"], "2PL", [0.4, 0.1])
    with pytest.raises(IrtError, match=r"There is no item 'z'\. The items are x, y\."):
        items.choose(["z"])
