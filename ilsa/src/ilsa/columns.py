"""Reading columns: numbers and identifiers out of whatever kind of table they are kept in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ilsa.errors import ColumnError
from ilsa.kernels.ratios import FloatArray, IntArray

Identifier: TypeAlias = str | int | float
Label: TypeAlias = tuple[Identifier, ...]


class Table(Protocol):
    """Anything with named columns: a dict of arrays, a pandas or polars frame."""

    def __getitem__(self, column: str, /) -> Any: ...

    def __contains__(self, column: object, /) -> bool: ...


Columns: TypeAlias = Mapping[str, npt.ArrayLike] | Table


def _raw(table: Columns, column: str, role: str, length: int | None) -> npt.NDArray[Any]:
    if column not in table:
        raise ColumnError("column_not_found", column=column, role=role)
    kept: Any = table[column]
    values: npt.NDArray[Any] = np.asarray(kept)
    if isinstance(kept, np.ma.MaskedArray):
        values = values.astype(object)
        values[np.ma.getmaskarray(kept)] = None
    if values.dtype.kind == "U" and not isinstance(kept, np.ndarray):
        values = np.asarray(kept, dtype=object)  # numbers among text keep their kind, and their row is found
    if values.ndim != 1:
        raise ColumnError("column_not_flat", column=column, dimensions=values.ndim)
    if length is not None and values.size != length:
        raise ColumnError("column_length", column=column, length=values.size, expected=length)
    return values


def _is_empty(value: object) -> bool:
    """None, an empty text, and the values that do not equal themselves (NaN, NaT) or refuse to say."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    try:
        return bool(value != value)
    except TypeError:
        return True


def numbers(table: Columns, column: str, role: str, length: int | None = None) -> FloatArray:
    """Read a column of numbers; a missing one becomes NaN, for the caller to judge.

    Parameters: ``length``, rows expected. Returns: (n,).
    Raises: ``ColumnError`` for an absent column, a wrong length, or text, with its row.
    """
    values = _raw(table, column, role, length)
    if values.dtype.kind in "biuf":
        return values.astype(np.float64)
    out = np.full(values.size, np.nan)
    for i, value in enumerate(values.tolist()):
        if isinstance(value, bool | int | float):
            out[i] = value
        elif isinstance(value, str) or not _is_empty(value):
            try:
                if isinstance(value, str):
                    raise TypeError
                out[i] = float(value)
            except (TypeError, ValueError):
                raise ColumnError("number_stored_as_text", column=column, value=value, row=i + 1) from None
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows grouped by identifiers: ``labels``, sorted; ``index`` (n,), position of each row's label."""

    labels: tuple[Label, ...]
    index: IntArray

    def __len__(self) -> int:
        return len(self.labels)

    def first_rows(self) -> IntArray:
        """Position of the first row of every group, (groups,)."""
        return np.unique(self.index, return_index=True)[1]


def show(label: Label) -> str:
    """A label as people read it: its parts, with a stroke between."""
    return " / ".join(str(part) for part in label) if label else "(the whole file)"


def identifiers(table: Columns, column: str, role: str, length: int) -> npt.NDArray[Any]:
    """Read a column of identifiers, all text or all numbers, none of them empty.

    Returns: (n,), text or float64. Raises: ``ColumnError`` with the row.
    """
    values = _raw(table, column, role, length)
    if values.dtype.kind in "iub":
        return values.astype(np.int64)
    if values.dtype.kind == "f":
        empty = np.isnan(values)
    elif values.dtype.kind == "U":
        empty = np.char.strip(values) == ""
    else:
        empty = np.array([_is_empty(value) for value in values.tolist()], dtype=bool)
    if empty.any():
        raise ColumnError("identifier_missing", column=column, row=int(np.argmax(empty)) + 1, role=role)
    if values.dtype.kind in "fU":
        return values
    kept = values.tolist()
    texts = [isinstance(value, str) for value in kept]
    if any(texts) and not all(texts):
        row = texts.index(not texts[0])
        raise ColumnError("identifier_mixed", column=column, row=row + 1, value=kept[row])
    if all(isinstance(value, int | float) for value in kept):
        return np.asarray(kept, dtype=np.float64)
    return np.asarray([str(value) for value in kept], dtype=np.str_)


def identifiers_with_gaps(
    table: Columns, column: str, role: str, length: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Read a column of identifiers of which some may be empty.

    Returns: (n,) values, arbitrary where empty, and (n,) which are empty.
    """
    values = _raw(table, column, role, length)
    if values.dtype.kind in "iub":
        return identifiers(table, column, role, length), np.zeros(length, dtype=bool)
    if values.dtype.kind == "f":
        empty = np.isnan(values)
        return np.where(empty, 0.0, values), empty
    empty = np.array([_is_empty(value) for value in values.tolist()], dtype=bool)
    if empty.all():
        return np.zeros(length, dtype=np.int64), empty
    filled = values.astype(object)
    filled[empty] = filled[int(np.argmin(empty))]
    return identifiers({column: filled}, column, role, length), empty


def _plain(value: object) -> Identifier:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float) else str(value)


def group(columns: list[npt.NDArray[Any]], length: int) -> Groups:
    """Group rows by one or more identifier columns; with none, all rows are one group labelled ``()``."""
    if not columns:
        return Groups(((),), np.zeros(length, dtype=np.intp))
    index = np.zeros(length, dtype=np.intp)
    labels: list[Label] = [()]
    for values in columns:
        found, position = np.unique(values, return_inverse=True)
        combined = index * found.size + position.reshape(-1)
        kept, index = np.unique(combined, return_inverse=True)
        index = index.reshape(-1)
        parts = [_plain(value) for value in found.tolist()]
        labels = [(*labels[int(code) // found.size], parts[int(code) % found.size]) for code in kept]
    return Groups(tuple(labels), index)
