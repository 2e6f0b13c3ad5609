"""The one place where the room meets the statistics package: columns and a specification go in, cells
with their standard errors come out. Nothing here knows a row of the database.

Each sample of the file (a territory, usually) is a block of its own; plausible values are analysed one
by one and then combined, never averaged per pupil first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from ilsa.provenance import canonical_json

import ilsa
from ilsa import IlsaError, WeightedSample, replicate_variance, weighted_mean

from ..enums import Reason, Statistic
from .data_refusals import (
    DataRefused,
    PlausibleValueEmpty,
    PlausibleValuesAllEqual,
    PlausibleValuesIncomplete,
)
from .designs import DesignTerms, Scale
from .pupil_files import Columns

FloatArray = npt.NDArray[np.float64]
PACKAGE = f"ilsa {ilsa.__version__}"


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
    """What is to be computed, written in one way only."""

    statistic: str
    scale: str
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    cuts: tuple[Cut, ...] = ()
    minimum_pupils: int = 30
    minimum_schools: int = 5

    def as_dict(self, terms: DesignTerms) -> dict[str, Any]:
        return {
            "statistic": self.statistic,
            "scale": self.scale,
            "by": list(self.by),
            "where": dict(sorted(self.where)),
            "cuts": [cut.as_dict() for cut in self.cuts],
            "minimum": {"pupils": self.minimum_pupils, "schools": self.minimum_schools},
            "design": hashlib.sha256(terms.canonical().encode()).hexdigest(),
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
        )


def fingerprint(stored: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a specification."""
    return hashlib.sha256(canonical_json(dict(stored)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Cell:
    """One estimate. ``value`` is None where ``reason`` says why there is none."""

    key: str
    sample: str
    labels: tuple[tuple[str, str], ...]
    part: str
    value: float | None
    se: float | None
    n: int | None
    schools: int | None
    reason: str = ""
    variance_sampling: float | None = None
    variance_imputation: float | None = None
    estimates: FloatArray | None = field(default=None, repr=False, compare=False)

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
            "variance_sampling": self.variance_sampling,
            "variance_imputation": self.variance_imputation,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """The cells of a run, and what is needed to make them again."""

    cells: tuple[Cell, ...]
    provenance: dict[str, Any]


def check_against(terms: DesignTerms, columns: Columns) -> list[str]:
    """Hold a file against its design. Refused with column and row; what was merely noticed comes back."""
    for scale in terms.scales:
        _check_scale(scale, columns)
    try:
        weighted = terms.sampling.weigh(columns)
    except IlsaError as error:
        raise DataRefused.by(error) from None
    return [str(note) for note in weighted.provenance.notes]


def estimate(
    terms: DesignTerms,
    columns: Columns,
    wanted: Specification,
    *,
    source_sha256: str,
    progress: Callable[[int], None] = lambda percent: None,
) -> Result:
    """Compute every cell. ``progress`` is called between blocks with the per cent done; it may raise
    :class:`Cancelled`."""
    scale = terms.scale(wanted.scale)
    try:
        weighted = terms.sampling.weigh(columns, source_sha256=source_sha256)
    except IlsaError as error:
        raise DataRefused.by(error) from None
    inside = np.ones(len(columns[terms.sampling.weight]), dtype=bool)
    for column, value in wanted.where:
        inside &= _texts(columns[column]) == value
    crossed = [column for column in wanted.by if column not in terms.sampling.sample]
    cells: list[Cell] = []
    for number, sample in enumerate(weighted.samples):
        progress(100 * number // len(weighted.samples))
        name = " · ".join(_text(part) for part in sample.label)
        fixed = tuple(
            (column, _text(value)) for column, value in zip(terms.sampling.sample, sample.label, strict=False)
        )
        for labels, mask in _domains(columns, crossed, inside, sample):
            for part, scores in _scores(scale, columns, wanted):
                cells.append(_cell(sample, name, (*fixed, *labels), part, scores, mask, wanted))
    progress(100)
    provenance: dict[str, Any] = json.loads(weighted.provenance.as_json())
    return Result(tuple(cells), {**provenance, "notes_in_words": [str(n) for n in weighted.provenance.notes]})


def _check_scale(scale: Scale, columns: Columns) -> None:
    there = [column for column in scale.columns() if column in columns]
    for number, column in enumerate(scale.columns(), 1):
        if column not in columns:
            raise PlausibleValuesIncomplete(
                expected=scale.plausible_values, missing=number, scale=str(scale.label)
            )
    for column in there:
        values = columns[column]
        if values.dtype.kind != "f":
            row = next(i for i, v in enumerate(values.tolist(), 1) if not _is_number(v))
            raise DataRefused("number_stored_as_text", {"column": column, "row": row})
        empty = np.isnan(values)
        if empty.any():
            raise PlausibleValueEmpty(column=column, row=int(np.argmax(empty)) + 1, count=int(empty.sum()))
    if len(there) > 1 and all((columns[c] == columns[there[0]]).all() for c in there[1:]):
        raise PlausibleValuesAllEqual(scale=str(scale.label))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return not text.strip()
    return True


def _domains(
    columns: Columns, crossed: Sequence[str], inside: npt.NDArray[np.bool_], sample: WeightedSample
) -> list[tuple[tuple[tuple[str, str], ...], npt.NDArray[np.bool_]]]:
    """The groups of a sample, in the order of their values; a row without a value belongs to none."""
    found: list[tuple[tuple[tuple[str, str], ...], npt.NDArray[np.bool_]]] = [((), inside)]
    for column in crossed:
        texts = _texts(columns[column])
        own = sorted({str(t) for t in texts[sample.rows]} - {""}, key=_in_order)
        found = [
            ((*labels, (column, value)), mask & (texts == value)) for labels, mask in found for value in own
        ]
    return found


def _scores(scale: Scale, columns: Columns, wanted: Specification) -> list[tuple[str, list[FloatArray]]]:
    """What is averaged, per part of the table: the scores themselves, or indicators of a level."""
    values = [columns[column] for column in scale.columns()]
    if wanted.statistic == Statistic.MEAN:
        return [("", values)]
    cuts = sorted(cut.value for cut in wanted.cuts)
    if wanted.statistic == Statistic.BELOW:
        return [("", [_per_cent(v < cuts[0]) for v in values])]
    edges = [-np.inf, *cuts, np.inf]
    return [
        (str(level), [_per_cent((v >= low) & (v < high)) for v in values])
        for level, (low, high) in enumerate(pairwise(edges))
    ]


def _per_cent(inside: npt.NDArray[np.bool_]) -> FloatArray:
    return np.where(inside, np.float64(100), np.float64(0))


def _cell(
    sample: WeightedSample,
    name: str,
    labels: tuple[tuple[str, str], ...],
    part: str,
    scores: Sequence[FloatArray],
    mask: npt.NDArray[np.bool_],
    wanted: Specification,
) -> Cell:
    key = "|".join([*(f"{column}={value}" for column, value in labels), *([f"level={part}"] if part else [])])
    own = mask[sample.rows]
    n = int(own.sum())
    schools = None if sample.psu is None else int(np.unique(sample.psu[own]).size)

    def without(reason: str) -> Cell:
        return Cell(key, name, labels, part, None, None, None, None, reason)

    if n < wanted.minimum_pupils:
        return without(Reason.BELOW_MINIMUM_N)
    if schools is not None and schools < wanted.minimum_schools:
        return without(Reason.TOO_FEW_PSU)
    estimates, sampling = [], []
    for values in scores:
        mean = weighted_mean(values, sample, where=mask)
        if isinstance(mean, ilsa.Unavailable):
            return without(mean.reason)
        variance = replicate_variance(mean.value, mean.replicates, sample)
        if isinstance(variance, ilsa.Unavailable):
            return without(variance.reason)
        estimates.append(np.concatenate([[mean.value], mean.replicates]))
        sampling.append(variance)
    value, total, within, between = combined([float(e[0]) for e in estimates], sampling)
    small = n < 2 * wanted.minimum_pupils or (schools is not None and schools < 2 * wanted.minimum_schools)
    if wanted.statistic != Statistic.MEAN and small and (value <= 1e-9 or value >= 100 - 1e-9):
        return without(Reason.EXTREME_SHARE)
    return Cell(
        key,
        name,
        labels,
        part,
        value,
        float(np.sqrt(total)),
        n,
        schools,
        variance_sampling=within,
        variance_imputation=between,
        estimates=np.stack(estimates),
    )


def combined(values: Sequence[float], variances: Sequence[float]) -> tuple[float, float, float, float]:
    """Rubin's rule over M plausible values: t̄ = mean t_m, V = Ū + (1 + 1/M) B. Gives t̄, V, Ū and the
    imputation part (1 + 1/M) B, which is zero for one value observed without error.

    Source: Rubin (1987), *Multiple Imputation for Nonresponse in Surveys*, chapter 3.
    """
    m = len(values)
    middle = sum(values) / m
    within = sum(variances) / m
    between = sum((v - middle) ** 2 for v in values) / (m - 1) if m > 1 else 0.0
    imputation = (1 + 1 / m) * between
    return middle, within + imputation, within, imputation


def _text(value: object) -> str:
    """A value of a column as a label: 3.0 of a file without types is the code 3."""
    if isinstance(value, float):
        return "" if np.isnan(value) else str(int(value)) if value == int(value) else str(value)
    return str(value)


def _texts(column: npt.NDArray[Any]) -> npt.NDArray[np.str_]:
    if column.dtype.kind == "U":
        return column
    return np.array([_text(v) for v in column.tolist()], dtype=np.str_)


def _in_order(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), "")
    except ValueError:
        return (1, 0.0, text)
