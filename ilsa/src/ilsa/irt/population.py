"""Population model: the regression of ability on background, item parameters given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ilsa.columns import Columns, Label, show
from ilsa.irt.booklets import Booklets
from ilsa.irt.em import extrapolated
from ilsa.irt.fit import part_of
from ilsa.irt.models import Items
from ilsa.irt.quadrature import Quadrature
from ilsa.irt.refusals import IrtError
from ilsa.irt.responses import Responses
from ilsa.irt.scores import clipped, prepared
from ilsa.irt.standard_errors import inverse
from ilsa.kernels.ratios import FloatArray, IntArray, sealed

PIECE: Final = 1024
EDGE: Final = 1e-3
MEMORY: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some pupils of one group: ``rows`` (n,) in the answers; ``log`` (Q, n), log-likelihood at the nodes, top
    taken off; ``top`` (n,); ``z`` (n, k), regressors; ``weight`` (n,)."""

    rows: IntArray
    log: FloatArray
    top: FloatArray
    z: FloatArray
    weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Latent regression ``θ | z ~ N(z'β, σ²)``, fitted apart in every group.

    Attributes: ``groups``; ``regressors``, names of the k columns; ``beta`` (G, k) and ``sd`` σ (G,), logits;
    ``covariance`` (G, k + 1, k + 1) of β and log σ; ``r_squared`` (G,), explained share of the variance of
    ability; ``log_likelihood`` (G,); ``eap`` and ``posterior_sd`` (n,), given answers and regressors;
    ``reliability``, ``var(EAP)/(var(EAP) + mean posterior variance)`` over all pupils; ``rounds`` (G,);
    ``quadrature``; ``items``; ``data``.
    """

    groups: tuple[Label, ...]
    regressors: tuple[str, ...]
    beta: FloatArray
    sd: FloatArray
    covariance: FloatArray
    r_squared: FloatArray
    log_likelihood: FloatArray
    eap: FloatArray
    posterior_sd: FloatArray
    reliability: float
    rounds: tuple[int, ...]
    quadrature: Quadrature
    items: Items
    data: Responses = field(repr=False)
    _blocks: tuple[tuple[Block, ...], ...] = field(repr=False)

    @property
    def se(self) -> FloatArray:
        """Standard errors of β, (G, k)."""
        return np.asarray(np.sqrt(np.einsum("gkk->gk", self.covariance))[:, :-1], dtype=np.float64)


def latent_regression(
    items: Items,
    answers: Responses | npt.ArrayLike | Columns,
    conditioning: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    *,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    by_group: bool = False,
    quadrature: Quadrature | int = 61,
    tolerance: float = 1e-6,
    rounds: int = 500,
    **reading: Any,
) -> Population:
    """Regress ability on background variables, with item parameters given.

    Likelihoods ``L_nq`` are computed once. Each round of EM takes the posterior mean m and variance v of every
    pupil under the prior ``N(z'β, σ²)``, then ``β = (Z'WZ)⁻¹ Z'W m`` and ``σ² = Σ w (v + (m − zβ)²)/Σ w``; rounds
    are extrapolated as in ``em``. The prior is taken as density × step, as R TAM does; it sums to 1 to 15
    digits where σ is above the step, and smaller σ are refused. Covariances are exact (Louis 1982):
    ``I_ββ = Σ w z z' (1/σ² − v/σ⁴)``, and likewise for log σ.

    Parameters: ``conditioning`` (rows of the file, k) without gaps, or named columns; an ``intercept`` is put
    first unless told otherwise; ``by_group``: one regression per group of the answers (a country each), else
    one for all; ``reading`` as in ``Responses.read``.
    Raises: ``IrtError``: a regressor missing (with its row), collinear regressors, a grid too coarse or too short.
    Limits: one dimension, normal residuals. Weights rescaled to sum to n.
    Source: Mislevy (1984), Psychometrika 49, 359–381.
    Checked against: R TAM 4.3-25, ``tests/irt/reference/tam_latreg_beta.csv``; Monte Carlo.
    """
    nodes = Quadrature(quadrature) if isinstance(quadrature, int) else quadrature
    known, data = prepared(items, answers, **reading)
    z, columns = _regressors(conditioning, names, intercept, data)
    parts = (
        [np.flatnonzero(data.group == g) for g in range(len(data.groups))]
        if by_group
        else [np.arange(data.n)]
    )
    labels = data.groups if by_group else ((),)
    log_p = clipped(known, nodes.nodes)
    eap, spread = np.empty(data.n), np.empty(data.n)
    fits, blocks = [], []
    for label, rows in zip(labels, parts, strict=True):
        mine = tuple(_blocks(data, rows, log_p, z))
        found = _fit(mine, nodes, columns, show(label), tolerance, rounds)
        eap[found.rows], spread[found.rows] = found.eap, found.spread
        fits.append(found)
        blocks.append(mine)
    w = data.weight / data.weight.sum()
    between = float(w @ (eap - w @ eap) ** 2)
    return Population(
        groups=tuple(labels),
        regressors=columns,
        beta=sealed([fit.beta for fit in fits]),
        sd=sealed([fit.sd for fit in fits]),
        covariance=sealed([fit.covariance for fit in fits]),
        r_squared=sealed([fit.r_squared for fit in fits]),
        log_likelihood=sealed([fit.log_likelihood for fit in fits]),
        eap=sealed(eap),
        posterior_sd=sealed(spread),
        reliability=between / (between + float(w @ spread**2)),
        rounds=tuple(fit.rounds for fit in fits),
        quadrature=nodes,
        items=known,
        data=data,
        _blocks=tuple(blocks),
    )


def _regressors(
    conditioning: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    names: Sequence[str] | None,
    intercept: bool,
    data: Responses,
) -> tuple[FloatArray, tuple[str, ...]]:
    """Regressors of the pupils that were kept, (n, k), and their names."""
    if isinstance(conditioning, Mapping):
        names = tuple(conditioning) if names is None else names
        z = np.column_stack([np.asarray(conditioning[name], dtype=np.float64) for name in names])
    else:
        z = np.asarray(conditioning, dtype=np.float64)
        z = z[:, None] if z.ndim == 1 else z
    if z.ndim != 2 or z.shape[0] != data.file_rows:
        raise IrtError(
            "parameters_shape", name="conditioning", found=z.shape, expected=f"({data.file_rows}, regressors)"
        )
    columns = tuple(names) if names is not None else tuple(f"z{c + 1}" for c in range(z.shape[1]))
    if len(columns) != z.shape[1]:
        raise IrtError("parameters_shape", name="names", found=(len(columns),), expected=f"({z.shape[1]},)")
    z = z[data.rows]
    wrong = ~np.isfinite(z)
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        raise IrtError("regressor_missing", column=repr(columns[column]), row=int(data.rows[row]) + 1)
    if intercept:
        return np.column_stack([np.ones(data.n), z]), ("(intercept)", *columns)
    return z, columns


def _blocks(data: Responses, rows: IntArray, log_p: FloatArray, z: FloatArray) -> Iterator[Block]:
    """The pupils of one group with their likelihoods, in pieces that stay in the processor's cache."""
    booklets = Booklets(part_of(data, rows))
    flat = np.zeros((1, log_p.shape[2]))
    if booklets.unit is None:
        for piece, log in booklets.logs(log_p, flat):
            yield _block(data, rows[piece.units], log, z)
        return
    table = np.empty((log_p.shape[2], booklets.unit_codes.shape[0]))
    for piece, log in booklets.logs(log_p, flat):
        table[:, piece.units] = log
    for start in range(0, rows.size, PIECE):
        mine = table[:, booklets.unit[start : start + PIECE]]
        yield _block(data, rows[start : start + PIECE], mine, z)


def _block(data: Responses, rows: IntArray, log: FloatArray, z: FloatArray) -> Block:
    top = log.max(axis=0)
    log -= top
    return Block(rows, log, top, z[rows], data.weight[rows])


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    beta: FloatArray
    sd: float
    covariance: FloatArray
    r_squared: float
    log_likelihood: float
    rounds: int
    rows: IntArray
    eap: FloatArray
    spread: FloatArray


def moments(
    block: Block, theta: FloatArray, powers: FloatArray, beta: FloatArray, sd: float
) -> tuple[FloatArray, FloatArray]:
    """Posterior means of functions of θ, and the log-likelihood.

    ``exp(−(θ − μ)²/2σ²) = exp(θ μ/σ² − θ²/2σ²) exp(−μ²/2σ²)``; the last factor is kept apart.

    Parameters: ``powers`` (R, Q), the first row ones. Returns: (R − 1, n), and ``log Σ_q L φ`` (n,).
    """
    mu = block.z @ beta
    work = np.multiply.outer(theta, mu / sd**2)
    work += block.log
    work -= (theta**2 / (2 * sd**2))[:, None]
    np.exp(work, out=work)
    sums = powers @ work
    scale = block.top - mu**2 / (2 * sd**2)
    if not (sums[0].min() > 1e-280 and sums[0].max() < 1e280):
        log = block.log - (theta[:, None] - mu) ** 2 / (2 * sd**2)
        top = log.max(axis=0)
        sums = powers @ np.exp(log - top)
        scale = block.top + top
    return sums[1:] / sums[0], np.log(sums[0]) + scale - np.log(sd * np.sqrt(2 * np.pi))


def _fit(
    blocks: Sequence[Block],
    nodes: Quadrature,
    columns: tuple[str, ...],
    group: str,
    tolerance: float,
    rounds: int,
) -> _Fit:
    theta = nodes.nodes
    k = len(columns)
    square = np.zeros((k, k))
    total = 0.0
    for block in blocks:
        square += (block.z * block.weight[:, None]).T @ block.z
        total += float(block.weight.sum())
    if sum(block.rows.size for block in blocks) <= k + 1:
        raise IrtError(
            "regressors_too_many", group=group, pupils=sum(block.rows.size for block in blocks), count=k
        )
    _refuse_collinear(square, columns, group)
    powers = np.stack([np.ones(theta.size), theta, theta**2])
    beta, log_sd = np.zeros(k), 0.0
    x = np.append(beta, log_sd)
    points: list[FloatArray] = []
    residuals: list[FloatArray] = []
    metric = np.append(np.sqrt(np.diag(square)), np.sqrt(2 * total))
    last, fallback = -np.inf, None
    change = np.inf
    made = 0
    while made < rounds:
        made += 1
        beta, sd = x[:-1], float(np.exp(x[-1]))
        log_likelihood, side, second = 0.0, np.zeros(k), 0.0
        kept = []
        for block in blocks:
            moment, log = moments(block, theta, powers, beta, sd)
            log_likelihood += float(block.weight @ log)
            weighted = block.weight * moment[0]
            side += weighted @ block.z
            second += float(block.weight @ moment[1])
            kept.append(weighted)
        log_likelihood += total * np.log(nodes.step)
        if fallback is not None and not log_likelihood > last - 0.01:
            x, fallback = fallback, None
            points, residuals = [], []
            continue
        new = np.linalg.solve(square, side)
        # Σ w (v + (m − zβ)²) = Σ w E[θ²] − 2 β'Z'Wm + β'Z'WZβ
        variance = (second - 2 * float(new @ side) + float(new @ square @ new)) / total
        if (
            variance < (nodes.step / 20) ** 2
        ):  # all weight on one node each: the grid decides, not the answers
            raise IrtError("grid_too_coarse", group=group, sd=max(variance, 0.0) ** 0.5, step=nodes.step)
        target = np.append(new, 0.5 * np.log(variance))
        residual = target - x
        change = float(np.abs(residual).max())
        if change < tolerance:
            break
        last = log_likelihood
        points.append(x)
        residuals.append(residual)
        points, residuals = points[-MEMORY:], residuals[-MEMORY:]
        proposed = extrapolated(points, residuals, metric)
        if len(points) > 1 and np.isfinite(proposed).all() and abs(proposed[-1]) < 5:
            x, fallback = proposed, target
        else:
            x, fallback = target, None
    else:
        raise IrtError("not_converged", rounds=rounds, change=change, tolerance=tolerance)
    if sd < nodes.step:
        raise IrtError("grid_too_coarse", group=group, sd=sd, step=nodes.step)
    information, eap, spread, edge = _at_the_end(blocks, theta, beta, sd)
    if edge / total > EDGE:
        raise IrtError("grid_too_short", group=group, share=edge / total)
    explained = float(beta @ square @ beta / total)
    middle = sum(float(block.weight @ (block.z @ beta)) for block in blocks) / total
    explained -= middle**2
    return _Fit(
        beta=beta,
        sd=sd,
        covariance=inverse(information, (*columns, "log SD")),
        r_squared=explained / (explained + sd**2),
        log_likelihood=log_likelihood,
        rounds=made,
        rows=np.concatenate([block.rows for block in blocks]),
        eap=eap,
        spread=spread,
    )


def _refuse_collinear(square: FloatArray, columns: tuple[str, ...], group: str) -> None:
    """Name the first regressor that those before it already contain."""
    scale = np.sqrt(np.diag(square))
    for c in range(len(columns)):
        if scale[c] == 0:
            raise IrtError("regressors_collinear", column=repr(columns[c]), group=group)
        if c == 0:
            continue
        head = square[:c, :c] / np.outer(scale[:c], scale[:c])
        along = square[:c, c] / (scale[:c] * scale[c])
        if 1 - along @ np.linalg.lstsq(head, along, rcond=None)[0] < 1e-10:
            raise IrtError("regressors_collinear", column=repr(columns[c]), group=group)


def _at_the_end(
    blocks: Sequence[Block], theta: FloatArray, beta: FloatArray, sd: float
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Observed information of β and log σ (k + 1, k + 1); posterior means and SDs (n,); weight on the end nodes."""
    k = beta.size
    out = np.zeros((k + 1, k + 1))
    ends = np.zeros(theta.size)
    ends[[0, -1]] = 1.0
    powers = np.stack([np.ones(theta.size), theta, theta**2, theta**3, theta**4, ends])
    means, spreads = [], []
    edge = 0.0
    for block in blocks:
        (m1, m2, m3, m4, outer), _ = moments(block, theta, powers, beta, sd)
        mu, w = block.z @ beta, block.weight
        # moments of e = θ − μ
        first = m1 - mu
        second = m2 - 2 * mu * m1 + mu**2
        third = m3 - 3 * mu * m2 + 3 * mu**2 * m1 - mu**3
        fourth = m4 - 4 * mu * m3 + 6 * mu**2 * m2 - 4 * mu**3 * m1 + mu**4
        variance = np.maximum(second - first**2, 0.0)
        out[:k, :k] += (block.z * (w * (1 / sd**2 - variance / sd**4))[:, None]).T @ block.z
        out[:k, k] += block.z.T @ (w * (2 * first / sd**2 - (third - first * second) / sd**4))
        out[k, k] += float(w @ (2 * second / sd**2 - (fourth - second**2) / sd**4))
        means.append(m1)
        spreads.append(np.sqrt(variance))
        edge += float(w @ outer)
    out[k, :k] = out[:k, k]
    return out, np.concatenate(means), np.concatenate(spreads), edge
