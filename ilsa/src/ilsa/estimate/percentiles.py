"""Percentiles of every plausible value with every replicate weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import numpy as np

from ilsa.domain import Domain
from ilsa.kernels.domains import RatioDomain
from ilsa.kernels.ratios import FloatArray, IntArray

Definition: TypeAlias = Literal["interpolated", "left_continuous"]

BLOCK: Final = 32
TOLERANCE: Final = 1e-12
"""How far a cumulative share may fall short of a percentile and still reach it."""


def percentiles(
    domain: Domain, y: FloatArray, shares: Sequence[float], definition: Definition = "interpolated"
) -> FloatArray:
    """The values below which given shares of the weight lie.

    With distinct values y_1 < y_2 < … and cumulative shares ``C_j = Σ_{l≤j} w_l/W``: ``interpolated`` is linear in
    C between the y_j and takes y_1 below C_1; ``left_continuous`` is the smallest y_j with C_j ≥ p. A value whose
    weight is zero in a replicate stays a point of the line.

    Parameters: ``y`` (M, n); ``shares`` (P,), between 0 and 1. Returns: (P, M, R + 1), unit of y.
    Checked against: the worked example of ``tests/reference/test_two_zones.py``; every replicate cumulated on its
    own (property test).
    """
    wanted = np.asarray(shares, dtype=np.float64)
    out = np.empty((wanted.size, y.shape[0], domain.sum_w.size))
    units_of_rows = domain.weights.unit_of_rows() if isinstance(domain.weights, RatioDomain) else None
    for m in range(y.shape[0]):
        order = np.argsort(y[m])  # the order of ties does not matter, they are one point
        ordered = y[m][order]
        tied = bool((ordered[1:] == ordered[:-1]).any())
        if tied or units_of_rows is None or ordered.size < 4 * BLOCK:
            out[:, m] = _one_by_one(domain, order, ordered, wanted, definition)
        else:
            assert isinstance(domain.weights, RatioDomain)
            out[:, m] = _by_blocks(domain, domain.weights, units_of_rows, order, ordered, wanted, definition)
    return out


def _value(
    ordered: FloatArray,
    at: IntArray,
    before: FloatArray,
    here: FloatArray,
    target: FloatArray,
    definition: Definition,
) -> FloatArray:
    """The percentile from the first point that reaches it: cumulated weights ``before`` and at it, ``here``."""
    upper: FloatArray = ordered[at]
    if definition == "left_continuous":
        return upper
    lower = ordered[np.maximum(at - 1, 0)]
    width = here - before
    part = np.clip((target - before) / np.where(width > 0, width, 1.0), 0.0, 1.0)
    return np.where(at > 0, lower + (upper - lower) * part, upper)


def _one_by_one(
    domain: Domain, order: IntArray, ordered: FloatArray, shares: FloatArray, definition: Definition
) -> FloatArray:
    """Cumulate every replicate on its own; ties are one point."""
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    points = ordered[last]
    weights = domain.weights.expanded()
    out = np.empty((shares.size, domain.sum_w.size))
    for r in range(domain.sum_w.size):
        cumulated = np.cumsum(weights[order, r])[last]
        target = shares * cumulated[-1]
        at = np.searchsorted(cumulated, target - TOLERANCE * cumulated[-1], side="left")
        at = np.minimum(at, points.size - 1)
        before = np.where(at > 0, cumulated[at - 1], 0.0)
        out[:, r] = _value(points, at, before, cumulated[at], target, definition)
    return out


def _by_blocks(
    domain: Domain,
    weights: RatioDomain,
    units_of_rows: IntArray,
    order: IntArray,
    ordered: FloatArray,
    shares: FloatArray,
    definition: Definition,
) -> FloatArray:
    """Cumulate blocks of rows for all replicates at once, then look inside the one block that matters."""
    n, units, count = order.size, weights.starts.size, domain.sum_w.size
    blocks = -(-n // BLOCK)
    unit = units_of_rows[order]
    weight = weights.weight[order]
    key = (np.arange(n) // BLOCK) * units + unit
    sums = np.bincount(key, weights=weight, minlength=blocks * units).reshape(blocks, units)
    ratio = weights.ratios_with_full()
    cumulated = np.zeros((blocks + 1, count))
    np.cumsum(sums @ ratio, axis=0, out=cumulated[1:])
    total = cumulated[-1]
    target = shares[:, None] * total  # (P, R + 1)
    reach = target - TOLERANCE * total
    inside = np.stack([np.count_nonzero(cumulated[1:] < one, axis=0) for one in reach])
    np.minimum(inside, blocks - 1, out=inside)
    rows = inside[..., None] * BLOCK + np.arange(BLOCK)  # (P, R + 1, BLOCK)
    beyond = rows >= n
    np.minimum(rows, n - 1, out=rows)
    own = weight[rows] * ratio.ravel()[unit[rows] * count + np.arange(count)[:, None]]
    own[beyond] = 0.0
    base = np.take_along_axis(cumulated, inside, axis=0)
    running = base[..., None] + np.cumsum(own, axis=-1)
    place = np.minimum(np.count_nonzero(running < reach[..., None], axis=-1), BLOCK - 1)
    at = np.minimum(inside * BLOCK + place, n - 1)
    here = np.take_along_axis(running, place[..., None], axis=-1)[..., 0]
    width = np.take_along_axis(own, place[..., None], axis=-1)[..., 0]
    return _value(ordered, at, here - width, here, target, definition)
