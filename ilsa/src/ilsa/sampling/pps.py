"""Systematic selection with probability proportional to size."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ilsa.kernels.ratios import FloatArray, IntArray


class Inclusion(NamedTuple):
    """``probability`` (N,), of each unit to be drawn; ``certain`` (N,), those drawn in every sample; ``interval``,
    the step between two selections among the others, 0 where none are left."""

    probability: FloatArray
    certain: np.ndarray[tuple[int], np.dtype[np.bool_]]
    interval: float


def inclusion(size: FloatArray, n: int) -> Inclusion:
    """Probabilities of ``n`` units, proportional to size and at most 1.

    A unit as large as the sampling interval is drawn in every sample; the interval is then made anew for the
    others, until none is left that large.

    ``π_i = n' size_i / Σ' size``, sums over the units that are not certain

    Parameters: ``size`` (N,), positive; ``n``, from 1 to N.
    Source: Brewer and Hanif, *Sampling with Unequal Probabilities* (1983), procedure 2 (Madow 1949).
    Checked against: computation by hand.
    """
    certain = np.zeros(size.size, dtype=bool)
    while True:
        left = n - int(certain.sum())
        total = float(size[~certain].sum())
        if left <= 0 or certain.all():
            return Inclusion(np.where(certain, 1.0, 0.0), certain, 0.0)
        interval = total / left
        large = ~certain & (size >= interval)
        if not large.any():
            return Inclusion(np.where(certain, 1.0, size / interval), certain, interval)
        certain |= large


def systematic(size: FloatArray, n: int, start: float) -> IntArray:
    """Positions of the units drawn, in the order of the list.

    The units that are not certain are laid end to end, each as long as its size; one is taken at
    ``start · interval`` and at every further interval.

    Parameters: ``size`` (N,), in the order of the list; ``n``; ``start``, above 0 and at most 1, drawn at random.
    Returns: (n,), rising.
    Checked against: enumeration of all starts, in which every unit comes up in proportion to its size.
    """
    certain, interval = inclusion(size, n)[1:]
    others = np.flatnonzero(~certain)
    left = n - int(certain.sum())
    if not left:
        return np.flatnonzero(certain)
    points = (start + np.arange(left)) * interval
    hit = np.searchsorted(np.cumsum(size[others]), points, side="left")
    drawn = others[np.minimum(hit, others.size - 1)]
    return np.sort(np.concatenate([np.flatnonzero(certain), drawn])).astype(np.intp)
