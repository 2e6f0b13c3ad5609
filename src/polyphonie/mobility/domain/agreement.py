"""How far observers agree who rated the same cells: pure functions over tables, no web, no database.

Units are cells of a grid, values are the steps of a rating scale. Every figure comes with the tables it
was made from, so that a page can show agreement, coefficient, interval and margins together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.unavailable import Unavailable

Weights = Literal["none", "linear", "quadratic"]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
Array = Any

DRAWS = 2_000
SEED = 20_180_312
LEAST_UNITS = 10
"""Fewer common cells than this say nothing; no coefficient is given."""
TOO_MANY_UNDEFINED = 0.05


@dataclass(frozen=True)
class Interval:
    """Percentiles 2.5 and 97.5 of a coefficient over resampled units.

    ``draws`` is the number of resamples in which the coefficient is defined.
    """

    low: float
    high: float
    draws: int


def contingency(pairs: Sequence[tuple[int, int]], scale: Sequence[int]) -> Array:
    """How often the first observer chose the row and the second the column.

    **Parameters** pairs: one per unit rated by both; scale: the k steps, in order.
    **Returns** an integer array of shape (k, k).
    """
    place = {value: n for n, value in enumerate(scale)}
    table = np.zeros((len(scale), len(scale)), dtype=np.int64)
    for first, second in pairs:
        table[place[first], place[second]] += 1
    return table


def observed_agreement(table: Array) -> float:
    """The share of units on which both observers chose the same step: pₒ = Σ nᵢᵢ / n.

    **Returns** a share between 0 and 1. **Raises** ``ValueError`` for a table without units.
    """
    table = _checked(table)
    return float(np.trace(table) / table.sum())


def cohen_kappa(table: Array, weights: Weights = "none") -> float | Unavailable:
    """Agreement of two observers beyond what their margins alone would give.

    κ = (pₒ − pₑ) / (1 − pₑ); weighted, κ_w = 1 − Σ wᵢⱼ oᵢⱼ / Σ wᵢⱼ eᵢⱼ with w = |i − j| or (i − j)².

    **Parameters** table: shape (k, k), counts. **Returns** a number of at most 1, or why there is none.
    **Limits** falls low where nearly all units have one value, however well observers agree; read it
    beside the margins and Gwet's AC1.
    **Source** Cohen 1960, Educational and Psychological Measurement 20, 37–46; Cohen 1968, Psychological
    Bulletin 70, 213–220. **Checked against** tests/reference/mobility/test_agreement.py.
    """
    found = _kappas(_checked(table)[None, :, :], weights)[0]
    return _number(found, _("les deux observateurs ont choisi partout le même degré"))


def gwet_ac1(table: Array) -> float | Unavailable:
    """Agreement beyond chance where chance does not grow with a lopsided margin.

    AC1 = (pₒ − pₑ) / (1 − pₑ), pₑ = Σ q(1 − q) / (k − 1), q the mean of both margins.

    **Parameters** table: shape (k, k), counts. **Returns** a number of at most 1, or why there is none.
    **Source** Gwet 2008, British Journal of Mathematical and Statistical Psychology 61, 29–48.
    **Checked against** tests/reference/mobility/test_agreement.py.
    """
    table = _checked(table)
    if table.shape[0] < 2:
        return Unavailable(_("l'échelle n'a qu'un degré"))
    return _number(_ac1(table[None, :, :])[0], _("la chance explique tout l'accord"))


def fleiss_kappa(counts: Array) -> float | Unavailable:
    """Agreement beyond chance of m observers who each rated every unit, whoever they were.

    κ = (P̄ − P̄ₑ) / (1 − P̄ₑ), P̄ the mean share of agreeing pairs of a unit, P̄ₑ = Σ pⱼ².

    **Parameters** counts: shape (units, k), how many observers chose each step; every row sums to m ≥ 2.
    **Returns** a number of at most 1, or why there is none. **Raises** ``ValueError`` where rows differ
    in their sum: Krippendorff's alpha takes missing ratings.
    **Source** Fleiss 1971, Psychological Bulletin 76, 378–382.
    **Checked against** tests/reference/mobility/test_agreement.py.
    """
    counts = np.asarray(counts, dtype=float)
    if counts.ndim != 2 or not counts.size:
        raise ValueError("The counts need a row per unit and a column per step.")
    raters = counts.sum(axis=1)
    if raters[0] < 2 or not np.all(raters == raters[0]):
        raise ValueError("Every unit needs the same number of ratings, two at least.")
    m = raters[0]
    agreement = ((counts * (counts - 1)).sum(axis=1) / (m * (m - 1))).mean()
    shares = counts.sum(axis=0) / counts.sum()
    chance = float((shares**2).sum())
    if np.isclose(chance, 1.0):
        return Unavailable(_("tous ont choisi partout le même degré"))
    return float((agreement - chance) / (1 - chance))


def krippendorff_alpha(
    ratings: Sequence[Sequence[float | None]], level: Level = "ordinal"
) -> float | Unavailable:
    """Agreement of any number of observers, with missing ratings: α = 1 − D_o / D_e.

    **Parameters** ratings: one row per observer, one place per unit, None where the observer did not rate.
    **Returns** a number of at most 1, or why there is none.
    **Limits** a unit rated once pairs with nothing and is left out.
    **Source** Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
    **Checked against** tests/reference/mobility/test_agreement.py.
    """
    values, units = _coincidences(ratings)
    if not len(units):
        return Unavailable(_("aucune case n'a été cotée deux fois"))
    found = _alphas(units.sum(axis=0)[None, :, :], values, level)[0]
    return _number(found, _("toutes les cotes sont égales : rien ne peut différer"))


def kappa_interval(
    table: Array, weights: Weights = "none", *, draws: int = DRAWS, seed: int = SEED
) -> Interval | Unavailable:
    """A 95 % interval for Cohen's kappa: units are drawn again with replacement, ``draws`` times.

    **Source** Efron & Tibshirani 1993, An Introduction to the Bootstrap, percentile interval. The same
    seed gives the same digits.
    """
    table = _checked(table)
    return _interval(_resampled(table, draws, seed), lambda tables: _kappas(tables, weights))


def ac1_interval(table: Array, *, draws: int = DRAWS, seed: int = SEED) -> Interval | Unavailable:
    """A 95 % interval for Gwet's AC1, by the same resampling as :func:`kappa_interval`."""
    return _interval(_resampled(_checked(table), draws, seed), _ac1)


def alpha_interval(
    ratings: Sequence[Sequence[float | None]],
    level: Level = "ordinal",
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Interval | Unavailable:
    """A 95 % interval for Krippendorff's alpha: units are drawn again with replacement."""
    values, units = _coincidences(ratings)
    if not len(units):
        return Unavailable(_("aucune case n'a été cotée deux fois"))
    generator = np.random.default_rng(seed)
    times = generator.multinomial(len(units), np.full(len(units), 1 / len(units)), size=draws)
    tables = np.tensordot(times, units, axes=(1, 0))
    return _interval(tables, lambda drawn: _alphas(drawn, values, level))


@dataclass(frozen=True)
class TwoObservers:
    """What two observers' ratings of the same cells say, all of it together: never one figure alone."""

    scale: tuple[int, ...]
    table: tuple[tuple[int, ...], ...]
    units: int
    agreement: float
    kappa: float | Unavailable
    quadratic: float | Unavailable
    quadratic_interval: Interval | Unavailable
    alpha: float | Unavailable
    alpha_interval: Interval | Unavailable
    ac1: float | Unavailable

    @property
    def margins(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """How often each observer chose each step."""
        rows = tuple(sum(row) for row in self.table)
        columns = tuple(sum(column) for column in zip(*self.table, strict=True))
        return rows, columns


def two_observers(
    first: Mapping[Any, int], second: Mapping[Any, int], scale: Sequence[int]
) -> TwoObservers | Unavailable:
    """Compare two observers over the cells that both rated; nothing under ten of them."""
    common = sorted(set(first) & set(second), key=str)
    if len(common) < LEAST_UNITS:
        return Unavailable(
            _("%(common)d cases communes ; il en faut %(least)d")
            % {"common": len(common), "least": LEAST_UNITS}
        )
    table = contingency([(first[c], second[c]) for c in common], scale)
    ratings = [[first[c] for c in common], [second[c] for c in common]]
    return TwoObservers(
        tuple(scale),
        tuple(tuple(int(n) for n in row) for row in table),
        len(common),
        observed_agreement(table),
        cohen_kappa(table),
        cohen_kappa(table, "quadratic"),
        kappa_interval(table, "quadratic"),
        krippendorff_alpha(ratings, "ordinal"),
        alpha_interval(ratings, "ordinal"),
        gwet_ac1(table),
    )


def _checked(table: Array) -> Array:
    table = np.asarray(table, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError("The table needs as many columns as rows.")
    if not table.sum() > 0:
        raise ValueError("The table holds no unit.")
    return table


def _number(value: Any, reason: Any) -> float | Unavailable:
    return float(value) if np.isfinite(value) else Unavailable(reason)


def _kappas(tables: Array, weights: Weights) -> Array:
    """κ for each of a stack of tables, shape (draws, k, k); NaN where it is undefined."""
    k = tables.shape[1]
    steps = np.arange(k)
    distance = np.abs(steps[:, None] - steps[None, :]).astype(float)
    weight = {"none": (distance > 0).astype(float), "linear": distance, "quadratic": distance**2}[weights]
    n = tables.sum(axis=(1, 2))
    expected = tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :] / n[:, None, None]
    observed_loss = (tables * weight).sum(axis=(1, 2))
    expected_loss = (expected * weight).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected_loss > 0, 1 - observed_loss / expected_loss, np.nan)


def _ac1(tables: Array) -> Array:
    k = tables.shape[1]
    n = tables.sum(axis=(1, 2))
    agreement = np.trace(tables, axis1=1, axis2=2) / n
    shares = (tables.sum(axis=2) + tables.sum(axis=1)) / (2 * n[:, None])
    chance = (shares * (1 - shares)).sum(axis=1) / (k - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(chance < 1, (agreement - chance) / (1 - chance), np.nan)


def _coincidences(ratings: Sequence[Sequence[float | None]]) -> tuple[Array, Array]:
    """The values that occur, and for each unit rated twice or more its pairs, shape (units, v, v).

    Each unit gives as many pairs as it has ratings: every ordered pair counts 1 / (m − 1).
    """
    if len({len(row) for row in ratings}) > 1:
        raise ValueError("Every observer needs a place for every unit.")
    paired = [
        [value for value in unit if value is not None]
        for unit in zip(*ratings, strict=True)
        if sum(value is not None for value in unit) > 1
    ]
    values = np.array(sorted({float(value) for unit in paired for value in unit}))
    place = {value: n for n, value in enumerate(values)}
    units = np.zeros((len(paired), len(values), len(values)))
    for number, unit in enumerate(paired):
        counts = np.zeros(len(values))
        for value in unit:
            counts[place[float(value)]] += 1
        units[number] = (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    return values, units


def _alphas(tables: Array, values: Array, level: Level) -> Array:
    """α for each of a stack of coincidence tables, shape (draws, v, v); NaN where it is undefined.

    For the ordinal level the distance depends on how often each value occurs, table by table.
    """
    margins = tables.sum(axis=2)
    n = margins.sum(axis=1)
    v = len(values)
    if level == "ordinal":
        below = np.cumsum(margins, axis=1)
        low = np.minimum.outer(np.arange(v), np.arange(v))
        high = np.maximum.outer(np.arange(v), np.arange(v))
        between = below[:, high] - below[:, low] + margins[:, low]
        distance = (between - (margins[:, low] + margins[:, high]) / 2) ** 2
        distance *= low != high
    elif level == "nominal":
        distance = np.broadcast_to((values[:, None] != values[None, :]).astype(float), tables.shape)
    elif level == "interval":
        distance = np.broadcast_to((values[:, None] - values[None, :]) ** 2, tables.shape)
    else:
        sums = values[:, None] + values[None, :]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(sums != 0, (values[:, None] - values[None, :]) / sums, 0.0) ** 2
        distance = np.broadcast_to(ratio, tables.shape)
    observed = (tables * distance).sum(axis=(1, 2))
    expected = (margins[:, :, None] * margins[:, None, :] * distance).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)


def _resampled(table: Array, draws: int, seed: int) -> Array:
    """Tables of as many units, drawn again from the table's own, shape (draws, k, k)."""
    n = int(table.sum())
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(n, (table / table.sum()).ravel(), size=draws)
    return drawn.reshape(draws, *table.shape).astype(float)


def _interval(tables: Array, coefficient: Callable[[Array], Array]) -> Interval | Unavailable:
    found = coefficient(tables)
    defined = found[np.isfinite(found)]
    if len(defined) < (1 - TOO_MANY_UNDEFINED) * len(found):
        return Unavailable(_("trop de rééchantillons n'ont qu'un seul degré"))
    low, high = np.percentile(defined, [2.5, 97.5])
    return Interval(float(low), float(high), len(defined))
