"""Conditioning variables: codes, gaps, components."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilsa import ColumnError
from ilsa.irt import IrtError, Items, conditioning_variables, draw, latent_regression

pytestmark = pytest.mark.unit

TABLE: dict[str, Any] = {
    "ses": [1.0, None, 3.0, 2.0],
    "books": ["few", "many", "", "few"],
    "girl": np.array([0, 1, 1, 1]),
    "floor": [np.nan, 2.0, 2.0, 1.0],
    "country": ["A"] * 4,
}


def test_gaps_become_values_of_their_own() -> None:
    found = conditioning_variables(TABLE, quantities=["ses"], categories=["books", "girl", "floor"])
    assert found.names == (
        "ses",
        "ses: no answer",
        "books: many",
        "books: no answer",
        "girl: 0",
        "floor: 1",
        "floor: no answer",
    )
    np.testing.assert_array_equal(found.values[:, 0], [1, 2, 3, 2])
    np.testing.assert_array_equal(found.values[:, 1], [0, 1, 0, 0])
    np.testing.assert_array_equal(found.values[:, 3], [0, 0, 1, 0])
    np.testing.assert_array_equal(found.columns()["floor: no answer"], [1, 0, 0, 0])
    assert (found.explained, found.codes) == (1.0, found.names)


def test_gaps_are_filled_by_the_weighted_mean_and_the_most_frequent_value_is_left_out() -> None:
    found = conditioning_variables(TABLE, quantities=["ses"], categories=["books"], weights=[1, 10, 3, 1])
    assert found.values[1, 0] == pytest.approx(12 / 5)
    assert found.names[2:] == ("books: few", "books: no answer")


def test_columns_that_do_not_vary_are_told() -> None:
    found = conditioning_variables(
        {**TABLE, "same": [1, 1, 1, 1]}, quantities=["same"], categories=["country"]
    )
    assert (found.names, found.dropped) == ((), ("same",))
    assert found.values.shape == (4, 0)
    assert conditioning_variables(TABLE).values.shape == (0, 0)


@pytest.fixture(scope="module")
def many() -> dict[str, Any]:
    made = np.random.default_rng(1)
    base = made.normal(size=(800, 3))
    table = {f"x{j}": base[:, j % 3] + 0.2 * made.normal(size=800) for j in range(12)}
    table["copy"] = table["x0"] * 2 + 1
    table["w"] = made.random(800) + 0.5
    return table


@pytest.mark.parametrize("share", [0.5, 0.9, 1.0])
def test_components_explain_at_least_the_share(many: dict[str, Any], share: float) -> None:
    columns = [name for name in many if name != "w"]
    found = conditioning_variables(many, quantities=columns, share=share, weights=many["w"])
    w = many["w"] / many["w"].sum()
    assert found.explained >= share - 1e-9
    np.testing.assert_allclose(
        (found.values * w[:, None]).T @ found.values, np.eye(len(found.names)), atol=1e-9
    )
    assert len(found.names) == {0.5: 2, 0.9: 3, 1.0: 12}[share]
    standard = np.column_stack([many[name] for name in columns])
    standard = (standard - w @ standard) / np.sqrt(w @ (standard - w @ standard) ** 2)
    inside = found.values @ ((found.values * w[:, None]).T @ standard)
    assert (w @ inside**2).mean() == pytest.approx(found.explained, abs=1e-9)


def test_components_condition_plausible_values(many: dict[str, Any]) -> None:
    made = np.random.default_rng(2)
    items = Items.from_difficulties([f"i{j}" for j in range(15)], "2PL", np.linspace(-1.5, 1.5, 15))
    theta = 0.5 * many["x0"] + made.normal(0, 0.8, 800)
    given = (made.random((800, 15)) < items.probability(theta)[:, 1].T).astype(int)
    found = conditioning_variables(many, quantities=[f"x{j}" for j in range(12)], share=0.85)
    pv = draw(latent_regression(items, given, found.columns()), n=10, seed=1)
    assert [check for check in pv.checks() if not check.held] == []
    slope = [np.polyfit(many["x1"], values, 1)[0] for values in pv.values.T]
    assert np.mean(slope) == pytest.approx(np.polyfit(many["x1"], theta, 1)[0], abs=0.1)


def test_refused() -> None:
    with pytest.raises(IrtError, match=r"share= is 1\.5; it must be above 0 and at most 1"):
        conditioning_variables(TABLE, quantities=["ses"], share=1.5)
    with pytest.raises(IrtError, match="weights has 2 values where there are 4 pupils"):
        conditioning_variables(TABLE, quantities=["ses"], weights=[1, 2])
    with pytest.raises(ColumnError, match="no column 'x', which the design names as a background variable"):
        conditioning_variables(TABLE, categories=["x"])
    with pytest.raises(ColumnError, match="'short' has 2 rows"):
        conditioning_variables({**TABLE, "short": ["a", "b"]}, categories=["girl", "short"])
