"""Files of pupils: read once into columns, kept under their hash outside of every served folder.

Nothing here leaves the machine: no address leads to these files, and what is computed from them comes
back as tables.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import Refusal

Columns: TypeAlias = Mapping[str, npt.NDArray[Any]]
SEPARATORS = (",", ";", "\t")


class PupilFileTooLarge(Refusal):
    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            _("Ce fichier pèse %(size)d Mo ; la limite est %(limit)d Mo. Retirez les colonnes inutiles.")
            % {"size": -(-size // 1_000_000), "limit": limit // 1_000_000},
            field="file",
        )


class PupilFileUnreadable(Refusal):
    def __init__(self, why: Any) -> None:
        super().__init__(
            _("Ce fichier ne se lit pas comme une table CSV : %(why)s Exportez-le en CSV, en UTF-8.")
            % {"why": why},
            field="file",
        )


@dataclass(frozen=True)
class PupilFile:
    """The columns of a file with the two hashes: of the bytes that came, and of the columns as kept."""

    columns: Columns
    rows: int
    sha256: str
    source: bytes

    def kept(self) -> bytes:
        """The columns as they are kept: arrays of numbers and of texts, nothing that could run."""
        return _packed(list(self.columns), list(self.columns.values()))


def read_pupil_file(source: bytes, *, limit: int) -> PupilFile:
    """Read a CSV file: one header, one row per pupil. A column in which every cell is a number or empty is
    a column of numbers; any other one is a column of texts."""
    if len(source) > limit:
        raise PupilFileTooLarge(len(source), limit)
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PupilFileUnreadable(_("il n'est pas en UTF-8.")) from None
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise PupilFileUnreadable(_("des guillemets ne se ferment pas.")) from None
    lines = [line for line in lines if line]
    if not lines:
        raise PupilFileUnreadable(_("il est vide."))
    header = [name.strip() for name in lines[0]]
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise PupilFileUnreadable(_("la colonne « %(name)s » y est deux fois.") % {"name": twice})
    for number, line in enumerate(lines[1:], 1):
        if len(line) != len(header):
            raise PupilFileUnreadable(
                _("la ligne %(row)d a %(found)d cellules au lieu de %(expected)d.")
                % {"row": number, "found": len(line), "expected": len(header)}
            )
    cells = list(zip(*lines[1:], strict=True)) if len(lines) > 1 else [() for _name in header]
    columns = {name: _column(values) for name, values in zip(header, cells, strict=True)}
    return PupilFile(columns, len(lines) - 1, hashlib.sha256(source).hexdigest(), source)


def keep_pupil_file(file: PupilFile) -> str:
    """Keep the bytes and the columns under the hash of the file; gives the hash of the columns."""
    columns = file.kept()
    folder = _folder(file.sha256)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / "source.csv", file.source)
    _write(folder / "columns.npz", columns)
    return hashlib.sha256(columns).hexdigest()


def source_of(sha256: str) -> Path:
    """Where the bytes lie, for the one view that hands out an open file."""
    return _folder(sha256) / "source.csv"


def keep_result(name: str, content: bytes) -> str:
    """Keep the table of a run with its replicates, so that a later contrast needs no data; gives its hash."""
    folder = Path(settings.ASSESSMENTS_DIR) / "results"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / f"{name}.npz", content)
    return hashlib.sha256(content).hexdigest()


def result_of(name: str, *, expected: str) -> bytes:
    """The kept table of a run. One that no longer matches its hash is refused."""
    content = (Path(settings.ASSESSMENTS_DIR) / "results" / f"{name}.npz").read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        raise PupilFileUnreadable(_("ce qui est gardé ne correspond plus à son empreinte."))
    return content


def columns_path(sha256: str) -> Path:
    """Where the columns lie, for the process that computes."""
    return _folder(sha256) / "columns.npz"


def unpacked(kept: bytes, *, expected: str) -> Columns:
    """Columns as they were kept."""
    if hashlib.sha256(kept).hexdigest() != expected:
        raise PupilFileUnreadable(_("ce qui est gardé ne correspond plus à son empreinte."))
    with np.load(io.BytesIO(kept), allow_pickle=False) as archive:
        return {str(name): archive[f"c{i}"] for i, name in enumerate(archive["names"])}


def _folder(sha256: str) -> Path:
    return Path(settings.ASSESSMENTS_DIR) / "files" / sha256[:2] / sha256


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a half-written file never stands under a hash."""
    half = path.with_suffix(f"{path.suffix}.{os.getpid()}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(half, path)


def _packed(names: Sequence[str], arrays: Sequence[npt.NDArray[Any]]) -> bytes:
    """Named arrays in NumPy's own archive; the same arrays give the same bytes."""
    buffer = io.BytesIO()
    named: dict[str, Any] = {f"c{i}": array for i, array in enumerate(arrays)}
    np.savez(buffer, names=np.array(names, dtype=np.str_), **named)
    return buffer.getvalue()


def _column(cells: tuple[str, ...]) -> npt.NDArray[Any]:
    try:
        return np.array([float(c) if c.strip() else np.nan for c in cells], dtype=np.float64)
    except ValueError:
        return np.array([c.strip() for c in cells], dtype=np.str_)
