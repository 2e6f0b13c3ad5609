"""The one place where the room meets the statistics package: columns and a specification go in, cells
with their standard errors come out. Nothing here knows a row of the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from ilsa.provenance import canonical_json

import ilsa
from ilsa import IlsaError

from ..enums import Reason, Statistic
from .data_refusals import DataRefused, PlausibleValueEmpty, PlausibleValuesIncomplete
from .designs import DesignTerms, Scale
from .pupil_files import Columns

PACKAGE = f"ilsa {ilsa.__version__}"
Mask: TypeAlias = npt.NDArray[np.bool_]
Filter: TypeAlias = tuple[tuple[str, str], ...]


class Cancelled(Exception):
    """Somebody asked to stop between two blocks."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A threshold inside a specification: its value with who owns it, so that the figure can say so."""

    urn: str
    owner: str
    value: float

    def as_dict(self) -> dict[str, Any]:
        return {"urn": self.urn, "owner": self.owner, "value": self.value}


@dataclass(frozen=True, slots=True)
class Specification:
    """What is to be computed, written in one way only. ``reader`` is the pseudonymous id of the one person
    to whom the table of a restricted data set belongs; empty where a stored result serves everybody."""

    statistic: str
    scale: str
    by: tuple[str, ...] = ()
    where: Filter = ()
    cuts: tuple[Cut, ...] = ()
    minimum_pupils: int = 30
    minimum_schools: int = 5
    reader: str = ""

    def as_dict(self, terms: DesignTerms) -> dict[str, Any]:
        return {
            "statistic": self.statistic,
            "scale": self.scale,
            "by": list(self.by),
            "where": dict(sorted(self.where)),
            "cuts": [cut.as_dict() for cut in self.cuts],
            "minimum": {"pupils": self.minimum_pupils, "schools": self.minimum_schools},
            "design": hashlib.sha256(terms.canonical().encode()).hexdigest(),
            **({"reader": self.reader} if self.reader else {}),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Specification:
        return cls(
            stored["statistic"],
            stored["scale"],
            tuple(stored["by"]),
            tuple(sorted(stored["where"].items())),
            tuple(Cut(c["urn"], c["owner"], float(c["value"])) for c in stored["cuts"]),
            stored["minimum"]["pupils"],
            stored["minimum"]["schools"],
            stored.get("reader", ""),
        )


def fingerprint(stored: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a specification."""
    return hashlib.sha256(canonical_json(dict(stored)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Cell:
    """One estimate. ``value`` is None where ``reason`` says why there is none; where the value is there
    and nothing varies, ``se`` alone is None and ``reason`` says so."""

    key: str
    sample: str
    labels: tuple[tuple[str, str], ...]
    part: str
    value: float | None
    se: float | None
    n: int | None
    schools: int | None
    reason: str = ""
    low: float | None = None
    high: float | None = None
    df: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "sample": self.sample,
            "labels": [list(pair) for pair in self.labels],
            "part": self.part,
            "value": self.value,
            "se": self.se,
            "n": self.n,
            "schools": self.schools,
            "reason": self.reason,
            "low": self.low,
            "high": self.high,
            "df": self.df,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Cell:
        return cls(**{**stored, "labels": tuple((str(c), str(v)) for c, v in stored["labels"])})

    def withheld(self, reason: str) -> Cell:
        """The same cell with nothing in it but the reason."""
        return Cell(self.key, self.sample, self.labels, self.part, None, None, None, None, reason)


@dataclass(frozen=True, slots=True)
class Result:
    """The cells of a run in the order of its table, and the table itself with every plausible value and
    replicate, as the package keeps it: later contrasts need no data."""

    cells: tuple[Cell, ...]
    table: ilsa.EstimateTable

    def keeping(self, cells: tuple[Cell, ...]) -> Result:
        """The same table with nothing in it of the cells that are withheld in ``cells``."""
        nothing = ilsa.Unavailable("below_minimum_n")
        kept = tuple(
            whole
            if cell.value is not None
            else replace(whole, parts=(), n=0, n_psu=None, sum_w=0.0, unavailable=nothing)
            for whole, cell in zip(self.table.cells, cells, strict=True)
        )
        return Result(cells, replace(self.table, cells=kept))

    @property
    def provenance(self) -> dict[str, Any]:
        return self.table.provenance[0].as_dict()


@dataclass(frozen=True, slots=True)
class Job:
    """All that a computation needs. ``earlier`` are the filters of tables that the same person has already
    had from a restricted set, with everything else equal."""

    terms: DesignTerms
    wanted: Specification
    source_sha256: str
    earlier: tuple[Filter, ...] = ()


def check_against(terms: DesignTerms, columns: Columns) -> list[str]:
    """Hold a file against its design. Refused with column and row; what was merely noticed comes back."""
    for scale in terms.scales:
        _check_scale(scale, columns)
    weighted = _assessment(terms, columns).weighted
    return [str(note) for note in weighted.provenance.notes]


def estimate(job: Job, columns: Columns, *, progress: Callable[[int], None] = lambda percent: None) -> Result:
    """Compute every cell. ``progress`` is told the per cent done, when the file is read, weighed and
    estimated; it may raise :class:`Cancelled`."""
    terms, wanted = job.terms, job.wanted
    progress(10)
    assessment = _assessment(terms, columns, job)
    progress(40)
    inside = _inside(columns, wanted.where)
    asked: dict[str, Any] = {"by": wanted.by, "where": inside, "missing": "leave_out"}
    try:
        if wanted.statistic == Statistic.MEAN:
            table = assessment.estimate.mean(wanted.scale, **asked)
        elif wanted.statistic == Statistic.BELOW:
            cut = _threshold(wanted.cuts[0])
            table = assessment.estimate.share(wanted.scale, at_least=cut, below=True, **asked)
        else:
            table = assessment.estimate.levels(wanted.scale, **asked)
    except IlsaError as error:
        raise DataRefused.by(error, {s.key: s.label for s in terms.scales}) from None
    progress(90)
    cells = [_cell(table, whole, wanted) for whole in table.cells]
    return Result(tuple(_not_by_difference(job, columns, cells)), table)


def _assessment(terms: DesignTerms, columns: Columns, job: Job | None = None) -> ilsa.Assessment:
    cuts = [_threshold(cut) for cut in job.wanted.cuts] if job else []
    with_cuts = job is not None and job.wanted.statistic == Statistic.LEVELS
    try:
        return ilsa.Assessment(
            columns,
            terms.sampling,
            scales=[
                ilsa.Scale(
                    s.key, pv=s.pattern, m=s.plausible_values, unit=s.unit, cuts=cuts if with_cuts else ()
                )
                for s in terms.scales
                if job is None or s.key == job.wanted.scale
            ],
            minimum_n=job.wanted.minimum_pupils if job else 1,
            minimum_psu=job.wanted.minimum_schools if job else 1,
            source_sha256=job.source_sha256 if job else None,
        )
    except IlsaError as error:
        raise DataRefused.by(error, {s.key: s.label for s in terms.scales}) from None


def _threshold(cut: Cut) -> ilsa.Threshold:
    return ilsa.Threshold(cut.value, owner=cut.owner)


def _check_scale(scale: Scale, columns: Columns) -> None:
    for number, column in enumerate(scale.columns(), 1):
        if column not in columns:
            raise PlausibleValuesIncomplete(
                expected=scale.plausible_values, missing=number, scale=str(scale.label)
            )
    for column in scale.columns():
        values = columns[column]
        if values.dtype.kind != "f":
            row = next(i for i, v in enumerate(values.tolist(), 1) if not _is_number(v))
            raise DataRefused("number_stored_as_text", {"column": column, "row": row})
        empty = np.isnan(values)
        if empty.any():
            raise PlausibleValueEmpty(column=column, row=int(np.argmax(empty)) + 1, count=int(empty.sum()))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return not text.strip()
    return True


def _inside(columns: Columns, where: Filter) -> Mask:
    mask: Mask = np.ones(len(next(iter(columns.values()))), dtype=bool)
    for column, value in where:
        mask = mask & (_texts(columns[column]) == value)
    return mask


def _cell(table: ilsa.EstimateTable, whole: ilsa.Estimate, wanted: Specification) -> Cell:
    labels = [(column, _text(value)) for column, value in zip(table.dimensions, whole.label, strict=True)]
    part = labels.pop()[1] if wanted.statistic == Statistic.LEVELS else ""
    key = "|".join([*(f"{column}={value}" for column, value in labels), *([f"level={part}"] if part else [])])
    sample = labels[0][1] if labels else ""
    cell = Cell(key, sample, tuple(labels), part, None, None, None, None)
    if whole.unavailable:
        return cell.withheld(whole.unavailable.reason)
    size = 1.0 if wanted.statistic == Statistic.MEAN else 100.0
    value, se, ci, df = whole.value, whole.se, whole.ci, whole.df
    assert isinstance(value, float)
    small = whole.n < 2 * wanted.minimum_pupils or (
        whole.n_psu is not None and whole.n_psu < 2 * wanted.minimum_schools
    )
    if wanted.statistic != Statistic.MEAN and small and not 1e-11 < value < 1 - 1e-11:
        return cell.withheld(Reason.EXTREME_SHARE)
    silent = se.reason if isinstance(se, ilsa.Unavailable) else ""
    return replace(
        cell,
        value=size * value,
        se=size * se if isinstance(se, float) else None,
        n=whole.n,
        schools=whole.n_psu,
        reason=silent,
        low=size * ci[0] if isinstance(ci, tuple) else None,
        high=size * ci[1] if isinstance(ci, tuple) else None,
        df=df if isinstance(df, float) and np.isfinite(df) else None,
    )


def _not_by_difference(job: Job, columns: Columns, cells: Sequence[Cell]) -> list[Cell]:
    """Withhold a cell that differs from one of an earlier table by a few pupils: subtracting the two would
    tell of them."""
    if not job.earlier:
        return list(cells)
    now = _inside(columns, job.wanted.where)
    kept = []
    for cell in cells:
        own = _inside(columns, cell.labels)
        differing = [(now ^ _inside(columns, where)) & own for where in job.earlier]
        few = any(mask.any() and _few(job, columns, mask) for mask in differing)
        kept.append(cell.withheld(Reason.DIFFERENCING) if few else cell)
    return kept


def _few(job: Job, columns: Columns, mask: Mask) -> bool:
    psu = job.terms.sampling.psu
    names = (psu,) if isinstance(psu, str) else psu or ()
    if int(mask.sum()) < job.wanted.minimum_pupils:
        return True
    if not names:
        return False
    schools = set(zip(*(_texts(columns[name])[mask].tolist() for name in names), strict=True))
    return len(schools) < job.wanted.minimum_schools


def _text(value: object) -> str:
    """A value of a column as a label: 3.0 of a file without types is the code 3."""
    if isinstance(value, float):
        return "" if np.isnan(value) else str(int(value)) if value == int(value) else str(value)
    return str(value)


def _texts(column: npt.NDArray[Any]) -> npt.NDArray[np.str_]:
    if column.dtype.kind == "U":
        return column
    return np.array([_text(v) for v in column.tolist()], dtype=np.str_)
