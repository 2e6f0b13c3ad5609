"""Reading answers: what is missing, what is wrong, and what is refused."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from ilsa import ColumnError
from ilsa.irt import IrtError, Responses
from ilsa.irt.refusals import SENTENCES

pytestmark = pytest.mark.unit

NAN = float("nan")
GIVEN = [[0, 1], [1, 0], [1, 1], [0, 0]]


def test_codes_named_missing_and_empty_answers_are_not_administered() -> None:
    read = Responses.read([[0, 1, 7], [1, NAN, 0], [0, 1, 1]], missing=(7,))
    assert read.codes.tolist() == [[0, 1, -1], [1, -1, 0], [0, 1, 1]]
    assert read.items == ("I1", "I2", "I3")


def test_a_table_is_read_by_its_names() -> None:
    table = {"f2": [1, 0, None], "f1": [0, 1, 1], "pays": ["TCD", "BEN", "TCD"], "w": [1.0, 2.0, 3.0]}
    read = Responses.read(table, items=["f1", "f2"], group="pays", weights="w")
    assert read.codes.tolist() == [[0, 1], [1, 0], [1, -1]]
    assert read.groups == (("BEN",), ("TCD",))
    np.testing.assert_allclose(read.weight, [0.5, 1.0, 1.5])


def test_a_masked_array_hides_what_was_not_administered() -> None:
    read = Responses.read(np.ma.masked_equal([[0, 9], [1, 1]], 9))
    assert read.codes.tolist() == [[0, -1], [1, 1]]


def test_in_a_senate_groups_weigh_the_same() -> None:
    read = Responses.read(GIVEN, group=list("aaab"), weights=[1, 2, 3, 50], weighting="senate")
    assert read.weight[:3].sum() == pytest.approx(2)
    assert read.weight[3] == pytest.approx(2)
    assert Responses.read(GIVEN, group=list("aaab"), weights="senate").weight[3] == pytest.approx(2)


def test_omitted_answers_count_as_wrong_only_inside_the_booklet() -> None:
    given = [[1, NAN, NAN], [0, 1, NAN], [NAN, 1, 0], [NAN, 0, 1]]
    read = Responses.read(given, booklet=[1, 1, 2, 2], omitted="wrong")
    assert read.codes.tolist() == [[1, 0, -1], [0, 1, -1], [-1, 1, 0], [-1, 0, 1]]


def test_rows_without_answers_may_be_left_out() -> None:
    given = [*GIVEN, [NAN, NAN]]
    read = Responses.read(given, without_answers="leave_out", group=list("ababb"))
    assert (read.n, read.left_out, read.file_rows) == (4, (5,), 5)
    assert read.regrouped(list("xxyyy")).group.tolist() == [0, 0, 1, 1]


def read(answers: Any = GIVEN, **settings: Any) -> Responses:
    return Responses.read(answers, **settings)


REFUSED: list[tuple[str, Any, dict[str, Any], str]] = [
    ("responses_not_flat", [0, 1], {}, "1 dimension"),
    ("responses_empty", np.empty((0, 3)), {}, "0 pupils and 3 items"),
    ("items_needed", {"x": [0, 1]}, {}, "items="),
    ("items_count", GIVEN, {"items": ["x"]}, "1 item names for 2 columns"),
    ("item_repeated", GIVEN, {"items": ["x", "x"]}, "'x' is named twice"),
    ("response_not_whole", [[0, 1], [0.5, 1]], {}, "'I1' holds 0.5 in row 2"),
    ("response_not_whole", [["A", "B"]], {}, "'I1' holds 'A' in row 1"),
    ("response_negative", [[0, -9], [1, 1]], {}, "'I2' holds -9 in row 1"),
    ("person_without_answers", [*GIVEN, [NAN, NAN]], {}, "Row 5 has no answer to any item (1 such rows)"),
    ("column_length", GIVEN, {"group": [1, 2]}, "The group has 2 values where there are 4 pupils"),
    ("label_missing", GIVEN, {"booklet": ["a", "a", None, "b"]}, "The booklet is empty in row 3"),
    ("weight_not_a_number", GIVEN, {"weights": [1, 1, -2, 1]}, "row 3 is -2.0"),
    ("weight_not_a_number", GIVEN, {"weights": [1, NAN, 1, 1]}, "row 2 is nan"),
    ("weights_all_zero", GIVEN, {"weights": [0] * 4}, "All weights of the file are zero"),
    ("weights_all_zero", GIVEN, {"weights": [1, 1, 0, 0], "group": list("aabb")}, "group b"),
    (
        "booklet_empty",
        [*GIVEN, [NAN, NAN]],
        {"booklet": list("aaaac"), "without_answers": "leave_out"},
        "Nobody with booklet 'c' answered any item (first row 5)",
    ),
    ("omitted_needs_booklet", GIVEN, {"omitted": "wrong"}, "booklet column must be named"),
    ("choice_unknown", GIVEN, {"weighting": "house"}, "weighting= is 'house'"),
]


@pytest.mark.parametrize(("code", "answers", "settings", "part"), REFUSED)
def test_refused_with_a_sentence(code: str, answers: Any, settings: dict[str, Any], part: str) -> None:
    with pytest.raises(IrtError) as refused:
        read(answers, **settings)
    assert refused.value.code == code
    assert part in str(refused.value)
    assert str(refused.value) == SENTENCES[code].format_map(refused.value.facts)
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


class Frame(dict[str, Any]):
    """A table with ``columns`` and ``shape``, as pandas and polars have them."""

    @property
    def columns(self) -> list[str]:
        return list(self)

    @property
    def shape(self) -> tuple[int, int]:
        return len(next(iter(self.values()))), len(self)


def test_a_frame_of_answers_only_needs_no_names() -> None:
    found = Responses.read(Frame(f1=[0, 1, 1], f2=[1, None, 0]))
    assert found.items == ("f1", "f2")
    assert found.codes.tolist() == [[0, 1], [1, -1], [1, 0]]


def test_columns_are_refused_as_everywhere_in_the_package() -> None:
    table = {"x": [0, 1], "y": ["1", "0"], "z": [1, 0, 1]}
    with pytest.raises(ColumnError, match="The file has no column 'v', which the design names as an item"):
        Responses.read(table, items=["x", "v"])
    with pytest.raises(ColumnError, match="Column 'y' holds '1' in row 1 where a number is needed"):
        Responses.read(table, items=["x", "y"])
    with pytest.raises(ColumnError, match="Column 'z' has 3 rows where the weight column has 2"):
        Responses.read(table, items=["x", "z"])
    with pytest.raises(ColumnError, match="no column 'pays', which the design names as the group"):
        Responses.read(table, items=["x"], group="pays")
    with pytest.raises(ColumnError, match="Column '2' holds 'a' in row 1"):
        Responses.read(np.array([[0, "a"], [1, None]], dtype=object))
