"""Linking: putting two sets of item parameters on one scale by their common items."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from ilsa.irt.models import MODELS, Items, log_probabilities
from ilsa.irt.refusals import IrtError, one_of
from ilsa.kernels.ratios import FloatArray, sealed

if TYPE_CHECKING:
    from ilsa.irt.calibration import Calibration

LinkMethod = Literal["mean_mean", "mean_geometric_mean", "mean_sigma", "haebara", "stocking_lord"]

POINTS: Final = tuple(float(x) for x in np.linspace(-4, 4, 41))


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """The line ``θ_to = A θ_from + B``.

    Attributes: ``slope`` A and ``intercept`` B with ``covariance`` (2, 2), None where the errors of the item
    parameters are not known; ``method``, ``symmetric``, ``points`` and ``weights`` (T,) of the criterion; ``items``,
    the common ones; ``drift`` (L,), what is left between mean difficulties of each item after linking, logits
    of the new scale; ``criterion`` at the solution, 0 for the moment methods.
    """

    slope: float
    intercept: float
    covariance: FloatArray | None
    method: LinkMethod
    symmetric: bool
    points: FloatArray
    weights: FloatArray
    items: tuple[str, ...]
    drift: FloatArray
    criterion: float

    @property
    def se(self) -> tuple[float, float] | None:
        """Standard errors of A and B."""
        if self.covariance is None:
            return None
        a, b = np.sqrt(np.diag(self.covariance))
        return float(a), float(b)

    @property
    def linking_error(self) -> float:
        """``s_d / √L``, s_d the standard deviation (divisor L − 1) of the drifts: L independent items."""
        return float(np.std(self.drift, ddof=1) / np.sqrt(self.drift.size))

    def theta(self, values: npt.ArrayLike) -> FloatArray:
        """Abilities on the new scale."""
        return np.asarray(
            self.slope * np.asarray(values, dtype=np.float64) + self.intercept, dtype=np.float64
        )

    def apply(self, items: Items) -> Items:
        """Item parameters on the new scale."""
        return items.transformed(self.slope, self.intercept)


def link(
    first: Items | Calibration,
    to: Items | Calibration,
    method: LinkMethod = "stocking_lord",
    *,
    items: tuple[str, ...] | None = None,
    points: npt.ArrayLike = POINTS,
    weights: npt.ArrayLike | None = None,
    symmetric: bool = False,
) -> Link:
    """Find A and B in ``θ_to = A θ_from + B``, so that ``a' = a/A``, ``b' = A b + B`` meet the other set.

    - ``mean_mean``: ``A = ā_from/ā_to``; ``mean_geometric_mean``: the same with geometric means; ``mean_sigma``:
      ``A = s(b_to)/s(b_from)``; all three ``B = b̄_to − A b̄_from``, thresholds counting as difficulties;
    - ``haebara``: minimum of ``Σ_q w_q Σ_i Σ_k (P_ik,to − P_ik,from')²`` (categories k ≥ 1);
    - ``stocking_lord``: minimum of ``Σ_q w_q (Σ_i E_i,to − Σ_i E_i,from')²``, E the expected score.

    ``symmetric=True`` adds the criterion in the other direction, taken at ``points`` of the first scale. Points
    and weights (default 41 points on [−4, 4], weight 1) belong to the result.

    Standard errors by the delta method from the covariances of both calibrations, taken as independent;
    derivatives by every parameter are central differences (h = 1e-4) of A and B, or of the criterion's gradient,
    from which the implicit function theorem gives those of A and B.

    Parameters: ``items``, the common items to use, all that both sets have by default.
    Raises: ``IrtError``: fewer than two common items, models that differ, no spread.
    Source: Kolen and Brennan (2004), chapter 6; Ogasawara (2001) for the errors.
    Checked against: R plink 1.5-1 (Kolen and Brennan's twelve items, to its six printed digits; mean/mean and
    mean/sigma to 2e-6, as the printed parameters are rounded) and R equateIRT (A and B).
    """
    one_of("method", method, get_args(LinkMethod))
    old, new = _items(first), _items(to)
    names = items if items is not None else tuple(name for name in old.names if name in new.names)
    if len(names) < 2:
        raise IrtError("link_items_too_few", count=len(names), method=method, needed=2)
    one, two = old.choose(names), new.choose(names)
    for name, a, b, p, q in zip(names, one.models, two.models, one.steps, two.steps, strict=True):
        if a != b or p != q:
            raise IrtError("link_models_differ", item=name, first=f"{a} ({p})", second=f"{b} ({q})")
    at = np.asarray(points, dtype=np.float64)
    w = np.ones(at.size) if weights is None else np.asarray(weights, dtype=np.float64)
    if at.ndim != 1 or at.size < 2 or w.shape != at.shape or not (w >= 0).all() or not w.any():
        raise IrtError("parameters_shape", name="points or weights", found=w.shape, expected=f"{at.shape}")
    w = w / w.sum()

    curves = method in ("haebara", "stocking_lord")
    problem = _Curves(one, two, method, at, w, symmetric)
    line, criterion = _moments(one, two, "mean_sigma" if curves else method), 0.0
    if curves:
        line, criterion = _minimum(problem.residuals, line)

    def answer(side: int, changed: Items) -> FloatArray:
        """A and B for moved parameters, or for curves the gradient, which then leaves zero."""
        pair = (changed, two) if side == 0 else (one, changed)
        return problem.moved(side, changed).gradient(line) if curves else _moments(*pair, method)

    covariance = _delta(first, to, (one, two), answer)
    if curves and covariance is not None:
        # implicit function: dx = −H⁻¹ dg
        back = np.linalg.inv(problem.hessian(line))
        covariance = sealed(back @ covariance @ back.T)
    moved = one.transformed(float(line[0]), float(line[1]))
    drift = np.nanmean(two.difficulty, axis=1) - np.nanmean(moved.difficulty, axis=1)
    return Link(
        slope=float(line[0]),
        intercept=float(line[1]),
        covariance=covariance,
        method=method,
        symmetric=symmetric,
        points=sealed(at),
        weights=sealed(w),
        items=tuple(names),
        drift=sealed(drift),
        criterion=criterion,
    )


def _items(side: Items | Calibration) -> Items:
    return side if isinstance(side, Items) else side.items


def _moments(one: Items, two: Items, method: LinkMethod) -> FloatArray:
    x, y = one.difficulty, two.difficulty
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    if method == "mean_mean":
        slope = one.slope.mean() / two.slope.mean()
    elif method == "mean_geometric_mean":
        slope = np.exp(np.log(one.slope).mean() - np.log(two.slope).mean())
    else:
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            raise IrtError("link_no_spread")
        slope = y.std() / x.std()
    return np.array([slope, y.mean() - slope * x.mean()])


class _Curves:
    """The criterion of Haebara or of Stocking and Lord, over plain arrays of parameters."""

    def __init__(
        self, one: Items, two: Items, method: LinkMethod, at: FloatArray, w: FloatArray, symmetric: bool
    ) -> None:
        self.sides = [(x.slope, x.intercept, x.guess) for x in (one, two)]
        self.families = one.families()
        steps = np.arange(1.0, one.intercept.shape[1] + 1)
        self.times = np.array(
            [steps if MODELS[m][0] == "divide" else np.ones_like(steps) for m in one.models]
        )
        self.method, self.at, self.symmetric = method, at, symmetric
        self.root = np.sqrt(w)

    def moved(self, side: int, items: Items) -> _Curves:
        """The same criterion with other parameters on one side."""
        other = copy(self)
        other.sides = list(self.sides)
        other.sides[side] = (items.slope, items.intercept, items.guess)
        return other

    def _side(self, side: int, slope: float, intercept: float) -> FloatArray:
        """Category probabilities k ≥ 1, or the expected total, at the points, after ``θ' = A θ + B``."""
        a, d, g = self.sides[side]
        d = d - (a / slope)[:, None] * self.times * intercept
        a = a / slope
        total = np.zeros(self.at.size)
        out = []
        for form, steps, at in self.families:
            p = np.exp(log_probabilities(form, a[at], d[at, :steps], g[at], self.at))[:, 1:]
            if self.method == "haebara":
                out.append(p.ravel())
            else:
                total += np.einsum("k,ikt->t", np.arange(1.0, steps + 1), p)
        return np.concatenate(out).reshape(-1, self.at.size) if out else total[None, :]

    def residuals(self, line: FloatArray) -> FloatArray:
        """Differences whose squares the criterion adds up."""
        slope, intercept = float(line[0]), float(line[1])
        gap = self._side(1, 1.0, 0.0) - self._side(0, slope, intercept)
        out = [(gap * self.root).ravel()]
        if self.symmetric:
            gap = self._side(0, 1.0, 0.0) - self._side(1, 1 / slope, -intercept / slope)
            out.append((gap * self.root).ravel())
        return np.concatenate(out)

    def gradient(self, line: FloatArray) -> FloatArray:
        """Half the gradient of the criterion by A and B, (2,)."""
        return np.asarray(_jacobian(self.residuals, line).T @ self.residuals(line), dtype=np.float64)

    def hessian(self, line: FloatArray) -> FloatArray:
        """Derivatives of ``gradient``, (2, 2), by central differences (h = 1e-4)."""
        columns = [
            (self.gradient(line + step) - self.gradient(line - step)) / 2e-4 for step in 1e-4 * np.eye(2)
        ]
        return np.stack(columns, axis=1)


def _jacobian(residuals: Callable[[FloatArray], FloatArray], line: FloatArray) -> FloatArray:
    """Derivatives of residuals by A and B, (…, 2), by central differences (h = 1e-6)."""
    return np.stack(
        [(residuals(line + step) - residuals(line - step)) / 2e-6 for step in 1e-6 * np.eye(2)], axis=1
    )


def _minimum(residuals: Callable[[FloatArray], FloatArray], line: FloatArray) -> tuple[FloatArray, float]:
    """Least squares in A and B: Levenberg–Marquardt, derivatives by central differences."""
    line = line.copy()
    now = residuals(line)
    best, damping = float(now @ now), 1e-3
    for _ in range(200):
        jacobian = _jacobian(residuals, line)
        gradient, square = jacobian.T @ now, jacobian.T @ jacobian
        for _ in range(60):
            move = -np.linalg.solve(square + damping * np.diag(np.diag(square) + 1e-12), gradient)
            trial = line + move
            if trial[0] > 1e-3:
                there = residuals(trial)
                value = float(there @ there)
                if value <= best:
                    break
            damping *= 4
        else:
            return line, best
        line, now, best = trial, there, value
        damping = max(damping / 9, 1e-12)
        if np.abs(move).max() < 1e-11:
            break
    return line, best


def _delta(
    first: Items | Calibration,
    to: Items | Calibration,
    pair: tuple[Items, Items],
    answer: Callable[[int, Items], FloatArray],
) -> FloatArray | None:
    """Covariance (2, 2) of an answer that moves with the item parameters of two independent calibrations."""
    if isinstance(first, Items) or isinstance(to, Items):
        return None
    out = np.zeros((2, 2))
    for side, source in ((0, first), (1, to)):
        own = pair[side]
        moves = [
            (place, j, label[len(name) + 1 :])
            for place, label in enumerate(source.labels)
            for j, name in enumerate(own.names)
            if label.startswith(f"{name} ") and label[len(name) + 1 :] in ("a", "logit g", *_steps(own))
        ]
        slopes = np.empty((2, len(moves)))
        for c, (_, j, what) in enumerate(moves):
            ends = [answer(side, _nudged(own, j, what, h)) for h in (1e-4, -1e-4)]
            slopes[:, c] = (ends[0] - ends[1]) / 2e-4
        places = [place for place, _, _ in moves]
        out += slopes @ source.standard_errors().covariance[np.ix_(places, places)] @ slopes.T
    return sealed(out)


def _steps(items: Items) -> tuple[str, ...]:
    return tuple(f"d{k}" for k in range(1, items.intercept.shape[1] + 1))


def _nudged(items: Items, j: int, what: str, h: float) -> Items:
    slope, intercept, guess = items.slope.copy(), items.intercept.copy(), items.guess.copy()
    if what == "a":
        slope[j] += h
    elif what == "logit g":
        guess[j] = 1 / (1 + np.exp(-(np.log(guess[j] / (1 - guess[j])) + h)))
    else:
        intercept[j, int(what[1:]) - 1] += h
    return Items(items.names, items.models, slope, intercept, guess)
