"""The weighted mean over domains, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest

from ilsa import (
    AssessmentDesign,
    ReplicatedMean,
    ReplicateWeights,
    Unavailable,
    WeightedSample,
    weighted_mean,
)

pytestmark = pytest.mark.unit

Y = [10.0, 20.0, 30.0, float("nan")]


@pytest.fixture
def sample() -> WeightedSample:
    table = {"w": [1, 2, 3, 4], "zone": [1, 1, 2, 2], "half": [0, 1, 0, 1]}
    return (
        AssessmentDesign(weight="w", replicates=ReplicateWeights.from_zones("zone", "half"))
        .weigh(table)
        .sample()
    )


def test_mean_of_a_domain(sample: WeightedSample) -> None:
    found = weighted_mean(Y, sample, where=np.array([True, True, True, False]))
    assert isinstance(found, ReplicatedMean)
    assert found.value == pytest.approx(140 / 6, rel=1e-15)
    np.testing.assert_allclose(found.replicates, [170 / 7, 50 / 3], rtol=1e-15)
    assert (found.n, found.sum_w, found.sample) == (3, 6.0, ())


def test_a_domain_of_nobody_has_no_mean(sample: WeightedSample) -> None:
    assert weighted_mean(Y, sample, where=[False] * 4) == Unavailable(
        "below_minimum_n", "nobody in the domain"
    )


def test_a_domain_that_a_replicate_empties_has_no_mean(sample: WeightedSample) -> None:
    found = weighted_mean(Y, sample, where=[False, False, True, False])
    assert found == Unavailable("replicates_incomplete", "nobody in the domain in replicate 2")
