"""Shares of pupils at or above a threshold, and in each level of a scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ilsa.domain import Domain
from ilsa.kernels.ratios import FloatArray


def shares_at_least(domain: Domain, y: FloatArray, cuts: Sequence[float]) -> FloatArray:
    """``t_j = Σ w 1[y ≥ cut_j] / Σ w``.

    Parameters: ``y`` (M, n); ``cuts`` (J,), unit of y. Returns: (J, M, R + 1), shares between 0 and 1.
    Checked against: BIFIEsurvey 3.6-6, ``tests/reference/small_freq.csv``.
    """
    above = [domain.weights.totals((y >= cut).astype(np.float64)) / domain.sum_w for cut in cuts]
    return np.stack(above)


def shares_by_level(domain: Domain, y: FloatArray, cuts: Sequence[float]) -> FloatArray:
    """``t_j = Σ w 1[cut_j ≤ y < cut_{j+1}] / Σ w``, from below the first cut (j = 0) to above the last (j = J).

    Parameters: as for ``shares_at_least``. Returns: (J + 1, M, R + 1), summing to 1 over j.
    Checked against: ``shares_at_least`` (property test).
    """
    inside = [(y >= low) & (y < high) for low, high in pairwise([-np.inf, *cuts, np.inf])]
    return np.stack([domain.weights.totals(one.astype(np.float64)) / domain.sum_w for one in inside])
