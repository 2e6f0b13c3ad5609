"""Every refusal of files and codebooks, each reached the way a user would reach it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ilsa import io
from ilsa.io import Codebook, CodeLabel, ColumnDescription, FileError, MissingValue
from ilsa.io.refusals import SENTENCES

pytestmark = pytest.mark.unit


def read(content: bytes, **settings: Any) -> Callable[[Path], Any]:
    def called(folder: Path) -> Any:
        path = folder / "p.csv"
        path.write_bytes(content)
        return io.read_csv(path, **settings)

    return called


def described(**settings: Any) -> Callable[[Path], Any]:
    return lambda _: ColumnDescription("x", **settings)


def without_polars(folder: Path) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "polars", None)
        return io.write_parquet(folder / "p.parquet", {"x": [1]})


X = ColumnDescription("x")
CASES: list[tuple[str, Callable[[Path], Any], dict[str, Any]]] = [
    ("file_not_found", lambda folder: io.read(folder / "none.csv"), {}),
    ("file_kind_unknown", lambda folder: io.read("pupils.xls"), {"path": "pupils.xls"}),
    ("file_not_utf8", read("é,b\n".encode("latin-1")), {"byte": 0}),
    ("file_unreadable", read(b'a,b\n"1,2\n'), {}),
    ("file_not_written", lambda folder: io.write_csv(folder / "none" / "p.csv", {"x": [1]}), {}),
    ("library_missing", without_polars, {"library": "polars", "kind": "Parquet"}),
    ("header_missing", read(b""), {}),
    ("header_empty", read(b"a,,c\n1,2,3\n"), {"position": 2}),
    ("header_repeated", read(b"a,b,a\n1,2,3\n"), {"column": "a"}),
    ("row_length", read(b"a,b\n1,2\n3\n"), {"row": 2, "found": 1, "expected": 2}),
    ("column_absent", read(b"a,b\n1,2\n", columns=["a", "z"]), {"column": "z"}),
    (
        "columns_unequal",
        lambda folder: io.write_csv(folder / "p.csv", {"a": [1, 2], "b": [1]}),
        {"column": "b", "found": 1, "expected": 2},
    ),
    ("codebook_unreadable", lambda _: Codebook.from_json("[]"), {}),
    ("variable_repeated", lambda _: Codebook((X, X)), {"column": "x"}),
    ("variable_unknown", lambda _: Codebook((X,))["y"], {"column": "y"}),
    ("choice_unknown", described(role="wheight"), {"column": "x", "name": "role", "value": "wheight"}),
    ("language_unknown", described(label={"de": "Alter"}), {"column": "x", "value": "de"}),
    (
        "code_repeated",
        described(values=(CodeLabel(9),), missing=(MissingValue(9, "omitted"),)),
        {"column": "x", "code": 9},
    ),
    (
        "number_unreadable",
        lambda _: Codebook((X,)).apply({"x": ["1", "a"]}),
        {"value": "a", "row": 2, "count": 1},
    ),
]


@pytest.mark.parametrize(("code", "call", "facts"), CASES, ids=[case[0] for case in CASES])
def test_refusal(code: str, call: Callable[[Path], Any], facts: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        call(tmp_path)
    error = caught.value
    assert error.code == code
    assert {name: error.facts[name] for name in facts} == facts
    assert str(error) == SENTENCES[code].format_map(error.facts)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_every_sentence_is_reached() -> None:
    assert sorted(case[0] for case in CASES) == sorted(SENTENCES)


def test_sentences_end_and_begin_as_sentences_do() -> None:
    for code, sentence in SENTENCES.items():
        assert sentence[0].isupper(), code
        assert sentence[-1] == ".", code


@pytest.mark.parametrize("entry", [{"kind": "date"}, {"missing": (MissingValue(9, "lost"),)}])  # type: ignore[arg-type]
def test_kinds_and_meanings_are_of_a_list(entry: dict[str, Any]) -> None:
    with pytest.raises(FileError, match="must be one of"):
        ColumnDescription("x", **entry)
