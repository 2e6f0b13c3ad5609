"""Samples of schools: documented, redrawn from the seed, replaced by neighbours, unbiased over seeds."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ilsa.sampling import SamplingError, SchoolFrame, SchoolSample, base_weights, draw_schools, draw_within

from .test_frame import invented_frame, read

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def frame() -> SchoolFrame:
    return read(invented_frame(), explicit=["region"], implicit=["urban"])


def test_the_same_seed_gives_the_same_sample_and_another_seed_another(frame: SchoolFrame) -> None:
    one, again, other = (draw_schools(frame, 18, seed=seed) for seed in (7, 7, 8))
    assert one.as_json() == again.as_json()
    assert one.as_json() != other.as_json()
    assert len(one) == 18
    assert [school.place for school in one.schools] == list(range(1, 19))
    assert sum(count for _, count in one.numbers) == 18


def test_a_sample_is_stored_read_back_and_redrawn(frame: SchoolFrame) -> None:
    sample = draw_schools(frame, 18, seed=7)
    back = SchoolSample.from_json(sample.as_json())
    assert back == sample
    assert back.redraw(frame) == sample
    assert json.loads(sample.as_json())["frame_sha256"] == frame.sha256


def test_another_stratum_changes_no_other(frame: SchoolFrame) -> None:
    table = invented_frame()
    more = {
        "school": [*table["school"], "X1", "X2", "X3"],
        "pupils": [*table["pupils"], 10, 20, 30],
        "region": [*table["region"], "a", "a", "a"],
        "urban": [*table["urban"], 0, 0, 0],
    }
    larger = read(more, explicit=["region"], implicit=["urban"])
    numbers = dict(draw_schools(frame, 18, seed=7).numbers)
    before = [s.school for s in draw_schools(frame, numbers, seed=7).schools]
    after = draw_schools(larger, {**numbers, ("a",): 2}, seed=7).schools
    assert [s.school for s in after if s.stratum != ("a",)] == before


def test_replacements_are_neighbours_and_nobody_twice(frame: SchoolFrame) -> None:
    sample = draw_schools(frame, 18, seed=7, replacements=2)
    at = {school: i for i, school in enumerate(frame.schools)}
    drawn = {one.school for one in sample.schools}
    ready = [other for one in sample.schools for other in one.replacements]
    assert len(ready) == len(set(ready))
    assert not drawn & set(ready)
    for one in sample.schools:
        for other in one.replacements:
            low, high = sorted((at[one.school], at[other]))
            assert frame.strata[low] == frame.strata[high]
            assert not drawn & set(frame.schools[low + 1 : high])


def test_replacements_by_hand() -> None:
    """Ten equal schools, two drawn at steps of five: the next first, then the one before."""
    frame = read({"school": list("abcdefghij"), "pupils": [10] * 10})
    sample = draw_schools(frame, {(): 2}, seed=1, replacements=3)
    letters = "abcdefghij"
    (first, second) = (letters.index(str(one.school)) for one in sample.schools)
    assert second == first + 5
    for one, i in zip(sample.schools, (first, second), strict=True):
        assert one.probability == pytest.approx(0.2)
        assert one.weight == pytest.approx(5.0)
        if 0 < i < 9:
            assert one.replacements[:2] == (letters[i + 1], letters[i - 1])


def test_estimated_totals_are_unbiased_over_seeds() -> None:
    """School, class, pupil: weighted numbers of pupils and sums of a score over 300 seeds."""
    draw = np.random.default_rng(2)
    table = invented_frame(24, seed=9)
    frame = read(table, explicit=["region"])
    pupils: dict[str, list[Any]] = {"school": [], "class": [], "pupil": [], "score": []}
    for school, size in zip(table["school"], table["pupils"], strict=True):
        for i in range(int(size)):
            pupils["school"].append(school)
            pupils["class"].append(f"{school}-{i % (1 + size // 40)}")
            pupils["pupil"].append(i)
            pupils["score"].append(float(draw.normal(500, 100)))
    columns = {name: np.array(values) for name, values in pupils.items()}
    classes = sorted(set(zip(pupils["school"], pupils["class"], strict=True)))
    of_class = {
        "school": np.array([school for school, _ in classes]),
        "class": np.array([one for _, one in classes]),
    }
    found = []
    for seed in range(300):
        sample = draw_schools(frame, 9, seed=seed, replacements=0)
        chance = {one.school: one.probability for one in sample.schools}
        inside = np.isin(of_class["school"], list(chance))
        own = {name: values[inside] for name, values in of_class.items()}
        chosen = draw_within(own, unit="class", within=["school"], take=1, seed=seed)
        class_chance = dict(zip(own["class"][chosen.rows].tolist(), chosen.probability.tolist(), strict=True))
        inside = np.isin(columns["class"], list(class_chance))
        own = {name: values[inside] for name, values in columns.items()}
        drawn = draw_within(own, unit="pupil", within=["school", "class"], take=10, seed=seed)
        weight = base_weights(
            school=[chance[str(own["school"][row])] for row in drawn.rows],
            class_=[class_chance[str(own["class"][row])] for row in drawn.rows],
            pupil=drawn.probability,
        )
        found.append((weight.sum(), weight @ own["score"][drawn.rows]))
    mean, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
    exact = np.array([len(columns["score"]), columns["score"].sum()])
    assert (np.abs(mean - exact) < 4 * error).all()
    assert (error < 0.02 * exact).all()


def test_a_sample_changed_by_hand_is_found_out(frame: SchoolFrame) -> None:
    sample = draw_schools(frame, 18, seed=7)
    forged = replace(sample, schools=(replace(sample.schools[0], size=1.0), *sample.schools[1:]))
    with pytest.raises(SamplingError, match="another sample than the one stored"):
        forged.redraw(frame)


def test_columns_for_the_field(frame: SchoolFrame) -> None:
    columns = draw_schools(frame, 6, seed=7, replacements=1).as_columns()
    assert list(columns) == [
        "school",
        "place",
        "stratum",
        "size",
        "probability",
        "weight",
        "certain",
        "replacement_1",
    ]
    assert {len(values) for values in columns.values()} == {6}
