"""Do the items behave as the model says: infit and outfit, S-X², M₂, RMSD."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

from ilsa.irt.booklets import Booklets
from ilsa.irt.models import MODELS, Items, parameter_scores
from ilsa.irt.refusals import one_of
from ilsa.irt.responses import Responses
from ilsa.irt.scores import clipped
from ilsa.irt.tails import chi_square_tail, two_sided
from ilsa.kernels.ratios import FloatArray, IntArray, sealed
from ilsa.unavailable import Unavailable

if TYPE_CHECKING:
    from ilsa.irt.calibration import Calibration

ResidualMethod = Literal["posterior", "eap"]


@dataclass(frozen=True, slots=True, eq=False)
class ItemFit:
    """Mean squares of residuals, 1 where the item behaves as the model says.

    Attributes, all (I,): ``outfit``, ``infit``, their standardised forms ``outfit_t``, ``infit_t`` and
    two-sided ``outfit_p``, ``infit_p``; ``n``, weighted number of answers; ``names``, ``method``.
    """

    names: tuple[str, ...]
    outfit: FloatArray
    outfit_t: FloatArray
    outfit_p: FloatArray
    infit: FloatArray
    infit_t: FloatArray
    infit_p: FloatArray
    n: FloatArray
    method: ResidualMethod


def _moments(p: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean, variance and fourth central moment of item scores from probabilities (I, M + 1, T), each (I, T)."""
    k = np.arange(p.shape[1] + 0.0)[:, None]
    mean = (k * p).sum(axis=1)
    away = k - mean[:, None, :]
    return mean, (away**2 * p).sum(axis=1), (away**4 * p).sum(axis=1)


def residual_fit(calibration: Calibration, method: ResidualMethod = "posterior") -> ItemFit:
    """Infit and outfit of every item.

    ``posterior``: residuals averaged over the posterior of each pupil, with p = p(q|n), V the score variance
    and κ its fourth central moment:

        outfit = Σ_n Σ_q p (x − E)²/V / N,   q² = ΣΣ p κ/V² / N² − 1/N
        infit  = ΣΣ p (x − E)² / ΣΣ p V,     q² = ΣΣ p (κ − V²) / (ΣΣ p V)²

    ``eap``: the same sums at each pupil's EAP in place of the posterior. Both have
    ``t = (MS^{1/3} − 1)·3/q + q/3``. The posterior form has expectation 1; plugging in the EAP, which is drawn
    to the mean, makes residuals too small: LSAT7, Rasch, item 1, outfit 0.744 against 0.981.

    Checked against: R TAM 4.3-25 (posterior) and R mirt 1.45.1 (``eap``).
    """
    one_of("method", method, get_args(ResidualMethod))
    booklets, items = calibration._booklets, calibration.items
    if method == "posterior":
        nodes = calibration.quadrature.nodes
        prior = calibration.quadrature.log_prior(calibration.mean, calibration.sd)
        expected = booklets.expect(clipped(items, nodes), prior)
        middle, variance, fourth = _moments(items.probability(nodes))
        variance = np.maximum(variance, 1e-300)
        width = expected.categories.shape[1]
        residual = (np.arange(width)[None, :, None] - middle[:, None, :]) ** 2
        r, n = expected.categories, expected.seen
        count = n.sum(axis=1)
        square = np.einsum("jkq,jkq->j", r, residual)
        scaled = np.einsum("jkq,jkq,jq->j", r, residual, 1 / variance)
        total = (n * variance).sum(axis=1)
        spread = (n * fourth / variance**2).sum(axis=1)
        excess = (n * (fourth - variance**2)).sum(axis=1)
    else:
        size = len(items)
        square, scaled, total, spread, excess, count = (np.zeros(size) for _ in range(6))
        theta = np.asarray(calibration.scores("EAP").theta.filled(0.0))
        codes, weight = calibration.data.codes, calibration.data.weight
        for start in range(0, codes.shape[0], 2048):
            part = slice(start, start + 2048)
            middle, variance, fourth = _moments(items.probability(theta[part]))
            mine = codes[part].T
            w = np.where(mine >= 0, weight[part], 0.0)
            residual = (mine - middle) ** 2
            square += (w * residual).sum(axis=1)
            scaled += (w * residual / variance).sum(axis=1)
            total += (w * variance).sum(axis=1)
            spread += (w * fourth / variance**2).sum(axis=1)
            excess += (w * (fourth - variance**2)).sum(axis=1)
            count += w.sum(axis=1)
    outfit, infit = scaled / count, square / total
    outfit_t = _standardised(outfit, spread / count**2 - 1 / count)
    infit_t = _standardised(infit, excess / total**2)
    return ItemFit(
        names=items.names,
        outfit=sealed(outfit),
        outfit_t=sealed(outfit_t),
        outfit_p=sealed(two_sided(outfit_t)),
        infit=sealed(infit),
        infit_t=sealed(infit_t),
        infit_p=sealed(two_sided(infit_t)),
        n=sealed(count),
        method=method,
    )


def _standardised(mean_square: FloatArray, variance: FloatArray) -> FloatArray:
    """Wilson–Hilferty form of a mean square."""
    q = np.sqrt(np.maximum(variance, 1e-300))
    return np.asarray((np.cbrt(mean_square) - 1) * 3 / q + q / 3, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Deviation:
    """Root mean squared deviation of observed from expected curves: ``rmsd`` (I, G); ``names``, ``groups``."""

    names: tuple[str, ...]
    groups: tuple[tuple[object, ...], ...]
    rmsd: FloatArray


def deviation(calibration: Calibration) -> Deviation:
    """RMSD of every item in every group.

    ``√( Σ_k Σ_q f_q (r_kq/n_q − P_k(θ_q))² / (m + 1) )``, f_q the share of the group's pupils at each node, r and
    n expected numbers from the group's own posterior; for right and wrong, ``√∫ (P_obs − P_exp)² f``.
    Limits: 0 where nobody of the group saw the item.
    """
    nodes = calibration.quadrature.nodes
    items, data = calibration.items, calibration.data
    log_p = clipped(items, nodes)
    prior = calibration.quadrature.log_prior(calibration.mean, calibration.sd)
    p = items.probability(nodes)
    out = np.zeros((len(items), len(data.groups)))
    for g in range(len(data.groups)):
        expected = Booklets(part_of(data, np.flatnonzero(data.group == g))).expect(log_p, prior[g : g + 1])
        n = expected.seen
        share = n / np.maximum(n.sum(axis=1, keepdims=True), 1e-300)
        width = expected.categories.shape[1]
        gap = expected.categories / np.maximum(n, 1e-300)[:, None, :] - p[:, :width]
        mean = (gap**2 * share[:, None, :]).sum(axis=(1, 2)) / (items.steps + 1)
        out[:, g] = np.sqrt(mean)
    return Deviation(items.names, data.groups, sealed(out))


def part_of(data: Responses, rows: npt.NDArray[np.intp]) -> Responses:
    """Some pupils as one group, weights as they were."""
    return replace(
        data,
        codes=data.codes[rows],
        weight=data.weight[rows],
        groups=((),),
        group=np.zeros(rows.size, dtype=np.intp),
        booklet=None,
        rows=data.rows[rows],
    )


@dataclass(frozen=True, slots=True, eq=False)
class ScoreFit:
    """S-X²: ``statistic``, ``df``, ``p``, ``rmsea`` (I,); ``names``. Without degrees of freedom p is 1."""

    names: tuple[str, ...]
    statistic: FloatArray
    df: FloatArray
    p: FloatArray
    rmsea: FloatArray


def score_distribution(right: FloatArray) -> FloatArray:
    """Distribution of the number right at every node (Lord and Wingersky 1984): (I, T) → (I + 1, T)."""
    out = np.zeros((right.shape[0] + 1, right.shape[1]))
    out[0] = 1.0
    for j, p in enumerate(right):
        out[1 : j + 2] = out[1 : j + 2] * (1 - p) + out[: j + 1] * p
        out[0] *= 1 - p
    return out


def _needs_plain(calibration: Calibration, what: str) -> Unavailable | None:
    """Why a statistic of whole patterns cannot be given, if so."""
    data = calibration.data
    if data.weighted:
        return Unavailable("not_comparable", f"{what} is not defined for weighted answers")
    if (data.codes < 0).any():
        return Unavailable("not_comparable", f"{what} needs pupils who all saw the same items")
    if len(data.groups) > 1:
        return Unavailable("not_comparable", f"{what} is given for one group at a time")
    if (calibration.items.steps > 1).any():
        return Unavailable("not_comparable", f"{what} is given for right and wrong answers only")
    return None


def score_fit(calibration: Calibration, *, smallest: float = 1.0) -> ScoreFit | Unavailable:
    """S-X² of Orlando and Thissen (2000): right answers by total score, observed against expected.

    For total score s = 1 … I − 1, with S the distribution of the total and S* that of the other items,
    ``E_s = Σ_q π_q P_j S*_{s−1} / Σ_q π_q S_s``; ``S-X² = Σ_s N_s (O_s − E_s)² / (E_s (1 − E_s))``. A score with
    an expected number below ``smallest`` is merged with its neighbour, inside the range with the one that has
    fewer pupils; df = scores left − estimated parameters of the item.

    Returns: ``Unavailable("not_comparable")`` for weights, several groups, missing answers or more than two
    categories.
    Checked against: R mirt 1.45.1, LSAT6 and LSAT7.
    """
    refusal = _needs_plain(calibration, "S-X²")
    if refusal:
        return refusal
    items, codes = calibration.items, calibration.data.codes
    right = items.probability(calibration.quadrature.nodes)[:, 1]
    prior = np.exp(calibration.quadrature.log_prior(calibration.mean, calibration.sd))[0]
    count = len(items)
    totals = codes.sum(axis=1, dtype=np.intp)
    whole = score_distribution(right) @ prior
    n_score = np.bincount(totals, minlength=count + 1)[1:count].astype(float)
    free = np.array(
        [
            0 if name in calibration.held else 1 + MODELS[m][1] + (m == "3PL")
            for name, m in zip(items.names, items.models, strict=True)
        ]
    )
    statistic, df, p, rmsea = (np.zeros(count) for _ in range(4))
    for j in range(count):
        rest = score_distribution(np.delete(right, j, axis=0))
        share = (rest * right[j]) @ prior
        share = share[: count - 1] / whole[1:count]
        observed = np.bincount(totals[codes[:, j] == 1], minlength=count + 1)[1:count].astype(float)
        o = np.column_stack([n_score - observed, observed])
        e = np.column_stack([n_score * (1 - share), n_score * share])
        kept = n_score > 0
        o, e = _merged(o[kept], e[kept], smallest)
        statistic[j] = ((o - e) ** 2 / e).sum()
        df[j] = max(o.shape[0] - free[j], 0)
        p[j] = chi_square_tail(statistic[j], df[j]) if df[j] else 1.0
        if df[j]:
            rmsea[j] = np.sqrt(max(statistic[j] - df[j], 0.0) / (df[j] * (codes.shape[0] - 1)))
    return ScoreFit(items.names, sealed(statistic), sealed(df), sealed(p), sealed(rmsea))


def _merged(o: FloatArray, e: FloatArray, smallest: float) -> tuple[FloatArray, FloatArray]:
    """Rows of a table merged until no expected number is too small."""
    while e.shape[0] > 1 and (e < smallest).any():
        at = int(np.argmax((e < smallest).any(axis=1)))
        if at == 0:
            other = 1
        elif at == e.shape[0] - 1:
            other = at - 1
        else:
            other = at - 1 if o[at - 1].sum() <= o[at + 1].sum() else at + 1
        o[other] += o[at]
        e[other] += e[at]
        o, e = np.delete(o, at, axis=0), np.delete(e, at, axis=0)
    return o, e


@dataclass(frozen=True, slots=True)
class OverallFit:
    """M₂ with ``df`` and ``p``; ``rmsea``; ``srmsr``, standardised root mean square residual of correlations."""

    m2: float
    df: int
    p: float
    rmsea: float
    srmsr: float


def overall_fit(calibration: Calibration) -> OverallFit | Unavailable:
    """M₂ of Maydeu-Olivares and Joe (2006), from shares right of items and of pairs of items.

    With e the observed minus expected shares, Ξ their covariance under the model and Δ their derivatives by the
    parameters, ``M₂ = N e'(Ξ⁻¹ − Ξ⁻¹Δ(Δ'Ξ⁻¹Δ)⁻¹Δ'Ξ⁻¹) e``, df = I(I + 1)/2 − parameters;
    ``RMSEA = √(max(M₂ − df, 0)/(df (N − 1)))``; SRMSR over the correlations of pairs.

    Returns: ``Unavailable``: as for ``score_fit``; ``below_minimum_n`` without degrees of freedom.
    Checked against: R mirt 1.45.1, LSAT6 and LSAT7, all printed digits.
    """
    refusal = _needs_plain(calibration, "M₂")
    if refusal:
        return refusal
    items, codes = calibration.items, calibration.data.codes
    count, n = len(items), codes.shape[0]
    pairs = np.triu_indices(count, 1)
    df = count + pairs[0].size - calibration.parameters
    if df <= 0:
        return Unavailable("below_minimum_n", "as many parameters as shares: too few items")
    nodes = calibration.quadrature.nodes
    right = items.probability(nodes)[:, 1]
    prior = np.exp(calibration.quadrature.log_prior(calibration.mean, calibration.sd))[0]
    prior = prior / prior.sum()

    def shares(p: FloatArray, weight: FloatArray) -> FloatArray:
        both = (p * weight) @ p.T
        return np.concatenate([p @ weight, both[pairs]])

    expected = shares(right, prior)
    x = codes.astype(np.float64)
    both = x.T @ x / n
    gap = np.concatenate([np.diag(both), both[pairs]]) - expected
    covariance = _share_covariance(right, prior, pairs) - np.outer(expected, expected)
    delta = _share_derivatives(calibration, items, right, prior, pairs, shares)
    factor = np.linalg.cholesky(covariance)
    e, d = np.linalg.solve(factor, gap), np.linalg.solve(factor, delta)
    q = np.linalg.qr(d)[0]
    m2 = float(n * (e @ e - (q.T @ e) @ (q.T @ e)))
    return OverallFit(
        m2=m2,
        df=df,
        p=chi_square_tail(m2, df),
        rmsea=float(np.sqrt(max(m2 - df, 0.0) / (df * (n - 1)))),
        srmsr=_srmsr(x, expected, count, pairs),
    )


def _srmsr(x: FloatArray, expected: FloatArray, count: int, pairs: tuple[IntArray, ...]) -> float:
    observed = np.asarray(np.corrcoef(x, rowvar=False))[pairs]
    single = expected[:count]
    sd = np.sqrt(single * (1 - single))
    model = (expected[count:] - single[pairs[0]] * single[pairs[1]]) / (sd[pairs[0]] * sd[pairs[1]])
    return float(np.sqrt(((observed - model) ** 2).mean()))


def _share_covariance(right: FloatArray, prior: FloatArray, pairs: tuple[IntArray, ...]) -> FloatArray:
    """Expected products of the indicators behind two shares, (s, s): the items of both, each counted once."""
    count = right.shape[0]
    sets = [(j,) for j in range(count)] + list(zip(*pairs, strict=True))
    out = np.empty((len(sets), len(sets)))
    for at, members in enumerate(sets):
        weight = prior * right[list(members)].prod(axis=0)
        rest = right.copy()
        rest[list(members)] = 1.0
        both = (rest * weight) @ rest.T
        out[at, :count] = rest @ weight
        out[at, count:] = both[pairs]
    return out


def _share_derivatives(
    calibration: Calibration,
    items: Items,
    right: FloatArray,
    prior: FloatArray,
    pairs: tuple[IntArray, ...],
    shares: Callable[[FloatArray, FloatArray], FloatArray],
) -> FloatArray:
    """Derivatives of the shares by the free parameters, (s, p)."""
    space, state = calibration._space, calibration._state
    nodes = calibration.quadrature.nodes
    count = len(items)
    out = np.zeros((count + pairs[0].size, space.size))
    for family, where in space.slices():
        slope, intercept, guess = items.of(family.at, 1)
        p = items.probability(nodes)[family.at, :2]
        z = parameter_scores(family.form, slope, intercept, guess, nodes, p)[:, 1]
        z = z[..., 0 if family.slope else 1 :] * right[family.at][..., None]
        for j, item in enumerate(family.at):
            change = prior @ z[j]
            out[item, where[j]] = change
            both = (right * prior) @ z[j]
            for left, other in ((0, 1), (1, 0)):
                mine = np.flatnonzero(pairs[left] == item)
                out[np.ix_(count + mine, where[j])] = both[pairs[other][mine]]
    x = space.vector(state)
    for c in range(space.item_parameters, space.size):
        sides = []
        for sign in (1e-5, -1e-5):
            moved = x.copy()
            moved[c] += sign
            there = space.state(moved, state)
            weight = np.exp(calibration.quadrature.log_prior(there.mean, there.sd))[0]
            sides.append(shares(right, weight / weight.sum()))
        out[:, c] = (sides[0] - sides[1]) / 2e-5
    return out
