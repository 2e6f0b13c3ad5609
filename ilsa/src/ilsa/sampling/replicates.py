"""Weight ratios of the replicate methods, one function per method.

Every function takes units numbered from 0 and gives a table of ratios (units, R) and the variance factors
c (R,) of ``V(t) = Σ_r c_r (t_r − t₀)²``. What may go wrong with a file is checked before, in ``ilsa.design``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ilsa.kernels.ratios import FloatArray, IntArray
from ilsa.sampling.hadamard import hadamard
from ilsa.sampling.streams import stream


class RatioTable(NamedTuple):
    """``ratio`` (units, R), replicate weight / weight; ``factors`` (R,)."""

    ratio: FloatArray
    factors: FloatArray


def jk1(units: int) -> RatioTable:
    """Delete one unit at a time; the others take its share.

    Ratio 0 for the deleted unit, n/(n − 1) for the others; c = (n − 1)/n; R = n.

    Parameters: ``units``, n, at least 2.
    Source: Wolter, *Introduction to Variance Estimation* (2007), chapter 4.
    Checked against: R survey 4.1-1 on the worked example of the tests.
    """
    ratio = np.full((units, units), units / (units - 1))
    np.fill_diagonal(ratio, 0.0)
    return RatioTable(ratio, np.full(units, (units - 1) / units))


def jkn(stratum: IntArray) -> RatioTable:
    """Delete one unit at a time; the others of its stratum take its share.

    Ratio 0 for the deleted unit, n_h/(n_h − 1) in its stratum, 1 elsewhere; c = (n_h − 1)/n_h; R = Σ n_h.

    Parameters: ``stratum`` (units,), stratum of each unit, from 0; at least two units in each.
    Source: Wolter (2007), chapter 4. Checked against: R survey 4.1-1 on the worked example.
    """
    size = np.bincount(stratum)[stratum]
    ratio = np.where(stratum[:, None] == stratum[None, :], size / (size - 1), 1.0)
    np.fill_diagonal(ratio, 0.0)
    return RatioTable(ratio, (size - 1) / size)


def jk2(zones: int, *, doubled: int, full: bool) -> RatioTable:
    """Drop one half of a pair and double the other.

    Half form: R = Z, in replicate z half ``doubled`` of zone z has ratio 2, the other half 0, all else 1;
    c = 1. Full form: R = 2Z, replicates Z … 2Z − 1 exchange the halves; c = 1/2.

    Parameters: ``zones``, Z; ``doubled``, 0 or 1; ``full``. Unit 2z + h is half h of zone z.
    Limits: pairs only. Source: Johnson and Rust, *Journal of Educational Statistics* 17 (1992).
    Checked against: hand computation and JKn on the worked example.
    """
    ratio = np.ones((2 * zones, zones))
    zone = np.arange(zones)
    ratio[2 * zone + doubled, zone] = 2.0
    ratio[2 * zone + 1 - doubled, zone] = 0.0
    if not full:
        return RatioTable(ratio, np.ones(zones))
    return RatioTable(np.hstack([ratio, 2.0 - ratio]), np.full(2 * zones, 0.5))


def balanced(zones: int, *, order: int, k: float) -> RatioTable:
    """Choose a half of every pair at once, by the signs of a Hadamard matrix.

    Ratio 1 + (1 − k)s for half 1 and 1 − (1 − k)s for half 0, s the sign of the zone in the replicate;
    c = 1/(R(1 − k)²); R = order. k = 0 is BRR (ratios 0 and 2), 0 < k < 1 Fay's method (k and 2 − k).

    Parameters: ``zones``, H ≤ order; ``order`` of the matrix; ``k``. Unit 2z + h is half h of zone z.
    Limits: pairs only. With H = order one zone takes the constant column.
    Source: McCarthy (1969); Judkins, *Journal of Official Statistics* 6 (1990).
    Checked against: R survey 4.1-1 on the worked example.
    """
    signs = hadamard(order)
    columns = np.roll(signs, -1, axis=1)[:, :zones].T  # the constant column comes last
    ratio = np.empty((2 * zones, order))
    ratio[1::2] = 1 + (1 - k) * columns
    ratio[0::2] = 1 - (1 - k) * columns
    return RatioTable(ratio, np.full(order, 1 / (order * (1 - k) ** 2)))


def rao_wu(stratum: IntArray, *, replicates: int, seed: int, sample: tuple[object, ...]) -> RatioTable:
    """Draw n_h − 1 units with replacement in every stratum and rescale.

    Ratio = count · n_h/(n_h − 1), count ~ multinomial(n_h − 1; 1/n_h, …); c = 1/B; R = B.

    The random numbers depend on ``seed`` and the label of the sample alone: adding a country changes no other.

    Parameters: ``stratum`` (units,), at least two units in each; ``replicates``, B.
    Source: Rao and Wu, *Journal of the American Statistical Association* 83 (1988).
    Checked against: the mean and variance of the ratios the method prescribes, 1 and 1 (simulation).
    """
    random = stream(seed, *sample)
    ratio = np.empty((stratum.size, replicates))
    for h in range(int(stratum.max()) + 1):
        inside = np.flatnonzero(stratum == h)
        size = inside.size
        counts = random.multinomial(size - 1, np.full(size, 1 / size), size=replicates)
        ratio[inside] = counts.T * (size / (size - 1))
    return RatioTable(ratio, np.full(replicates, 1 / replicates))
