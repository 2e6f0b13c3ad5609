"""Asking an assessment: cells, filters, missing values, and what never changes an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilsa import Assessment, AssessmentDesign, EstimateTable, ReplicateWeights, Unavailable, weighted_mean

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
Pupils = Callable[..., dict[str, Any]]


def close(a: EstimateTable, b: EstimateTable, rel: float = 1e-10) -> None:
    assert [cell.label for cell in a] == [cell.label for cell in b]
    for one, other in zip(a, b, strict=True):
        np.testing.assert_allclose(one.estimates, other.estimates, rtol=rel, atol=1e-10)
        assert one.se == pytest.approx(other.se, rel=1e-9)


def every_statistic(ds: Assessment, **options: Any) -> list[EstimateTable]:
    ask = ds.estimate
    return [
        ask.mean("reading", **options),
        ask.sd("reading", **options),
        ask.share("reading", at_least=500, **options),
        ask.levels("reading", **options),
    ]


def test_cells_are_samples_crossed_with_groups(assess: Make) -> None:
    ds = assess()
    assert [cell.label for cell in ds.estimate.mean("reading", by="country")] == [("C0",), ("C1",), ("C2",)]
    crossed = ds.estimate.mean("reading", by=("girl", "region"))
    assert crossed.dimensions == ("country", "girl", "region")
    assert len(crossed) == 3 * 2 * 3
    assert crossed.cell(country="C1", girl=0, region="west") is crossed["C1", 0, "west"]
    assert sum(cell.n for cell in crossed) == ds.rows
    same = ds.estimate.mean("reading", by=("country", "girl", "region"))
    assert [cell.value for cell in same] == [cell.value for cell in crossed]


def test_a_cell_is_the_weighted_mean_of_its_rows(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    ds = assess(table)
    cell = ds.estimate.mean("reading", by="girl")["C2", 1]
    sample = ds.weighted.sample("C2")
    for m in range(3):
        by_hand = weighted_mean(table[f"read{m + 1}"], sample, where=table["girl"] == 1)
        np.testing.assert_allclose(cell.estimates[m, 0], by_hand.value, rtol=1e-13)
        np.testing.assert_allclose(cell.estimates[m, 1:], by_hand.replicates, rtol=1e-13)
    inside = (table["country"] == "C2") & (table["girl"] == 1)
    assert (cell.n, cell.n_psu) == (int(inside.sum()), 12)
    assert cell.sum_w == pytest.approx(float(table["weight"][inside].sum()), rel=1e-13)
    assert (cell.unit, cell.definition, cell.df_rule) == ("points", "mean of reading", "barnard_rubin")
    assert cell.estimates.shape == (3, 7)


def test_a_filter_by_values_is_the_filter_by_rows(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    ds = assess(table)
    named = ds.estimate.mean("reading", where={"girl": 1, "region": ["east", "west"]})
    masked = ds.estimate.mean("reading", where=(table["girl"] == 1) & (table["region"] != "north"))
    close(named, masked, rel=0)
    specification = named.provenance[0].as_dict()["estimate"]
    assert specification["where"] == {"girl": [1], "region": ["east", "west"]}
    assert specification["statistic"] == "mean"
    assert specification["scales"] == {"reading": ["read1", "read2", "read3"]}
    assert named.provenance[0].fingerprint != masked.provenance[0].fingerprint


def test_rows_without_a_value_are_counted_when_left_out(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    region = table["region"].astype(object)
    region[[0, 200]] = None
    ses = table["ses"].copy()
    ses[[0, 1, 2]] = np.nan
    ds = assess({**table, "region": region, "ses": ses})
    found = ds.estimate.mean("ses", by="region", missing="leave_out")
    assert [str(note) for note in found.notes] == [
        "2 row(s) without a value of 'region' were left out.",
        "3 row(s) without a value of 'ses' were left out.",
    ]
    assert sum(cell.n for cell in found) == ds.rows - 4
    kept = np.ones(ds.rows, dtype=bool)
    kept[[0, 1, 2, 200]] = False
    close(found, assess(table).estimate.mean("ses", by="region", where=kept), rel=0)


def test_a_country_without_plausible_values_says_so(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    gone = table["country"] == "C1"
    for m in (1, 2, 3):
        table[f"read{m}"] = np.where(gone, np.nan, table[f"read{m}"])
    found = assess(table).estimate.mean("reading", missing="leave_out")
    reason = Unavailable("pv_missing", "in every row of the domain")
    assert [cell.unavailable for cell in found] == [None, reason, None]
    assert (found["C1"].value, found["C1"].se, found["C1"].ci, found["C1"].fmi) == (reason,) * 4
    assert found["C1"].as_row()["reason"] == "pv_missing"


def test_cells_below_the_limits_say_so(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    small = (table["country"] != "C0") | (table["school"] < 3)
    ds = assess(minimum_n=30, minimum_psu=5)
    assert ds.estimate.mean("reading", where=small)["C0"].unavailable == Unavailable(
        "below_minimum_n", "24 pupil(s)"
    )
    cell = ds.estimate.mean("reading", where=small)["C0"]
    assert (cell.n, cell.n_psu, cell.parts) == (24, None, ())
    assert cell.sum_w == pytest.approx(float(table["weight"][table["school"] < 3].sum()))
    few = assess(minimum_psu=5).estimate.mean("reading", where=small)["C0"]
    assert few.unavailable == Unavailable("too_few_psu", "3 school(s)")
    alone = assess().estimate.mean("reading", where=(table["country"] != "C0") | (table["school"] == 0))["C0"]
    assert alone.unavailable == Unavailable("replicates_incomplete", "nobody in the domain in replicate 1")
    none = assess().estimate.mean("reading", where=table["country"] == "C1")["C0"]
    assert none.unavailable == Unavailable("below_minimum_n", "nobody in the domain")


def test_what_does_not_vary_has_a_value_and_no_standard_error(assess: Make) -> None:
    cell = assess().estimate.share("reading", at_least=-1000)["C0"]
    assert cell.value == 1.0
    assert cell.se == Unavailable("no_variation", "every replicate gives the same value")
    assert cell.ci == cell.p == cell.se


def test_degrees_of_freedom_count_the_zones_of_the_domain(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    assert assess().estimate.mean("ses")["C0"].df == 6
    part = assess().estimate.mean("ses", where=table["zone"] < 4)["C0"]
    assert (part.df, part.df_rule) == (4, "design")


# what never changes an answer


@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(seed: int, assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    order = np.random.default_rng(seed).permutation(table["weight"].size)
    mixed = assess({name: column[order] for name, column in table.items()})
    for a, b in zip(
        every_statistic(assess(table), by="girl"), every_statistic(mixed, by="girl"), strict=True
    ):
        close(a, b)


@given(factor=st.floats(1e-3, 1e6))
def test_the_unit_of_weights_does_not_matter(factor: float, assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    scaled = assess({**table, "weight": table["weight"] * factor})
    for a, b in zip(every_statistic(assess(table)), every_statistic(scaled), strict=True):
        close(a, b)


@given(wobble=st.booleans(), chosen=st.integers(0, 2))
def test_dense_weights_give_what_ratios_give(
    wobble: bool, chosen: int, assess: Make, pupils_of: Pupils
) -> None:
    table = pupils_of()
    if wobble:
        table["weight"] = table["weight"] * np.random.default_rng(chosen).uniform(
            0.5, 2, table["weight"].size
        )
    where = table["region"] != ("east", "north", "west")[chosen]
    ratio, dense = (assess(table, storage=storage) for storage in ("ratio", "dense"))
    assert ratio.samples[0].sample.stored_as_ratios
    assert not dense.samples[0].sample.stored_as_ratios
    options = {"by": "girl", "where": where}
    for a, b in zip(every_statistic(ratio, **options), every_statistic(dense, **options), strict=True):
        close(a, b, rel=1e-12)


def test_the_order_of_plausible_values_does_not_matter(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    turned = assess({**table, "read1": table["read3"], "read3": table["read1"]})
    for a, b in zip(every_statistic(assess(table)), every_statistic(turned), strict=True):
        for one, other in zip(a, b, strict=True):
            assert one.se == pytest.approx(other.se, rel=1e-12)
            assert one.value == pytest.approx(other.value, rel=1e-12)


def test_a_weight_of_two_is_a_row_repeated(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    whole = {**table, "weight": np.where(table["girl"] == 1, 2.0, 1.0)}
    times = np.where(table["girl"] == 1, 2, 1)
    repeated = {name: np.repeat(column, times) for name, column in whole.items()}
    repeated["weight"] = np.ones(times.sum())
    for a, b in zip(every_statistic(assess(whole)), every_statistic(assess(repeated)), strict=True):
        close(a, b)


def test_a_country_alone_is_the_country_in_the_file(assess: Make, pupils_of: Pupils) -> None:
    table = pupils_of()
    kept = table["country"] == "C1"
    alone = assess({name: column[kept] for name, column in table.items()}).estimate.mean("reading")["C1"]
    among = assess(table).estimate.mean("reading")["C1"]
    np.testing.assert_array_equal(alone.estimates, among.estimates)
    assert alone.sample_id == among.sample_id


def test_the_name_of_a_round_tells_equal_weights_apart(assess: Make) -> None:
    first, second = (
        assess(name=name).estimate.mean("reading")["C0"].sample_id[0] for name in ("2014", "2019")
    )
    assert first.startswith("2014 / C0 #")
    assert second.startswith("2019 / C0 #")
    assert first[-16:] != second[-16:]


def test_merged_grades_keep_their_own_replicates() -> None:
    nan = float("nan")
    table = {
        "w": [1.0] * 8,
        "grade": [2] * 4 + [6] * 4,
        "r1": [0.0, 0, 2, 2, 0, 0, 2, 2],
        "r2": [nan] * 4 + [2.0, 2, 0, 0],
        "y": [1.0, 2, 3, 4, 5, 6, 7, 9],
    }
    design = AssessmentDesign(
        weight="w",
        replicates=ReplicateWeights.from_columns(
            "r{r}", 1, 2, method="JK2-half", count_by="grade", counts={2: 1, 6: 2}
        ),
    )
    found = Assessment(table, design).estimate.mean("y", by="grade")
    assert found.dimensions == ("grade",)
    assert [cell.estimates.tolist() for cell in found] == [[[2.5, 3.5]], [[6.75, 8.0, 5.5]]]
    assert [cell.se for cell in found] == [1.0, pytest.approx(2**0.5 * 1.25)]
