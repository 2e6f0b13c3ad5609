"""Zones and replicate columns: pairs of neighbours, and variances that the columns carry on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilsa import AssessmentDesign, ReplicateWeights, replicate_variance, weighted_mean
from ilsa.sampling import SchoolSample, draw_schools, make_zones, replicate_columns

from .test_frame import invented_frame, read

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def sample() -> SchoolSample:
    return draw_schools(read(invented_frame(), explicit=["region"]), 18, seed=4)


def pupils_of(sample: SchoolSample, without: tuple[str, ...] = (), each: int = 4) -> dict[str, Any]:
    schools = [one.school for one in sample.schools if one.school not in without]
    draw = np.random.default_rng(6)
    school = np.repeat(schools, each)
    return {
        "school": school,
        "pupil": np.arange(school.size),
        "w": np.repeat(draw.uniform(1, 3, len(schools)), each),
        "y": draw.normal(500, 100, school.size),
    }


def even(sample: SchoolSample) -> tuple[str, ...]:
    """The last school of every stratum with an odd number."""
    return tuple(
        str([one.school for one in sample.schools if one.stratum == label][-1])
        for label, count in sample.numbers
        if count % 2
    )


def test_neighbours_in_the_order_of_selection_are_pairs(sample: SchoolSample) -> None:
    table = pupils_of(sample, even(sample))
    zones = make_zones(table, sample, school="school")
    stratum = {one.school: one.stratum for one in sample.schools}
    place = {one.school: one.place for one in sample.schools}
    for z in range(1, int(zones.zone.max()) + 1):
        schools = sorted(set(table["school"][zones.zone == z]), key=place.__getitem__)
        assert len(schools) == 2
        assert stratum[schools[0]] == stratum[schools[1]]
        assert place[schools[1]] == place[schools[0]] + 1
        assert sorted({int(h) for h in zones.half[zones.zone == z]}) == [0, 1]
    assert zones.split == zones.collapsed == ()


def test_which_half_is_doubled_is_drawn(sample: SchoolSample) -> None:
    """Over many seeds each school of a pair is half 1 about as often."""
    frame = read({"school": ["a", "b"], "pupils": [10, 10]})
    ones = 0
    for seed in range(400):
        both = draw_schools(frame, {(): 2}, seed=seed)
        zones = make_zones({"school": ["a", "b"]}, both, school="school")
        ones += int(zones.half[0])
    assert 150 < ones < 250


def test_the_variance_of_a_total_is_the_sum_of_squared_differences(sample: SchoolSample) -> None:
    table = pupils_of(sample, even(sample))
    zones = make_zones(table, sample, school="school")
    table |= {"zone": zones.zone, "half": zones.half}
    design = AssessmentDesign(
        weight="w", psu="school", replicates=ReplicateWeights.from_zones("zone", "half")
    )
    weighted = design.weigh(table).sample()
    total = float(weighted.weight @ table["y"])
    found = replicate_variance(total, weighted.replicate_weights().T @ table["y"], weighted)
    signed = (2 * zones.half - 1) * table["w"] * table["y"]
    by_hand = float((np.bincount(zones.zone, weights=signed)[1:] ** 2).sum())
    assert found == pytest.approx(by_hand, rel=1e-12)


def test_an_odd_school_is_split_or_paired_across(sample: SchoolSample) -> None:
    table = pupils_of(sample)
    odd = even(sample)
    assert len(odd) % 2 == 0
    split = make_zones(table, sample, school="school", pupil="pupil", odd="split")
    assert sorted(split.split) == sorted(odd)
    for school in split.split:
        inside = table["school"] == school
        assert np.unique(split.zone[inside]).size == 1
        assert split.half[inside].tolist().count(1) == 2
    across = make_zones(table, sample, school="school", odd="collapse")
    assert sorted(name for pair in across.collapsed for name in pair) == sorted(odd)
    assert across.zone.max() == 9


def test_a_split_does_not_depend_on_the_order_of_rows(sample: SchoolSample) -> None:
    table = pupils_of(sample)
    turned = {name: values[::-1] for name, values in table.items()}
    one = make_zones(table, sample, school="school", pupil="pupil", odd="split")
    two = make_zones(turned, sample, school="school", pupil="pupil", odd="split")
    np.testing.assert_array_equal(two.half[::-1], one.half)
    np.testing.assert_array_equal(two.zone[::-1], one.zone)


def test_a_replacement_takes_the_place_of_the_school_drawn(sample: SchoolSample) -> None:
    table = pupils_of(sample, even(sample))
    drawn = sample.schools[0]
    other = drawn.replacements[0]
    replaced = {**table, "school": np.where(table["school"] == drawn.school, other, table["school"])}
    zones = make_zones(replaced, sample, school="school", stands_for={other: drawn.school})
    np.testing.assert_array_equal(zones.zone, make_zones(table, sample, school="school").zone)


METHODS = {
    "JK1": ReplicateWeights.from_psus(method="JK1"),
    "JKn": ReplicateWeights.from_psus(method="JKn"),
    "JK2-half": ReplicateWeights.from_zones("zone", "half"),
    "JK2-full": ReplicateWeights.from_zones("zone", "half", method="JK2-full"),
    "BRR": ReplicateWeights.from_hadamard("zone", "half", method="BRR"),
    "Fay": ReplicateWeights.from_hadamard("zone", "half", method="Fay", k=0.3),
    "bootstrap": ReplicateWeights.from_draws(60, seed=2),
}


@pytest.mark.parametrize("method", METHODS)
def test_written_columns_read_back_give_the_same_standard_error(method: str, sample: SchoolSample) -> None:
    table = pupils_of(sample, even(sample))
    zones = make_zones(table, sample, school="school")
    table |= {"zone": zones.zone, "half": zones.half}
    design = AssessmentDesign(weight="w", psu="school", stratum="zone", replicates=METHODS[method])
    written = replicate_columns(table, design)
    bare = {name: table[name] for name in ("w", "school", "zone", "y")}

    def variance(design: AssessmentDesign, columns: dict[str, Any]) -> float:
        one = design.weigh(columns).sample()
        mean = weighted_mean(columns["y"], one)
        return replicate_variance(mean.value, mean.replicates, one)

    assert variance(written.design, bare | written.columns) == pytest.approx(
        variance(design, table), rel=1e-12
    )
    assert not written.idle


def test_a_sample_with_fewer_zones_has_idle_columns() -> None:
    table: dict[str, Any] = {
        "w": np.ones(10),
        "school": np.arange(10),
        "country": list("aaaaaabbbb"),
        "zone": [1, 1, 2, 2, 3, 3, 1, 1, 2, 2],
        "half": [0, 1] * 5,
        "y": np.arange(10.0) ** 2,
    }
    design = AssessmentDesign(
        weight="w", psu="school", sample=("country",), replicates=ReplicateWeights.from_zones("zone", "half")
    )
    written = replicate_columns(table, design)
    assert written.idle
    assert list(written.columns) == ["rwgt1", "rwgt2", "rwgt3"]
    assert written.columns["rwgt3"].tolist() == [1, 1, 1, 1, 0, 2, 1, 1, 1, 1]
    back = written.design.weigh(table | written.columns)
    for before, after in zip(design.weigh(table).samples, back.samples, strict=True):
        one, two = (weighted_mean(table["y"], sample) for sample in (before, after))
        assert replicate_variance(two.value, two.replicates, after) == pytest.approx(
            replicate_variance(one.value, one.replicates, before), rel=1e-13
        )
