"""Linear regression of every plausible value with every replicate weight."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from ilsa.domain import Domain
from ilsa.kernels.ratios import FloatArray
from ilsa.unavailable import Unavailable

SINGULAR = 1e-10
"""Smallest eigenvalue of the correlations of predictors below which they count as dependent."""


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Predictors with mean 0 and SD 1 in the full domain: ``z = (x − shift)/scale``, each (1 or M, n)."""

    columns: tuple[FloatArray, ...]
    shift: FloatArray
    scale: FloatArray

    @property
    def draws(self) -> int:
        return max((column.shape[0] for column in self.columns), default=1)


def standardise(domain: Domain, predictors: Mapping[str, FloatArray]) -> Standardised | Unavailable:
    """Centre and scale, so that no digits are lost to units of measure."""
    weight, sum_w = domain.weights.weight, domain.sum_w[0]
    columns, shift, scale = [], [], []
    for name, x in predictors.items():
        middle = float(weight @ x[0] / sum_w)
        d = x - middle
        spread = float(np.sqrt(weight @ d[0] ** 2 / sum_w))
        if spread <= 1e-12 * max(abs(middle), 1e-300):
            return Unavailable("no_variation", f"{name} does not vary")
        d /= spread
        columns.append(d)
        shift.append(middle)
        scale.append(spread)
    return Standardised(tuple(columns), np.array(shift), np.array(scale))


def normal_matrices(domain: Domain, z: Standardised) -> FloatArray:
    """``Σ w_r z z'`` with the intercept first, (1 or M, R + 1, k, k)."""
    k = len(z.columns) + 1
    out = np.empty((z.draws, domain.sum_w.size, k, k))
    out[..., 0, 0] = domain.sum_w
    for i, a in enumerate(z.columns):
        out[..., 0, i + 1] = out[..., i + 1, 0] = domain.weights.totals(a)
        for j, b in enumerate(z.columns[: i + 1]):
            out[..., i + 1, j + 1] = out[..., j + 1, i + 1] = domain.weights.products(b, a)
    return out


def dependent(domain: Domain, matrices: FloatArray) -> Unavailable | None:
    """Whether the predictors determine each other, in the full sample or in a replicate."""
    relative = matrices / domain.sum_w[:, None, None]
    with suppress(np.linalg.LinAlgError):
        pivots = np.diagonal(np.linalg.cholesky(relative), axis1=-2, axis2=-1)
        if pivots.min() ** 2 > 1e-6:  # far from dependent, and cheaper to know than eigenvalues
            return None
    spectrum = np.linalg.eigvalsh(relative)
    smallest = spectrum[..., 0].min(axis=0)
    if smallest[0] < SINGULAR:
        return Unavailable("collinear")
    lost = np.flatnonzero(smallest < SINGULAR)
    if lost.size:
        told = ", ".join(str(r) for r in lost)
        return Unavailable("replicates_incomplete", f"predictors depend on each other in replicate {told}")
    return None


def solve(matrices: FloatArray, right: FloatArray) -> FloatArray:
    """``A⁻¹b``: (1 or M, R + 1, k, k) and (M, R + 1, k) → (M, R + 1, k); a shared matrix is factored once."""
    if matrices.shape[0] == 1:
        shared = np.linalg.solve(matrices[0], np.moveaxis(right, 0, -1))
        return np.asarray(np.moveaxis(shared, -1, 0), dtype=np.float64)
    return np.asarray(np.linalg.solve(matrices, right[..., None])[..., 0], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """Estimates of a linear regression.

    Attributes: ``coefficients`` (k, M, R + 1), intercept first, unit of y per unit of x; ``standardised``
    (k − 1, M, R + 1), SDs of y per SD of x; ``r_squared`` (M, R + 1); ``residual_sd`` (M, R + 1), unit of y.
    """

    coefficients: FloatArray
    standardised: FloatArray
    r_squared: FloatArray
    residual_sd: FloatArray


def least_squares(
    domain: Domain, y: FloatArray, predictors: Mapping[str, FloatArray]
) -> LinearFit | Unavailable:
    """``b = (X'WX)⁻¹X'Wy``, ``R² = 1 − Σ w e²/Σ w (y − ȳ)²``, residual SD ``√(Σ w e²/Σ w)``.

    Standardised coefficients take the weighted SDs of the same replicate. Plausible values among the predictors
    pair with those of y by their number.

    Parameters: ``y`` (M, n); ``predictors``, each (1 or M, n).
    Returns: ``LinearFit``; ``no_variation``, ``collinear`` or ``replicates_incomplete``.
    Checked against: BIFIEsurvey 3.6-6, ``tests/reference/small_linreg.csv``.
    """
    z = standardise(domain, predictors)
    if isinstance(z, Unavailable):
        return z
    matrices = normal_matrices(domain, z)
    silent = dependent(domain, matrices)
    if silent:
        return silent
    sum_w = domain.sum_w
    centre = float(domain.weights.weight @ y[0] / sum_w[0])
    d = y - centre
    draws = max(y.shape[0], z.draws)
    right = np.empty((draws, sum_w.size, len(z.columns) + 1))
    right[..., 0] = domain.weights.totals(d)
    for j, column in enumerate(z.columns):
        right[..., j + 1] = domain.weights.products(column, d)
    squares = domain.weights.products(d, d)
    found = solve(matrices, right)
    total = squares - right[..., 0] ** 2 / sum_w
    if (total <= 0).any():
        return Unavailable("no_variation", "the outcome does not vary")
    rest = np.maximum(squares - (found * right).sum(axis=-1), 0.0)
    slopes = np.moveaxis(found[..., 1:] / z.scale, -1, 0)
    intercept = found[..., 0] + centre - np.tensordot(z.shift, slopes, axes=1)
    diagonal = np.diagonal(matrices, axis1=-2, axis2=-1)[..., 1:]
    variances = diagonal / sum_w[:, None] - (matrices[..., 0, 1:] / sum_w[:, None]) ** 2
    sd_x = np.moveaxis(np.sqrt(variances) * z.scale, -1, 0)
    return LinearFit(
        coefficients=np.concatenate([intercept[None], slopes]),
        standardised=slopes * sd_x / np.sqrt(total / sum_w),
        r_squared=1 - rest / total,
        residual_sd=np.sqrt(rest / sum_w),
    )
