"""Weighing a file: invariances, samples, merged files, provenance."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilsa import AssessmentDesign, ReplicateWeights, WeightedFile, replicate_variance, weighted_mean

pytestmark = pytest.mark.unit

R = ReplicateWeights
MADE = {
    "JK1": R.from_psus(method="JK1"),
    "JKn": R.from_psus(method="JKn"),
    "JK2-half": R.from_zones("zone", "half"),
    "JK2-full": R.from_zones("zone", "half", method="JK2-full"),
    "BRR": R.from_hadamard("zone", "half", method="BRR"),
    "Fay": R.from_hadamard(method="Fay", k=0.3),
    "bootstrap": R.from_draws(30, seed=7),
}
methods = st.sampled_from(sorted(MADE))


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Countries of paired schools, some pupils in each, weights over four orders of magnitude."""
    country, zone, half, school = [], [], [], []
    for c in draw(st.lists(st.integers(2, 6), min_size=1, max_size=3).map(enumerate)):
        for z in range(c[1]):
            for h in (0, 1):
                pupils = draw(st.integers(1, 4))
                country += [f"C{c[0]}"] * pupils
                zone += [z + 1] * pupils
                half += [h] * pupils
                school += [100 * z + h] * pupils
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = len(school)
    return {
        "country": np.array(country),
        "zone": np.array(zone),
        "half": np.array(half),
        "school": np.array(school),
        "w": np.exp(random.normal(0, 2, n)),
        "y": random.normal(500, 100, n),
    }


def weigh(table: dict[str, Any], replicates: R, **named: Any) -> WeightedFile:
    design = AssessmentDesign(
        weight="w", psu="school", stratum="zone", sample=("country",), replicates=replicates
    )
    return design.weigh(table, **named)


def estimates(weighted: WeightedFile, y: Any) -> Any:
    """Mean and variance of every sample, (samples, 2)."""
    found = []
    for sample in weighted.samples:
        mean = weighted_mean(y, sample)
        found.append([mean.value, replicate_variance(mean.value, mean.replicates, sample)])  # type: ignore[union-attr]
    return np.array(found)


@given(files(), methods)
def test_ratio_and_dense_storage_give_the_same(table: dict[str, Any], method: str) -> None:
    ratio = weigh(table, MADE[method], storage="ratio")
    dense = weigh(table, MADE[method], storage="dense")
    for r, d in zip(ratio.samples, dense.samples, strict=True):
        assert (r.stored_as_ratios, d.stored_as_ratios) == (True, False)
        np.testing.assert_array_equal(r.replicate_weights(), d.replicate_weights())
        values = np.column_stack([np.ones(r.n), r.take(table["y"])])
        np.testing.assert_allclose(r.replicates.totals(values), d.replicates.totals(values), rtol=1e-12)
    np.testing.assert_allclose(
        estimates(ratio, table["y"]), estimates(dense, table["y"]), rtol=1e-9, atol=1e-9
    )


@given(files(), methods, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(table: dict[str, Any], method: str, random: Any) -> None:
    order = list(range(len(table["w"])))
    random.shuffle(order)
    moved = {name: values[order] for name, values in table.items()}
    one, other = weigh(table, MADE[method]), weigh(moved, MADE[method])
    np.testing.assert_allclose(estimates(other, moved["y"]), estimates(one, table["y"]), rtol=1e-9, atol=1e-9)
    for a, b in zip(one.samples, other.samples, strict=True):
        whole, back = np.zeros((2, len(order), a.replicate_count))
        whole[a.rows] = a.replicate_weights()
        back[np.array(order)[b.rows]] = b.replicate_weights()
        np.testing.assert_array_equal(whole, back)


@given(files(), methods, st.floats(1e-6, 1e6))
def test_scaling_all_weights_changes_nothing(table: dict[str, Any], method: str, c: float) -> None:
    scaled = {**table, "w": table["w"] * c}
    np.testing.assert_allclose(
        estimates(weigh(scaled, MADE[method]), table["y"]),
        estimates(weigh(table, MADE[method]), table["y"]),
        rtol=1e-9,
        atol=1e-9,
    )


@given(files(), methods)
def test_written_to_columns_and_read_back_they_are_the_same(table: dict[str, Any], method: str) -> None:
    made = weigh(table, MADE[method])
    for sample in made.samples:
        own = {name: values[sample.rows] for name, values in table.items()}
        columns = sample.replicate_weights()
        own.update({f"r{r + 1}": columns[:, r] for r in range(sample.replicate_count)})
        rule = R.from_columns(
            "r{r}", 1, sample.replicate_count, method="user", rscales=sample.factors.tolist(), idle="note"
        )
        (read,) = weigh(own, rule).samples
        assert read.stored_as_ratios
        np.testing.assert_allclose(read.replicate_weights(), columns, rtol=2e-15)
        np.testing.assert_array_equal(read.factors, sample.factors)


@given(files(), methods)
def test_a_country_weighed_alone_is_as_in_the_whole_file(table: dict[str, Any], method: str) -> None:
    for sample in weigh(table, MADE[method]).samples:
        (alone,) = weigh({name: values[sample.rows] for name, values in table.items()}, MADE[method]).samples
        assert alone.label == sample.label
        np.testing.assert_array_equal(alone.replicate_weights(), sample.replicate_weights())
        np.testing.assert_array_equal(alone.factors, sample.factors)


@given(files())
def test_pairs_of_schools_jkn_equals_jk2_full(table: dict[str, Any]) -> None:
    np.testing.assert_allclose(
        estimates(weigh(table, MADE["JKn"]), table["y"]),
        estimates(weigh(table, MADE["JK2-full"]), table["y"]),
        rtol=1e-9,
        atol=1e-9,
    )


@given(files(), methods)
def test_a_constant_has_no_variance(table: dict[str, Any], method: str) -> None:
    found = estimates(weigh(table, MADE[method]), np.full(len(table["w"]), 543.21))
    np.testing.assert_allclose(found[:, 0], 543.21, rtol=1e-14)
    np.testing.assert_allclose(found[:, 1], 0, atol=1e-20)


def merged() -> dict[str, Any]:
    """One country, grade 2 with one zone and grade 6 with two, in one file."""
    nan = float("nan")
    return {
        "grade": [6, 2, 6, 6, 2, 6],
        "school": [1, 1, 2, 3, 2, 4],
        "w": [1, 2, 3, 4, 5, 6],
        "r1": [2, 4, 0, 4, 0, 6],
        "r2": [1, nan, 3, 8, nan, 0],
    }


def test_a_merged_file_takes_the_replicates_of_each_grade() -> None:
    rule = R.from_columns("r{r}", 1, 2, method="JK2-half", count_by="grade", counts={2: 1, 6: 2})
    weighted = AssessmentDesign(weight="w", psu="school", replicates=rule).weigh(merged())
    assert [(s.label, s.rows.tolist(), s.replicate_count) for s in weighted.samples] == [
        ((2,), [1, 4], 1),
        ((6,), [0, 2, 3, 5], 2),
    ]
    np.testing.assert_array_equal(weighted.sample(2).replicate_weights(), [[4], [0]])
    np.testing.assert_array_equal(weighted.sample(6).replicate_weights(), [[2, 1], [0, 3], [4, 8], [6, 0]])


def test_raked_replicates_are_kept_as_columns() -> None:
    table = {"s": ["A", "A", "B", "B"], "w": [1, 2, 3, 4], "r1": [2, 4.4, 0, 0], "r2": [0, 0, 6, 8]}
    rule = R.from_columns("r{r}", 1, 2, method="JK2-half")
    weighted = AssessmentDesign(weight="w", psu="s", replicates=rule).weigh(table)
    sample = weighted.sample()
    assert not sample.stored_as_ratios
    np.testing.assert_array_equal(sample.replicate_weights(), [[2, 0], [4.4, 0], [0, 6], [0, 8]])
    assert [note.code for note in weighted.provenance.notes] == ["stored_dense"]


def test_zones_with_a_split_school_when_asked_for() -> None:
    """One school cut in two halves is a pair, if the design says that halves were formed otherwise."""
    table = {"w": [1, 1, 2, 2], "school": [7, 7, 8, 9], "zone": [1, 1, 2, 2], "half": [0, 1, 0, 1]}
    rule = R.from_zones("zone", "half", units_per_zone=None)
    sample = AssessmentDesign(weight="w", psu="school", replicates=rule).weigh(table).sample()
    np.testing.assert_array_equal(sample.replicate_weights(), [[0, 1], [2, 1], [2, 0], [2, 4]])


def test_psu_numbers_that_start_again_in_every_stratum() -> None:
    table = {"w": [1, 1, 1, 1], "stratum": ["N", "N", "S", "S"], "school": [1, 2, 1, 2]}
    design = AssessmentDesign(
        weight="w", psu=("stratum", "school"), stratum="stratum", replicates=R.from_psus(method="JKn")
    )
    sample = design.weigh(table).sample()
    assert (sample.n_psu, sample.replicate_count) == (4, 4)
    np.testing.assert_array_equal(sample.replicate_weights()[0], [0, 2, 1, 1])


def test_weights_cannot_be_written_over() -> None:
    sample = (
        AssessmentDesign(weight="w", psu="s", replicates=R.from_psus(method="JK1"))
        .weigh({"w": [1, 2], "s": [1, 2]})
        .sample()
    )
    for array in (sample.weight, sample.factors, sample.replicates.ratio):  # type: ignore[union-attr]
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9


def test_provenance_tells_what_was_done_and_repeats_itself() -> None:
    table = {"w": [1, 2, 3, 4], "zone": [1, 1, 2, 2], "half": [0, 2, 2, 0]}
    design = AssessmentDesign(weight="w", replicates=R.from_zones("zone", "half"))
    first = design.weigh(table, source_sha256="ab" * 32).provenance
    told = json.loads(first.as_json())
    assert told["design"] == json.loads(design.as_json())
    assert told["rows"] == 4
    assert told["samples"] == [{"sample": [], "replicates": 2}]
    assert told["notes"] == [
        {"code": "half_codes_mapped", "facts": {"column": "half", "samples": "(the whole file)"}}
    ]
    assert (told["numpy"], told["source_sha256"]) == (np.__version__, "ab" * 32)
    assert design.weigh(table, source_sha256="ab" * 32).provenance.fingerprint == first.fingerprint
    assert design.weigh(table).provenance.fingerprint != first.fingerprint


def test_a_weighted_file_survives_a_process_border() -> None:
    table = {"w": [1, 2, 3, 4], "zone": [1, 1, 2, 2], "half": [0, 2, 2, 0]}
    weighted = AssessmentDesign(weight="w", replicates=R.from_zones("zone", "half")).weigh(table)
    again = pickle.loads(pickle.dumps(weighted))
    assert again.provenance == weighted.provenance
    np.testing.assert_array_equal(again.sample().replicate_weights(), weighted.sample().replicate_weights())


def test_halves_by_order_of_the_schools_inside_each_stratum() -> None:
    table = {"w": [1, 1, 1, 1], "stratum": [1, 2, 1, 2], "school": [1, 2, 3, 4], "half": [0, 0, 1, 1]}
    by_order = AssessmentDesign(
        weight="w", psu="school", stratum="stratum", replicates=R.from_hadamard(method="BRR")
    )
    by_code = AssessmentDesign(weight="w", replicates=R.from_hadamard("stratum", "half", method="BRR"))
    np.testing.assert_array_equal(
        by_order.weigh(table).sample().replicate_weights(),
        by_code.weigh(table).sample().replicate_weights(),
    )
