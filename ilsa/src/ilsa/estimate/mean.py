"""The weighted mean, for the full sample and for every replicate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ilsa.columns import Label
from ilsa.errors import EstimateError
from ilsa.kernels.ratios import FloatArray, sealed
from ilsa.unavailable import Unavailable
from ilsa.weighted import WeightedSample


@dataclass(frozen=True, slots=True, eq=False)
class ReplicatedMean:
    """A mean with its replicates.

    Attributes: ``value``, unit of the variable; ``replicates`` (R,), same unit; ``n``, rows of the domain;
    ``sum_w``, pupils they stand for; ``sample``, label of the sample.
    """

    value: float
    replicates: FloatArray
    n: int
    sum_w: float
    sample: Label


def weighted_mean(
    values: npt.ArrayLike, sample: WeightedSample, *, where: npt.ArrayLike | None = None
) -> ReplicatedMean | Unavailable:
    """The mean of a variable over a domain of one sample, each pupil counted with its weight.

    ``t₀ = Σ w y / Σ w``, ``t_r = Σ w_r y / Σ w_r``. Sums are taken of y − t₀, which loses no digits where the
    replicates differ little. The mean of an indicator is a share.

    Parameters: ``values`` (rows of the file,), any unit; ``where`` (rows of the file,), true inside the domain.
    Returns: ``ReplicatedMean``, or ``Unavailable``: ``below_minimum_n`` for a domain without weight,
    ``replicates_incomplete`` where a replicate leaves nobody in it.
    Raises: ``EstimateError`` for a wrong length or a value missing inside the domain, with its row.
    Limits: one variable, one sample; plausible values one at a time.
    Checked against: R survey 4.1-1 and BIFIEsurvey 3.6-6, files as for ``replicate_variance``.
    """
    y = sample.take(values, "The variable").astype(np.float64)
    if where is None:
        inside = np.ones(sample.n, dtype=bool)
    else:
        chosen = np.asarray(where)
        if chosen.dtype.kind != "b":
            raise EstimateError("where_not_boolean")
        inside = sample.take(chosen, "where=")
    missing = np.isnan(y) & inside
    if missing.any():
        raise EstimateError("value_missing", row=int(sample.rows[int(np.argmax(missing))]) + 1)
    share = inside.astype(np.float64)
    y = np.where(inside, y, 0.0)
    weight = sample.weight * share
    sum_w = float(weight.sum())
    if sum_w <= 0:
        return Unavailable("below_minimum_n", "nobody in the domain")
    value = float(weight @ y / sum_w)
    totals = sample.replicates.totals(np.column_stack([share, share * (y - value)]))
    empty = np.flatnonzero(totals[:, 0] <= 0)
    if empty.size:
        told = ", ".join(str(r + 1) for r in empty)
        return Unavailable("replicates_incomplete", f"nobody in the domain in replicate {told}")
    replicates = sealed(value + totals[:, 1] / totals[:, 0])
    return ReplicatedMean(value, replicates, int(inside.sum()), sum_w, sample.label)
