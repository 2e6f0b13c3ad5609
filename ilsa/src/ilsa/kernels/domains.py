"""Totals of the rows of one domain, for the full sample and every replicate at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final, TypeAlias

import numpy as np

from ilsa.kernels.ratios import DenseReplicates, FloatArray, IntArray, RatioReplicates, Replicates

Rows: TypeAlias = IntArray | slice

PIECE: Final = 8192
"""Rows of a long domain that are summed at a time, few enough for their products to stay in the processor's cache."""


def as_rows(positions: IntArray) -> Rows:
    """A slice where the positions follow each other, which spares a copy of every column."""
    if positions.size and positions[-1] - positions[0] == positions.size - 1:
        first = int(positions[0])
        if np.array_equal(positions, np.arange(first, first + positions.size)):
            return slice(first, first + positions.size)
    return positions


@dataclass(frozen=True, slots=True, eq=False)
class RatioDomain:
    """Rows of a domain, unit by unit, with one ratio per unit and replicate.

    Attributes: ``weight`` (n,), rows of one unit side by side; ``starts`` (u,), where each unit begins;
    ``ratio`` (u, R).
    """

    weight: FloatArray
    starts: IntArray
    ratio: FloatArray

    @property
    def count(self) -> int:
        return int(self.ratio.shape[1])

    def totals(self, values: FloatArray) -> FloatArray:
        """Weighted totals, full sample first: ``T[…, r] = Σ_i w_ir v[…, i]``; (…, n) → (…, R + 1).

        One pass over the rows, then one product of unit sums with ratios.
        Checked against: ``DenseDomain``, to 1e-12 relative (property test).
        """
        return self._contract([values])

    def products(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Weighted totals of ``a · b``, the smaller of the two first; (…, n) and (…, n) → (…, R + 1)."""
        return self._contract([a, b])

    def _contract(self, factors: list[FloatArray]) -> FloatArray:
        """Weigh, multiply and add up; long domains piece by piece, so that no long product is ever held."""
        if self.weight.size > 2 * PIECE:
            pieces = (part._contract([f[..., inside] for f in factors]) for inside, part in self.parts(PIECE))
            return reduce(np.add, pieces)
        weighted = factors[0] * self.weight
        for factor in factors[1:]:
            weighted = weighted * factor
        sums = np.add.reduceat(weighted, self.starts, axis=-1)
        out = np.empty((*sums.shape[:-1], self.count + 1))
        out[..., 0] = sums.sum(axis=-1)
        np.matmul(sums, self.ratio, out=out[..., 1:])
        return out

    def parts(self, rows: int) -> Iterator[tuple[slice, RatioDomain]]:
        """The domain cut between units into pieces of about so many rows, whose totals add up to its own."""
        ends = np.append(self.starts[1:], self.weight.size)
        first = 0
        while first < self.starts.size:
            begin = self.starts[first]
            last = max(int(np.searchsorted(ends, begin + rows, side="right")), first + 1)
            inside = slice(int(begin), int(ends[last - 1]))
            yield (
                inside,
                RatioDomain(self.weight[inside], self.starts[first:last] - begin, self.ratio[first:last]),
            )
            first = last

    def unit_of_rows(self) -> IntArray:
        """The unit of every row, (n,), from 0."""
        size = np.diff(np.append(self.starts, self.weight.size))
        return np.repeat(np.arange(self.starts.size), size)

    def ratios_with_full(self) -> FloatArray:
        """Ratios with the full sample first, (u, R + 1)."""
        return np.column_stack([np.ones(self.starts.size), self.ratio])

    def expanded(self) -> FloatArray:
        """Weights of all rows in the full sample and every replicate, (n, R + 1)."""
        out: FloatArray = self.ratios_with_full()[self.unit_of_rows()]
        out *= self.weight[:, None]
        return out

    def deviations(self) -> FloatArray:
        """How far each replicate moves away from the full sample, (u, R)."""
        return self.ratio - 1


@dataclass(frozen=True, slots=True, eq=False)
class DenseDomain:
    """Rows of a domain with their replicate weights as they are: ``weight`` (n,), ``columns`` (n, R)."""

    weight: FloatArray
    columns: FloatArray

    @property
    def count(self) -> int:
        return int(self.columns.shape[1])

    def totals(self, values: FloatArray) -> FloatArray:
        """Weighted totals, full sample first; (…, n) → (…, R + 1)."""
        out = np.empty((*values.shape[:-1], self.count + 1))
        out[..., 0] = values @ self.weight
        np.matmul(values, self.columns, out=out[..., 1:])
        return out

    def products(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Weighted totals of ``a · b``; (…, n) and (…, n) → (…, R + 1)."""
        return self.totals(a * b)

    def parts(self, rows: int) -> Iterator[tuple[slice, DenseDomain]]:
        """The domain cut into pieces of so many rows, whose totals add up to its own."""
        for first in range(0, self.weight.size, rows):
            inside = slice(first, first + rows)
            yield inside, DenseDomain(self.weight[inside], self.columns[inside])

    def expanded(self) -> FloatArray:
        """Weights of all rows in the full sample and every replicate, (n, R + 1)."""
        return np.column_stack([self.weight, self.columns])

    def deviations(self) -> FloatArray:
        """How far each replicate moves away from the full sample, (n, R); rows of weight zero stay at zero."""
        weight = np.where(self.weight > 0, self.weight, 1.0)
        return (self.columns - self.weight[:, None]) / weight[:, None]


DomainWeights: TypeAlias = RatioDomain | DenseDomain


def domain_weights(
    replicates: Replicates, weight: FloatArray, positions: IntArray
) -> tuple[DomainWeights, IntArray]:
    """Cut a domain out of a sample.

    Parameters: ``positions`` (n,), rows of the domain within the sample, ordered by unit where there are ratios.
    Returns: the domain's weights, and the units present (u,) (none for dense weights).
    """
    if isinstance(replicates, DenseReplicates):
        rows = as_rows(positions)
        return DenseDomain(weight[rows], replicates.columns[rows]), np.empty(0, dtype=np.intp)
    unit = replicates.unit[positions]
    starts = np.flatnonzero(np.concatenate([[True], unit[1:] != unit[:-1]]))
    units = unit[starts]
    ratio = replicates.ratio if units.size == replicates.ratio.shape[0] else replicates.ratio[units]
    return RatioDomain(weight[as_rows(positions)], starts, np.ascontiguousarray(ratio)), units


def unit_order(replicates: Replicates) -> IntArray:
    """An order of a sample's rows in which those of one unit stand together."""
    if isinstance(replicates, RatioReplicates):
        return np.argsort(replicates.unit, kind="stable")
    return np.arange(replicates.columns.shape[0])


def design_degrees(weights: DomainWeights) -> float:
    """Degrees of freedom of the replicates over a domain: the rank of their movements.

    One per zone in paired designs, n − 1 in JK1, n − H in JKn: what is left of the design inside the domain.

    Checked against: counting zones and schools, ``tests/kernels/test_domains.py``.
    """
    moved = weights.deviations()
    gram = moved.T @ moved if moved.shape[0] > moved.shape[1] else moved @ moved.T
    spectrum = np.linalg.eigvalsh(gram)
    if not spectrum.size or spectrum[-1] <= 0:
        return 0.0
    return float((spectrum > spectrum[-1] * 1e-10).sum())
