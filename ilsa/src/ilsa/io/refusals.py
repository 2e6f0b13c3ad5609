"""What reading and writing files refuse, and in which words; codes and facts as in ``ilsa.errors``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ilsa.errors import IlsaError

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # files
        "file_not_found": "There is no file {path!r}.",
        "file_kind_unknown": "A file named {path!r} cannot be read by its ending; known are {known}.",
        "file_not_utf8": "File {path!r} is not text in UTF-8 (byte {byte}). Export it as CSV in UTF-8.",
        "file_unreadable": "File {path!r} cannot be read: {problem}.",
        "file_not_written": "File {path!r} cannot be written: {problem}.",
        "library_missing": (
            "Reading or writing {kind} files needs {library}, which is not installed. Install ilsa[full], or export "
            "the file as CSV."
        ),
        "header_missing": "File {path!r} is empty; its first row must name the columns.",
        "header_empty": "Column {position} of {path!r} has no name. Name it in the first row.",
        "header_repeated": "Two columns of {path!r} are called {column!r}.",
        "row_length": "Row {row} of {path!r} has {found} cells where {expected} columns are named.",
        "column_absent": "File {path!r} has no column {column!r}.",
        "columns_unequal": "Column {column!r} has {found} rows where the first column has {expected}.",
        # codebooks
        "codebook_unreadable": "The codebook cannot be read: {problem}.",
        "variable_repeated": "The codebook describes column {column!r} twice.",
        "variable_unknown": "The codebook does not describe column {column!r}.",
        "choice_unknown": "Column {column!r} has the {name} {value!r}; it must be one of {known}.",
        "language_unknown": "Labels of column {column!r} are given in {value!r}; labels are kept in 'fr' and 'en'.",
        "code_repeated": "Column {column!r} gives the code {code!r} two meanings.",
        "number_unreadable": (
            "Column {column!r} holds {value!r} in row {row} where its codebook says a number ({count} such cell(s)). "
            "Give the code a meaning in the codebook, or say unreadable='empty' to have them emptied and counted."
        ),
    }
)


class FileError(IlsaError, ValueError):
    """A file or a codebook cannot be read, written or applied."""

    def __str__(self) -> str:
        return SENTENCES[self.code].format_map(self.facts)
