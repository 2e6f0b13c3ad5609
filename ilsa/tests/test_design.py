"""Declared designs: stored, compared, read back, and the factors they know by themselves."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilsa import AssessmentDesign, EstimateError, ReplicateWeights

pytestmark = pytest.mark.unit

R = ReplicateWeights
counts = st.integers(1, 200)
replicate_weights = st.one_of(
    st.builds(
        lambda last, method, scale, idle: R.from_columns(
            "w_{r}", 1, last, method=method, scale=scale, idle=idle
        ),
        counts,
        st.sampled_from(["JK1", "JK2-half", "JK2-full", "BRR", "bootstrap"]),
        st.none() | st.floats(1e-6, 10),
        st.sampled_from(["refuse", "note"]),
    ),
    st.builds(
        lambda factors: R.from_columns("w_{r}", 1, len(factors), method="user", rscales=factors),
        st.lists(st.floats(1e-6, 10), min_size=1, max_size=5),
    ),
    st.builds(
        lambda two, six: R.from_columns(
            "w{r}", 1, 90, method="JK2-half", count_by="GRADE", counts={2: two, 6: six}
        ),
        st.integers(1, 90),
        st.integers(1, 90),
    ),
    st.builds(
        lambda method, doubled, units: R.from_zones(
            "z", "h", method=method, doubled=doubled, units_per_zone=units
        ),
        st.sampled_from(["JK2-half", "JK2-full"]),
        st.sampled_from([0, 1]),
        st.sampled_from([2, None]),
    ),
    st.just(R.from_psus(method="JKn")),
    st.builds(lambda k: R.from_hadamard("z", method="Fay", k=k), st.floats(0, 0.99)),
    st.builds(lambda seed: R.from_draws(100, seed=seed), st.integers(0, 2**70)),
)
designs = st.builds(
    AssessmentDesign,
    weight=st.text(min_size=1),
    replicates=replicate_weights,
    psu=st.sampled_from(["ID_ECOLE", ("ID_STRATE", "ID_ECOLE")]),
    stratum=st.just("ID_STRATE"),
    sample=st.sampled_from([(), ("ID_PAYS",), ("ID_PAYS", "ANNEE")]),
    zero_weights=st.sampled_from(["refuse", "allow"]),
)


@given(designs)
def test_a_design_reads_back_as_itself(design: AssessmentDesign) -> None:
    again = AssessmentDesign.from_json(design.as_json())
    assert again == design
    assert hash(again) == hash(design)
    assert again.as_json() == design.as_json()


@given(designs, designs)
def test_designs_are_the_same_when_their_texts_are(one: AssessmentDesign, other: AssessmentDesign) -> None:
    assert (one == other) == (one.as_json() == other.as_json())


def test_the_pasec_grade_six_design_as_text() -> None:
    design = AssessmentDesign(
        weight="rwgt0",
        psu="ID_ECOLE",
        stratum="ID_STRATE",
        sample=("ID_PAYS",),
        replicates=R.from_columns("rwgt{r}", 1, 90, method="JK2-half"),
    )
    stored = json.loads(design.as_json())
    source = stored["replicates"].pop("from")
    assert stored == {
        "weight": "rwgt0",
        "psu": "ID_ECOLE",
        "stratum": "ID_STRATE",
        "sample": ["ID_PAYS"],
        "zero_weights": "refuse",
        "replicates": {"method": "JK2-half", "k": None},
    }
    assert source["columns"] == [f"rwgt{r}" for r in range(1, 91)]
    assert source["beyond"] == "rwgt91"


@pytest.mark.parametrize(
    ("method", "k", "expected"),
    [
        ("JK1", None, 19 / 20),
        ("JK2-half", None, 1.0),
        ("JK2-full", None, 0.5),
        ("BRR", None, 1 / 20),
        ("Fay", 0.3, 1 / (20 * 0.49)),
        ("bootstrap", None, 1 / 20),
    ],
)
def test_factor_of_a_method(method: Any, k: float | None, expected: float) -> None:
    factors = R.from_columns("w{r}", 1, 20, method=method, k=k).variance_factors(20)
    np.testing.assert_allclose(factors, np.full(20, expected), rtol=1e-15)
    with pytest.raises(ValueError, match="read-only"):
        factors[0] = 2


def test_scale_multiplies_rscales() -> None:
    declared = R.from_columns("w{r}", 1, 3, method="JKn", scale=2.0, rscales=[0.5, 0.75, 1])
    np.testing.assert_array_equal(declared.variance_factors(3), [1.0, 1.5, 2.0])


def test_a_declared_number_of_replicates_binds() -> None:
    with pytest.raises(EstimateError) as caught:
        R.from_columns("w{r}", 1, 90, method="BRR", count_by="g", counts={2: 45, 6: 90}).variance_factors(80)
    assert (caught.value.facts["found"], caught.value.facts["expected"]) == (80, "45 or 90")
