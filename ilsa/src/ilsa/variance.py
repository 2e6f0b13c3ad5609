"""Sampling variance from replicate estimates."""

from __future__ import annotations

from typing import Literal, Protocol, overload

import numpy as np
import numpy.typing as npt

from ilsa.errors import DesignError, EstimateError
from ilsa.kernels.ratios import FloatArray
from ilsa.unavailable import Unavailable

Centre = Literal["full", "replicate_mean"]


class HasVarianceFactors(Protocol):
    """A weighted sample, a design, or declared replicate weights."""

    def variance_factors(self, replicates: int) -> FloatArray: ...


@overload
def replicate_variance(
    full_estimate: Unavailable,
    replicate_estimates: npt.ArrayLike | Unavailable,
    design: HasVarianceFactors,
    *,
    centre: Centre = "full",
) -> Unavailable: ...


@overload
def replicate_variance(
    full_estimate: float,
    replicate_estimates: npt.ArrayLike | Unavailable,
    design: HasVarianceFactors,
    *,
    centre: Centre = "full",
) -> float | Unavailable: ...


@overload
def replicate_variance(
    full_estimate: FloatArray,
    replicate_estimates: npt.ArrayLike | Unavailable,
    design: HasVarianceFactors,
    *,
    centre: Centre = "full",
) -> FloatArray | Unavailable: ...


def replicate_variance(
    full_estimate: float | FloatArray | Unavailable,
    replicate_estimates: npt.ArrayLike | Unavailable,
    design: HasVarianceFactors,
    *,
    centre: Centre = "full",
) -> float | FloatArray | Unavailable:
    """Add up the squared distances of the replicate estimates from the full-sample estimate.

    ``V(t) = Σ_r c_r (t_r − t₀)²``; with ``centre="replicate_mean"`` the mean of t_r stands for t₀.

    Parameters: ``full_estimate`` t₀, a number or shape (…); ``replicate_estimates`` t_r, shape (…, R), same
    unit; ``design`` gives c (R,).
    Returns: V, shape (…), unit squared; or the ``Unavailable`` that was passed in.
    Raises: ``EstimateError`` for shapes that do not fit or an estimate that is no finite number: a replicate
    left out silently would make the variance too small. ``DesignError`` (``factors_need_file``) when the design
    cannot know its factors without a file.
    Limits: one sample. Variances of independent samples are added, never their replicates. For one plausible
    value: imputation variance is not in it.
    Source: Wolter (2007), chapters 3–5.
    Checked against: R survey 4.1-1 (``mse=TRUE``) and hand computation, ``tests/reference/test_two_zones.py``;
    BIFIEsurvey 3.6-6, ``tests/reference/small_univar.csv`` and ``small_freq.csv``.
    """
    if centre not in ("full", "replicate_mean"):
        raise DesignError("choice_unknown", name="centre", value=centre, known="full, replicate_mean")
    if isinstance(full_estimate, Unavailable):
        return full_estimate
    if isinstance(replicate_estimates, Unavailable):
        return replicate_estimates
    full = np.asarray(full_estimate, dtype=np.float64)
    replicates = np.asarray(replicate_estimates, dtype=np.float64)
    if replicates.ndim != full.ndim + 1 or replicates.shape[:-1] != full.shape:
        raise EstimateError("estimates_shape", full=full.shape, replicates=replicates.shape)
    factors = design.variance_factors(replicates.shape[-1])
    if not np.isfinite(full).all():
        raise EstimateError("estimate_not_finite", value=float(full[~np.isfinite(full)].flat[0]))
    wrong = ~np.isfinite(replicates)
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise EstimateError(
            "replicate_estimate_not_finite", replicate=at[-1] + 1, value=float(replicates[at])
        )
    middle = full if centre == "full" else replicates.mean(axis=-1)
    variance = (replicates - middle[..., None]) ** 2 @ factors
    return float(variance) if full.ndim == 0 else np.asarray(variance, dtype=np.float64)
