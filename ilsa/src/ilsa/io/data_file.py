"""A file that was read: its columns, its fingerprint, and what was noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ilsa.io.codebook import Codebook
from ilsa.io.refusals import FileError


@dataclass(frozen=True, slots=True, eq=False)
class DataFile(Mapping[str, Any]):
    """Columns by name, with the SHA-256 of the bytes they came from.

    Attributes: ``columns``; ``rows``; ``name`` of the file; ``sha256``; ``codebook``, where the file carries
    labels; ``notes``, sentences about how it was read.
    """

    columns: Mapping[str, npt.NDArray[Any]]
    rows: int
    name: str
    sha256: str
    codebook: Codebook | None = None
    notes: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> npt.NDArray[Any]:
        return self.columns[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __contains__(self, column: object) -> bool:
        return column in self.columns


def fingerprint(path: Path) -> str:
    """SHA-256 of a file. Raises: ``FileError`` (``file_not_found``, ``file_unreadable``)."""
    if not path.is_file():
        raise FileError("file_not_found", path=str(path))
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise FileError("file_unreadable", path=str(path), problem=problem.strerror or problem) from problem


def equal_lengths(columns: Mapping[str, npt.ArrayLike]) -> int:
    """Rows of a table. Raises: ``FileError`` (``columns_unequal``)."""
    rows: int | None = None
    for name, values in columns.items():
        found = int(np.asarray(values).shape[0])
        if rows is not None and found != rows:
            raise FileError("columns_unequal", column=name, found=found, expected=rows)
        rows = found
    return rows or 0
