"""Mean and standard deviation of every plausible value, for the full sample and every replicate."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from ilsa.domain import Domain
from ilsa.kernels.ratios import FloatArray
from ilsa.unavailable import Unavailable

Divisor: TypeAlias = Literal["sum_w", "sum_w_minus_1"]


def _centred(domain: Domain, y: FloatArray) -> tuple[FloatArray, float]:
    """Distances from the domain's mean, which lose no digits when they are squared and summed."""
    centre = float(domain.weights.weight @ y[0] / domain.sum_w[0])
    return y - centre, centre


def means(domain: Domain, y: FloatArray) -> FloatArray:
    """``t = Σ w y / Σ w``.

    Parameters: ``y`` (M, n). Returns: (M, R + 1), same unit.
    Checked against: BIFIEsurvey 3.6-6, ``tests/reference/small_univar.csv``.
    """
    d, centre = _centred(domain, y)
    return centre + domain.weights.totals(d) / domain.sum_w


def moments(
    domain: Domain, y: FloatArray, divisor: Divisor = "sum_w"
) -> tuple[FloatArray, FloatArray | Unavailable]:
    """The mean, and ``s = √(Σ w (y − ȳ)² / Σ w)``.

    ``divisor="sum_w_minus_1"`` divides by Σw − 1, as BIFIEsurvey does; it changes when weights are rescaled.

    Parameters: ``y`` (M, n). Returns: two (M, R + 1), same unit; ``no_variation`` where nothing varies.
    Checked against: BIFIEsurvey 3.6-6, ``tests/reference/small_univar.csv``.
    """
    d, centre = _centred(domain, y)
    first = domain.weights.totals(d) / domain.sum_w
    np.multiply(d, d, out=d)
    squares = domain.weights.totals(d)
    mean = centre + first
    sum_w = domain.sum_w
    spread = squares / sum_w - first**2
    if divisor == "sum_w_minus_1":
        if (sum_w <= 1).any():
            return mean, Unavailable("below_minimum_n", "Σw − 1 is not positive")
        spread *= sum_w / (sum_w - 1)
    if (spread <= 0).any():
        return mean, Unavailable("no_variation")
    return mean, np.sqrt(spread)
