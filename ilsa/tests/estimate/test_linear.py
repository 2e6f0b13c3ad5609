"""Linear regression against NumPy's least squares, replicate by replicate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa import Assessment, EstimateError, Unavailable
from ilsa.formula import Formula, Predictor

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
Pupils = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("storage", ["ratio", "dense"])
def test_plausible_values_on_both_sides_pair_by_their_number(
    storage: str, assess: Make, pupils_of: Pupils
) -> None:
    table = pupils_of()
    ds = assess(table, storage=storage)
    found = ds.estimate.lm("reading ~ mathematics + girl + C(region)")
    sample = ds.weighted.sample("C0")
    inside = sample.rows
    weights = np.column_stack([sample.weight, sample.replicate_weights()])
    for m in range(3):
        x = np.column_stack(
            [
                np.ones(inside.size),
                table[f"math{m + 1}"][inside],
                table["girl"][inside],
                table["region"][inside] == "north",
                table["region"][inside] == "west",
            ]
        )
        y = table[f"read{m + 1}"][inside]
        for r, w in enumerate(weights.T):
            b, rest, *_ = np.linalg.lstsq(x * np.sqrt(w)[:, None], y * np.sqrt(w), rcond=None)
            terms = ("(Intercept)", "mathematics", "girl", "region = north", "region = west")
            got = [found["C0", term].estimates[m, r] for term in terms]
            np.testing.assert_allclose(got, b, rtol=1e-9)
            middle = (w @ y) / w.sum()
            explained = 1 - rest[0] / (w @ (y - middle) ** 2)
            assert found["C0", "R²"].estimates[m, r] == pytest.approx(explained, rel=1e-10)


def test_a_regression_on_one_group_is_the_gap(assess: Make) -> None:
    ds = assess()
    slope = ds.estimate.lm("reading ~ girl")
    gap = ds.estimate.mean("reading", by="girl").gap("girl", 1, 0)
    for country in ("C0", "C1", "C2"):
        assert slope[country, "girl"].value == pytest.approx(gap[country, "1 − 0"].value, rel=1e-11)
        assert slope[country, "girl"].se == pytest.approx(gap[country, "1 − 0"].se, rel=1e-11)
    assert slope["C0", "girl"].unit == "points per girl"


def test_predictors_that_do_not_work(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    table["boy"], table["one"] = 1 - table["girl"], np.ones(table["girl"].size)
    ds = assess(table)
    assert ds.estimate.lm("reading ~ girl + boy")["C0", "boy"].value == Unavailable("collinear")
    assert ds.estimate.lm("reading ~ one")["C0", "R²"].value == Unavailable(
        "no_variation", "one does not vary"
    )
    assert ds.estimate.lm("one ~ girl")["C0", "girl"].value == Unavailable(
        "no_variation", "the outcome does not vary"
    )
    table["rare"] = (table["school"] % 12 == 0).astype(float)
    replicate = assess(table).estimate.lm("reading ~ rare")["C0", "rare"].value
    assert replicate == Unavailable("replicates_incomplete", "predictors depend on each other in replicate 1")


def test_units_of_measure_lose_no_digits(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    plain = assess(table).estimate.lm("reading ~ ses + girl")
    table["ses"] = 1e6 + 1e-3 * table["ses"]
    scaled = assess(table).estimate.lm("reading ~ ses + girl")
    np.testing.assert_allclose(scaled["C0", "girl"].estimates, plain["C0", "girl"].estimates, rtol=1e-6)
    np.testing.assert_allclose(1e-3 * scaled["C0", "ses"].estimates, plain["C0", "ses"].estimates, rtol=1e-6)


def test_formulas() -> None:
    assert Formula.parse("reading~girl+ C( ID_PAYS ) +rwgt.0") == Formula(
        "reading", (Predictor("girl"), Predictor("ID_PAYS", True), Predictor("rwgt.0"))
    )


@pytest.mark.parametrize(
    "text", ["reading", "a ~ b ~ c", "a ~", "a ~ b + ", "a ~ b * c", "a ~ a", "a ~ b + C(b)", "a ~ f(b)"]
)
def test_formulas_that_are_none(text: str) -> None:
    with pytest.raises(EstimateError) as caught:
        Formula.parse(text)
    assert caught.value.code == "formula_unreadable"
