"""Linking: against R plink and equateIRT, exact lines, and errors by repetition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa.irt import IrtError, Items, calibrate, link

pytestmark = pytest.mark.unit

METHODS = ("mean_mean", "mean_geometric_mean", "mean_sigma", "haebara", "stocking_lord")

# Kolen and Brennan (2004): a, b, c of the new and of the old form, D = 1.7
TABLE = """
     .4551 -.7101 .2087  .4416 -1.3349 .1559     .5839 -.8567 .2038  .5730 -1.3210 .1913
     .7544  .0212 .1600  .5987  -.7098 .1177     .6633  .0506 .1240  .6041  -.3539 .0818
    1.0690  .9610 .2986  .9902   .5320 .3024     .9672  .1950 .0535  .8081  -.1156 .0648
     .3479 2.2768 .1489  .4140  2.5538 .2410    1.4579 1.0241 .2453 1.3554   .5811 .2243
    1.8811 1.4062 .1992 1.0417   .9392 .1651     .7020 2.2401 .0853  .6336  1.8960 .0794
    1.4080 1.5556 .0789 1.1347  1.0790 .0630    1.2993 2.1589 .1075  .9255  2.1337 .1259
"""
COMMON = np.array(TABLE.split(), dtype=float).reshape(12, 6)


def form(first: int) -> Items:
    names = [f"c{j}" for j in range(12)]
    a, b, c = COMMON[:, first], COMMON[:, first + 1], COMMON[:, first + 2]
    return Items.from_difficulties(names, "3PL", b, a, c, scaling=1.7)


@pytest.mark.reference
@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize(
    ("method", "name", "digits"),
    [
        ("mean_mean", "Mean/Mean", 2e-6),
        ("mean_sigma", "Mean/Sigma", 2e-6),
        ("haebara", "Haebara", 6e-7),
        ("stocking_lord", "Stocking-Lord", 6e-7),
    ],
)
def test_kolen_and_brennan(
    method: Any, name: str, digits: float, symmetric: bool, kept: Callable[[str], Any]
) -> None:
    (expected,) = [
        row
        for row in kept("KB04_linking_plink.csv").rows
        if row["method"] == name and row["symmetric"] == str(symmetric).upper()
    ]
    found = link(form(0), form(3), method, points=np.linspace(-4, 4, 40), symmetric=symmetric)
    assert found.slope == pytest.approx(float(expected["A"]), abs=digits)
    assert found.intercept == pytest.approx(float(expected["B"]), abs=digits)
    assert found.se is None


@pytest.mark.reference
@pytest.mark.parametrize(
    ("method", "points", "a", "b"),
    [("haebara", 7, 1.084203, -0.437354), ("stocking_lord", 7, 1.096458, -0.465508)],
)
def test_points_belong_to_the_result(method: Any, points: int, a: float, b: float) -> None:
    found = link(form(0), form(3), method, points=np.linspace(-4, 4, points))
    assert (round(found.slope, 6), round(found.intercept, 6)) == (a, b)


@pytest.mark.reference
@pytest.mark.parametrize(("method", "a"), [("haebara", 1.069347), ("stocking_lord", 1.090822)])
def test_weights_belong_to_the_result(method: Any, a: float) -> None:
    at = np.linspace(-4, 4, 40)
    assert round(link(form(0), form(3), method, points=at, weights=np.exp(-(at**2) / 2)).slope, 6) == a


@pytest.mark.reference
def test_equate_irt(packages: Callable[[str], Any]) -> None:
    table, expected = packages("linking/est2pl_coef.csv"), packages("linking/est2pl_linking_equateIRT.csv")
    forms = []
    for test in ("1", "2"):
        rows = [row for row in table.rows if row["test"] == test]
        d = np.array([[float(row["X.Intercept."])] for row in rows])
        a = np.array([float(row["z1"]) for row in rows])
        forms.append(Items(tuple(r["item"] for r in rows), ("2PL",) * len(rows), a, d, np.zeros(len(rows))))
    x, w = np.polynomial.hermite.hermgauss(40)  # equateIRT's points: normal weights
    for row, method in zip(
        expected.rows,
        ("mean_mean", "mean_geometric_mean", "mean_sigma", "haebara", "stocking_lord"),
        strict=True,
    ):
        found = link(forms[0], forms[1], method, points=np.sqrt(2) * x, weights=w)
        assert found.slope == pytest.approx(float(row["A"]), abs=2e-9)
        assert found.intercept == pytest.approx(float(row["B"]), abs=2e-9)


@pytest.mark.parametrize("method", METHODS)
def test_an_exact_line_is_found(method: Any) -> None:
    b = [[-1, np.nan], [0.5, np.nan], [-0.5, 0.7], [-1, 0.2]]
    items = Items.from_difficulties(
        list("abcd"), ["2PL", "3PL", "GPCM", "GRM"], b, [1.2, 0.9, 0.8, 1.4], [0, 0.2, 0, 0]
    )
    found = link(items, items.transformed(1.3, -0.4), method)
    assert found.slope == pytest.approx(1.3, abs=1e-7)
    assert found.intercept == pytest.approx(-0.4, abs=1e-7)
    np.testing.assert_allclose(found.drift, 0, atol=1e-6)
    assert found.linking_error == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(
        found.apply(items).difficulty, items.transformed(1.3, -0.4).difficulty, atol=1e-6
    )
    assert found.theta([0.0, 1.0]) == pytest.approx([-0.4, 0.9])


@pytest.mark.parametrize("method", ["haebara", "stocking_lord"])
def test_the_symmetric_line_backwards_is_the_inverse_on_equal_points(method: Any) -> None:
    there = link(form(0), form(3), method, symmetric=True)
    back = link(form(3), form(0), method, symmetric=True)
    assert back.slope == pytest.approx(1 / there.slope, rel=1e-6)
    assert back.intercept == pytest.approx(-there.intercept / there.slope, rel=1e-5)


@pytest.mark.parametrize("method", ["mean_sigma", "haebara", "stocking_lord"])
def test_standard_errors_are_those_of_repetition(method: Any) -> None:
    draw = np.random.default_rng(1)
    slope, b = np.exp(draw.normal(0, 0.2, 8)), draw.normal(0, 1, 8)

    def given(mean: float, sd: float) -> Any:
        theta = draw.normal(mean, sd, (1000, 1))
        return calibrate(
            (draw.random((1000, 8)) < 1 / (1 + np.exp(-slope * (theta - b)))).astype(int), tolerance=1e-5
        )

    found = [given(0.3, 1.2).link(given(0, 1), method) for _ in range(40)]
    assert all(one.se is not None for one in found)
    told = np.sqrt(np.mean([np.diag(one.covariance) for one in found], axis=0))
    lines = np.array([(one.slope, one.intercept) for one in found])
    np.testing.assert_allclose(lines.std(axis=0, ddof=1) / told, 1, atol=0.4)
    np.testing.assert_allclose(lines.mean(axis=0), [1.2, 0.3], atol=5 * told.max() / np.sqrt(40))


def test_a_linking_error_grows_with_drift() -> None:
    items = Items.from_difficulties(list("abcdef"), "2PL", np.linspace(-1, 1, 6))
    drifted = Items.from_difficulties(
        list("abcdef"), "2PL", np.linspace(-1, 1, 6) + np.array([0.3, -0.3, 0, 0, 0.3, -0.3])
    )
    found = link(items, drifted, "mean_mean")
    assert found.linking_error == pytest.approx(np.std([0.3, -0.3, 0, 0, 0.3, -0.3], ddof=1) / np.sqrt(6))


@pytest.mark.parametrize(
    ("code", "other", "method"),
    [
        ("link_items_too_few", Items.from_difficulties(["a", "z"], "2PL", [0.0, 1.0]), "mean_mean"),
        ("link_models_differ", Items.from_difficulties(["a", "b"], "GRM", [0.0, 1.0]), "mean_mean"),
        ("link_no_spread", Items.from_difficulties(["a", "b"], "2PL", [1.0, 1.0]), "mean_sigma"),
        ("choice_unknown", Items.from_difficulties(["a", "b"], "2PL", [1.0, 1.5]), "median"),
    ],
)
def test_refused(code: str, other: Items, method: Any) -> None:
    with pytest.raises(IrtError) as refused:
        link(Items.from_difficulties(["a", "b"], "2PL", [0.0, 1.0]), other, method)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_points_and_weights_must_fit() -> None:
    with pytest.raises(IrtError, match="points or weights"):
        link(form(0), form(3), points=[0.0, 1.0], weights=[1.0])
