"""Correlations, crossed shares and effect sizes, by repeated rows and by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import Assessment, Composite, Unavailable

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
Pupils = Callable[..., dict[str, Any]]


@pytest.fixture
def whole(pupils_of: Pupils) -> dict[str, Any]:
    """The invented file with small whole weights, so that rows can be repeated instead."""
    table = pupils_of()
    table["weight"] = np.random.default_rng(5).integers(1, 4, table["weight"].size).astype(float)
    return table


def rows_of(table: dict[str, Any], country: str) -> dict[str, Any]:
    kept = table["country"] == country
    times = table["weight"][kept].astype(int)
    return {name: np.repeat(column[kept], times) for name, column in table.items()}


@pytest.mark.parametrize("storage", ["ratio", "dense"])
def test_correlations(storage: str, whole: dict[str, Any], assess: Make) -> None:
    found = assess(whole, storage=storage).estimate.corr("reading", "mathematics", "ses")
    rows = rows_of(whole, "C1")
    for m in range(3):
        expected = np.corrcoef([rows[f"read{m + 1}"], rows[f"math{m + 1}"], rows["ses"]])
        for i, j, pair in (
            (0, 1, ("reading", "mathematics")),
            (0, 2, ("reading", "ses")),
            (1, 2, ("mathematics", "ses")),
        ):
            assert found["C1", *pair].estimates[m, 0] == pytest.approx(expected[i, j], rel=1e-11)


def test_a_correlation_squared_is_the_r_squared_of_a_regression(assess: Make) -> None:
    ds = assess()
    r, explained = ds.estimate.corr("reading", "ses"), ds.estimate.lm("reading ~ ses")
    np.testing.assert_allclose(
        r["C0", "reading", "ses"].estimates ** 2, explained["C0", "R²"].estimates, rtol=1e-10
    )


@pytest.mark.parametrize("margin", ["row", "column", "total"])
def test_crossed_shares(margin: Any, whole: dict[str, Any], assess: Make) -> None:
    found = assess(whole).estimate.crosstab("region", "girl", margin=margin)
    assert found.dimensions == ("country", "region", "girl")
    rows = rows_of(whole, "C2")
    for region in ("east", "north", "west"):
        for girl in (0, 1):
            inside = (rows["region"] == region) & (rows["girl"] == girl)
            below = {"row": rows["region"] == region, "column": rows["girl"] == girl, "total": inside | True}
            expected = inside.sum() / below[margin].sum()
            assert found["C2", region, girl].value == pytest.approx(expected, rel=1e-13)


def test_a_distribution_is_the_means_of_its_indicators(whole: dict[str, Any], assess: Make) -> None:
    whole["north"] = (whole["region"] == "north").astype(float)
    ds = assess(whole)
    found, mean = ds.estimate.distribution("region"), ds.estimate.mean("north")
    np.testing.assert_allclose(found["C0", "north"].estimates, mean["C0"].estimates, rtol=1e-12)


def test_an_empty_margin_says_so(pupils_of: Pupils, assess: Make) -> None:
    table = pupils_of()
    table["track"] = np.where(table["country"] == "C0", "a", np.where(table["school"] % 12 == 0, "b", "a"))
    found = assess(table).estimate.crosstab("track", "girl")
    assert found["C0", "b", 1].value == Unavailable("below_minimum_n", "nobody in the margin")
    assert found["C1", "b", 1].value == Unavailable(
        "replicates_incomplete", "nobody in the margin in replicate 1"
    )


def test_effect_size_by_hand(whole: dict[str, Any], assess: Make) -> None:
    found = assess(whole).estimate.effect_size("reading", "girl", 1, 0)["C0"]
    rows = rows_of(whole, "C0")
    for m in range(3):
        girls, boys = (rows[f"read{m + 1}"][rows["girl"] == sex] for sex in (1, 0))
        pooled = (girls.size * girls.var() + boys.size * boys.var()) / (girls.size + boys.size)
        expected = (girls.mean() - boys.mean()) / np.sqrt(pooled)
        assert found.estimates[m, 0] == pytest.approx(expected, rel=1e-11)
    assert (found.unit, found.definition) == ("SD", "Cohen's d of reading, girl 1 less 0, pooled SD")


def test_eta_squared_is_the_r_squared_of_its_groups(assess: Make) -> None:
    ds = assess()
    found, explained = ds.estimate.eta_squared("reading", "region"), ds.estimate.lm("reading ~ C(region)")
    np.testing.assert_allclose(found["C1"].estimates, explained["C1", "R²"].estimates, rtol=1e-9)


def test_a_composite_pairs_plausible_values(assess: Make, pupils_of: Pupils) -> None:
    from ilsa import Scale

    both = Composite("both", {"reading": 0.5, "mathematics": 0.5})
    scales = [Scale("reading", pv="read{m}", m=3), Scale("mathematics", pv="math{m}", m=3), both]
    ds = assess(pupils_of(), scales=scales)
    read, math = ds.estimate.mean("reading"), ds.estimate.mean("mathematics")
    found = ds.estimate.mean("both")
    np.testing.assert_allclose(
        found["C0"].estimates, (read["C0"].estimates + math["C0"].estimates) / 2, rtol=1e-13
    )
    assert ds.estimate.sd("both")["C0"].value < ds.estimate.sd("reading")["C0"].value
