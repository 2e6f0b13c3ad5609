"""Calibration: weights that add up to what is known of the population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ilsa.columns import Columns, Identifier, group, identifiers
from ilsa.kernels.ratios import FloatArray, IntArray
from ilsa.sampling.refusals import SamplingError
from ilsa.sampling.weights import usable_weights


class Raked(NamedTuple):
    """``weight``, of the shape given; ``rounds`` it took; ``off``, largest relative difference from a total."""

    weight: FloatArray
    rounds: int
    off: float


def rake(
    table: Columns,
    weight: npt.ArrayLike,
    margins: Mapping[str, Mapping[Identifier, float]],
    *,
    tolerance: float = 1e-10,
    rounds: int = 200,
) -> Raked:
    """Multiply weights, one margin after another, until every margin has its total (iterative proportional fitting).

    ``w_i ← w_i · T_c / Σ_{j in c} w_j`` for each margin in turn

    With one margin this is post-stratification. Weights stay positive, and within a combination of categories
    they keep their proportions.

    Parameters: ``weight`` (n,), or (n, R) to calibrate replicate weights, each column to the same totals, so that
    their variance knows of the calibration; ``margins``, for each column the total of every category it holds;
    ``tolerance``, largest difference from a total, relative to it.
    Raises: ``SamplingError`` (``margins_none``, ``margin_category_missing``, ``margin_category_empty``,
    ``margin_total_not_positive``, ``margins_disagree``, ``raking_not_converged``, ``weight_not_usable``).
    Source: Deming and Stephan (1940); Deville, Särndal and Sautory (1993).
    Checked against: a two-way table solved by hand; order of margins and of rows; independence of the scale.
    """
    if not margins:
        raise SamplingError("margins_none")
    w = usable_weights(weight).copy()
    flat = w.reshape(w.shape[0], -1)
    targets = _targets(table, flat, margins)
    off = np.inf
    for turn in range(1, rounds + 1):
        for index, totals in targets:
            flat *= (totals[:, None] / _sums(index, flat, totals.size))[index]
        off = max(
            float(np.abs(_sums(index, flat, totals.size) / totals[:, None] - 1).max())
            for index, totals in targets
        )
        if off <= tolerance:
            return Raked(flat.reshape(w.shape), turn, off)
    raise SamplingError("raking_not_converged", rounds=rounds, off=off, tolerance=tolerance)


def _sums(index: IntArray, flat: FloatArray, count: int) -> FloatArray:
    return np.column_stack([np.bincount(index, weights=column, minlength=count) for column in flat.T])


def _targets(
    table: Columns, flat: FloatArray, margins: Mapping[str, Mapping[Identifier, float]]
) -> list[tuple[IntArray, FloatArray]]:
    found = []
    first, expected = "", 0.0
    for margin, totals in margins.items():
        groups = group([identifiers(table, margin, "a margin", flat.shape[0])], flat.shape[0])
        held = {label[0] for label in groups.labels}
        for category, total in totals.items():
            if not 0 < total < np.inf:
                raise SamplingError(
                    "margin_total_not_positive", margin=margin, category=category, total=total
                )
            if category not in held:
                raise SamplingError("margin_category_empty", margin=margin, category=category, total=total)
        for g, label in enumerate(groups.labels):
            if label[0] not in totals:
                row = int(np.argmax(groups.index == g)) + 1
                raise SamplingError("margin_category_missing", margin=margin, category=label[0], row=row)
            if not (flat[groups.index == g].sum(axis=0) > 0).all():
                raise SamplingError(
                    "margin_category_empty", margin=margin, category=label[0], total=totals[label[0]]
                )
        total = float(sum(totals.values()))
        if not first:
            first, expected = margin, total
        elif abs(total - expected) > 1e-6 * expected:
            raise SamplingError(
                "margins_disagree", margin=margin, total=total, first=first, expected=expected
            )
        found.append((groups.index, np.array([totals[label[0]] for label in groups.labels])))
    return found
