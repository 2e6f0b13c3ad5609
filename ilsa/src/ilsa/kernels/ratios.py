"""Two ways to keep replicate weights, with the same answers.

Most replicate methods multiply the weight of every row of a primary sampling unit by one number. Then a
small table of ratios, PSU by replicate, says all there is to say, and a total for every replicate costs one
pass over the rows and one small matrix product. Where replicates were raked or adjusted row by row there is
no such table, and the columns are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.intp]

ROUNDING: Final = 8 * float(np.finfo(np.float64).eps)
"""Relative difference, 8 units of the last place, within which a ratio counts as the same."""


def sealed(values: npt.ArrayLike) -> FloatArray:
    """Copy into float64 and forbid writing, so that frozen objects stay frozen."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def psu_sums(unit: IntArray, units: int, values: FloatArray) -> FloatArray:
    """Add up the rows of every unit.

    ``S[u, c] = Σ_{i in u} v[i, c]``

    Parameters: ``unit`` (n,), number of the unit of each row, from 0; ``units``, how many there are;
    ``values`` (n, c). Returns: (units, c).
    """
    return np.column_stack([np.bincount(unit, weights=column, minlength=units) for column in values.T])


@dataclass(frozen=True, slots=True, eq=False)
class RatioReplicates:
    """Replicate weights as ratios per unit: row i has weight ``w[i] · ratio[unit[i], r]`` in replicate r.

    Attributes: ``weight`` (n,), full-sample weight, pupils; ``unit`` (n,), unit of each row;
    ``ratio`` (units, R), without unit of measure.
    """

    weight: FloatArray
    unit: IntArray
    ratio: FloatArray

    @property
    def count(self) -> int:
        return int(self.ratio.shape[1])

    def totals(self, values: FloatArray) -> FloatArray:
        """Weighted totals of every replicate: ``T[r, c] = Σ_i w[i] ratio[unit[i], r] v[i, c]``.

        Parameters: ``values`` (n, c). Returns: (R, c).
        Checked against: the dense columns, to 1e-12 relative (property test).
        """
        sums = psu_sums(self.unit, self.ratio.shape[0], self.weight[:, None] * values)
        return self.ratio.T @ sums

    def dense(self) -> FloatArray:
        """All replicate weights, (n, R), pupils, replicate by replicate in memory."""
        out = np.empty((self.weight.size, self.count), order="F")
        for r in range(self.count):
            np.multiply(self.weight, self.ratio[self.unit, r], out=out[:, r])
        return out


@dataclass(frozen=True, slots=True, eq=False)
class DenseReplicates:
    """Replicate weights as they are: ``columns`` (n, R), pupils."""

    columns: FloatArray

    @property
    def count(self) -> int:
        return int(self.columns.shape[1])

    def totals(self, values: FloatArray) -> FloatArray:
        """Weighted totals of every replicate: ``T[r, c] = Σ_i W[i, r] v[i, c]``; (n, c) → (R, c)."""
        return self.columns.T @ values

    def dense(self) -> FloatArray:
        """All replicate weights, (n, R), pupils."""
        return self.columns


Replicates: TypeAlias = RatioReplicates | DenseReplicates


@dataclass(frozen=True, slots=True)
class NotConstant:
    """First place where replicate weight / weight changes inside a unit."""

    row: int
    unit: int
    replicate: int


def ratios_per_unit(weight: FloatArray, unit: IntArray, columns: FloatArray) -> RatioReplicates | NotConstant:
    """Find the ratio table behind replicate weight columns, or the first place that has none.

    The ratio of a unit is that of its first row with a positive weight, and every row must give its replicate
    weight back within ``ROUNDING``. A row of weight zero must be zero in every replicate.

    Parameters: ``weight`` (n,), ``unit`` (n,), ``columns`` (n, R), pupils.
    Returns: ``RatioReplicates``, or ``NotConstant`` with positions from 0.
    Limits: a unit whose weights are all zero gets ratio 1; nothing depends on it.
    """
    units = int(unit.max()) + 1
    positive = np.flatnonzero(weight > 0)
    named, first = np.unique(unit[positive], return_index=True)
    reference = positive[first]
    ratio = np.ones((units, columns.shape[1]), order="F")
    ratio[named] = columns[reference] / weight[reference, None]
    for r in range(columns.shape[1]):
        column = columns[:, r]
        expected = weight * ratio[:, r][unit]
        if np.array_equal(expected, column):
            continue
        wrong = np.abs(expected - column) > ROUNDING * column
        if wrong.any():
            row = int(np.argmax(wrong))
            return NotConstant(row, int(unit[row]), r)
    return RatioReplicates(weight, unit, sealed(ratio))
