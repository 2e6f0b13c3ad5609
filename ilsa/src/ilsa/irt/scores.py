"""Scores of pupils: EAP, MAP, maximum likelihood, Warm's weighted likelihood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from ilsa.columns import Columns
from ilsa.irt.booklets import Booklets, Piece, fits
from ilsa.irt.models import Items, ability_derivatives
from ilsa.irt.quadrature import Quadrature
from ilsa.irt.refusals import IrtError, one_of
from ilsa.irt.responses import Responses
from ilsa.kernels.ratios import FloatArray
from ilsa.unavailable import Unavailable

ScoreMethod = Literal["EAP", "MAP", "ML", "WLE"]
Masked = np.ma.MaskedArray[Any, np.dtype[np.float64]]

REACH: Final = 20.0
"""A score is looked for within ±20 logits."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """One score per pupil.

    Attributes: ``theta`` and ``se`` (n,), logits, masked where there is no score; ``unavailable``, the reason by
    position (from 0); ``method``; ``reliability``, as said in ``score``.

    ``scores[i]`` gives a number or the reason.
    """

    theta: Masked
    se: Masked
    unavailable: Mapping[int, Unavailable]
    method: ScoreMethod
    reliability: float | Unavailable

    def __len__(self) -> int:
        return int(self.theta.size)

    def __getitem__(self, pupil: int) -> float | Unavailable:
        at = range(len(self))[pupil]
        return self.unavailable[at] if at in self.unavailable else float(self.theta[at])

    def __iter__(self) -> Iterator[float | Unavailable]:
        return (self[i] for i in range(len(self)))


def prepared(
    items: Items, answers: Responses | npt.ArrayLike | Columns, **reading: Any
) -> tuple[Items, Responses]:
    """The parameters in the order of the answers; answers are read as ``Responses.read`` does.

    Raises: ``IrtError``, among others for an item without parameters or a category they do not know.
    """
    if isinstance(answers, Responses):
        data = answers
    else:
        data = Responses.read(answers, items=items.names, **reading)
    known = items.choose(data.items)
    fits(data, known)
    return known, data


def clipped(items: Items, nodes: FloatArray) -> FloatArray:
    """Log probabilities (I, M + 1, Q) for the expectation step: finite, 0 beyond an item's categories."""
    log_p = items.log_probability(nodes)
    beyond = np.arange(log_p.shape[1])[None, :] > items.steps[:, None]
    log_p[beyond] = 0.0
    return np.maximum(log_p, -700.0)


def score(
    items: Items,
    answers: Responses | npt.ArrayLike | Columns,
    method: ScoreMethod = "EAP",
    *,
    mean: npt.ArrayLike = 0.0,
    sd: npt.ArrayLike = 1.0,
    quadrature: Quadrature | int = 61,
    **reading: Any,
) -> Scores:
    """Score pupils with known item parameters.

    - ``EAP``: posterior mean and SD under a normal prior with the group's ``mean`` and ``sd``, on the nodes;
    - ``MAP``: maximum of log L + log prior; SE ``1/√(I + 1/σ²)``;
    - ``ML``: maximum of log L; SE ``1/√I``. Where all answers lie in the highest or all in the lowest category
      there is none: ``Unavailable("no_variation")``;
    - ``WLE`` (Warm 1989): root of ``∂ log L/∂θ + J/(2 I)``, ``J = Σ P′ P″/P``; SE ``1/√I``.

    I is the expected information of the items seen.

    Reliability: EAP and MAP, which are drawn to the mean, ``var / (var + mean SE²)``, divisor Σw; WLE and ML
    ``1 − mean SE²/var``, divisor n − 1; as R TAM.

    Parameters: ``mean``, ``sd``: one, or one per group of the answers; ``reading`` as in ``Responses.read``.
    Raises: ``IrtError``.
    Limits: within ±20 logits. With a lower asymptote the likelihood may have several maxima; the highest on a
    grid of 0.25 logits is taken (1 logit beyond ±6).
    Checked against: R mirt 1.45.1 (LSAT6, LSAT7: EAP, MAP, ML, WLE to 1e-7; its SE of WLE differs, being taken
    from the curvature of log L + ½ log I) and R TAM 4.3-25 (EAP, WLE and their errors).
    """
    one_of("method", method, get_args(ScoreMethod))
    nodes = Quadrature(quadrature) if isinstance(quadrature, int) else quadrature
    known, data = prepared(items, answers, **reading)
    groups = len(data.groups)
    mu = np.broadcast_to(np.asarray(mean, dtype=np.float64), (groups,))
    sigma = np.broadcast_to(np.asarray(sd, dtype=np.float64), (groups,))
    if not (sigma > 0).all():
        raise IrtError("setting_out_of_range", name="sd", value=sd, bound="above 0")
    booklets = Booklets(data)
    units = booklets.unit_codes.shape[0]
    theta, error = np.empty(units), np.empty(units)
    lost: dict[int, Unavailable] = {}
    if method == "EAP":
        grid = nodes.nodes
        for piece, p, _ in booklets.posteriors(clipped(known, grid), nodes.log_prior(mu, sigma)):
            middle = grid @ p
            theta[piece.units] = middle
            error[piece.units] = np.sqrt(np.maximum(grid**2 @ p - middle**2, 0.0))
    else:
        near, far = np.arange(-6, 6.1, 0.25), np.arange(7, REACH + 1)
        grid = np.concatenate([-far[::-1], near, far])
        log_prior = np.zeros((groups, grid.size))
        if method == "MAP":
            log_prior = -0.5 * ((grid[None, :] - mu[:, None]) / sigma[:, None]) ** 2
        information = known.information(grid) if method == "WLE" else None
        for piece, log in booklets.logs(clipped(known, grid), log_prior):
            found = _Search(booklets, known, piece, method, mu, sigma).run(log, grid, information)
            theta[piece.units], error[piece.units] = found[0], found[1]
            lost.update(found[2])
    return _result(booklets, theta, error, lost, method)


def _result(
    booklets: Booklets,
    theta: FloatArray,
    error: FloatArray,
    lost: dict[int, Unavailable],
    method: ScoreMethod,
) -> Scores:
    gone = np.zeros(theta.size, dtype=bool)
    gone[list(lost)] = True
    everyone = booklets.spread(np.arange(theta.size, dtype=np.float64)).astype(np.intp)
    hidden = gone[everyone]
    reasons = {int(i): lost[int(everyone[i])] for i in np.flatnonzero(hidden)}
    points = np.ma.masked_array(np.where(hidden, 0.0, theta[everyone]), hidden)
    errors = np.ma.masked_array(np.where(hidden, 0.0, error[everyone]), hidden)
    for part in (points, errors):
        part.data.setflags(write=False)
    reliability: float | Unavailable
    weight = booklets.data.weight[~hidden]
    x, s = theta[everyone][~hidden], error[everyone][~hidden]
    if x.size < 2 or np.ptp(x) == 0:
        reliability = Unavailable("no_variation")
    else:
        total = weight.sum()
        middle = weight @ x / total
        squares, noise = weight @ (x - middle) ** 2, weight @ s**2 / total
        if method in ("EAP", "MAP"):
            reliability = float(squares / total / (squares / total + noise))
        else:
            reliability = float(1 - noise / (squares / (total - 1)))
    return Scores(points, errors, MappingProxyType(reasons), method, reliability)


class _Search:
    """Roots of one estimating equation for the units of one piece."""

    def __init__(
        self,
        booklets: Booklets,
        items: Items,
        piece: Piece,
        method: ScoreMethod,
        mu: FloatArray,
        sigma: FloatArray,
    ) -> None:
        self.method = method
        self.codes = booklets.unit_codes[piece.units]
        group = booklets.unit_group[piece.units]
        self.mu, self.sigma = mu[group], sigma[group]
        self.items, self.units, self.seen = items, piece.units, piece.items
        self.pure = piece.group >= 0

    def terms(
        self, theta: FloatArray, rows: npt.NDArray[np.intp] | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """The estimating function at each unit's own θ, and the information there, for some units, (n,)."""
        own = slice(None) if rows is None else rows
        given, mu, sigma = self.codes[own], self.mu[own], self.sigma[own]
        slope, information, bend = np.zeros(theta.size), np.zeros(theta.size), np.zeros(theta.size)
        for form, steps, at in self.items.families():
            mine = np.intersect1d(at, self.seen) if self.pure else at
            if not mine.size:
                continue
            p, first, second = ability_derivatives(form, *self.items.of(mine, steps), theta)
            p = np.maximum(p, 1e-290)
            codes = given[:, mine].T
            present = codes >= 0
            ratio = first / p
            chosen = np.take_along_axis(ratio, np.maximum(codes, 0)[:, None, :].astype(np.intp), axis=1)[:, 0]
            slope += (chosen * present).sum(axis=0)
            information += ((first * ratio).sum(axis=1) * present).sum(axis=0)
            if self.method == "WLE":
                bend += ((ratio * second).sum(axis=1) * present).sum(axis=0)
        if self.method == "MAP":
            return slope - (theta - mu) / sigma**2, information + sigma**-2
        if self.method == "WLE":
            return slope + bend / (2 * np.maximum(information, 1e-290)), information
        return slope, information

    def run(
        self, log: FloatArray, grid: FloatArray, information: FloatArray | None
    ) -> tuple[FloatArray, FloatArray, dict[int, Unavailable]]:
        """Score and standard error of every unit, and the units without one."""
        if information is not None:
            own = information[self.seen].sum(axis=0)[:, None]
            if not self.pure:
                own = information.T @ (self.codes.T >= 0)
            log = log + 0.5 * np.log(np.maximum(own, 1e-290))
        best = log.argmax(axis=0)
        lost = self._without(best, grid.size)
        low = grid[np.maximum(best - 1, 0)].copy()
        high = grid[np.minimum(best + 1, grid.size - 1)].copy()
        for _ in range(8):  # where the grid's criterion is not exactly that of the equation
            short = self.terms(low)[0] < 0
            long = self.terms(high)[0] > 0
            if not (short | long).any():
                break
            low[short] -= 0.5
            high[long] += 0.5
        theta = grid[best].copy()
        left = np.arange(theta.size)
        for _ in range(80):
            here = theta[left]
            value, stiff = self.terms(here, left)
            low[left] = np.where(value > 0, here, low[left])
            high[left] = np.where(value > 0, high[left], here)
            new = here + value / np.maximum(stiff, 1e-12)
            inside = (new > low[left]) & (new < high[left])
            new = np.where(value == 0, here, np.where(inside, new, (low[left] + high[left]) / 2))
            theta[left] = new
            left = left[np.abs(new - here) > 1e-11]
            if not left.size:
                break
        return theta, 1 / np.sqrt(np.maximum(self.terms(theta)[1], 1e-290)), lost

    def _without(self, best: npt.NDArray[np.intp], size: int) -> dict[int, Unavailable]:
        lost: dict[int, Unavailable] = {}
        top = (self.codes < 0) | (self.codes == self.items.steps)
        highest = np.asarray(top.all(axis=1), dtype=bool)
        lowest = np.asarray((self.codes <= 0).all(axis=1), dtype=bool)
        for at in np.flatnonzero(
            (best == 0) | (best == size - 1) | ((highest | lowest) & (self.method == "ML"))
        ):
            if highest[at] or lowest[at]:
                where = "highest" if highest[at] else "lowest"
                lost[int(self.units[at])] = Unavailable(
                    "no_variation", f"all answers in the {where} category"
                )
            else:
                lost[int(self.units[at])] = Unavailable("not_converged", "the likelihood rises without end")
        return lost
