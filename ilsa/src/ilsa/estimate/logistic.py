"""Logistic regression of every plausible value with every replicate weight.

The score equation of plausible value m in replicate r is ``G_r(β) = Σ_i w_ir y_im x_i`` with
``G_r(β) = Σ_i w_ir σ(x_i β) x_i``. G does not depend on the plausible value, and all solutions lie near one point.
So G is expanded there to third order, once, by totals per unit; that gives every solution to a few digits, and
exact passes over the rows give the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Final

import numpy as np

from ilsa.domain import BoolArray, Domain
from ilsa.estimate.linear import Standardised, dependent, normal_matrices, standardise
from ilsa.kernels.ratios import FloatArray
from ilsa.unavailable import Unavailable

EXACT: Final = 1e-7
"""Newton step, in standardised coefficients, after which the error is its square."""
PRECISION: Final = 1e-11
"""Expected error, in standardised coefficients, at which a solution with slopes from nearby is good enough."""
BLOCK: Final = 1024
PASSES: Final = 6
"""Passes over the rows before what has not settled is solved on its own."""
SEPARATED: Final = 15.0
"""A coefficient per SD of its predictor this large means that the predictor decides the outcome."""


def _sigma(eta: FloatArray) -> FloatArray:
    """``1/(1 + e^−η)``."""
    with np.errstate(over="ignore"):  # e^710 is infinite, and its share 0
        return np.asarray(1 / (1 + np.exp(-eta)), dtype=np.float64)


def _odds_against(rows: FloatArray, beta: FloatArray) -> FloatArray:
    """``1 + e^−xβ`` of every row at several coefficients: (n, k) and (R + 1, k) → (n, R + 1)."""
    out: FloatArray = rows @ -beta.T
    with np.errstate(over="ignore"):
        np.exp(out, out=out)
    out += 1
    return out


def _start(x: FloatArray, y: FloatArray, weight: FloatArray, names: list[str]) -> FloatArray | Unavailable:
    """The full-sample solution for one outcome, (k,), by Newton's method with halved steps."""
    beta = np.zeros(x.shape[1])
    share = float(np.clip(weight @ y / weight.sum(), 1e-6, 1 - 1e-6))
    beta[0] = np.log(share / (1 - share))

    def deviance(b: FloatArray) -> float:
        eta = x @ b
        return float(weight @ (np.logaddexp(0, eta) - y * eta))

    now = deviance(beta)
    for _ in range(40):
        mu = _sigma(x @ beta)
        score = x.T @ (weight * (y - mu))
        information = (x * (weight * mu * (1 - mu))[:, None]).T @ x
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            return _separation(beta, names)
        size = 1.0
        while size > 1e-4 and not deviance(beta + size * step) <= now * (1 + 1e-12):
            size /= 2
        beta = beta + size * step
        now = deviance(beta)
        if np.abs(beta[1:]).max(initial=0.0) > SEPARATED:
            return _separation(beta, names)
        if np.abs(step).max() < EXACT and size == 1.0:
            return beta
    return Unavailable("not_converged")


def _separation(beta: FloatArray, names: list[str]) -> Unavailable:
    worst = int(np.argmax(np.abs(beta[1:]))) if beta.size > 1 else 0
    return Unavailable("separation", names[worst] if names else "")


@dataclass(frozen=True, slots=True, eq=False)
class _Expansion:
    """G, its slope and the next two derivatives at one point: (R + 1, k), (R + 1, k, k), and so on, or None."""

    value: FloatArray
    slope: FloatArray
    second: FloatArray | None
    third: FloatArray | None


def _monomials(x: FloatArray, order: int) -> FloatArray:
    """All products of ``order`` predictors, each once, in the order of ``combinations_with_replacement``: (c, n)."""
    k = x.shape[0]
    blocks = [x[i : i + 1] for i in range(k)]  # products that begin with predictor i
    for _ in range(order - 1):
        blocks = [x[i] * np.concatenate(blocks[i:]) for i in range(k)]
    return np.concatenate(blocks)


def _symmetric(totals: FloatArray, k: int, order: int) -> FloatArray:
    """Totals of monomials (c, R + 1) as full tensors (R + 1, k, …, k)."""
    place = {index: at for at, index in enumerate(combinations_with_replacement(range(k), order))}
    where = [place[tuple(sorted(index))] for index in product(range(k), repeat=order)]
    return np.ascontiguousarray(totals[where].T).reshape(-1, *(k,) * order)


def _expand(domain: Domain, x: FloatArray, beta: FloatArray) -> _Expansion:
    """Expand at ``beta``; ``x`` (k, n), intercept first."""
    k = x.shape[0]
    orders = 3 if k <= 8 else 2 if k <= 16 else 1
    sums: list[FloatArray] = []
    for inside, weights in domain.weights.parts(BLOCK):
        rows = x[:, inside]
        mu = _sigma(beta @ rows)
        v = mu * (1 - mu)
        derivatives = (mu, v, v * (1 - 2 * mu), v * (1 - 6 * v))[: orders + 1]
        found = [weights.products(f[None], _monomials(rows, d + 1)) for d, f in enumerate(derivatives)]
        sums = [a + b for a, b in zip(sums, found, strict=True)] if sums else found
    tensors = [_symmetric(total, k, d + 1) for d, total in enumerate(sums)]
    return _Expansion(
        value=tensors[0],
        slope=tensors[1],
        second=tensors[2] if orders > 1 else None,
        third=tensors[3] if orders > 2 else None,
    )


def _near(expansion: _Expansion, targets: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Solutions of the expanded equations, and their slopes.

    Parameters: ``targets`` (M, R + 1, k). Returns: steps (M, R + 1, k), slopes (M, R + 1, k, k).
    """
    gap = targets - expansion.value
    inverse = np.linalg.inv(expansion.slope)
    first = np.einsum("rij,mrj->mri", inverse, gap)
    slopes = np.broadcast_to(expansion.slope, (*gap.shape, gap.shape[-1])).copy()
    if expansion.second is None:
        return first, slopes
    step = first
    for _ in range(4):
        bent = 0.5 * np.einsum("rijk,mrj,mrk->mri", expansion.second, step, step, optimize=True)
        if expansion.third is not None:
            curved = np.einsum("rijkl,mrl->mrijk", expansion.third, step)
            bent += np.einsum("mrijk,mrj,mrk->mri", curved, step, step, optimize=True) / 6
        step = first - np.einsum("rij,mrj->mri", inverse, bent)
        far = ~(np.abs(step) < 2).all(axis=-1, keepdims=True)  # where the expansion is none
        step = np.where(far, np.clip(first, -1, 1), step)
    slopes += np.einsum("rijk,mrk->mrij", expansion.second, step)
    if expansion.third is not None:
        curved = np.einsum("rijkl,mrl->mrijk", expansion.third, step)
        slopes += 0.5 * np.einsum("mrijk,mrk->mrij", curved, step)
    return step, slopes


def _pass(
    domain: Domain, x: FloatArray, beta: FloatArray, still: BoolArray, *, slopes: bool
) -> tuple[FloatArray, FloatArray | None]:
    """G and, if asked, its slope at the coefficients of the plausible values and replicates marked in ``still``.

    Parameters: ``x`` (k, n); ``beta`` (M, R + 1, k); ``still`` (M, R + 1).
    Returns: (open, k) and (open, k, k), in the order of ``beta[still]``.
    """
    k = x.shape[0]
    columns = [np.flatnonzero(line) for line in still]
    value = [np.zeros((which.size, k)) for which in columns]
    pairs = list(combinations_with_replacement(range(k), 2))
    flat = [np.zeros((which.size, len(pairs))) for which in columns]
    for inside, part in domain.weights.parts(BLOCK):
        block = np.ascontiguousarray(x[:, inside].T)
        every = part.expanded()
        crossed = _monomials(x[:, inside], 2).T if slopes else None
        for m, which in enumerate(columns):
            if not which.size:
                continue
            weights = every if which.size == every.shape[1] else every[:, which]
            mu = _odds_against(block, beta[m, which])
            if crossed is not None:
                np.reciprocal(mu, out=mu)
                flat[m] += (weights * mu * (1 - mu)).T @ crossed
                mu *= weights
            else:
                np.divide(weights, mu, out=mu)
            value[m] += mu.T @ block
    if not slopes:
        return np.concatenate(value), None
    together = np.concatenate(flat)
    slope = np.empty((together.shape[0], k, k))
    for at, (i, j) in enumerate(pairs):
        slope[:, i, j] = slope[:, j, i] = together[:, at]
    return np.concatenate(value), slope


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """Estimates of a logistic regression.

    Attributes: ``coefficients`` (k, M, R + 1), intercept first, log odds per unit of x; ``effects``
    (k − 1, M, R + 1), average marginal effects, or None; ``r_squared`` (M, R + 1), McKelvey and Zavoina.
    """

    coefficients: FloatArray
    effects: FloatArray | None
    r_squared: FloatArray


def logistic(
    domain: Domain, y: FloatArray, predictors: Mapping[str, FloatArray], *, effects: bool = False
) -> LogisticFit | Unavailable:
    """``log(p/(1 − p)) = xβ``, the weighted likelihood maximised for every plausible value and replicate.

    ``R² = var(xβ)/(var(xβ) + π²/3)`` (McKelvey and Zavoina). Average marginal effect ``β_j Σ w p(1 − p)/Σ w``.

    Parameters: ``y`` (M, n), 0 or 1; ``predictors``, each (1 or M, n).
    Returns: ``LogisticFit``; ``no_variation``, ``collinear``, ``separation`` (with the predictor),
    ``not_converged`` or ``replicates_incomplete``.
    Checked against: BIFIEsurvey 3.6-6, ``tests/reference/small_logistreg.csv``; dense Newton steps (test).
    """
    z = standardise(domain, predictors)
    if isinstance(z, Unavailable):
        return z
    full = domain.weights.totals(y)
    if (full[:, 0] <= 0).any() or (full[:, 0] >= domain.sum_w[0] * (1 - 1e-12)).any():
        return Unavailable("no_variation", "the outcome does not vary")
    matrices = normal_matrices(domain, z)
    silent = dependent(domain, matrices)
    if silent:
        return silent
    names = list(predictors)
    draws = max(y.shape[0], z.draws)
    if z.draws == 1:
        found = _fit(domain, y, z, 0, names)
    else:
        outcome = np.broadcast_to(y, (draws, y.shape[1]))
        each = [_fit(domain, outcome[m : m + 1], z, m, names) for m in range(draws)]
        silent = next((one for one in each if isinstance(one, Unavailable)), None)
        found = silent or np.concatenate([one for one in each if not isinstance(one, Unavailable)])
    if isinstance(found, Unavailable):
        return found
    slopes = np.moveaxis(found[..., 1:] / z.scale, -1, 0)
    intercept = found[..., 0] - np.tensordot(z.shift, slopes, axes=1)
    sum_w = domain.sum_w[:, None, None]
    means = matrices[..., 0, 1:] / domain.sum_w[:, None]
    moments = matrices[..., 1:, 1:] / sum_w - means[..., :, None] * means[..., None, :]
    spread = np.einsum(
        "mri,mrij,mrj->mr",
        found[..., 1:],
        np.broadcast_to(moments, (draws, *moments.shape[1:])),
        found[..., 1:],
        optimize=True,
    )
    return LogisticFit(
        coefficients=np.concatenate([intercept[None], slopes]),
        effects=slopes * _density(domain, z, found) if effects else None,
        r_squared=spread / (spread + np.pi**2 / 3),
    )


def _design(z: Standardised, m: int) -> FloatArray:
    """Predictors of one plausible value with the intercept first, (k, n)."""
    n = z.columns[0].shape[1]
    return np.stack([np.ones(n), *(column[min(m, column.shape[0] - 1)] for column in z.columns)])


def _fit(
    domain: Domain, y: FloatArray, z: Standardised, m: int, names: list[str]
) -> FloatArray | Unavailable:
    """Standardised coefficients (M, R + 1, k) of outcomes that share their predictors."""
    x = _design(z, m)
    start = _start(np.ascontiguousarray(x.T), y.mean(axis=0), domain.weights.weight, names)
    if isinstance(start, Unavailable):
        return start
    targets = np.stack([domain.weights.products(row[None], y) for row in x], axis=-1)
    step, slopes = _near(_expand(domain, x, start), targets)
    beta = start + step
    # How much of an error a pass leaves: what the expansion leaves out of the slope, and then what was seen.
    rate = np.minimum(5 * np.abs(step).max(axis=-1) ** 3, 1.0)
    before = np.full(rate.shape, np.inf)
    still = np.ones(rate.shape, dtype=bool)
    for turn in range(PASSES):
        exact = turn > 2  # the slopes of the expansion are good enough unless it started far away
        value, found = _pass(domain, x, beta, still, slopes=exact)
        step = _steps(slopes[still] if found is None else found, targets[still] - value)
        size = np.abs(step).max(axis=-1)
        beta[still] += np.clip(step, -1, 1)
        rate[still] = np.maximum(rate[still], size / before[still])
        before[still] = size
        still[still] = size >= EXACT if exact else size * rate[still] >= PRECISION
        if not still.any():
            return beta
    return _one_by_one(domain, x, y, beta, still, names)


def _steps(slopes: FloatArray, gap: FloatArray) -> FloatArray:
    """Newton steps (open, k); none where a slope cannot be inverted, which then does not settle."""
    try:
        step = np.linalg.solve(slopes, gap[..., None])[..., 0]
    except np.linalg.LinAlgError:
        step = np.full(gap.shape, np.nan)
    return np.where(np.isfinite(step), step, 1.0)


def _one_by_one(
    domain: Domain,
    x: FloatArray,
    y: FloatArray,
    beta: FloatArray,
    still: BoolArray,
    names: list[str],
) -> FloatArray | Unavailable:
    """Solve what has not settled on its own, with halved steps; the full sample first, because its reason counts."""
    rows = np.ascontiguousarray(x.T)
    weights = domain.weights.expanded()
    for r, m in np.argwhere(still.T):
        found = _start(rows, y[m], weights[:, r], names)
        if isinstance(found, Unavailable):
            return found if r == 0 else Unavailable("replicates_incomplete", f"{found} in replicate {r}")
        beta[m, r] = found
    return beta


def _density(domain: Domain, z: Standardised, beta: FloatArray) -> FloatArray:
    """``Σ w p(1 − p)/Σ w`` at the coefficients of every plausible value and replicate, (M, R + 1)."""
    out = np.zeros(beta.shape[:2])
    for m in range(beta.shape[0]):
        x = _design(z, m)
        for inside, part in domain.weights.parts(BLOCK):
            mu = 1 / _odds_against(np.ascontiguousarray(x[:, inside].T), beta[m])
            out[m] += (part.expanded() * mu * (1 - mu)).sum(axis=0)
    return out / domain.sum_w
