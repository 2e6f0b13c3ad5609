"""Files in and out: CSV with NumPy alone, Parquet, SPSS and Stata where their libraries are installed, codebooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ilsa.io.codebook import Codebook, Coded, CodeLabel, ColumnDescription, Conversion, MissingValue
from ilsa.io.csv_files import read_csv, write_csv
from ilsa.io.data_file import DataFile
from ilsa.io.optional import read_dta, read_parquet, read_sav, write_parquet
from ilsa.io.refusals import FileError

__all__ = [
    "CodeLabel",
    "Codebook",
    "Coded",
    "ColumnDescription",
    "Conversion",
    "DataFile",
    "FileError",
    "MissingValue",
    "read",
    "read_csv",
    "read_dta",
    "read_parquet",
    "read_sav",
    "write_csv",
    "write_parquet",
]


def read(path: str | Path, *, columns: Sequence[str] | None = None) -> DataFile:
    """Read a file by its ending: .csv, .tsv and .txt, .parquet, .sav, .dta.

    Raises: ``FileError`` (``file_kind_unknown`` and those of each kind).
    """
    kinds = {
        ".csv": read_csv,
        ".tsv": read_csv,
        ".txt": read_csv,
        ".parquet": read_parquet,
        ".sav": read_sav,
        ".dta": read_dta,
    }
    suffix = Path(path).suffix.lower()
    if suffix not in kinds:
        raise FileError("file_kind_unknown", path=str(path), known=", ".join(kinds))
    return kinds[suffix](path, columns=columns)
