"""Files that need a library: Parquet by polars, SPSS and Stata by pyreadstat.

Each library is imported where it is used: the package itself needs NumPy alone.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ilsa.io.codebook import LANGUAGES, Codebook, CodeLabel, ColumnDescription
from ilsa.io.data_file import DataFile, equal_lengths, fingerprint
from ilsa.io.refusals import FileError


def _library(name: str, kind: str) -> Any:
    """A library of ``ilsa[full]``. Raises: ``FileError`` (``library_missing``)."""
    try:
        return importlib.import_module(name)
    except ImportError as problem:
        raise FileError("library_missing", library=name, kind=kind) from problem


def _plain(values: Any) -> npt.NDArray[Any]:
    """Numbers as float64 with NaN for none, anything else as objects."""
    array: npt.NDArray[Any] = np.asarray(values)
    if array.dtype.kind in "iufb":
        return array.astype(np.float64)
    array = array.astype(object)
    if all(value is None or isinstance(value, int | float) for value in array.tolist()):
        return array.astype(np.float64)
    return array


def read_parquet(path: str | Path, *, columns: Sequence[str] | None = None) -> DataFile:
    """Read a Parquet file, or some of its columns; a codebook beside it (``name.codebook.json``) is read too.

    Raises: ``FileError`` (``library_missing``, ``file_not_found``, ``file_unreadable``, ``column_absent``).
    """
    place = Path(path)
    polars = _library("polars", "Parquet")
    digest = fingerprint(place)
    try:
        there = polars.read_parquet_schema(place)
        _refuse_absent(place, columns, there)
        frame = polars.read_parquet(place, columns=None if columns is None else list(columns))
    except FileError:
        raise
    except Exception as problem:  # polars raises kinds of its own, and OSError
        raise FileError("file_unreadable", path=str(path), problem=problem) from problem
    read = {name: _plain(frame[name].to_numpy()) for name in frame.columns}
    beside = codebook_beside(place)
    codebook = Codebook.from_json(beside.read_text(encoding="utf-8")) if beside.is_file() else None
    return DataFile(read, frame.height, place.name, digest, codebook)


def write_parquet(
    path: str | Path, table: Mapping[str, npt.ArrayLike], codebook: Codebook | None = None
) -> None:
    """Write columns to a Parquet file (zstd), and the codebook beside it.

    Raises: ``FileError`` (``library_missing``, ``columns_unequal``, ``file_not_written``).
    """
    place = Path(path)
    polars = _library("polars", "Parquet")
    equal_lengths(table)
    frame = polars.DataFrame({name: _series(polars, name, values) for name, values in table.items()})
    try:
        frame.write_parquet(place, compression="zstd")
        if codebook is not None:
            codebook_beside(place).write_text(codebook.as_json(), encoding="utf-8")
    except OSError as problem:
        raise FileError("file_not_written", path=str(path), problem=problem) from problem


def codebook_beside(path: Path) -> Path:
    """Where the codebook of a data file lies: ``pupils.parquet`` has ``pupils.codebook.json``."""
    return path.with_name(f"{path.stem}.codebook.json")


def _series(polars: Any, name: str, values: npt.ArrayLike) -> Any:
    array = np.asarray(values)
    return polars.Series(name, array.tolist() if array.dtype.kind in "OU" else array)


def _refuse_absent(place: Path, columns: Sequence[str] | None, there: Any) -> None:
    for name in columns or ():
        if name not in there:
            raise FileError("column_absent", path=str(place), column=name)


def read_sav(path: str | Path, *, columns: Sequence[str] | None = None, language: str = "fr") -> DataFile:
    """Read an SPSS file; its labels become a codebook in ``language``, which the file does not say.

    User-missing codes are kept as they are: only a codebook can say what they mean.
    Raises: ``FileError`` (``library_missing``, ``file_not_found``, ``file_unreadable``, ``column_absent``).
    """
    return _statistical(path, columns, language, "read_sav", "SPSS", {"user_missing": True})


def read_dta(path: str | Path, *, columns: Sequence[str] | None = None, language: str = "fr") -> DataFile:
    """Read a Stata file; its labels become a codebook in ``language``. Raises: as ``read_sav``."""
    return _statistical(path, columns, language, "read_dta", "Stata", {})


def _statistical(
    path: str | Path,
    columns: Sequence[str] | None,
    language: str,
    reader: str,
    kind: str,
    settings: Mapping[str, Any],
) -> DataFile:
    if language not in LANGUAGES:
        raise FileError("language_unknown", column="*", value=language)
    place = Path(path)
    library = _library("pyreadstat", kind)
    digest = fingerprint(place)
    wanted = None if columns is None else list(columns)
    read = getattr(library, reader)
    try:
        _, head = read(str(place), metadataonly=True, output_format="dict")
        _refuse_absent(place, columns, head.column_names)
        values, head = read(str(place), output_format="dict", usecols=wanted, **settings)
    except FileError:
        raise
    except Exception as problem:  # pyreadstat raises kinds of its own
        raise FileError("file_unreadable", path=str(path), problem=problem) from problem
    table = {name: _plain(column) for name, column in values.items()}
    described = []
    for name in values:
        label = head.column_names_to_labels.get(name)
        codes = head.variable_value_labels.get(name, {})
        numeric = table[name].dtype.kind == "f"
        described.append(
            ColumnDescription(
                name=name,
                label={language: label} if label else {},
                kind="category" if codes else "number" if numeric else "text",
                values=tuple(CodeLabel(code, {language: text}) for code, text in codes.items()),
                source=place.name,
            )
        )
    codebook = Codebook(tuple(described), source=place.name)
    return DataFile(table, equal_lengths(table), place.name, digest, codebook)
