"""Drawing classes and pupils: every unit with the chance that is said, whatever the order of rows."""

from __future__ import annotations

import numpy as np
import pytest

from ilsa.sampling import draw_within

pytestmark = pytest.mark.unit

SCHOOLS = {"school": list("AAAABBB"), "pupil": [1, 2, 3, 4, 1, 2, 3], "size": [10, 20, 30, 40, 5, 5, 90]}


def test_chances_by_hand() -> None:
    drawn = draw_within(SCHOOLS, unit="pupil", within=["school"], take=2, seed=1)
    assert [SCHOOLS["school"][row] for row in drawn.rows] == ["A", "A", "B", "B"]
    assert drawn.probability.tolist() == pytest.approx([1 / 2, 1 / 2, 2 / 3, 2 / 3])


def test_few_are_taken_whole() -> None:
    drawn = draw_within(SCHOOLS, unit="pupil", within=["school"], take=4, seed=1)
    assert drawn.rows.tolist() == list(range(7))
    assert drawn.probability.tolist() == [1.0] * 7
    everyone = draw_within(SCHOOLS, unit="pupil", within=["school"], take=None, seed=5)
    assert everyone.rows.tolist() == list(range(7))


@pytest.mark.parametrize(
    ("method", "chances"),
    [
        ("equal", [0.5, 0.5, 0.5, 0.5, 2 / 3, 2 / 3, 2 / 3]),
        ("size", [0.2, 0.4, 0.6, 0.8, 0.5, 0.5, 1.0]),
    ],
)
def test_frequencies_over_seeds_are_the_chances(method: str, chances: list[float]) -> None:
    count = np.zeros(7)
    for seed in range(2000):
        drawn = draw_within(
            SCHOOLS, unit="pupil", within=["school"], take=2, seed=seed, method=method, size="size"
        )  # type: ignore[arg-type]
        count[drawn.rows] += 1
        assert drawn.probability.tolist() == pytest.approx([chances[row] for row in drawn.rows])
    spread = np.sqrt(np.array(chances) * (1 - np.array(chances)) / 2000)
    assert (np.abs(count / 2000 - chances) <= 4 * spread).all()


def test_the_order_of_rows_and_other_schools_change_nothing() -> None:
    drawn = draw_within(SCHOOLS, unit="pupil", within=["school"], take=2, seed=3)
    one = {(SCHOOLS["school"][row], SCHOOLS["pupil"][row]) for row in drawn.rows}
    turned = {
        name: [*values[::-1], extra]
        for (name, values), extra in zip(SCHOOLS.items(), ("C", 1, 1), strict=True)
    }
    again = draw_within(turned, unit="pupil", within=["school"], take=2, seed=3)
    two = {(turned["school"][row], turned["pupil"][row]) for row in again.rows}
    assert two - {("C", 1)} == one
