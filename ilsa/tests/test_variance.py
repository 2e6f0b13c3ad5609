"""Sampling variance from given replicate estimates."""

from __future__ import annotations

import numpy as np
import pytest

from ilsa import DesignError, ReplicateWeights, Unavailable, replicate_variance

pytestmark = pytest.mark.unit

RULE = ReplicateWeights.from_columns("w{r}", 1, 3, method="user", rscales=[1, 2, 3])


def test_squares_are_weighted_by_their_factors() -> None:
    assert replicate_variance(10.0, [11, 12, 9], RULE) == 1 * 1 + 2 * 4 + 3 * 1


def test_centre_on_the_mean_of_the_replicates() -> None:
    assert replicate_variance(100.0, [11, 12, 13], RULE, centre="replicate_mean") == 1 * 1 + 2 * 0 + 3 * 1


def test_many_estimates_at_once() -> None:
    full = np.array([[1.0, 2.0], [3.0, 4.0]])
    steps = np.array([1.0, -1.0, 2.0])
    found = replicate_variance(full, full[..., None] + steps, RULE)
    np.testing.assert_array_equal(found, np.full((2, 2), 1 + 2 + 12))


def test_what_is_unavailable_stays_so() -> None:
    gone = Unavailable("replicates_incomplete")
    assert replicate_variance(gone, [1, 2, 3], RULE) is gone
    assert replicate_variance(1.0, gone, RULE) is gone


def test_an_unknown_centre_is_refused() -> None:
    with pytest.raises(DesignError) as caught:
        replicate_variance(1.0, [1, 2, 3], RULE, centre="median")  # type: ignore[call-overload]
    assert caught.value.code == "choice_unknown"
