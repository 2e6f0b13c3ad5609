"""Files that need a library: the refusal where it is absent, the round trip where it is there."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ilsa import io
from ilsa.io import Codebook, ColumnDescription, FileError

pytestmark = pytest.mark.unit

READERS = [
    (io.read_parquet, "polars", "Parquet"),
    (io.read_sav, "pyreadstat", "SPSS"),
    (io.read_dta, "pyreadstat", "Stata"),
]


@pytest.mark.parametrize(("read", "library", "kind"), READERS, ids=[kind for _, _, kind in READERS])
def test_without_its_library_a_file_is_refused_with_the_way_out(
    read: Callable[..., Any], library: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)  # what an absent library looks like
    with pytest.raises(FileError) as caught:
        read(tmp_path / "pupils")
    assert str(caught.value) == (
        f"Reading or writing {kind} files needs {library}, which is not installed. Install ilsa[full], or export "
        "the file as CSV."
    )


needs = {
    name: pytest.mark.skipif(
        importlib.util.find_spec(name) is None, reason=f"{name} is not installed (ilsa[full])"
    )
    for name in ("polars", "pyreadstat")
}


@needs["polars"]
def test_parquet_and_its_codebook_come_back(tmp_path: Path) -> None:
    table = {"x": np.array([1.5, np.nan, -2.0]), "n": np.array([1, 2, 3]), "t": ["é", None, "c"]}
    book = Codebook((ColumnDescription("x", label={"fr": "ici"}),))
    io.write_parquet(tmp_path / "p.parquet", table, book)
    found = io.read(tmp_path / "p.parquet")
    np.testing.assert_array_equal(found["x"], table["x"])
    assert found["n"].tolist() == [1.0, 2.0, 3.0]
    assert found["t"].tolist() == ["é", None, "c"]
    assert found.codebook == book
    assert list(io.read(tmp_path / "p.parquet", columns=["t"])) == ["t"]
    with pytest.raises(FileError, match="no column 'z'"):
        io.read(tmp_path / "p.parquet", columns=["z"])
    (tmp_path / "q.parquet").write_text("no")
    with pytest.raises(FileError, match="cannot be read"):
        io.read(tmp_path / "q.parquet")


@needs["pyreadstat"]
@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_labels_of_statistical_files_become_a_codebook(ending: str, tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    polars = pytest.importorskip("polars", reason="polars is not installed (ilsa[full])")
    frame = polars.DataFrame({"sex": [1.0, 2.0, None], "name": ["a", "b", "c"]})
    path = tmp_path / f"p.{ending}"
    labels = {"column_labels": {"sex": "Sexe"}, "variable_value_labels": {"sex": {1: "garçon", 2: "fille"}}}
    getattr(pyreadstat, f"write_{ending}")(frame, str(path), **labels)
    found = io.read(path)
    np.testing.assert_array_equal(found["sex"], [1, 2, np.nan])
    assert found["name"].tolist() == ["a", "b", "c"]
    assert found.codebook is not None
    assert found.codebook.title_of("sex", "fr") == "Sexe"
    assert found.codebook.label_of("sex", 2, "fr") == "fille"
    assert found.rows == 3
    with pytest.raises(FileError, match="no column 'z'"):
        io.read(path, columns=["z"])
