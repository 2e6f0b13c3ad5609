"""Correlations, crossed shares, and sizes of differences between groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from ilsa.domain import Domain
from ilsa.kernels.ratios import FloatArray
from ilsa.unavailable import Unavailable

Margin: TypeAlias = Literal["row", "column", "total"]


def correlations(domain: Domain, variables: Sequence[FloatArray]) -> list[FloatArray | Unavailable]:
    """``r = s_xy/(s_x s_y)`` of every pair, weighted, in the order (1, 2), (1, 3), … (2, 3), ….

    Plausible values pair by their number.

    Parameters: ``variables``, each (1 or M, n). Returns: one (M, R + 1) per pair; ``no_variation``.
    Checked against: NumPy's correlation of repeated rows, ``tests/estimate/test_association.py``.
    """
    weights, sum_w = domain.weights, domain.sum_w
    centred = [x - float(weights.weight @ x[0] / sum_w[0]) for x in variables]
    first = [weights.totals(d) / sum_w for d in centred]
    spread = [weights.products(d, d) / sum_w - t**2 for d, t in zip(centred, first, strict=True)]
    found: list[FloatArray | Unavailable] = []
    for i in range(len(variables)):
        for j in range(i + 1, len(variables)):
            if (spread[i] <= 0).any() or (spread[j] <= 0).any():
                found.append(Unavailable("no_variation"))
                continue
            shared = weights.products(centred[i], centred[j]) / sum_w - first[i] * first[j]
            found.append(shared / np.sqrt(spread[i] * spread[j]))
    return found


def crossed_shares(
    domain: Domain, row: FloatArray, column: FloatArray, rows: int, columns: int, margin: Margin
) -> list[list[FloatArray | Unavailable]]:
    """``Σ w 1[row i, column j]`` over the margin named: shares within a row, a column, or of the whole.

    Parameters: ``row`` (1, n) and ``column`` (1, n), numbers of the categories from 0.
    Returns: rows × columns of (1, R + 1); ``below_minimum_n`` or ``replicates_incomplete`` for an empty margin.
    Checked against: counting repeated rows, ``tests/estimate/test_association.py``.
    """
    cells = np.stack(
        [
            np.stack(
                [
                    domain.weights.totals(((row == i) & (column == j)).astype(np.float64))
                    for j in range(columns)
                ]
            )
            for i in range(rows)
        ]
    )
    if margin == "total":
        below = np.broadcast_to(domain.sum_w, cells.shape)
    else:
        below = np.broadcast_to(cells.sum(axis=1 if margin == "row" else 0, keepdims=True), cells.shape)
    return [[_ratio(cells[i, j], below[i, j]) for j in range(columns)] for i in range(rows)]


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray | Unavailable:
    empty = np.flatnonzero((below <= 0).any(axis=0))
    if not empty.size:
        found: FloatArray = above / below
        return found
    if empty[0] == 0:
        return Unavailable("below_minimum_n", "nobody in the margin")
    told = ", ".join(str(r) for r in empty)
    return Unavailable("replicates_incomplete", f"nobody in the margin in replicate {told}")


def _group_moments(
    domain: Domain, y: FloatArray, inside: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weight (R + 1,), sum and squares (M, R + 1) of y, which is centred, over rows where ``inside`` is 1."""
    weights = domain.weights
    return (
        weights.totals(inside)[0],
        weights.products(inside, y),
        weights.products(inside * y, y),
    )


def cohens_d(domain: Domain, y: FloatArray, of: FloatArray, minus: FloatArray) -> FloatArray | Unavailable:
    """``d = (ȳ_1 − ȳ_0)/s``, ``s² = (W_1 s_1² + W_0 s_0²)/(W_1 + W_0)``, the pooled SD of the two groups.

    Parameters: ``y`` (M, n); ``of`` and ``minus`` (1, n), 1 inside each group. Returns: (M, R + 1), SDs;
    ``below_minimum_n``, ``replicates_incomplete``, ``no_variation``.
    Checked against: hand computation, ``tests/estimate/test_association.py``.
    """
    d = y - float(domain.weights.weight @ y[0] / domain.sum_w[0])
    groups = [_group_moments(domain, d, inside) for inside in (of, minus)]
    for size, _, _ in groups:
        silent = _ratio(size[None], size[None])
        if isinstance(silent, Unavailable):
            return silent
    means = [total / size for size, total, _ in groups]
    within = sum(squares - total**2 / size for size, total, squares in groups)
    pooled = within / (groups[0][0] + groups[1][0])
    if (pooled <= 0).any():
        return Unavailable("no_variation")
    found: FloatArray = (means[0] - means[1]) / np.sqrt(pooled)
    return found


def eta_squared(domain: Domain, y: FloatArray, groups: Sequence[FloatArray]) -> FloatArray | Unavailable:
    """``η² = Σ_g W_g (ȳ_g − ȳ)²/Σ w (y − ȳ)²``, the share of the variance that lies between groups.

    Parameters: ``y`` (M, n); ``groups``, each (1, n), 1 inside. Returns: (M, R + 1); ``no_variation``.
    Limits: groups that a replicate empties add nothing there, as they should.
    Checked against: R² of a regression on the same groups, ``tests/estimate/test_association.py``.
    """
    weights = domain.weights
    d = y - float(weights.weight @ y[0] / domain.sum_w[0])
    total = weights.totals(d)
    spread = weights.products(d, d) - total**2 / domain.sum_w
    if (spread <= 0).any():
        return Unavailable("no_variation")
    between = -(total**2) / domain.sum_w
    for inside in groups:
        size = weights.totals(inside)[0]
        between = between + weights.products(inside, d) ** 2 / np.where(size > 0, size, np.inf)
    found: FloatArray = between / spread
    return found
