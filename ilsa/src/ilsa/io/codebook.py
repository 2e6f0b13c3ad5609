"""Codebooks: what each column of a file is, in French and English, and what its codes mean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ilsa.columns import Columns, Identifier
from ilsa.io.refusals import FileError

Kind: TypeAlias = Literal["number", "category", "identifier", "text"]
Meaning: TypeAlias = Literal[
    "not_administered", "not_reached", "omitted", "invalid", "not_applicable", "refused", "unknown"
]
Role: TypeAlias = Literal[
    "weight",
    "replicate_weight",
    "psu",
    "stratum",
    "sample",
    "zone",
    "half",
    "pupil",
    "plausible_value",
    "item",
    "booklet",
    "reporting",
    "background",
]
Texts: TypeAlias = Mapping[str, str]

LANGUAGES: Final = ("fr", "en")


@dataclass(frozen=True, slots=True)
class CodeLabel:
    """A code of a column and what it is called."""

    code: Identifier
    label: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A code that stands where an answer would, and why there is none."""

    code: Identifier
    meaning: Meaning
    label: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """What one column is.

    Attributes: ``name``; ``label`` by language (``fr``, ``en``); ``kind``, number, category, identifier or text;
    ``values``, codes with their labels; ``missing``, codes of no answer with their meaning; ``role`` in the
    design or the report, or none; ``unit``; ``source``.
    Raises: ``FileError`` (``choice_unknown``, ``language_unknown``, ``code_repeated``).
    """

    name: str
    label: Texts = field(default_factory=dict)
    kind: Kind = "number"
    values: tuple[CodeLabel, ...] = ()
    missing: tuple[MissingValue, ...] = ()
    role: Role | None = None
    unit: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        self._one_of("kind", self.kind, get_args(Kind))
        if self.role is not None:
            self._one_of("role", self.role, get_args(Role))
        object.__setattr__(self, "values", tuple(self.values))
        object.__setattr__(self, "missing", tuple(self.missing))
        codes: set[Identifier] = set()
        for one in self._codes():
            if one.code in codes:
                raise FileError("code_repeated", column=self.name, code=one.code)
            codes.add(one.code)
        for code in self.missing:
            self._one_of("meaning", code.meaning, get_args(Meaning))
        for texts in (self.label, *(one.label for one in self._codes())):
            for language in texts:
                if language not in LANGUAGES:
                    raise FileError("language_unknown", column=self.name, value=language)

    def _codes(self) -> tuple[CodeLabel | MissingValue, ...]:
        return (*self.values, *self.missing)

    def _one_of(self, name: str, value: object, known: Sequence[str]) -> None:
        if value not in known:
            raise FileError(
                "choice_unknown", column=self.name, name=name, value=value, known=", ".join(known)
            )

    def title(self, language: str) -> str:
        """The label in a language, else in the other, else the name."""
        return _text(self.label, language) or self.name

    def of(self, code: Identifier, language: str) -> str:
        """What a code is called in a language, else in the other, else the code itself."""
        for one in self._codes():
            if one.code == code:
                return _text(one.label, language) or str(code)
        return str(code)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "name": self.name,
            "label": dict(self.label),
            "type": self.kind,
            "values": [{"code": one.code, "label": dict(one.label)} for one in self.values],
            "missing": [
                {"code": one.code, "meaning": one.meaning, "label": dict(one.label)} for one in self.missing
            ],
            "role": self.role,
            "unit": self.unit,
            "source": self.source,
        }


def _text(texts: Texts, language: str) -> str:
    return texts.get(language) or next((text for text in texts.values() if text), "")


class Conversion(NamedTuple):
    """What applying a codebook did to a column: cells ``converted`` from text, ``emptied`` because they could not
    be read, and how many of each ``meaning`` had a code of no answer."""

    column: str
    converted: int
    emptied: int
    missing: Mapping[str, int]


class Coded(NamedTuple):
    """``table``, columns by name; ``conversions``, of the columns in which something was changed."""

    table: dict[str, npt.NDArray[Any]]
    conversions: tuple[Conversion, ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """The columns of a file, described.

    ``codebook["SES"]`` is the description of a column; ``"SES" in codebook`` says whether there is one.
    Raises: ``FileError`` (``variable_repeated``).
    """

    columns: tuple[ColumnDescription, ...]
    title: Texts = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        seen: set[str] = set()
        for one in self.columns:
            if one.name in seen:
                raise FileError("variable_repeated", column=one.name)
            seen.add(one.name)

    def __len__(self) -> int:
        return len(self.columns)

    def __iter__(self) -> Iterator[ColumnDescription]:
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return any(one.name == name for one in self.columns)

    def __getitem__(self, name: str) -> ColumnDescription:
        """Raises: ``FileError`` (``variable_unknown``)."""
        for one in self.columns:
            if one.name == name:
                return one
        raise FileError("variable_unknown", column=name)

    def with_role(self, role: Role) -> tuple[str, ...]:
        """Names of the columns that have a role."""
        return tuple(one.name for one in self.columns if one.role == role)

    def title_of(self, name: str, language: str) -> str:
        """The label of a column; its name where it is not described."""
        return self[name].title(language) if name in self else name

    def label_of(self, name: str, code: Identifier, language: str) -> str:
        """The label of a code of a column; the code itself where there is none."""
        return self[name].of(code, language) if name in self else str(code)

    def as_json(self) -> str:
        """JSON for people: indented, in the order of the columns."""
        whole = {
            "format": "ilsa codebook 1",
            "title": dict(self.title),
            "source": self.source,
            "columns": [one.as_dict() for one in self.columns],
        }
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Codebook:
        """Read ``as_json`` back. Raises: ``FileError`` (``codebook_unreadable`` and those of a description)."""
        try:
            stored = json.loads(text)
            if stored["format"] != "ilsa codebook 1":
                raise ValueError(f"format {stored['format']!r}")
            columns = tuple(
                ColumnDescription(
                    name=one["name"],
                    label=one.get("label", {}),
                    kind=one.get("type", "number"),
                    values=tuple(CodeLabel(**value) for value in one.get("values", ())),
                    missing=tuple(MissingValue(**value) for value in one.get("missing", ())),
                    role=one.get("role"),
                    unit=one.get("unit", ""),
                    source=one.get("source", ""),
                )
                for one in stored["columns"]
            )
            return cls(columns, stored.get("title", {}), stored.get("source", ""))
        except FileError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise FileError("codebook_unreadable", problem=repr(problem)) from problem

    def apply(self, table: Columns, *, unreadable: Literal["refuse", "empty"] = "refuse") -> Coded:
        """Read every described column that is there as what it is, and empty the codes of no answer.

        Numbers that were stored as text become numbers; an empty cell is NaN in a column of numbers, None in
        others.

        Parameters: ``unreadable``, what to do with a cell that is no number where one is said: refuse with its
        row, or empty and count it.
        Raises: ``FileError`` (``number_unreadable``).
        """
        read: dict[str, npt.NDArray[Any]] = {}
        conversions = []
        for one in self.columns:
            if one.name not in table:
                continue
            values = np.asarray(table[one.name])
            number = one.kind == "number" or (values.dtype.kind in "biuf" and one.kind == "category")
            read[one.name], told = _numbers(one, values, unreadable) if number else _codes(one, values)
            if told.converted or told.emptied or told.missing:
                conversions.append(told)
        return Coded(read, tuple(conversions))


def _codes(one: ColumnDescription, values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Conversion]:
    """A column of codes or text: those of no answer emptied, the rest as it is."""
    kept = values.astype(object)
    counts: dict[str, int] = {}
    texts = np.array([str(value) for value in kept.tolist()], dtype=object)
    for code in one.missing:
        hit = (texts == str(code.code)) | np.array(
            [value == code.code for value in kept.tolist()], dtype=bool
        )
        if hit.any():
            counts[code.meaning] = counts.get(code.meaning, 0) + int(hit.sum())
            kept[hit] = None
    blank = np.array(
        [value is None or (isinstance(value, str) and not value.strip()) for value in kept.tolist()]
    )
    kept[blank] = None
    return kept, Conversion(one.name, 0, 0, MappingProxyType(counts))


def _numbers(
    one: ColumnDescription, values: npt.NDArray[Any], unreadable: str
) -> tuple[npt.NDArray[Any], Conversion]:
    """A column of numbers, whatever it was stored as."""
    out = np.full(values.size, np.nan)
    converted, failed, first = 0, 0, -1
    counts: dict[str, int] = {}
    if values.dtype.kind in "biuf":
        out = values.astype(np.float64)
    else:
        words = {str(code.code): code for code in one.missing}
        for i, value in enumerate(values.tolist()):
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            if isinstance(value, str) and value.strip() in words:
                meaning = words[value.strip()].meaning
                counts[meaning] = counts.get(meaning, 0) + 1
                continue
            try:
                out[i] = float(value)
                converted += isinstance(value, str)
            except (TypeError, ValueError):
                failed += 1
                first = i if first < 0 else first
        if failed and unreadable == "refuse":
            raise FileError(
                "number_unreadable",
                column=one.name,
                value=values.tolist()[first],
                row=first + 1,
                count=failed,
            )
    for code in one.missing:
        if isinstance(code.code, str):
            continue
        hit = out == float(code.code)
        if hit.any():
            counts[code.meaning] = counts.get(code.meaning, 0) + int(hit.sum())
            out[hit] = np.nan
    return out, Conversion(one.name, converted, failed, MappingProxyType(counts))
