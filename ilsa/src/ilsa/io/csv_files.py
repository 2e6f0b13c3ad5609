"""CSV: one header, one row per pupil, in UTF-8. Needs NumPy and the standard library alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from ilsa.io.data_file import DataFile, equal_lengths, fingerprint
from ilsa.io.refusals import FileError

SEPARATORS: Final = (",", ";", "\t")
_ODD_NUMBER: Final = re.compile(r"^\s*[+-]?0\d|[_a-df-zA-DF-Z]", re.MULTILINE)
"""In cells one below the other, what Python reads as a number and people do not: 007, a code, 1_000, inf, nan."""


def read_csv(
    path: str | Path,
    *,
    columns: Sequence[str] | None = None,
    separator: str | None = None,
    decimal: Literal["auto", ".", ","] = "auto",
    empty: Sequence[str] = ("",),
) -> DataFile:
    """Read a CSV file into columns.

    A column in which every cell is a number or empty becomes float64, empty cells NaN; any other one stays text.
    A number with a leading zero (``007``) is a code, so its column stays text.

    Parameters: ``columns``, those to read, all by default; ``separator``, else the one of comma, semicolon and
    tabulator that the header has most of; ``decimal``, the decimal sign: with ``"auto"`` a comma is tried where
    it is not the separator, and its use is noted; ``empty``, cells that count as empty, such as ``"NA"``.
    Raises: ``FileError`` (``file_not_found``, ``file_not_utf8``, ``file_unreadable``, ``header_missing``,
    ``header_empty``, ``header_repeated``, ``row_length``, ``column_absent``), all with the place.
    """
    place = Path(path)
    digest = fingerprint(place)
    try:
        text = place.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FileError("file_not_utf8", path=str(path), byte=problem.start) from None
    head = text.partition("\n")[0]
    sign = separator or max(SEPARATORS, key=head.count)
    try:
        lines = [
            line for line in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True) if line
        ]
    except csv.Error as problem:
        raise FileError("file_unreadable", path=str(path), problem=problem) from problem
    if not lines:
        raise FileError("header_missing", path=str(path))
    header = [name.strip() for name in lines[0]]
    for position, name in enumerate(header):
        if not name:
            raise FileError("header_empty", path=str(path), position=position + 1)
        if header.index(name) != position:
            raise FileError("header_repeated", path=str(path), column=name)
    for number, line in enumerate(lines[1:], start=1):
        if len(line) != len(header):
            raise FileError("row_length", path=str(path), row=number, found=len(line), expected=len(header))
    for name in columns or ():
        if name not in header:
            raise FileError("column_absent", path=str(path), column=name)
    wanted = header if columns is None else list(dict.fromkeys(columns))
    signs = [decimal] if decimal != "auto" else (["."] if sign == "," else [".", ","])
    read: dict[str, npt.NDArray[Any]] = {}
    with_comma = []
    nothing = frozenset(empty)
    for name in wanted:
        position = header.index(name)
        read[name], used = _column([line[position] for line in lines[1:]], signs, nothing)
        if used == ",":
            with_comma.append(name)
    notes = []
    if with_comma:
        notes.append(f"A comma was read as the decimal sign in: {', '.join(with_comma)}.")
    return DataFile(read, len(lines) - 1, place.name, digest, notes=tuple(notes))


def _column(
    cells: list[str], signs: Sequence[str], empty: frozenset[str]
) -> tuple[npt.NDArray[Any], str | None]:
    """Numbers where all cells are, with the decimal sign that made them so; else text."""
    blank = [not cell or cell.isspace() or cell.strip() in empty for cell in cells]
    kept = [cell for cell, none in zip(cells, blank, strict=True) if not none] if any(blank) else cells
    if _ODD_NUMBER.search("\n".join(kept)):
        return _text(cells, blank), None
    for sign in signs:
        try:
            found = np.array([float(cell if sign == "." else cell.replace(",", ".")) for cell in kept])
        except ValueError:
            continue
        numbers = np.full(len(cells), np.nan)
        numbers[~np.array(blank, dtype=bool)] = found
        return numbers, sign if sign == "," else None
    return _text(cells, blank), None


def _text(cells: list[str], blank: list[bool]) -> npt.NDArray[Any]:
    return np.array([None if none else cell for cell, none in zip(cells, blank, strict=True)], dtype=object)


def write_csv(path: str | Path, table: Mapping[str, npt.ArrayLike], *, separator: str = ",") -> None:
    """Write columns to a CSV file, floats with all their digits, so that reading gives them back.

    None and NaN become empty cells; whole numbers are written without a point.
    Raises: ``FileError`` (``columns_unequal``, ``file_not_written``).
    Limits: texts are written as they are; a text that looks like a number comes back as one.
    """
    rows = equal_lengths(table)
    written = [[_cell(value) for value in np.asarray(values).tolist()] for values in table.values()]
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=separator, lineterminator="\n")
            writer.writerow(table)
            writer.writerows([column[row] for column in written] for row in range(rows))
    except OSError as problem:
        raise FileError("file_not_written", path=str(path), problem=problem.strerror or problem) from problem


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, bool):
        return str(int(value))
    return str(value)
