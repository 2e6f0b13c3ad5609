"""Domains: the rows of one sample that share a label, ready to be summed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ilsa.columns import Groups, Identifier, Label, show
from ilsa.kernels.domains import (
    DomainWeights,
    Rows,
    as_rows,
    design_degrees,
    domain_weights,
    unit_order,
)
from ilsa.kernels.ratios import FloatArray, IntArray, RatioReplicates
from ilsa.unavailable import Unavailable
from ilsa.weighted import WeightedSample

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A quantity in the rows of a file.

    Attributes: ``name``; ``unit``; ``columns`` (M, rows), one line per plausible value, one for an observed
    variable; ``missing`` (rows,) or None where nothing is missing; ``is_scale``; ``source``, the scale or column
    it was made from.
    """

    name: str
    unit: str
    columns: FloatArray
    missing: BoolArray | None
    is_scale: bool
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Categories:
    """A column of categories: ``values``, sorted; ``codes``, a variable of their positions from 0."""

    values: tuple[Identifier, ...]
    codes: Variable

    def indicator(self, value: Identifier) -> Variable:
        """1 where the column has this value, 0 elsewhere."""
        codes = self.codes
        inside = (codes.columns == self.values.index(value)).astype(np.float64)
        return Variable(f"{codes.source} = {value}", "share", inside, codes.missing, False, codes.source)


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """Rows of one sample with their weights.

    Attributes: ``rows`` in the file, unit by unit; ``weights``; ``sum_w`` (R + 1,), weight of the domain in the
    full sample and every replicate; ``n``; ``n_psu``; ``degrees`` of freedom; ``sample``.
    """

    sample: SampleRows
    rows: Rows
    weights: DomainWeights
    sum_w: FloatArray
    n: int
    n_psu: int | None
    degrees: float

    def take(self, variable: Variable) -> FloatArray:
        """A variable's values in this domain, (M, n)."""
        return np.ascontiguousarray(variable.columns[:, self.rows])


@dataclass(frozen=True, slots=True)
class Limits:
    """The least a cell must rest on: rows and schools."""

    n: int = 1
    psu: int = 1


class SampleRows:
    """One weighted sample in the order of its units, and the domains cut out of it."""

    def __init__(self, sample: WeightedSample, name: str) -> None:
        self.sample, self._name = sample, name
        self.order = unit_order(sample.replicates)
        self.file_rows = sample.rows[self.order]
        self._degrees: dict[bytes, float] = {}

    @property
    def label(self) -> Label:
        return self.sample.label

    @cached_property
    def identity(self) -> str:
        """The same for two files only if name, label, weights and replicates are the same."""
        sample, digest = self.sample, hashlib.sha256(self._name.encode() + b"\0" + show(self.label).encode())
        replicates = sample.replicates
        kept = (
            (replicates.unit, replicates.ratio)
            if isinstance(replicates, RatioReplicates)
            else (replicates.columns,)
        )
        for array in (sample.weight, *kept):
            digest.update(np.ascontiguousarray(array).tobytes())
        told = " / ".join(part for part in (self._name, show(self.label)) if part)
        return f"{told} #{digest.hexdigest()[:16]}"

    def domain(self, positions: IntArray, limits: Limits) -> Domain | Unavailable:
        """The domain of these rows, or why it cannot stand.

        Parameters: ``positions`` (n,), among ``order``, ascending.
        """
        if positions.size < max(limits.n, 1):
            told = f"{positions.size} pupil(s)" if positions.size else "nobody in the domain"
            return Unavailable("below_minimum_n", told)
        inside = self.order[positions]
        sample = self.sample
        schools = None
        if sample.psu is not None:
            schools = int(np.count_nonzero(np.bincount(sample.psu[inside])))
            if schools < limits.psu:
                return Unavailable("too_few_psu", f"{schools} school(s)")
        weights, units = domain_weights(sample.replicates, sample.weight, inside)
        sum_w = weights.totals(np.ones(positions.size))
        if sum_w[0] <= 0:
            return Unavailable("below_minimum_n", "nobody in the domain")
        empty = np.flatnonzero(sum_w[1:] <= 0)
        if empty.size:
            told = ", ".join(str(r + 1) for r in empty)
            return Unavailable("replicates_incomplete", f"nobody in the domain in replicate {told}")
        key = units.tobytes() or positions.tobytes()
        if key not in self._degrees:
            self._degrees[key] = design_degrees(weights)
        return Domain(
            sample=self,
            rows=as_rows(self.file_rows[positions]),
            weights=weights,
            sum_w=sum_w,
            n=int(positions.size),
            n_psu=schools,
            degrees=self._degrees[key],
        )

    def cells(self, groups: Groups, chosen: BoolArray | None) -> Iterator[tuple[Label, IntArray]]:
        """Every label that occurs in the sample, with the positions of its chosen rows, possibly none."""
        if len(groups) == 1:
            positions = np.arange(self.order.size)
            kept = positions if chosen is None else np.flatnonzero(chosen[self.file_rows])
            yield groups.labels[0], kept
            return
        index = groups.index[self.file_rows]
        by_cell = np.argsort(index, kind="stable")
        found, starts = np.unique(index[by_cell], return_index=True)
        for cell, positions in zip(found, np.split(by_cell, starts[1:]), strict=True):
            if cell < 0:
                continue  # no value of a grouping column
            kept = positions if chosen is None else positions[chosen[self.file_rows[positions]]]
            yield groups.labels[int(cell)], kept
