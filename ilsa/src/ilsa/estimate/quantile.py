"""Quantile regression of every plausible value with every replicate weight.

The solution lies at a point that fits as many rows exactly as there are coefficients. From one such point the
objective is followed down along edges, each to its lowest point, until no edge leads down: an exact solution, not
an approximation. Replicates start from the rows that the full sample fits, which is never far.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from ilsa.domain import Domain
from ilsa.estimate.linear import dependent, normal_matrices, standardise
from ilsa.kernels.ratios import FloatArray, IntArray
from ilsa.unavailable import Unavailable

EDGES: Final = 5000
"""Edges after which a problem counts as one that goes round in circles."""
FLAT: Final = 1e-9
"""Slope of an edge, relative to the weight of all rows, that counts as not leading down."""


def _first_rows(x: FloatArray, residuals: FloatArray) -> IntArray:
    """Independent rows that a fit passes nearest to, one per coefficient."""
    k = x.shape[1]
    chosen: list[int] = []
    basis = np.zeros((0, k))
    for row in np.argsort(np.abs(residuals)):
        rest = x[row] - basis.T @ (basis @ x[row])
        size = float(np.linalg.norm(rest))
        if size > 1e-3 * float(np.linalg.norm(x[row])):
            basis = np.vstack([basis, rest / size])
            chosen.append(int(row))
            if len(chosen) == k:
                break
    return np.array(chosen, dtype=np.intp)


def _descend(
    x: FloatArray, y: FloatArray, w: FloatArray, share: float, fitted: IntArray
) -> FloatArray | None:
    """Coefficients (k,) from a first set of rows, which is changed in place; None where it goes round in circles.

    Distinct outcomes are needed: see ``_apart``.
    """
    total = float(w.sum())
    inverse = np.linalg.inv(x[fitted])
    beta = inverse @ y[fitted]
    residuals = y - x @ beta
    for turn in range(EDGES):
        residuals[fitted] = 0.0
        pull = w * np.where(residuals < 0, share - 1, share)
        pull[fitted] = 0.0
        u = inverse.T @ (x.T @ pull)
        own = w[fitted]
        down = np.minimum(own * (1 - share) - u, own * share + u)
        steepest = int(np.argmin(down))
        slope = float(down[steepest])
        if slope >= -FLAT * total:
            return np.asarray(np.linalg.solve(x[fitted], y[fitted]), dtype=np.float64)
        sign = (
            1.0 if own[steepest] * (1 - share) - u[steepest] <= own[steepest] * share + u[steepest] else -1.0
        )
        direction = sign * inverse[:, steepest]
        change = x @ direction  # residuals fall by this, per step
        change[fitted] = 0.0
        leaving = fitted[steepest]
        change[leaving] = sign
        with np.errstate(divide="ignore", invalid="ignore"):
            ahead = residuals / change
        at = np.flatnonzero((ahead > 0) & (np.abs(change) > 1e-12))
        if not at.size:
            return None
        order = at[np.argsort(ahead[at])]
        slopes = slope + np.cumsum(w[order] * np.abs(change[order]))
        place = int(np.searchsorted(slopes, 0.0))
        if place >= order.size:
            return None
        entering = order[place]
        residuals -= ahead[entering] * change
        fitted[steepest] = entering
        # the inverse after one row was exchanged; made anew from time to time, against rounding
        line = x[entering] @ inverse
        if turn % 50 == 49 or abs(line[steepest]) < 1e-8:
            inverse = np.linalg.inv(x[fitted])
            residuals = y - x @ (inverse @ y[fitted])
        else:
            column = inverse[:, steepest] / line[steepest]
            line[steepest] -= 1.0
            inverse = inverse - np.outer(column, line)
    return None


def _apart(y: FloatArray) -> FloatArray:
    """Outcomes, with ties set apart by less than a millionth of the smallest distance between two values.

    So the descent cannot go round in circles; the rows it ends on also fit the outcomes as they are.
    """
    values = np.unique(y)
    if values.size == y.size or values.size < 2:
        return y
    smallest = float(np.diff(values).min())
    return y + 1e-6 * smallest * np.random.default_rng(0).permutation(y.size) / y.size


def quantile_regression(
    domain: Domain, y: FloatArray, predictors: Mapping[str, FloatArray], share: float
) -> FloatArray | Unavailable:
    """``min_β Σ w ρ_τ(y − xβ)``, ρ_τ(e) = e(τ − 1[e < 0]), solved exactly for every replicate.

    Parameters: ``y`` (M, n); ``predictors``, each (1 or M, n); ``share`` τ between 0 and 1.
    Returns: coefficients (k, M, R + 1), intercept first, unit of y per unit of x; ``no_variation``, ``collinear``,
    ``replicates_incomplete`` or ``not_converged``.
    Limits: standard errors by replicates alone. Where outcomes are tied the minimum may lie at several
    points, of which one is given. One problem after another: see ``make bench`` for their time.
    Source: Koenker and Bassett (1978); Barrodale and Roberts (1973) for the descent.
    Checked against: trying every set of rows, and the weighted percentile without predictors,
    ``tests/estimate/test_quantile.py``.
    """
    z = standardise(domain, predictors)
    if isinstance(z, Unavailable):
        return z
    silent = dependent(domain, normal_matrices(domain, z))
    if silent:
        return silent
    draws = max(y.shape[0], z.draws)
    weights = np.ascontiguousarray(domain.weights.expanded().T)
    found = np.empty((draws, weights.shape[0], len(z.columns) + 1))
    for m in range(draws):
        x = np.column_stack(
            [np.ones(y.shape[1]), *(column[min(m, column.shape[0] - 1)] for column in z.columns)]
        )
        outcome = y[min(m, y.shape[0] - 1)]
        distinct = _apart(outcome)
        scaled = x * weights[0][:, None]
        mean_fit = np.linalg.solve(scaled.T @ x, scaled.T @ outcome)
        residuals = outcome - x @ mean_fit
        fitted = _first_rows(x, residuals - np.quantile(residuals, share))
        for r, w in enumerate(weights):
            start = fitted if r == 0 else fitted.copy()
            if _descend(x, distinct, w, share, start) is None:
                return Unavailable("not_converged", f"replicate {r}" if r else "")
            found[m, r] = np.linalg.solve(x[start], outcome[start])
    slopes = np.moveaxis(found[..., 1:] / z.scale, -1, 0)
    intercept = found[..., 0] - np.tensordot(z.shift, slopes, axes=1)
    return np.concatenate([intercept[None], slopes])
