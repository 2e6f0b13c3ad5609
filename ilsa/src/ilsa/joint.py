"""Testing several estimates at once: whether all of them are zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilsa.errors import EstimateError
from ilsa.kernels.ratios import FloatArray
from ilsa.results import Estimate
from ilsa.student import incomplete_beta
from ilsa.unavailable import Unavailable

_MOST = 1e6
"""Degrees of freedom below the stroke beyond which the F distribution no longer changes in the sixth digit."""


@dataclass(frozen=True, slots=True)
class JointTest:
    """A test of several estimates.

    Attributes: ``null``, the hypothesis as a sentence; ``f``, with ``df_above`` and ``df_below``; ``p``, the
    probability of an F as large if the hypothesis held; ``imputation``, r_1, the average relative increase of
    variance from measurement.
    """

    null: str
    f: float
    df_above: int
    df_below: float
    p: float
    imputation: float

    def __str__(self) -> str:
        return f"{self.null}: F({self.df_above}, {self.df_below:.4g}) = {self.f:.4g}, p = {self.p:.4g}"


def joint_test(estimates: Sequence[Estimate], *, null: str) -> JointTest | Unavailable:
    """Test whether several estimates are all zero, such as all differences from one group.

    ``D_1 = t̄'Ū⁻¹t̄ / (k(1 + r_1))``, ``r_1 = (1 + 1/M) tr(BŪ⁻¹)/k``, against F with k and ν degrees of freedom;
    with τ = k(M − 1), ``ν = 4 + (τ − 4)(1 + (1 − 2/τ)/r_1)²`` where τ > 4, else ``τ(1 + 1/k)(1 + 1/r_1)²/2``; never
    more than the design's degrees of freedom less k − 1. Covariances come from shared plausible values and
    replicates, and independent samples are added.

    Parameters: ``estimates`` (k,); ``null``, the hypothesis in words.
    Returns: ``JointTest``, or the reason of the first unavailable estimate, or ``collinear``.
    Raises: ``EstimateError`` (``contrast_empty``, ``contrast_draws``).
    Source: Li, Raghunathan and Rubin, *Journal of the American Statistical Association* 86 (1991).
    Checked against: the square of t for one estimate, and matrices by hand, ``tests/test_joint.py``.
    """
    if not estimates:
        raise EstimateError("contrast_empty")
    silent = next((one.unavailable for one in estimates if one.unavailable), None)
    if silent:
        return silent
    k = len(estimates)
    middle = np.array([float(one.value) for one in estimates])
    samples = dict.fromkeys(name for one in estimates for name in one.sample_id)
    within, between = np.zeros((k, k)), np.zeros((k, k))
    draws, degrees = 1, 0.0
    for sample in samples:
        block = _block(sample, estimates)
        m = block.stack.shape[1]
        if draws > 1 and m > 1 and m != draws:
            raise EstimateError("contrast_draws", first=draws, second=m, sample=sample)
        draws, degrees = max(draws, m), degrees + block.degrees
        full = block.stack[:, :, 0]
        moved = (block.stack[:, :, 1:] - full[..., None]) * np.sqrt(block.factors)
        within += np.einsum("amr,bmr->ab", moved, moved) / m
        if m > 1:
            between += np.atleast_2d(np.cov(full)) * (1 + 1 / m)
    spectrum = np.linalg.eigvalsh(within)
    if spectrum[0] <= 1e-12 * spectrum[-1]:
        return Unavailable("collinear", "the estimates determine each other")
    r = float(np.trace(np.linalg.solve(within, between))) / k
    f = float(middle @ np.linalg.solve(within, middle)) / (k * (1 + r))
    below = min(_below(k, draws, r), degrees - k + 1)
    if below <= 0:
        return Unavailable("too_few_psu", f"{degrees:g} degrees of freedom for {k} estimates")
    capped = min(below, _MOST)
    p = incomplete_beta(capped / 2, k / 2, capped / (capped + k * f))
    return JointTest(null, f, k, below, p, r)


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """All estimates within one sample: ``stack`` (k, M, R + 1), zero where an estimate has no part in it."""

    stack: FloatArray
    factors: FloatArray
    degrees: float


def _block(sample: str, estimates: Sequence[Estimate]) -> _Block:
    parts = [next((part for part in one.parts if part.sample_id == sample), None) for one in estimates]
    there = [part for part in parts if part is not None]
    draws = max(part.estimates.shape[0] for part in there)
    columns = there[0].estimates.shape[1]
    stack = np.zeros((len(estimates), draws, columns))
    for at, part in enumerate(parts):
        if part is None:
            continue
        if part.estimates.shape[0] not in (1, draws):
            raise EstimateError("contrast_draws", first=draws, second=part.estimates.shape[0], sample=sample)
        if part.estimates.shape[1] != columns or not np.array_equal(part.factors, there[0].factors):
            raise EstimateError("contrast_replicates", sample=sample)
        stack[at] = part.estimates
    return _Block(stack, there[0].factors, max(part.degrees for part in there))


def _below(k: int, draws: int, r: float) -> float:
    tau = k * (draws - 1)
    if tau == 0 or r == 0:
        return math.inf
    if tau > 4:
        return 4 + (tau - 4) * (1 + (1 - 2 / tau) / r) ** 2
    return tau * (1 + 1 / k) * (1 + 1 / r) ** 2 / 2
