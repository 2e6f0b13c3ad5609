"""Differential item functioning: is an item harder for one group than for another of equal ability?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from ilsa.columns import Label, show
from ilsa.irt.booklets import Booklets
from ilsa.irt.em import Maximum, Space, State, maximise
from ilsa.irt.models import MODELS
from ilsa.irt.refusals import IrtError, one_of
from ilsa.irt.responses import Responses
from ilsa.irt.tails import benjamini_hochberg, chi_square_tail, chi_square_tails
from ilsa.kernels.ratios import FloatArray, IntArray, sealed

if TYPE_CHECKING:
    from ilsa.irt.calibration import Calibration

DifMethod = Literal["mantel_haenszel", "logistic", "likelihood_ratio"]


@dataclass(frozen=True, slots=True, eq=False)
class DifTable:
    """One line per item.

    Attributes: ``items``; ``statistic``, ``df``, ``p`` and ``p_adjusted`` (Benjamini–Hochberg over the items of
    this table), (L,); ``effect`` (L,) and ``effect_name``, its meaning; ``size``: A negligible, B moderate,
    C large, by the rule of the method, empty where there is none; ``reference`` and ``focal`` group;
    ``parts``, further columns (L,) by name; ``method``.
    """

    items: tuple[str, ...]
    statistic: FloatArray
    df: FloatArray
    p: FloatArray
    p_adjusted: FloatArray
    effect: FloatArray
    effect_name: str
    size: tuple[str, ...]
    reference: str
    focal: str
    parts: Mapping[str, FloatArray]
    method: DifMethod

    def of(self, item: str) -> dict[str, Any]:
        """The line of one item."""
        if item not in self.items:
            raise IrtError("item_unknown", item=item, known=", ".join(self.items))
        at = self.items.index(item)
        return {
            "statistic": float(self.statistic[at]),
            "df": float(self.df[at]),
            "p": float(self.p[at]),
            "p_adjusted": float(self.p_adjusted[at]),
            self.effect_name: float(self.effect[at]),
            "size": self.size[at],
        } | {name: float(column[at]) for name, column in self.parts.items()}


def dif(
    calibration: Calibration,
    group: npt.ArrayLike,
    method: DifMethod = "likelihood_ratio",
    *,
    focal: Any = None,
    reference: Any = None,
    items: Sequence[str] | None = None,
) -> DifTable:
    """Compare two groups item by item.

    ``mantel_haenszel`` (right and wrong, matched by the total score, which includes the item):
    ``α = Σ(A_k D_k/T_k) / Σ(B_k C_k/T_k)``, A and B the reference group's right and wrong, C and D the focal
    group's; χ² with continuity correction; effect ``Δ = −2.35 ln α``, negative where the item is harder for the
    focal group. Class A: |Δ| < 1 or not different from 0; C: |Δ| ≥ 1.5 and significantly above 1 (one-sided,
    variance of Phillips and Holland 1987); B between; at 5 %.

    ``logistic`` (Swaminathan and Rogers 1990), total score as above: likelihood ratio of group and score × group
    together (df 2), of each in ``parts`` (``uniform``, ``nonuniform``); effect: gain in Nagelkerke's R²; class by
    Jodoin and Gierl (2001): A < 0.035 or not significant, C ≥ 0.07.

    ``likelihood_ratio``: the calibration's model with all items equal and the groups' abilities free, against the
    same with one item free in the focal group (df: its parameters); effect: mean difficulty of the item in
    the focal minus the reference group, logits, given the other items. No classes.

    Parameters: ``group``, one value per pupil of the file; ``focal``, ``reference``, two of its values, by default
    the second and the first in order; ``items``, all by default.
    Raises: ``IrtError``. Limits: weights count as pupils in all three, p-values hold for pupils drawn at random.
    Checked against: R difR (Mantel–Haenszel and logistic, data ``verbal``), R mirt 1.45.1 (likelihood ratio).
    """
    one_of("method", method, get_args(DifMethod))
    data, labels = _two_groups(calibration.data, group, focal, reference)
    names = tuple(items) if items is not None else data.items
    places = calibration.items.place(names)
    if method == "mantel_haenszel":
        parts = _mantel_haenszel(data, places)
    elif method == "logistic":
        parts = _logistic(data, places)
    else:
        parts = _likelihood_ratio(calibration, data, places)
    statistic, df = parts.pop("statistic"), parts.pop("df")
    p = chi_square_tails(statistic, df)
    adjusted = benjamini_hochberg(p)
    name = {
        "mantel_haenszel": "delta",
        "logistic": "r_squared_gain",
        "likelihood_ratio": "difficulty_difference",
    }[method]
    effect = parts.pop(name)
    return DifTable(
        items=names,
        statistic=sealed(statistic),
        df=sealed(df),
        p=sealed(p),
        p_adjusted=sealed(adjusted),
        effect=sealed(effect),
        effect_name=name,
        size=_classes(method, effect, p, parts),
        reference=labels[0],
        focal=labels[1],
        parts=MappingProxyType({key: sealed(column) for key, column in parts.items()}),
        method=method,
    )


def _two_groups(
    data: Responses, group: npt.ArrayLike, focal: Any, reference: Any
) -> tuple[Responses, tuple[str, str]]:
    """The pupils of two groups, reference first."""
    split = data.regrouped(group)
    labels = split.groups

    def find(value: Any) -> int:
        for at, label in enumerate(labels):
            if label == (value,) or show(label) == str(value):
                return at
        raise IrtError("group_unknown", group=value, known=", ".join(show(label) for label in labels))

    if focal is None and reference is None:
        if len(labels) != 2:
            raise IrtError("dif_groups", count=len(labels), known=", ".join(show(label) for label in labels))
        pair = [0, 1]
    elif focal is None or reference is None:
        given = find(focal if focal is not None else reference)
        others = [at for at in range(len(labels)) if at != given]
        if len(others) != 1:
            raise IrtError("dif_groups", count=len(labels), known=", ".join(show(label) for label in labels))
        pair = [others[0], given] if focal is not None else [given, others[0]]
    else:
        pair = [find(reference), find(focal)]
    rows = np.flatnonzero(np.isin(split.group, pair))
    which: IntArray = (split.group[rows] == pair[1]).astype(np.intp)
    chosen: tuple[Label, ...] = (labels[pair[0]], labels[pair[1]])
    weight = split.weight[rows]
    kept = replace(
        split,
        codes=split.codes[rows],
        weight=sealed(weight * rows.size / weight.sum()),
        groups=chosen,
        group=which,
        booklet=None,
        rows=split.rows[rows],
    )
    return kept, (show(chosen[0]), show(chosen[1]))


def _totals(data: Responses, places: IntArray) -> IntArray:
    absent = data.codes < 0
    if absent.any():
        row, item = (int(i) for i in np.argwhere(absent)[0])
        raise IrtError("dif_needs_complete", row=int(data.rows[row]) + 1, item=data.items[item])
    for j in places:
        if data.highest[j] > 1:
            raise IrtError("dif_two_categories", item=data.items[j])
    return np.asarray(data.codes.sum(axis=1), dtype=np.intp)


def _mantel_haenszel(data: Responses, places: IntArray) -> dict[str, FloatArray]:
    total = _totals(data, places)
    levels = int(total.max()) + 1
    size = len(places)
    out = {name: np.empty(size) for name in ("statistic", "alpha", "delta", "delta_se")}
    out["df"] = np.ones(size)
    for at, j in enumerate(places):
        key = (total * 2 + data.group) * 2 + data.codes[:, j]
        table = np.bincount(key, weights=data.weight, minlength=4 * levels).reshape(levels, 2, 2)
        table = table[(table.sum(axis=2) > 0).all(axis=1)]
        b, a, d, c = table[:, 0, 0], table[:, 0, 1], table[:, 1, 0], table[:, 1, 1]
        t = a + b + c + d
        right, left = a + c, b + d
        expected = (a + b) * right / t
        variance = (a + b) * (c + d) * right * left / (t**2 * np.maximum(t - 1, 1e-300))
        gap = abs(float((a - expected).sum()))
        out["statistic"][at] = max(gap - 0.5, 0.0) ** 2 / variance.sum()
        up, down = a * d / t, b * c / t
        out["alpha"][at] = up.sum() / down.sum()
        out["delta"][at] = -2.35 * np.log(out["alpha"][at])
        spread = ((a * d + out["alpha"][at] * b * c) * (a + d + out["alpha"][at] * (b + c)) / t**2).sum()
        out["delta_se"][at] = 2.35 * np.sqrt(spread / (2 * up.sum() ** 2))
    return out


def _logistic(data: Responses, places: IntArray) -> dict[str, FloatArray]:
    total = _totals(data, places).astype(np.float64)
    score = (total - total.mean()) / max(total.std(), 1e-12)
    group = data.group.astype(np.float64)
    one = np.ones(total.size)
    designs = [
        np.column_stack([one]),
        np.column_stack([one, score]),
        np.column_stack([one, score, group]),
        np.column_stack([one, score, group, score * group]),
    ]
    size = len(places)
    out = {name: np.empty(size) for name in ("statistic", "uniform", "nonuniform", "r_squared_gain")}
    out["df"] = np.full(size, 2.0)
    n = data.weight.sum()
    for at, j in enumerate(places):
        y = data.codes[:, j].astype(np.float64)
        logs = [_logistic_fit(x, y, data.weight) for x in designs]
        out["uniform"][at] = 2 * (logs[2] - logs[1])
        out["nonuniform"][at] = 2 * (logs[3] - logs[2])
        out["statistic"][at] = 2 * (logs[3] - logs[1])
        top = 1 - np.exp(2 * logs[0] / n)
        r = [(1 - np.exp(2 * (logs[0] - log) / n)) / top for log in (logs[1], logs[3])]
        out["r_squared_gain"][at] = r[1] - r[0]
    return out


def _logistic_fit(x: FloatArray, y: FloatArray, weight: FloatArray) -> float:
    """Log-likelihood of a logistic regression at its maximum."""
    beta = np.zeros(x.shape[1])
    log = -np.inf
    for _ in range(60):
        eta = np.clip(x @ beta, -35, 35)
        value = float(weight @ (y * eta - np.logaddexp(0, eta)))
        if abs(value - log) < 1e-11 * abs(value):
            break
        log = value
        p = 1 / (1 + np.exp(-eta))
        information = (x * (weight * p * (1 - p))[:, None]).T @ x
        information[np.diag_indices_from(information)] += 1e-10
        beta = beta + np.linalg.solve(information, x.T @ (weight * (y - p)))
    return value


def _likelihood_ratio(calibration: Calibration, data: Responses, places: IntArray) -> dict[str, FloatArray]:
    """Free one item at a time in the focal group: it becomes two items, each seen by one group."""
    nodes, priors = calibration.quadrature, calibration.priors
    models = calibration.items.models
    known_scale = any(not MODELS[m][1] for m in models)
    steps = calibration.items.steps
    count = len(models)
    nobody = np.zeros(count, dtype=bool)
    space = Space(
        models=models,
        steps=steps,
        held=nobody,
        mean_free=np.array([False, True]),
        sd_free=np.array([known_scale, True]),
        priors=priors,
        positive=False,
    )
    source = calibration._state
    start = State(
        source.slope.copy(),
        source.intercept.copy(),
        source.guess.copy(),
        np.zeros(2),
        np.full(2, source.sd[0] if known_scale else 1.0),
    )
    base = _at_rest(maximise(Booklets(data), space, start, nodes, tolerance=1e-6, rounds=1000))
    size = len(places)
    out = {name: np.empty(size) for name in ("statistic", "df", "difficulty_difference")}
    for at, j in enumerate(places):
        own = np.where(data.group == 1, data.codes[:, j], -1).astype(np.int8)
        codes = np.column_stack([data.codes, own])
        codes[data.group == 1, j] = -1
        more = replace(
            data,
            items=(*data.items, "\0"),
            codes=codes,
            highest=np.append(data.highest, data.highest[j]),
        )
        wider = replace(
            space,
            models=(*models, models[j]),
            steps=np.append(steps, steps[j]),
            held=np.append(nobody, False),
        )
        state = base.state.copy()
        state.slope = np.append(state.slope, state.slope[j])
        state.intercept = np.vstack([state.intercept, state.intercept[j]])
        state.guess = np.append(state.guess, state.guess[j])
        found = _at_rest(
            maximise(Booklets(more), wider, state, nodes, tolerance=1e-6, rounds=1000, expand=False)
        )
        # log-likelihoods alone: with priors, the split item would bring a second one of its own
        out["statistic"][at] = max(2 * (found.log_likelihood - base.log_likelihood), 0.0)
        out["df"][at] = steps[j] + MODELS[models[j]][1] + (models[j] == "3PL")
        m = int(steps[j])
        where = [_mean_difficulty(models[j], m, found.state, i) for i in (j, count)]
        out["difficulty_difference"][at] = where[1] - where[0]
    return out


def _mean_difficulty(model: str, m: int, state: State, item: int) -> float:
    d = state.intercept[item, :m]
    total = d[-1] if MODELS[model][0] == "divide" else d.sum()
    return float(-total / m / state.slope[item])


def _at_rest(found: Maximum) -> Maximum:
    if not found.converged:
        raise IrtError("not_converged", rounds=found.rounds, change=found.change, tolerance=1e-6)
    return found


def _classes(
    method: DifMethod, effect: FloatArray, p: FloatArray, parts: Mapping[str, FloatArray]
) -> tuple[str, ...]:
    if method == "likelihood_ratio":
        return ("",) * effect.size
    out = []
    for at, value in enumerate(np.abs(effect)):
        if method == "logistic":
            out.append("A" if p[at] >= 0.05 or value < 0.035 else "C" if value >= 0.07 else "B")
            continue
        error = parts["delta_se"][at]
        above = chi_square_tail(((value - 1) / error) ** 2, 1) / 2 if value > 1 else 1.0
        zero = chi_square_tail((value / error) ** 2, 1)
        out.append("A" if value < 1 or zero >= 0.05 else "C" if value >= 1.5 and above < 0.05 else "B")
    return tuple(out)
