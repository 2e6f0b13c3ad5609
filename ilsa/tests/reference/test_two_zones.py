"""Eight invented pupils in four schools: every method against R survey 4.1-1 or a computation by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from ilsa import AssessmentDesign, ReplicateWeights, replicate_variance, weighted_mean

pytestmark = pytest.mark.reference

SCORE = [480, 520, 450, 510, 560, 600, 430, 490]
PUPILS = {
    "w": [2, 2, 3, 3, 1, 1, 4, 2],
    "school": list("AABBCCDD"),
    "zone": [1, 1, 1, 1, 2, 2, 2, 2],
    "rep": [0, 0, 1, 1, 0, 0, 1, 1],
}

METHODS = {
    "JK1": (ReplicateWeights.from_psus(method="JK1"), 18.9769973664),
    "JKn": (ReplicateWeights.from_psus(method="JKn"), 24.6258361749),
    "JK2-full": (ReplicateWeights.from_zones("zone", "rep", method="JK2-full"), 24.6258361749),
    "JK2-half, 1 doubled": (ReplicateWeights.from_zones("zone", "rep"), 18.8418389877),
    "JK2-half, 0 doubled": (ReplicateWeights.from_zones("zone", "rep", doubled=0), 29.2890545800),
    "BRR, 4": (ReplicateWeights.from_hadamard("zone", "rep", method="BRR"), 26.1376933249),
    "BRR of strata": (ReplicateWeights.from_hadamard(method="BRR"), 26.1376933249),
    "Fay, 4": (ReplicateWeights.from_hadamard("zone", "rep", method="Fay", k=0.5), 23.6462823026),
}


def standard_error(replicates: ReplicateWeights, table: dict[str, list[object]]) -> tuple[float, float]:
    design = AssessmentDesign(weight="w", psu="school", stratum="zone", replicates=replicates)
    sample = design.weigh(table).sample()
    mean = weighted_mean(SCORE, sample)
    return mean.value, replicate_variance(mean.value, mean.replicates, sample) ** 0.5


@pytest.mark.parametrize("name", METHODS)
def test_standard_error_of_the_mean(name: str) -> None:
    replicates, expected = METHODS[name]
    value, found = standard_error(replicates, PUPILS)
    assert value == pytest.approx(485.5555555556, abs=1e-10)
    assert found == pytest.approx(expected, abs=1e-10)


def test_jk2_half_by_hand_in_fractions() -> None:
    """Replicate 1 doubles B and drops A; replicate 2 doubles D and drops C."""
    full = Fraction(2 * 480 + 2 * 520 + 3 * 450 + 3 * 510 + 560 + 600 + 4 * 430 + 2 * 490, 18)
    first = Fraction(6 * 450 + 6 * 510 + 560 + 600 + 4 * 430 + 2 * 490, 20)
    second = Fraction(2 * 480 + 2 * 520 + 3 * 450 + 3 * 510 + 8 * 430 + 4 * 490, 22)
    by_hand = float((first - full) ** 2 + (second - full) ** 2) ** 0.5
    _, found = standard_error(ReplicateWeights.from_zones("zone", "rep"), PUPILS)
    assert found == pytest.approx(by_hand, rel=1e-14)


def test_codes_0_and_2_double_weights_and_do_not_quadruple_them() -> None:
    coded = {**PUPILS, "rep": [2 * code for code in PUPILS["rep"]]}
    replicates = ReplicateWeights.from_zones("zone", "rep")
    assert standard_error(replicates, coded) == standard_error(replicates, PUPILS)
    design = AssessmentDesign(weight="w", psu="school", replicates=replicates)
    weighted = design.weigh(coded)
    np.testing.assert_array_equal(
        weighted.sample().replicate_weights(),
        [[0, 2], [0, 2], [6, 3], [6, 3], [1, 0], [1, 0], [4, 8], [2, 4]],
    )
    assert [note.code for note in weighted.provenance.notes] == ["half_codes_mapped"]
    assert design.weigh(PUPILS).provenance.notes == ()


def test_factors_given_by_the_producer_win() -> None:
    """A documented scale for 200 replicates that no method's own factor would give."""
    declared = ReplicateWeights.from_columns("w{r}", 1, 200, method="JK1", scale=0.0065365334145709)
    np.testing.assert_array_equal(declared.variance_factors(200), np.full(200, 0.0065365334145709))
    own = ReplicateWeights.from_columns("w{r}", 1, 200, method="JK1")
    np.testing.assert_array_equal(own.variance_factors(200), np.full(200, 199 / 200))


def test_fay_half_with_80_replicates_has_the_published_factor() -> None:
    declared = ReplicateWeights.from_columns("W_FSTR{r}", 1, 80, method="Fay", k=0.5)
    np.testing.assert_allclose(declared.variance_factors(80), 1 / 20, rtol=1e-15)
