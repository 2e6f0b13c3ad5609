"""Agreement of observers against published values.

Sources: Krippendorff 2011 (four observers, twelve units); Fleiss' kappa: ten subjects, fourteen raters, five
categories, as the worked example of the literature; Cohen's kappa: fifty proposals, two readers; the forty
cells and the lopsided table are worked by hand from the formulas.
"""

from __future__ import annotations

import pytest

from polyphonie.kernel.unavailable import Unavailable
from polyphonie.mobility.domain.agreement import (
    Interval,
    ac1_interval,
    alpha_interval,
    cohen_kappa,
    contingency,
    fleiss_kappa,
    gwet_ac1,
    kappa_interval,
    krippendorff_alpha,
    observed_agreement,
    two_observers,
)

pytestmark = [pytest.mark.reference]

FORTY = [[8, 2, 0, 0], [1, 9, 3, 0], [0, 2, 7, 2], [0, 0, 1, 5]]
LOPSIDED = [[36, 2], [2, 0]]
N = None
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def pairs_of(table: list[list[int]]) -> list[tuple[int, int]]:
    return [(i + 1, j + 1) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]


def as_ratings(table: list[list[int]]) -> list[list[float | None]]:
    pairs = pairs_of(table)
    return [[a for a, _ in pairs], [b for _, b in pairs]]


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorff_of_four_observers_and_twelve_units(level: str, value: float) -> None:
    assert round(krippendorff_alpha(KRIPPENDORFF, level), 3) == value


def test_fleiss_of_fourteen_raters() -> None:
    assert round(fleiss_kappa(FLEISS), 3) == 0.210


def test_cohen_of_fifty_proposals() -> None:
    assert cohen_kappa([[20, 5], [10, 15]]) == pytest.approx(0.4, abs=1e-12)


def test_forty_cells_of_two_observers() -> None:
    assert observed_agreement(FORTY) == pytest.approx(0.725)
    assert [round(cohen_kappa(FORTY, w), 3) for w in ("none", "linear", "quadratic")] == [0.626, 0.756, 0.867]
    levels = ("nominal", "ordinal", "interval")
    assert [round(krippendorff_alpha(as_ratings(FORTY), level), 3) for level in levels] == [
        0.631,
        0.867,
        0.868,
    ]
    assert round(gwet_ac1(FORTY), 3) == 0.636


def test_interval_of_the_forty_cells() -> None:
    found = kappa_interval(FORTY, "quadratic")
    assert isinstance(found, Interval)
    assert (found.low, found.high) == (pytest.approx(0.76, abs=0.02), pytest.approx(0.93, abs=0.02))
    assert found.draws == 2_000
    assert found == kappa_interval(FORTY, "quadratic")
    wide = alpha_interval(as_ratings(FORTY), "ordinal")
    assert isinstance(wide, Interval)
    assert (wide.low, wide.high) == (pytest.approx(0.76, abs=0.03), pytest.approx(0.93, abs=0.03))
    assert wide.low < 0.867 < wide.high


def test_a_lopsided_table_agrees_and_its_kappa_does_not() -> None:
    assert observed_agreement(LOPSIDED) == pytest.approx(0.90)
    assert round(cohen_kappa(LOPSIDED), 2) == -0.05
    assert round(gwet_ac1(LOPSIDED), 2) == 0.89
    found = ac1_interval(LOPSIDED)
    assert isinstance(found, Interval)
    assert found.low < 0.89 < found.high


def test_fleiss_of_two_raters_is_scotts_pi() -> None:
    """π = (pₒ − Σ q²) / (1 − Σ q²), q the mean of both margins."""
    table = [[20, 5], [10, 15]]
    counts = [[int(a == 1) + int(b == 1), int(a == 2) + int(b == 2)] for a, b in pairs_of(table)]
    shares = (55 / 100, 45 / 100)
    chance = sum(s * s for s in shares)
    assert fleiss_kappa(counts) == pytest.approx((0.7 - chance) / (1 - chance))


def test_perfect_agreement_is_one_and_a_single_value_says_nothing() -> None:
    perfect = [[10, 0], [0, 10]]
    assert cohen_kappa(perfect) == gwet_ac1(perfect) == 1.0
    assert krippendorff_alpha(as_ratings(perfect), "nominal") == 1.0
    single = [[20, 0], [0, 0]]
    assert isinstance(cohen_kappa(single), Unavailable)
    assert isinstance(krippendorff_alpha(as_ratings(single), "ordinal"), Unavailable)
    assert isinstance(fleiss_kappa([[3, 0], [3, 0]]), Unavailable)
    assert isinstance(kappa_interval(single), Unavailable)
    assert isinstance(alpha_interval([[1, N], [N, 2]]), Unavailable)


def test_what_is_no_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="as many columns"):
        cohen_kappa([[1, 2]])
    with pytest.raises(ValueError, match="no unit"):
        cohen_kappa([[0, 0], [0, 0]])
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa([[2, 0], [3, 0]])
    with pytest.raises(ValueError, match="every unit"):
        krippendorff_alpha([[1, 2], [1]])


def test_two_observers_are_compared_over_common_cells_alone() -> None:
    pairs = pairs_of(FORTY)
    first = {f"c{n}": a for n, (a, _) in enumerate(pairs)} | {"alone": 4}
    second = {f"c{n}": b for n, (_, b) in enumerate(pairs)} | {"other": 1}
    found = two_observers(first, second, (1, 2, 3, 4))
    assert not isinstance(found, Unavailable)
    assert (found.units, found.margins) == (40, ((10, 13, 11, 6), (9, 13, 11, 7)))
    assert found.table == tuple(tuple(row) for row in contingency(pairs, (1, 2, 3, 4)).tolist())
    assert round(found.quadratic, 3) == 0.867


def test_nothing_is_said_under_ten_common_cells() -> None:
    few = {f"c{n}": 1 + n % 2 for n in range(9)}
    found = two_observers(few, few, (1, 2, 3, 4))
    assert isinstance(found, Unavailable)
    assert str(found) == "9 cases communes ; il en faut 10"
