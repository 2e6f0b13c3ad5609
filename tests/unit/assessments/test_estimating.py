"""Plausible values are combined, small cells say why, and a single withheld cell never stands alone."""

from __future__ import annotations

import numpy as np
import pytest

from polyphonie.assessments.domain.disclosure import protected
from polyphonie.assessments.domain.estimating import (
    Cancelled,
    Cell,
    Cut,
    Job,
    Specification,
    estimate,
    fingerprint,
)
from polyphonie.assessments.domain.pupil_files import Columns, read_pupil_file
from polyphonie.demo.domain.pupils import Country
from tests.factories.assessments import file_of, terms

pytestmark = pytest.mark.unit

LIMIT = 50_000_000


def of(table: Columns, wanted: Specification) -> tuple[Cell, ...]:
    return estimate(Job(terms(), wanted, ""), table).cells


def columns(*countries: Country) -> Columns:
    return read_pupil_file(file_of(countries), limit=LIMIT).columns


def test_mean_equals_the_formulas_written_out() -> None:
    """One country by hand: weighted means, squared distances of the 90 replicates, Rubin."""
    table = columns(Country("A", 180, 2, 560.0))
    (cell,) = of(table, Specification("mean", "lecture"))
    means, variances = [], []
    for m in range(1, 6):
        y, w = table[f"LECT_PV{m}"], table["rwgt0"]
        full = (w * y).sum() / w.sum()
        replicates = [(table[f"rwgt{r}"] * y).sum() / table[f"rwgt{r}"].sum() for r in range(1, 91)]
        means.append(full)
        variances.append(sum((t - full) ** 2 for t in replicates))
    value = sum(means) / 5
    between = sum((t - value) ** 2 for t in means) / 4
    total = sum(variances) / 5 + (1 + 1 / 5) * between
    assert cell.value == pytest.approx(value, rel=1e-12)
    assert cell.se == pytest.approx(total**0.5, rel=1e-10)
    assert cell.low is not None
    assert cell.low < value < (cell.high or 0)
    assert (cell.n, cell.schools) == (360, 180)


def test_levels_add_up_to_all_pupils_and_below_is_the_first_of_them() -> None:
    table = columns(Country("A", 180, 2, 560.0))
    cuts = (Cut("", "x", 500.0), Cut("", "x", 595.1))
    levels = of(table, Specification("levels", "lecture", cuts=cuts))
    assert [cell.part for cell in levels] == ["0", "1", "2"]
    assert sum(cell.value or 0 for cell in levels) == pytest.approx(100, abs=1e-9)
    below = Specification("below", "lecture", cuts=cuts[:1])
    (first,) = of(table, below)
    assert first.value == pytest.approx(levels[0].value, rel=1e-12)
    assert first.se == pytest.approx(levels[0].se, rel=1e-9)


def test_cells_below_the_minimum_give_the_reason_and_no_number() -> None:
    """Four schools are too few; twelve pupils of a rare language too."""
    table = columns(Country("A", 180, 2, 560.0), Country("C", 4, 12, 540.0))
    cells = of(table, Specification("mean", "lecture", by=("PAYS",)))
    assert [(c.key, c.value is None, c.reason) for c in cells] == [
        ("PAYS=A", False, ""),
        ("PAYS=C", True, "too_few_psu"),
    ]
    assert (cells[1].se, cells[1].n, cells[1].schools) == (None, None, None)
    strict = Specification("mean", "lecture", by=("PAYS",), minimum_pupils=400)
    assert {c.reason for c in of(table, strict)} == {"below_minimum_n"}


def test_share_of_nobody_in_a_small_group_is_withheld() -> None:
    table = columns(Country("A", 180, 2, 560.0))
    wanted = Specification(
        "below", "lecture", cuts=(Cut("", "x", -1e6),), minimum_pupils=200, minimum_schools=5
    )
    (cell,) = of(table, wanted)
    assert (cell.value, cell.reason) == (None, "extreme_share")


def test_single_withheld_cell_takes_its_smallest_neighbour_with_it() -> None:
    def cell(value: str, n: int | None) -> Cell:
        shown = n is not None
        return Cell(
            f"PAYS=A|LANGUE={value}",
            "A",
            (("PAYS", "A"), ("LANGUE", value)),
            "",
            500.0 if shown else None,
            3.0 if shown else None,
            n,
            10 if shown else None,
            "" if shown else "below_minimum_n",
        )

    kept = protected([cell("1", 300), cell("2", 40), cell("3", None), cell("4", 90)])
    assert [(c.labels[1][1], c.reason) for c in kept] == [
        ("1", ""),
        ("2", "secondary"),
        ("3", "below_minimum_n"),
        ("4", ""),
    ]
    assert (kept[1].value, kept[1].se, kept[1].n, kept[1].schools) == (None, None, None, None)
    two = [cell("1", 300), cell("2", None), cell("3", None)]
    assert protected(two) == tuple(two)


def test_table_crossed_twice_is_protected_along_both_sides() -> None:
    def cell(a: str, b: str, n: int | None) -> Cell:
        return Cell(
            f"a={a}|b={b}",
            "A",
            (("PAYS", "A"), ("a", a), ("b", b)),
            "",
            None if n is None else 1.0,
            None,
            n,
            None,
            "" if n else "below_minimum_n",
        )

    kept = protected(
        [cell(a, b, n) for a, b, n in [("1", "1", None), ("1", "2", 50), ("2", "1", 60), ("2", "2", 70)]]
    )
    assert {c.reason for c in kept} == {"below_minimum_n", "secondary"}


def test_every_level_of_a_withheld_group_is_withheld() -> None:
    def cell(part: str, reason: str = "") -> Cell:
        labels = (("PAYS", "A"),)
        return Cell(f"PAYS=A|level={part}", "A", labels, part, None if reason else 50.0, 1.0, 40, 9, reason)

    kept = protected([cell("0", "extreme_share"), cell("1"), cell("2")])
    assert [c.reason for c in kept] == ["extreme_share", "secondary", "secondary"]
    assert [c.value for c in kept] == [None, None, None]


def test_specification_is_written_in_one_way_only() -> None:
    first = Specification("mean", "lecture", where=(("SEXE", "F"), ("LANGUE", "1")))
    again = Specification("mean", "lecture", where=(("LANGUE", "1"), ("SEXE", "F")))
    assert fingerprint(first.as_dict(terms())) == fingerprint(again.as_dict(terms()))
    other = Specification("mean", "lecture", where=(("LANGUE", "2"),))
    assert fingerprint(first.as_dict(terms())) != fingerprint(other.as_dict(terms()))
    assert Specification.read(first.as_dict(terms())) == again


def test_filter_leaves_the_pupils_whom_it_names() -> None:
    table = columns(Country("A", 180, 2, 560.0))
    girls = Specification("mean", "lecture", where=(("SEXE", "F"),))
    (cell,) = of(table, girls)
    mask = table["SEXE"] == "F"
    means = [float(np.average(table[f"LECT_PV{m}"][mask], weights=table["rwgt0"][mask])) for m in range(1, 6)]
    assert cell.value == pytest.approx(sum(means) / 5, rel=1e-12)
    assert cell.n == int(mask.sum())


def test_estimate_stops_between_two_blocks() -> None:
    table = columns(Country("A", 180, 2, 560.0), Country("B", 180, 2, 500.0))
    seen: list[int] = []

    def stop(percent: int) -> None:
        seen.append(percent)
        if percent > 10:
            raise Cancelled()

    with pytest.raises(Cancelled):
        estimate(Job(terms(), Specification("mean", "lecture"), ""), table, progress=stop)
    assert seen == [10, 40]


def test_cell_that_a_subtraction_would_give_away_is_withheld() -> None:
    """All pupils, then all but the few of the rare language: their difference tells of the few."""
    table = columns(Country("A", 180, 2, 560.0))
    few = int((table["LANGUE"] == 2.0).sum())
    assert 0 < few < 30
    wanted = Specification("mean", "lecture", where=(("LANGUE", "1"),), reader="somebody")
    (alone,) = estimate(Job(terms(), wanted, ""), table).cells
    assert alone.value is not None
    (after,) = estimate(Job(terms(), wanted, "", earlier=((),)), table).cells
    assert (after.value, after.se, after.n, after.reason) == (None, None, None, "differencing")
    girls = Specification("mean", "lecture", where=(("SEXE", "F"),), reader="somebody")
    (half,) = estimate(Job(terms(), girls, "", earlier=((),)), table).cells
    assert half.value is not None


def test_table_keeps_nothing_of_a_withheld_cell() -> None:
    table = columns(Country("A", 180, 2, 560.0), Country("B", 180, 2, 500.0))
    result = estimate(Job(terms(), Specification("mean", "lecture"), ""), table)
    cells = (result.cells[0], result.cells[1].withheld("secondary"))
    kept = result.keeping(cells).table
    assert kept.cells[0].value == result.cells[0].value
    assert (kept.cells[1].parts, kept.cells[1].n, kept.cells[1].sum_w) == ((), 0, 0.0)
