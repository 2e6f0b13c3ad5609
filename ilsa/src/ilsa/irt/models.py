"""Item response models: probabilities, their derivatives, and sets of item parameters.

Every model is written with slope a and intercepts d, ``η = aθ + d``; difficulties are ``b = −d/a``.

========  =====================================  ==============================
model     probability                            form
========  =====================================  ==============================
1PL, PCM  as 2PL, GPCM with a = 1, variance free  ``divide`` (divide by total)
2PL       ``σ(aθ + d)``                          ``divide`` with one step
GPCM      ``P_k ∝ exp(k a θ + d_k)``, ``d₀ = 0``  ``divide``
3PL       ``g + (1 − g) σ(aθ + d)``              ``guess``
GRM       ``P(X ≥ k) = σ(aθ + d_k)``             ``cumulative``
========  =====================================  ==============================

In R: mirt's ``a1`` and ``d`` are ours; TAM's ``xsi`` is −d for one step and ``a b_h`` for several.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from ilsa.irt.refusals import IrtError
from ilsa.kernels.ratios import FloatArray, IntArray, sealed
from ilsa.provenance import canonical_json

Form = Literal["divide", "cumulative", "guess"]

MODELS: Final[Mapping[str, tuple[Form, bool]]] = {
    "Rasch": ("divide", False),
    "1PL": ("divide", False),
    "2PL": ("divide", True),
    "3PL": ("guess", True),
    "PCM": ("divide", False),
    "GPCM": ("divide", True),
    "GRM": ("cumulative", True),
}
"""Form of each model, and whether its slope is estimated."""

DICHOTOMOUS: Final = ("Rasch", "1PL", "2PL", "3PL")

_SMALLEST: Final = 1e-290


def _logistic(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """σ(x) and 1 − σ(x), both with all their digits."""
    small = np.exp(-np.abs(x))
    large = 1 / (1 + small)
    small *= large
    up = x >= 0
    return np.where(up, large, small), np.where(up, small, large)


def _log_logistic(x: FloatArray) -> FloatArray:
    return np.asarray(np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x))), dtype=np.float64)


def log_probabilities(
    form: Form, slope: FloatArray, intercept: FloatArray, guess: FloatArray, theta: FloatArray
) -> FloatArray:
    """Log probability of every category of items that have m steps each.

    Parameters: ``slope`` (J,), ``intercept`` (J, m), ``guess`` (J,), ``theta`` (T,), logits.
    Returns: (J, m + 1, T).
    """
    eta = slope[:, None, None] * theta
    items, steps = intercept.shape
    out = np.empty((items, steps + 1, theta.size))
    if form == "divide":
        out[:, 0] = 0.0
        out[:, 1:] = eta * np.arange(1, steps + 1)[:, None] + intercept[:, :, None]
        if steps == 1:
            bend = np.logaddexp(0.0, out[:, 1])
            out[:, 0] = -bend
            out[:, 1] -= bend
        else:
            top = out.max(axis=1, keepdims=True)
            out -= top + np.log(np.exp(out - top).sum(axis=1, keepdims=True))
    elif form == "guess":
        low = guess[:, None]
        x = eta[:, 0] + intercept
        out[:, 0] = np.log1p(-low) + _log_logistic(-x)
        with np.errstate(divide="ignore"):
            out[:, 1] = np.logaddexp(np.log(low), np.log1p(-low) + _log_logistic(x))
    else:
        out[:] = np.log(np.maximum(_cumulative(eta, intercept), _SMALLEST))
    return out


def _cumulative(eta: FloatArray, intercept: FloatArray) -> FloatArray:
    """Category probabilities of the graded model, (J, m + 1, T).

    σ(x) − σ(y) is formed as σ(x) σ(−y) (1 − e^{y − x}), which keeps its digits in the tails.
    """
    x = eta + intercept[:, :, None]
    above, below = _logistic(x)
    out = np.empty((x.shape[0], x.shape[1] + 1, x.shape[2]))
    out[:, 0] = below[:, 0]
    out[:, -1] = above[:, -1]
    gap = -np.expm1(intercept[:, 1:] - intercept[:, :-1])[:, :, None]
    out[:, 1:-1] = above[:, :-1] * below[:, 1:] * gap
    return out


def parameter_scores(
    form: Form,
    slope: FloatArray,
    intercept: FloatArray,
    guess: FloatArray,
    theta: FloatArray,
    p: FloatArray,
) -> FloatArray:
    """Derivatives of the log probability of every category by the parameters of its item.

    Order of the parameters: a, d₁ … d_m, and logit g for the form ``guess``.

    Parameters: as for ``log_probabilities``; ``p`` (J, m + 1, T), its exponential. Returns: (J, m + 1, T, 1 + m (+ 1)).
    """
    items, steps = intercept.shape
    extra = 1 if form == "guess" else 0
    out = np.zeros((items, steps + 1, theta.size, 1 + steps + extra))
    if form == "divide":
        k = np.arange(steps + 1.0)
        expected = np.einsum("k,jkt->jt", k, p)
        out[..., 0] = theta * (k[None, :, None] - expected[:, None, :])
        for h in range(1, steps + 1):
            out[..., h] = -p[:, None, h]
            out[:, h, :, h] += 1.0
    elif form == "guess":
        s, rest = _logistic(slope[:, None] * theta + intercept)
        bend = s * rest * (1 - guess[:, None])
        right, wrong = 1 / np.maximum(p[:, 1], _SMALLEST), 1 / np.maximum(p[:, 0], _SMALLEST)
        for c, change in enumerate((bend * theta, bend, (guess * (1 - guess))[:, None] * rest)):
            out[:, 1, :, c] = change * right
            out[:, 0, :, c] = -change * wrong
    else:
        above, below = _logistic(slope[:, None, None] * theta + intercept[:, :, None])
        bend = above * below
        p = np.maximum(p, _SMALLEST)
        for h in range(steps + 1):
            if h >= 1:
                out[:, h, :, h] = bend[:, h - 1] / p[:, h]
                out[:, h, :, 0] += theta * out[:, h, :, h]
            if h < steps:
                lost = bend[:, h] / p[:, h]
                out[:, h, :, h + 1] = -lost
                out[:, h, :, 0] -= theta * lost
    return out


def ability_derivatives(
    form: Form, slope: FloatArray, intercept: FloatArray, guess: FloatArray, theta: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probability of every category and its first two derivatives by θ, each (J, m + 1, T)."""
    a = slope[:, None, None]
    if form == "divide" and intercept.shape[1] > 1:
        p = np.exp(log_probabilities(form, slope, intercept, guess, theta))
        k = np.arange(intercept.shape[1] + 1.0)[:, None]
        expected = (k * p).sum(axis=1, keepdims=True)
        variance = (k**2 * p).sum(axis=1, keepdims=True) - expected**2
        return p, a * p * (k - expected), a**2 * p * ((k - expected) ** 2 - variance)
    if form != "cumulative":
        s, rest = _logistic(a * theta + intercept[:, :, None])
        c = guess[:, None, None] if form == "guess" else np.zeros((1, 1, 1))
        right = c + (1 - c) * s
        first = (1 - c) * a * s * rest
        second = first * a * (1 - 2 * s)
        return (
            np.concatenate([(1 - c) * rest, right], axis=1),
            np.concatenate([-first, first], axis=1),
            np.concatenate([-second, second], axis=1),
        )
    p = _cumulative(a * theta, intercept)
    above, below = _logistic(a * theta + intercept[:, :, None])
    edge = np.zeros((p.shape[0], 1, p.shape[2]))
    bend = np.concatenate([edge, a * above * below, edge], axis=1)
    turn = np.concatenate([edge, a**2 * above * below * (1 - 2 * above), edge], axis=1)
    return p, bend[:, :-1] - bend[:, 1:], turn[:, :-1] - turn[:, 1:]


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Parameters of a set of items.

    Attributes: ``names``; ``models``, one of ``MODELS`` for each item; ``slope`` a (I,); ``intercept`` d
    (I, M), filled with NaN beyond an item's own steps; ``guess`` g (I,), 0 where there is none; ``steps`` (I,),
    number of the highest category.

    Raises: ``IrtError`` for parameters that are no probabilities, with the item.
    """

    names: tuple[str, ...]
    models: tuple[str, ...]
    slope: FloatArray
    intercept: FloatArray
    guess: FloatArray

    def __post_init__(self) -> None:
        size = len(self.names)
        for name in ("slope", "intercept", "guess"):
            object.__setattr__(self, name, sealed(getattr(self, name)))
        if self.intercept.ndim != 2 or self.intercept.shape[0] != size:
            raise IrtError(
                "parameters_shape", name="intercept", found=self.intercept.shape, expected=f"({size}, steps)"
            )
        for name, array in (("slope", self.slope), ("guess", self.guess)):
            if array.shape != (size,):
                raise IrtError("parameters_shape", name=name, found=array.shape, expected=f"({size},)")
        for at, (item, model) in enumerate(zip(self.names, self.models, strict=True)):
            if model not in MODELS:
                raise IrtError("model_unknown", model=model, known=", ".join(MODELS))
            if self.names.index(item) != at:
                raise IrtError("item_repeated", item=item)
            own = self.intercept[at, : max(1, int(self.steps[at]))]
            for what, value in (("slope", self.slope[at]), *(("intercept", d) for d in own)):
                if not np.isfinite(value):
                    raise IrtError("parameter_not_finite", item=item, name=what, value=value)
            if not 0 <= self.guess[at] < 1:
                raise IrtError("guess_out_of_range", item=item, value=self.guess[at])
            if model == "GRM" and (np.diff(own) >= 0).any():
                raise IrtError("intercepts_not_decreasing", item=item, value=own.tolist())

    @classmethod
    def from_difficulties(
        cls,
        names: Sequence[str],
        model: str | Sequence[str],
        difficulty: npt.ArrayLike,
        slope: npt.ArrayLike = 1.0,
        guess: npt.ArrayLike = 0.0,
        *,
        scaling: float = 1.0,
    ) -> Items:
        """Items from difficulties b (I,) or thresholds b (I, M), NaN beyond an item's own.

        ``a ← D a``; ``d = −a b`` (GRM and one step) or ``d_k = −a Σ_{h≤k} b_h`` (PCM, GPCM). ``scaling`` is D,
        1.7 only for files that say so.
        """
        b = np.asarray(difficulty, dtype=np.float64)
        b = b[:, None] if b.ndim == 1 else b
        size = len(names)
        a = np.broadcast_to(np.asarray(slope, dtype=np.float64), (size,)) * scaling
        models = (model,) * size if isinstance(model, str) else tuple(model)
        graded = np.array([m == "GRM" for m in models])[:, None]
        d = -a[:, None] * np.where(graded, b, np.cumsum(b, axis=1))
        g = np.broadcast_to(np.asarray(guess, dtype=np.float64), (size,))
        return cls(tuple(str(name) for name in names), models, sealed(a), sealed(d), sealed(g))

    def as_json(self) -> str:
        """Canonical JSON, from which ``from_json`` makes the same items, digit for digit."""
        return canonical_json(
            [
                {
                    "item": name,
                    "model": self.models[i],
                    "a": float(self.slope[i]),
                    "d": [float(d) for d in self.intercept[i, : max(1, int(self.steps[i]))]],
                    "g": float(self.guess[i]),
                }
                for i, name in enumerate(self.names)
            ]
        )

    @classmethod
    def from_json(cls, text: str) -> Items:
        """Items stored by ``as_json``. Raises: ``IrtError`` (``items_unreadable`` or any refusal)."""
        try:
            stored = json.loads(text)
            width = max(len(line["d"]) for line in stored)
            intercept = np.full((len(stored), width), np.nan)
            for i, line in enumerate(stored):
                intercept[i, : len(line["d"])] = line["d"]
            return cls(
                tuple(str(line["item"]) for line in stored),
                tuple(str(line["model"]) for line in stored),
                sealed([line["a"] for line in stored]),
                intercept,
                sealed([line["g"] for line in stored]),
            )
        except (KeyError, TypeError, ValueError) as problem:
            if isinstance(problem, IrtError):
                raise
            raise IrtError("items_unreadable", problem=repr(problem)) from problem

    def __len__(self) -> int:
        return len(self.names)

    @property
    def steps(self) -> IntArray:
        """Number of the highest category of every item, (I,)."""
        return np.asarray(np.isfinite(self.intercept).sum(axis=1), dtype=np.intp)

    @property
    def difficulty(self) -> FloatArray:
        """Difficulties or thresholds b, (I, M), logits, NaN beyond an item's own.

        One step and GRM: ``b_k = −d_k / a``; PCM, GPCM: ``b_k = −(d_k − d_{k−1}) / a``.
        """
        before = np.concatenate([np.zeros((len(self), 1)), self.intercept[:, :-1]], axis=1)
        graded = np.array([m == "GRM" for m in self.models])[:, None]
        return -np.where(graded, self.intercept, self.intercept - before) / self.slope[:, None]

    def place(self, names: Sequence[str]) -> IntArray:
        """Positions of named items. Raises: ``IrtError`` (``item_unknown``)."""
        at = {name: i for i, name in enumerate(self.names)}
        for name in names:
            if name not in at:
                raise IrtError("item_unknown", item=name, known=", ".join(self.names))
        return np.array([at[name] for name in names], dtype=np.intp)

    def choose(self, names: Sequence[str]) -> Items:
        """The named items, in the given order."""
        at = self.place(names)
        return Items(
            tuple(names),
            tuple(self.models[i] for i in at),
            self.slope[at],
            self.intercept[at],
            self.guess[at],
        )

    def families(self) -> list[tuple[Form, int, IntArray]]:
        """Items that may be computed together: form, number of steps, positions."""
        kinds: dict[tuple[Form, int], list[int]] = {}
        for i, (model, steps) in enumerate(zip(self.models, self.steps, strict=True)):
            kinds.setdefault((MODELS[model][0], int(steps)), []).append(i)
        return [(form, steps, np.array(at, dtype=np.intp)) for (form, steps), at in kinds.items()]

    def of(self, at: IntArray, steps: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Slope, intercept and guess of items that share a number of steps."""
        return self.slope[at], self.intercept[at, :steps], self.guess[at]

    def log_probability(self, theta: npt.ArrayLike) -> FloatArray:
        """Log probability of every category, (I, M + 1, T); −∞ beyond an item's own categories."""
        nodes = np.atleast_1d(np.asarray(theta, dtype=np.float64))
        out = np.full((len(self), self.intercept.shape[1] + 1, nodes.size), -np.inf)
        for form, steps, at in self.families():
            out[at, : steps + 1] = log_probabilities(form, *self.of(at, steps), nodes)
        return out

    def probability(self, theta: npt.ArrayLike) -> FloatArray:
        """Probability of every category, (I, M + 1, T); 0 beyond an item's own categories."""
        return np.asarray(np.exp(self.log_probability(theta)), dtype=np.float64)

    def expected(self, theta: npt.ArrayLike) -> FloatArray:
        """Expected score of every item, (I, T)."""
        score = np.arange(self.intercept.shape[1] + 1.0)
        return np.asarray(np.einsum("k,ikt->it", score, self.probability(theta)), dtype=np.float64)

    def information(self, theta: npt.ArrayLike) -> FloatArray:
        """Item information ``I_j(θ) = Σ_k P_k′² / P_k``, (I, T); its sum over items is test information.

        2PL: ``a² P (1 − P)``; 3PL: ``a² (1 − P)/P · ((P − g)/(1 − g))²``; GPCM: a² times the score variance.
        """
        nodes = np.atleast_1d(np.asarray(theta, dtype=np.float64))
        out = np.empty((len(self), nodes.size))
        for form, steps, at in self.families():
            p, first, _ = ability_derivatives(form, *self.of(at, steps), nodes)
            out[at] = (first**2 / np.maximum(p, _SMALLEST)).sum(axis=1)
        return out

    def total_information(self, theta: npt.ArrayLike) -> FloatArray:
        """Test information ``I(θ) = Σ_j I_j(θ)``, (T,); the standard error of ML and WLE is ``1/√I``."""
        return np.asarray(self.information(theta).sum(axis=0), dtype=np.float64)

    def transformed(self, slope: float, intercept: float) -> Items:
        """The same items on the scale ``θ′ = A θ + B``: ``a′ = a / A``, ``b′ = A b + B``."""
        a = self.slope / slope
        k = np.arange(1.0, self.intercept.shape[1] + 1)
        count = np.array([k if MODELS[m][0] == "divide" else np.ones_like(k) for m in self.models])
        return Items(self.names, self.models, a, self.intercept - a[:, None] * count * intercept, self.guess)
