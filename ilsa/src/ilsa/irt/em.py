"""Marginal maximum likelihood: the EM algorithm of Bock and Aitkin (1981), accelerated.

One round is an expectation step (``booklets``) and a few Newton steps for each item on the expected counts.
Three things make the rounds few:

- the scale is let free for the first rounds: abilities are standardised and the items carried along
  (parameter-expanded EM, Liu, Rubin and Wu 1998), so that starting values on a wrong scale cost nothing;
- the rounds are then extrapolated from those before (Anderson 1965): with f = F(x) − x, the next point is
  ``F(x) − (ΔX + Δf) γ``, γ minimising ‖f − Δf γ‖ in the metric of the complete-data information;
- an extrapolated point costs no extra expectation step: its own tells whether the log-likelihood rose. Where it
  fell by more than 0.01, the plain EM point is taken and the memory emptied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ilsa.irt.booklets import Booklets, Expected
from ilsa.irt.models import MODELS, Form, Items, log_probabilities, parameter_scores
from ilsa.irt.quadrature import Quadrature
from ilsa.kernels.ratios import FloatArray, IntArray

SMALLEST_SLOPE: Final = 1e-3
MEMORY: Final = 8
FALL: Final = 0.01
EXPANDED: Final = 3


@dataclass(frozen=True, slots=True)
class Priors:
    """Normal priors (mean, SD) on log a and on logit g; None for none.

    What is maximised is then log L plus the log density of log a or logit g; both are reported apart.
    """

    log_slope: tuple[float, float] | None = None
    logit_guess: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Items that share form and number of steps: ``at`` (J,), and whether the slope is estimated."""

    form: Form
    steps: int
    at: IntArray
    slope: bool

    @property
    def size(self) -> int:
        """Free parameters of one item."""
        return int(self.slope) + self.steps + (1 if self.form == "guess" else 0)


@dataclass(eq=False)
class State:
    """Parameters on the way: those of the items, and mean and SD of every group."""

    slope: FloatArray
    intercept: FloatArray
    guess: FloatArray
    mean: FloatArray
    sd: FloatArray

    def copy(self) -> State:
        return State(*(part.copy() for part in (self.slope, self.intercept, self.guess, self.mean, self.sd)))


@dataclass(eq=False)
class Space:
    """What is free, and in which order it stands in the vector of parameters.

    Item by item within each family: a (if free), d₁ … d_m, logit g; then the free means, then the logarithms
    of the free standard deviations.
    """

    models: tuple[str, ...]
    steps: IntArray
    held: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    mean_free: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    sd_free: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    priors: Priors
    positive: bool = True
    families: list[Family] = field(init=False)

    def __post_init__(self) -> None:
        kinds: dict[tuple[Form, int, bool], list[int]] = {}
        for i, (model, steps) in enumerate(zip(self.models, self.steps, strict=True)):
            if not self.held[i]:
                form, slope = MODELS[model]
                kinds.setdefault((form, int(steps), slope), []).append(i)
        self.families = [
            Family(form, steps, np.array(at, dtype=np.intp), slope)
            for (form, steps, slope), at in kinds.items()
        ]

    @property
    def item_parameters(self) -> int:
        return sum(family.size * family.at.size for family in self.families)

    @property
    def size(self) -> int:
        return self.item_parameters + int(self.mean_free.sum()) + int(self.sd_free.sum())

    def own(self, family: Family, state: State) -> FloatArray:
        """Free parameters of a family, (J, p)."""
        parts = [state.intercept[family.at, : family.steps]]
        if family.slope:
            parts.insert(0, state.slope[family.at, None])
        if family.form == "guess":
            g = state.guess[family.at, None]
            parts.append(np.log(g / (1 - g)))
        return np.concatenate(parts, axis=1)

    def put(self, family: Family, state: State, values: FloatArray) -> None:
        """Write the free parameters of a family back."""
        first = int(family.slope)
        if first:
            state.slope[family.at] = values[:, 0]
        state.intercept[family.at, : family.steps] = values[:, first : first + family.steps]
        if family.form == "guess":
            state.guess[family.at] = 1 / (1 + np.exp(-values[:, -1]))

    def vector(self, state: State) -> FloatArray:
        parts = [self.own(family, state).ravel() for family in self.families]
        return np.concatenate([*parts, state.mean[self.mean_free], np.log(state.sd[self.sd_free])])

    def state(self, x: FloatArray, like: State) -> State:
        out, at = like.copy(), 0
        for family in self.families:
            count = family.size * family.at.size
            self.put(family, out, x[at : at + count].reshape(family.at.size, family.size))
            at += count
        means = int(self.mean_free.sum())
        out.mean[self.mean_free] = x[at : at + means]
        out.sd[self.sd_free] = np.exp(x[at + means :])
        return out

    def slices(self) -> list[tuple[Family, IntArray]]:
        """Where in the vector the parameters of each family stand, (J, p)."""
        out, at = [], 0
        for family in self.families:
            count = family.size * family.at.size
            out.append((family, at + np.arange(count).reshape(family.at.size, family.size)))
            at += count
        return out

    def feasible(self, state: State) -> bool:
        """Whether a point may be visited: slopes above zero, thresholds in order, numbers finite."""
        for family in self.families:
            d = state.intercept[family.at, : family.steps]
            if not (np.isfinite(d).all() and np.isfinite(state.slope[family.at]).all()):
                return False
            if self.positive and family.slope and (state.slope[family.at] < SMALLEST_SLOPE).any():
                return False
            if family.form == "cumulative" and (np.diff(d, axis=1) >= 0).any():
                return False
            if family.form == "guess" and not (state.guess[family.at] < 1 - 1e-9).all():
                return False
        return bool(np.isfinite(state.mean).all() and (state.sd > 1e-6).all() and (state.sd < 1e3).all())

    # priors

    def log_prior(self, state: State) -> float:
        """Log prior density of the free item parameters."""
        total = 0.0
        for family in self.families:
            for prior, value in self._under_prior(family, state):
                z = (value - prior[0]) / prior[1]
                total += float(np.sum(-0.5 * z**2 - np.log(prior[1] * np.sqrt(2 * np.pi))))
        return total

    def _under_prior(self, family: Family, state: State) -> list[tuple[tuple[float, float], FloatArray]]:
        out = []
        if self.priors.log_slope and family.slope:
            out.append((self.priors.log_slope, np.log(state.slope[family.at])))
        if self.priors.logit_guess and family.form == "guess":
            g = state.guess[family.at]
            out.append((self.priors.logit_guess, np.log(g / (1 - g))))
        return out

    def prior_terms(self, family: Family, values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log prior (J,), its gradient and minus its second derivative (J, p) for values (J, p) of a family."""
        value = np.zeros(values.shape[0])
        gradient, curvature = np.zeros_like(values), np.zeros_like(values)
        if self.priors.log_slope and family.slope:
            middle, sd = self.priors.log_slope
            a = values[:, 0]
            z = (np.log(a) - middle) / sd
            value -= 0.5 * z**2
            gradient[:, 0] -= z / (sd * a)
            curvature[:, 0] += (1 / sd - z) / (sd * a**2)
        if self.priors.logit_guess and family.form == "guess":
            middle, sd = self.priors.logit_guess
            z = (values[:, -1] - middle) / sd
            value -= 0.5 * z**2
            gradient[:, -1] -= z / sd
            curvature[:, -1] += 1 / sd**2
        return value, gradient, curvature


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the algorithm came to rest.

    Attributes: ``state``; ``log_likelihood`` and ``log_prior`` there; ``rounds``, expectation steps made;
    ``change``, largest difference that a further round would make to a parameter; ``score_norm``, largest
    derivative of log L + log prior by a parameter, per pupil; ``converged``; ``at_bound``, items whose slope
    stands at its lower bound; ``edge`` (G,), share of each group's posterior on the first and last node.
    """

    state: State
    log_likelihood: float
    log_prior: float
    rounds: int
    change: float
    score_norm: float
    converged: bool
    at_bound: tuple[int, ...]
    edge: FloatArray


def log_table(models: tuple[str, ...], steps: IntArray, state: State, nodes: FloatArray) -> FloatArray:
    """Log probability of every category at the nodes, (I, M + 1, Q); 0 beyond an item's own categories."""
    out = np.zeros((len(models), int(steps.max()) + 1, nodes.size))
    kinds: dict[tuple[Form, int], list[int]] = {}
    for i, (model, m) in enumerate(zip(models, steps, strict=True)):
        kinds.setdefault((MODELS[model][0], int(m)), []).append(i)
    for (form, m), where in kinds.items():
        at = np.array(where, dtype=np.intp)
        out[at, : m + 1] = np.maximum(
            log_probabilities(form, state.slope[at], state.intercept[at, :m], state.guess[at], nodes), -700.0
        )
    return out


def _newton(
    space: Space, family: Family, state: State, expected: Expected, nodes: FloatArray, steps: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """New parameters of a family (J, p), the gradient at the old ones, and the diagonal of the information."""
    at, m = family.at, family.steps
    r = expected.categories[at, : m + 1]
    n = expected.seen[at]
    values = space.own(family, state)
    drop = 0 if family.slope else 1
    first: FloatArray | None = None
    diagonal: FloatArray | None = None
    local = state.copy()

    def weigh(v: FloatArray) -> tuple[FloatArray, FloatArray]:
        space.put(family, local, v)
        log = log_probabilities(family.form, local.slope[at], local.intercept[at, :m], local.guess[at], nodes)
        log = np.maximum(log, -700.0)
        return np.einsum("jkq,jkq->j", r, log) + space.prior_terms(family, v)[0], log

    objective, log = weigh(values)
    for _ in range(steps):
        p = np.exp(log)
        z = parameter_scores(
            family.form, local.slope[at], local.intercept[at, :m], local.guess[at], nodes, p
        )[..., drop:]
        flat = z.reshape(at.size, -1, z.shape[-1])
        _, pull, stiff = space.prior_terms(family, values)
        gradient = np.matmul(r.reshape(at.size, 1, -1), flat)[:, 0] + pull
        weighted = flat * (n[:, None, :] * p).reshape(at.size, -1, 1)
        information = np.matmul(flat.transpose(0, 2, 1), weighted)
        every = np.arange(z.shape[-1])
        information[:, every, every] += np.maximum(stiff, 0.0)
        scale = information[:, every, every]
        if first is None:
            first, diagonal = gradient, scale.copy()
        information[:, every, every] += 1e-9 * scale + 1e-9
        step = np.linalg.solve(information, gradient[..., None])[..., 0]
        size = np.abs(step).max(axis=1, keepdims=True)
        step *= np.minimum(1.0, 2.0 / np.maximum(size, 1e-300))
        for halving in range(12):
            trial = values + step
            if space.positive and family.slope:
                low = trial[:, 0] < SMALLEST_SLOPE
                if low.any():  # at the bound the others move as if the slope stood there already
                    trial[low] = values[low] + _bounded(
                        information[low], gradient[low], SMALLEST_SLOPE - values[low, 0]
                    ) * (0.5**halving)
                    trial[low, 0] = SMALLEST_SLOPE
            if family.form == "cumulative":
                lead = int(family.slope)
                crossed = (np.diff(trial[:, lead : lead + m], axis=1) > -1e-6).any(axis=1)
                trial[crossed] = values[crossed]
                step[crossed] *= 0.5
            else:
                crossed = np.zeros(at.size, dtype=bool)
            found, log = weigh(trial)
            worse = found < objective - 1e-10 * np.abs(objective)
            if not (worse | crossed).any() or halving == 11:
                break
            step[worse] *= 0.5
        values, objective = np.where(worse[:, None], values, trial), np.maximum(found, objective)
        if size.max() < 1e-3:  # the next step would change it by the square of that
            break
    assert first is not None
    assert diagonal is not None
    return values, first, diagonal


def _bounded(information: FloatArray, gradient: FloatArray, first: FloatArray) -> FloatArray:
    """Newton step of the other parameters when the first moves by ``first``, (J, p)."""
    out = np.empty_like(gradient)
    out[:, 0] = first
    rest = gradient[:, 1:] - information[:, 1:, 0] * first[:, None]
    out[:, 1:] = np.linalg.solve(information[:, 1:, 1:], rest[..., None])[..., 0]
    return out


def maximise(
    booklets: Booklets,
    space: Space,
    start: State,
    quadrature: Quadrature,
    *,
    tolerance: float,
    rounds: int,
    newton_steps: int = 3,
    expand: bool = True,
    watch: Callable[[int, float, float], None] | None = None,
) -> Maximum:
    """Find the maximum of the observed log-likelihood (plus log prior) from a starting state.

    Parameters: ``tolerance``, on the change of every parameter that one EM round would make; ``rounds``, most
    expectation steps allowed; ``newton_steps``, at most, in one round; ``expand``, whether the scale is free at
    first; ``watch``, called with round, objective and change.
    """
    nodes = quadrature.nodes
    state = start.copy()
    slices = space.slices()
    total = float(booklets.data.weight.sum())
    # the scale may be let free where the reference group is fixed and nothing else fixes the scale
    expandable = not space.held.any() and not space.mean_free[0]
    rescale = expandable and not space.sd_free[0]
    expanding = expand and expandable and all(family.slope for family in space.families) == rescale
    x = space.vector(state)
    points: list[FloatArray] = []
    residuals: list[FloatArray] = []
    fallback: FloatArray | None = None
    metric: FloatArray | None = None
    last = -np.inf
    done = change = score = np.inf
    for made in range(1, rounds + 1):
        expected = booklets.expect(
            log_table(space.models, space.steps, state, nodes), quadrature.log_prior(state.mean, state.sd)
        )
        prior = space.log_prior(state)
        objective = expected.log_likelihood + prior
        if fallback is not None and not objective > last - FALL:
            x, fallback = fallback, None
            state = space.state(x, state)
            points, residuals = [], []
            continue
        new, gradient, diagonal = state.copy(), np.zeros(space.size), np.ones(space.size)
        for family, where in slices:
            values, slope, information = _newton(space, family, state, expected, nodes, newton_steps)
            space.put(family, new, values)
            gradient[where], diagonal[where] = slope, information
        moments = _moments(expected, nodes)
        _group_step(space, state, new, moments, gradient, diagonal)
        score = float(np.abs(gradient).max()) / total if space.size else 0.0
        done = objective
        target = space.vector(new)
        residual = target - x
        change = float(np.abs(residual).max()) if space.size else 0.0
        if watch is not None:
            watch(made, objective, change)
        if change < tolerance:
            break
        if expanding and (change < 0.02 or made > EXPANDED):
            expanding, points, residuals = False, [], []
        last = objective
        if expanding:
            _standardise(space, new, moments, rescale)
            state, x, fallback = new, space.vector(new), None
            continue
        metric = np.sqrt(diagonal) if metric is None else metric
        points.append(x)
        residuals.append(residual)
        if len(points) > MEMORY:
            points.pop(0)
            residuals.pop(0)
        trial = extrapolated(points, residuals, metric)
        proposed = space.state(trial, state)
        if len(points) > 1 and space.feasible(proposed):
            state, x, fallback = proposed, trial, target
        else:
            state, x, fallback = new, target, None
    bound = tuple(
        int(i)
        for family in space.families
        if family.slope and space.positive
        for i in family.at[state.slope[family.at] <= 1.01 * SMALLEST_SLOPE]
    )
    return Maximum(
        state=state,
        log_likelihood=done - space.log_prior(state),
        log_prior=space.log_prior(state),
        rounds=made,
        change=change,
        score_norm=score,
        converged=change < tolerance,
        at_bound=bound,
        edge=expected.groups[:, [0, -1]].sum(axis=1) / expected.groups.sum(axis=1),
    )


def _moments(expected: Expected, nodes: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Posterior mean, variance and weight of every group, (G,)."""
    size = expected.groups.sum(axis=1)
    mean = expected.groups @ nodes / size
    variance = np.einsum("gq,gq->g", expected.groups, (nodes[None, :] - mean[:, None]) ** 2) / size
    return mean, variance, size


def _group_step(
    space: Space,
    old: State,
    new: State,
    moments: tuple[FloatArray, FloatArray, FloatArray],
    gradient: FloatArray,
    diagonal: FloatArray,
) -> None:
    """Mean and SD of the free groups from posterior moments, as mirt and TAM do; scores of the normal density."""
    mean, variance, size = moments
    mu = np.where(space.mean_free, mean, old.mean)
    spread = variance + (mean - mu) ** 2
    new.mean[:] = mu
    new.sd[:] = np.where(space.sd_free, np.sqrt(spread), old.sd)
    at = space.item_parameters
    means = int(space.mean_free.sum())
    along_mean = size * (mean - old.mean) / old.sd**2
    along_sd = size * ((variance + (mean - old.mean) ** 2) / old.sd**2 - 1)
    gradient[at : at + means] = along_mean[space.mean_free]
    gradient[at + means :] = along_sd[space.sd_free]
    diagonal[at : at + means] = (size / old.sd**2)[space.mean_free]
    diagonal[at + means :] = (2 * size)[space.sd_free]


def _standardise(
    space: Space, state: State, moments: tuple[FloatArray, FloatArray, FloatArray], rescale: bool
) -> None:
    """Carry the items to the scale on which the reference group has mean 0 (and SD 1)."""
    shift = float(moments[0][0])
    factor = float(np.sqrt(moments[1][0])) if rescale else 1.0
    steps = np.arange(1.0, state.intercept.shape[1] + 1)
    for i, model in enumerate(space.models):
        times = steps if MODELS[model][0] == "divide" else 1.0
        state.intercept[i] += times * state.slope[i] * shift
    state.slope *= factor
    free = space.mean_free
    state.mean[free] = (state.mean[free] - shift) / factor
    state.sd[space.sd_free] /= factor


def extrapolated(points: list[FloatArray], residuals: list[FloatArray], metric: FloatArray) -> FloatArray:
    """Anderson's next point from the points visited and their residuals, newest last."""
    x, f = points[-1], residuals[-1]
    if len(points) == 1:
        return x + f
    dx = np.stack([points[k + 1] - points[k] for k in range(len(points) - 1)], axis=1)
    df = np.stack([residuals[k + 1] - residuals[k] for k in range(len(points) - 1)], axis=1)
    gamma = np.linalg.lstsq(df * metric[:, None], f * metric, rcond=1e-10)[0]
    return np.asarray(x + f - (dx + df) @ gamma, dtype=np.float64)


def starting_state(booklets: Booklets, space: Space, anchor: Items | None, places: IntArray) -> State:
    """Where to start: slopes 1, intercepts from the shares in each category, groups N(0, 1).

    ``d = 1.2 logit(share)`` makes up for the spread of abilities.
    """
    counts, seen = booklets.counts
    items, width = counts.shape
    shares = (counts + 0.5) / (seen[:, None] + 0.5 * (space.steps[:, None] + 1))
    slope = np.ones(items)
    intercept = np.full((items, width - 1), np.nan)
    guess = np.zeros(items)
    for i, model in enumerate(space.models):
        m = int(space.steps[i])
        form = MODELS[model][0]
        p = shares[i, : m + 1]
        if form == "divide":
            intercept[i, :m] = 1.2 * np.log(p[1:] / p[0])
        elif form == "cumulative":
            above = np.cumsum(p[::-1])[::-1][1:]
            intercept[i, :m] = 1.2 * np.log(above / (1 - above))
        else:
            prior = space.priors.logit_guess
            g = 1 / (1 + np.exp(-prior[0])) if prior else 0.15
            guess[i] = min(g, 0.8 * float(p[1]))
            right = (p[1] - guess[i]) / (1 - guess[i])
            intercept[i, 0] = 1.2 * np.log(right / (1 - right))
    if anchor is not None:
        width = anchor.intercept.shape[1]
        if width > intercept.shape[1]:
            more = np.full((items, width - intercept.shape[1]), np.nan)
            intercept = np.concatenate([intercept, more], axis=1)
        slope[places], guess[places] = anchor.slope, anchor.guess
        intercept[places, :width] = anchor.intercept
    groups = len(booklets.data.groups)
    return State(slope, intercept, guess, np.zeros(groups), np.ones(groups))
