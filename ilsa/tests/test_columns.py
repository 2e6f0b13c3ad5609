"""Reading columns from whatever they are kept in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilsa.columns import group, identifiers, numbers, show
from ilsa.errors import ColumnError

pytestmark = pytest.mark.unit


class Frame:
    """A table that knows its columns and nothing else."""

    def __init__(self, **columns: Any) -> None:
        self.columns = columns

    def __getitem__(self, column: str) -> Any:
        return self.columns[column]

    def __contains__(self, column: object) -> bool:
        return column in self.columns


class Missing:
    """Like the missing value of data frames: it answers no comparison with yes or no."""

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __hash__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        raise TypeError("neither true nor false")


@pytest.mark.parametrize(
    "values",
    [
        [1, None, 3],
        [1.0, float("nan"), 3.0],
        np.ma.MaskedArray([1, 2, 3], mask=[False, True, False]),
        np.array([1, Missing(), np.float32(3)], dtype=object),
        np.array([True, np.nan, 3], dtype=object),
    ],
    ids=["None", "NaN", "masked", "data frame", "boolean"],
)
def test_a_missing_number_becomes_nan(values: Any) -> None:
    np.testing.assert_array_equal(numbers(Frame(w=values), "w", "weight"), [1, np.nan, 3])


@pytest.mark.parametrize("value", ["12", "", "douze", np.datetime64("2019-05-01")])
def test_what_is_no_number_is_refused_with_its_row(value: Any) -> None:
    with pytest.raises(ColumnError) as caught:
        numbers({"w": [1, 2, value]}, "w", "weight")
    assert (caught.value.code, caught.value.facts["row"]) == ("number_stored_as_text", 3)


@pytest.mark.parametrize("empty", [None, float("nan"), Missing()])
def test_an_empty_identifier_is_refused_with_its_row(empty: Any) -> None:
    with pytest.raises(ColumnError) as caught:
        identifiers({"s": np.array([1, 2, empty], dtype=object)}, "s", "school", 3)
    assert (caught.value.code, caught.value.facts["row"]) == ("identifier_missing", 3)


@pytest.mark.parametrize("values", [np.array(["A", " "]), np.array([1.0, np.nan]), ["A", ""]])
def test_an_empty_identifier_is_refused_in_plain_arrays(values: Any) -> None:
    with pytest.raises(ColumnError) as caught:
        identifiers({"s": values}, "s", "school", 2)
    assert (caught.value.code, caught.value.facts["row"]) == ("identifier_missing", 2)


def test_groups_by_two_columns_are_sorted_and_whole_numbers_stay_whole() -> None:
    found = group([np.array(["SN", "BJ", "SN", "BJ"]), np.array([2.0, 6.0, 2.0, 2.5])], 4)
    assert found.labels == (("BJ", 2.5), ("BJ", 6), ("SN", 2))
    np.testing.assert_array_equal(found.index, [2, 1, 2, 0])
    np.testing.assert_array_equal(found.first_rows(), [3, 1, 0])
    assert [show(label) for label in found.labels] == ["BJ / 2.5", "BJ / 6", "SN / 2"]


def test_no_column_makes_one_group() -> None:
    found = group([], 3)
    assert (found.labels, found.index.tolist(), show(())) == (((),), [0, 0, 0], "(the whole file)")
