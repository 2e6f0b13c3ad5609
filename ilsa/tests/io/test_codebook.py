"""Codebooks: stored, read back, applied; labels in two languages; codes of no answer counted by what they mean."""

from __future__ import annotations

import numpy as np
import pytest

from ilsa.io import Codebook, CodeLabel, ColumnDescription, FileError, MissingValue

pytestmark = pytest.mark.unit

SEX = ColumnDescription(
    "qe22",
    label={"fr": "Sexe de l'élève", "en": "Sex of the pupil"},
    kind="category",
    values=(
        CodeLabel(1, {"fr": "garçon", "en": "boy"}),
        CodeLabel(2, {"fr": "fille"}),
    ),
    missing=(MissingValue(9, "omitted", {"fr": "sans réponse"}),),
    role="reporting",
    source="livret de codes",
)
AGE = ColumnDescription(
    "qe21",
    label={"en": "Age"},
    missing=(MissingValue(98, "not_applicable"), MissingValue(99, "omitted"), MissingValue("NSP", "unknown")),
    unit="years",
)
SCHOOL = ColumnDescription("ID_ECOLE", kind="identifier", role="psu", missing=(MissingValue("?", "unknown"),))
BOOK = Codebook((SEX, AGE, SCHOOL), title={"fr": "Exemple fictif"}, source="inventé")


def test_it_comes_back_from_json() -> None:
    again = Codebook.from_json(BOOK.as_json())
    assert again == BOOK
    assert again.as_json() == BOOK.as_json()


def test_labels_in_two_languages_and_what_stands_in() -> None:
    assert BOOK.title_of("qe22", "fr") == "Sexe de l'élève"
    assert BOOK.title_of("qe22", "en") == "Sex of the pupil"
    assert BOOK.title_of("qe21", "fr") == "Age"
    assert BOOK.title_of("ID_ECOLE", "fr") == "ID_ECOLE"
    assert BOOK.title_of("elsewhere", "fr") == "elsewhere"
    assert [BOOK.label_of("qe22", code, "en") for code in (1, 2, 9, 3)] == [
        "boy",
        "fille",
        "sans réponse",
        "3",
    ]
    assert BOOK.with_role("psu") == ("ID_ECOLE",)
    assert "qe22" in BOOK
    assert len(BOOK) == 3


def test_numbers_stored_as_text_are_converted_and_counted() -> None:
    coded = BOOK.apply({"qe21": ["11", "12.5", "99", "", "NSP", "98", "99"], "other": [1]})
    assert list(coded.table) == ["qe21"]
    np.testing.assert_array_equal(coded.table["qe21"], [11, 12.5, *[np.nan] * 5])
    (told,) = coded.conversions
    assert (told.column, told.converted, told.emptied) == ("qe21", 2, 0)
    assert dict(told.missing) == {"omitted": 2, "unknown": 1, "not_applicable": 1}


def test_what_cannot_be_converted_is_refused_with_its_row_or_emptied_and_counted() -> None:
    with pytest.raises(FileError, match=r"'qe21' holds 'douze' in row 2 .*\(2 such cell\(s\)\)"):
        BOOK.apply({"qe21": ["11", "douze", "?"]})
    coded = BOOK.apply({"qe21": ["11", "douze", "?"]}, unreadable="empty")
    np.testing.assert_array_equal(coded.table["qe21"], [11, np.nan, np.nan])
    assert coded.conversions[0].emptied == 2


def test_codes_of_no_answer_in_columns_of_numbers_and_of_codes() -> None:
    coded = BOOK.apply({"qe22": np.array([1, 2, 9, 9]), "ID_ECOLE": ["a", "?", " ", "b"]})
    np.testing.assert_array_equal(coded.table["qe22"], [1, 2, np.nan, np.nan])
    assert coded.table["ID_ECOLE"].tolist() == ["a", None, None, "b"]
    assert {one.column: dict(one.missing) for one in coded.conversions} == {
        "qe22": {"omitted": 2},
        "ID_ECOLE": {"unknown": 1},
    }


def test_a_column_with_nothing_to_change_is_not_told() -> None:
    assert BOOK.apply({"qe21": np.array([11.0, 12.0])}).conversions == ()


def test_the_four_codes_of_items_of_pasec_have_four_meanings() -> None:
    from ilsa.profile import Profile

    missing = tuple(
        MissingValue(one.code, one.meaning, one.label) for one in Profile.load("pasec2019-g6").missing
    )
    book = Codebook((ColumnDescription("f1", kind="number", missing=missing, role="item"),))
    coded = book.apply({"f1": np.array([1, 2, 6, 7, 7, 8, 9, 4])})
    assert dict(coded.conversions[0].missing) == {
        "invalid": 1,
        "not_administered": 2,
        "not_reached": 1,
        "omitted": 1,
    }
