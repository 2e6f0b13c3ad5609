"""Estimates of an invented pupil file against BIFIEsurvey, to the digits it wrote."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ilsa import Assessment, AssessmentDesign, Estimate, ReplicateWeights, Scale
from ilsa.reference import rows

pytestmark = pytest.mark.reference

FAY = ReplicateWeights.from_columns("rw{r}", 1, 80, method="Fay", k=0.5)
READING = Scale("reading", pv="pv{m}", m=5, unit="points", cuts=(400, 500, 600))


@pytest.fixture(scope="module", params=["ratio", "dense"])
def by_country(pupils: dict[str, Any], request: pytest.FixtureRequest) -> Assessment:
    design = AssessmentDesign(weight="weight", psu="school", sample=("country",), replicates=FAY)
    return Assessment(pupils, design, scales=[READING], storage=request.param)


@pytest.fixture(scope="module", params=["ratio", "dense"])
def pooled(pupils: dict[str, Any], request: pytest.FixtureRequest) -> Assessment:
    """All countries as one sample, whose replicates are then shared, as in the reference."""
    design = AssessmentDesign(weight="weight", psu="school", replicates=FAY)
    return Assessment(pupils, design, scales=[READING], storage=request.param)


def agree(found: Estimate, row: dict[str, str], value: str, prefix: str) -> None:
    """Value, standard error, both variances, Rubin's degrees of freedom and λ (which the file calls fmi).

    A variance between plausible values that differ in the tenth digit keeps fewer of its own, hence 1e-9.
    """
    assert found.value == pytest.approx(float(row[value]), rel=1e-12)
    assert found.se == pytest.approx(float(row[prefix + "SE"]), rel=1e-11)
    assert found.var_sampling == pytest.approx(float(row[prefix + "VarRep"]), rel=1e-10)
    assert found.var_imputation == pytest.approx(1.2 * float(row[prefix + "VarMI"]), rel=1e-9)
    # its λ of shares is lower by 5e-12/V, as if a constant stood below the stroke (inferred from the file)
    assert found.imputation_share == pytest.approx(float(row[prefix + "fmi"]), rel=2e-8)
    if row[prefix + "df"] != "Inf":  # which it prints for every number above 1000
        assert found.df == pytest.approx(float(row[prefix + "df"]), abs=0.0051)


@pytest.mark.parametrize("row", rows("small_univar.csv"), ids=lambda row: f"country {row['groupval']}")
def test_mean_and_standard_deviation(row: dict[str, str], by_country: Assessment) -> None:
    found = by_country.estimate.moments("reading", divisor="sum_w_minus_1", df="rubin")
    country = int(row["groupval"])
    agree(found[country, "mean"], row, "M", "M_")
    agree(found[country, "sd"], row, "SD", "SD_")
    mean = found[country, "mean"]
    assert (mean.n, mean.n_psu) == (int(row["Ncases"]), 40)
    assert mean.sum_w == pytest.approx(float(row["Nweight"]), rel=1e-12)


@pytest.mark.parametrize("row", rows("small_freq.csv"), ids=lambda row: f"{row['groupval']}-{row['varval']}")
def test_share_at_500(row: dict[str, str], by_country: Assessment) -> None:
    below = row["varval"] == "0"
    found = by_country.estimate.share("reading", at_least=500, below=below, by="country", df="rubin")
    agree(found[int(row["groupval"])], row, "perc", "perc_")


def test_levels_add_up_to_the_share(by_country: Assessment) -> None:
    levels, share = by_country.estimate.levels("reading"), by_country.estimate.share("reading", at_least=500)
    assert levels.dimensions == ("country", "level")
    for country in range(4):
        above = levels[country, 2].estimates + levels[country, 3].estimates
        assert above == pytest.approx(share[country].estimates, rel=1e-12)
        assert sum(levels[country, level].value for level in range(4)) == pytest.approx(1, rel=1e-14)


def test_pooling_countries_by_hand_is_not_what_by_does(pooled: Assessment, by_country: Assessment) -> None:
    together = pooled.estimate.mean("reading").only
    average = by_country.estimate.mean("reading").average("country").only
    weights = [by_country.estimate.mean("reading")[c].sum_w for c in range(4)]
    means = [by_country.estimate.mean("reading")[c].value for c in range(4)]
    assert average.value == pytest.approx(sum(means) / 4, rel=1e-14)
    assert together.value == pytest.approx(
        sum(w * m for w, m in zip(weights, means, strict=True)) / sum(weights), rel=1e-12
    )


def print_of(row: dict[str, str]) -> str:
    return f"{row['groupval']}-{row['parameter']}-{row['var']}"


@pytest.mark.parametrize(
    "row", [row for row in rows("small_linreg.csv") if row["parameter"] != "beta"], ids=print_of
)
def test_linear_regression(row: dict[str, str], by_country: Assessment) -> None:
    """Its residual standard deviation is divided by Σw − k, which changes when weights are rescaled; ours by Σw."""
    found = by_country.estimate.lm("reading ~ female + ses + books + rural", df="rubin")
    term = {"R^2": "R²", "sigma": "residual SD"}.get(row["parameter"], row["var"])
    cell = found[int(row["groupval"]), term]
    if row["parameter"] == "b":
        agree(cell, row, "est", "")
    elif row["parameter"] == "R^2":
        assert cell.value == pytest.approx(float(row["est"]), rel=1e-10)
        assert cell.se == pytest.approx(float(row["SE"]), rel=1e-9)
    else:
        larger = math.sqrt(cell.sum_w / (cell.sum_w - 5))
        assert cell.value * larger == pytest.approx(float(row["est"]), rel=1e-8)


@pytest.mark.parametrize(
    "row",
    [row for row in rows("small_linreg.csv") if row["parameter"] == "beta" and row["var"] != "(Intercept)"],
    ids=print_of,
)
def test_standardised_coefficients(row: dict[str, str], by_country: Assessment) -> None:
    found = by_country.estimate.lm("reading ~ female + ses + books + rural", standardised=True, df="rubin")
    agree(found[int(row["groupval"]), row["var"]], row, "est", "")


@pytest.mark.parametrize(
    "row", [row for row in rows("small_logistreg.csv") if row["parameter"] == "b"], ids=print_of
)
def test_logistic_regression(row: dict[str, str], pooled: Assessment) -> None:
    found = pooled.estimate.logit("reading ~ female + ses + rural", at_least=500, df="rubin")
    agree(found[row["var"]], row, "est", "")


def test_explained_variance_of_a_logistic_regression(pooled: Assessment, pupils: dict[str, Any]) -> None:
    """The reference takes the unweighted variance of the linear predictor, divided by n − 1; ours is weighted."""
    found = pooled.estimate.logit("reading ~ female + ses + rural", at_least=500)
    predictors = ("(Intercept)", "female", "ses", "rural")
    b = np.stack([found[term].estimates[:, 0] for term in predictors])
    x = np.column_stack([np.ones(4800), pupils["female"], pupils["ses"], pupils["rural"]])
    (row,) = [row for row in rows("small_logistreg.csv") if row["parameter"] == "R2"]
    unweighted = (x @ b).var(axis=0, ddof=1)
    theirs = unweighted / (unweighted + np.pi**2 / 3)
    assert theirs.mean() == pytest.approx(float(row["est"]), rel=1e-7)  # its π seems to be a short one
    w = pupils["weight"]
    weighted = np.array([np.cov(column, aweights=w, ddof=0) for column in (x @ b).T])
    ours = weighted / (weighted + np.pi**2 / 3)
    assert found["R²"].value == pytest.approx(ours.mean(), rel=1e-10)
