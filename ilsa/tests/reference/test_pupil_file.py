"""Sampling variances of an invented pupil file against BIFIEsurvey, whose replicates come from elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilsa import AssessmentDesign, ReplicateWeights, WeightedFile, replicate_variance, weighted_mean
from ilsa.reference import rows

pytestmark = pytest.mark.reference


def design(method: ReplicateWeights) -> AssessmentDesign:
    return AssessmentDesign(weight="weight", psu="school", sample=("country",), replicates=method)


@pytest.fixture(scope="module", params=["ratio", "dense"])
def weighted(pupils: dict[str, Any], request: pytest.FixtureRequest) -> WeightedFile:
    columns = ReplicateWeights.from_columns("rw{r}", 1, 80, method="Fay", k=0.5)
    return design(columns).weigh(pupils, storage=request.param)


def mean_and_variance(weighted: WeightedFile, country: int, values: list[Any]) -> tuple[float, float]:
    sample = weighted.sample(country)
    means = [weighted_mean(v, sample) for v in values]
    variances = [replicate_variance(m.value, m.replicates, sample) for m in means]
    return float(np.mean([m.value for m in means])), float(np.mean(variances))


@pytest.mark.parametrize("row", rows("small_univar.csv"), ids=lambda row: f"country {row['groupval']}")
def test_mean_and_its_sampling_variance_match_bifiesurvey(
    row: dict[str, str], weighted: WeightedFile, pupils: dict[str, Any]
) -> None:
    country = int(row["groupval"])
    value, variance = mean_and_variance(weighted, country, [pupils[f"pv{m}"] for m in range(1, 6)])
    assert weighted.sample(country).sum_w == pytest.approx(float(row["Nweight"]), rel=1e-12)
    assert value == pytest.approx(float(row["M"]), rel=1e-12)
    assert variance == pytest.approx(float(row["M_VarRep"]), rel=1e-10)


@pytest.mark.parametrize(
    "row",
    [row for row in rows("small_freq.csv") if row["varval"] == "1"],
    ids=lambda row: f"country {row['groupval']}",
)
def test_share_at_500_and_its_sampling_variance_match_bifiesurvey(
    row: dict[str, str], weighted: WeightedFile, pupils: dict[str, Any]
) -> None:
    shares = [pupils[f"pv{m}"] >= 500 for m in range(1, 6)]
    value, variance = mean_and_variance(weighted, int(row["groupval"]), shares)
    assert value == pytest.approx(float(row["perc"]), rel=1e-12)
    assert variance == pytest.approx(float(row["perc_VarRep"]), rel=1e-10)


def test_ratios_are_found_in_every_country(pupils: dict[str, Any]) -> None:
    columns = ReplicateWeights.from_columns("rw{r}", 1, 80, method="Fay", k=0.5)
    weighted = design(columns).weigh(pupils)
    assert [(s.label, s.stored_as_ratios, s.n, s.n_psu) for s in weighted.samples] == [
        ((country,), True, 1200, 40) for country in range(4)
    ]


def test_variance_of_a_total_is_the_same_for_any_hadamard_matrix(pupils: dict[str, Any]) -> None:
    """A total is linear in the weights, so only the zone differences count, not the signs."""
    read = ReplicateWeights.from_columns("rw{r}", 1, 80, method="Fay", k=0.5)
    made = ReplicateWeights.from_hadamard("zone", "half", method="Fay", k=0.5)
    brr = ReplicateWeights.from_hadamard("zone", "half", method="BRR")
    found = []
    for replicates in (read, made, brr):
        for sample in design(replicates).weigh(pupils).samples:
            y = sample.take(pupils["pv1"])
            totals = sample.replicate_weights().T @ y
            found.append(replicate_variance(float(sample.weight @ y), totals, sample))
    difference = (2 * pupils["half"] - 1) * pupils["weight"] * pupils["pv1"]
    by_zone = np.bincount(pupils["country"] * 20 + pupils["zone"], weights=difference).reshape(4, 20)
    np.testing.assert_allclose(np.reshape(found, (3, 4)), [np.sum(by_zone**2, axis=1)] * 3, rtol=1e-11)
