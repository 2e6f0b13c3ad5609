"""Estimates of a large invented pupil file, in one process on one core: ``python -m bench.ilsa_worker``.

Each figure is the best of a few runs, from the question to the last standard error; reading and weighing the
file are a figure of their own. The peer that is always there is the same work written with NumPy, one weight after
another; ``svy`` is measured where it is installed. The last line is a JSON list of rows.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ilsa import Assessment, EstimateTable

from .pupil_file import COUNTRIES, PLAUSIBLE_VALUES, REPLICATES, SCALE, design, pupil_file

FORMULA = "reading ~ female + ses + books + rural"
PREDICTORS = ("female", "ses", "books", "rural")
PERCENTS = (5, 25, 50, 75, 95)
LINE = 500.0
NUMPY = "NumPy, one weight after another"


def best(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Milliseconds of the fastest of a few runs, and what it gave."""
    fastest, given = float("inf"), None
    for _ in range(runs):
        begun = time.perf_counter()
        given = work()
        fastest = min(fastest, 1000 * (time.perf_counter() - begun))
    return fastest, given


def read_out(table: EstimateTable) -> np.ndarray:
    """Value and standard error of every cell, which is when variances are computed."""
    return np.array([(float(cell.value), float(cell.se)) for cell in table])


def combined(estimates: np.ndarray) -> np.ndarray:
    """Value and standard error from (…, M, R + 1), by Rubin's rules with Fay's factor."""
    m = estimates.shape[-2]
    full = estimates[..., 0]
    sampling = ((estimates[..., 1:] - full[..., None]) ** 2).sum(axis=-1) / (REPLICATES * 0.25)
    variance = sampling.mean(axis=-1) + (1 + 1 / m) * full.var(axis=-1, ddof=1)
    return np.stack([full.mean(axis=-1), np.sqrt(variance)], axis=-1)


class ByNumPy:
    """The same estimates the plain way."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.rows = [np.flatnonzero(table["country"] == c) for c in range(COUNTRIES)]
        self.weights = [
            np.stack([table["weight"][rows], *(table[f"rw{r + 1}"][rows] for r in range(REPLICATES))])
            for rows in self.rows
        ]
        self.values = [
            np.stack([table[f"pv{m + 1}"][rows] for m in range(PLAUSIBLE_VALUES)]) for rows in self.rows
        ]
        self.x = [
            np.column_stack([np.ones(rows.size), *(table[name][rows] for name in PREDICTORS)])
            for rows in self.rows
        ]

    def each(self, statistic: Callable[[np.ndarray, np.ndarray, np.ndarray], Any]) -> np.ndarray:
        """``statistic(y, w, x)`` for every country, plausible value and weight, combined: (countries, …, 2)."""
        found = [
            [[statistic(y, w, x) for w in weights] for y in values]
            for weights, values, x in zip(self.weights, self.values, self.x, strict=True)
        ]
        return combined(np.moveaxis(np.array(found), 3, 1))

    def moments(self) -> np.ndarray:
        def both(y: np.ndarray, w: np.ndarray, _: np.ndarray) -> tuple[float, float]:
            middle = np.average(y, weights=w)
            return float(middle), float(np.sqrt(np.average((y - middle) ** 2, weights=w)))

        return self.each(both)

    def share(self) -> np.ndarray:
        return self.each(lambda y, w, _: (float(np.average(y >= LINE, weights=w)),))

    def regression(self) -> np.ndarray:
        return self.each(lambda y, w, x: np.linalg.solve((x * w[:, None]).T @ x, x.T @ (w * y)))

    def percentiles(self) -> np.ndarray:
        def cumulated(y: np.ndarray, w: np.ndarray, _: np.ndarray) -> np.ndarray:
            order = np.argsort(y)
            reached = np.cumsum(w[order])
            return np.interp(np.array(PERCENTS) / 100, reached / reached[-1], y[order])

        return self.each(cumulated)

    def logistic(self) -> np.ndarray:
        """All countries as one, the first plausible value: (k, R + 1); each weight starts from the full sample's."""
        x = np.concatenate(self.x)
        y = np.concatenate([values[0] for values in self.values]) >= LINE
        weights = np.concatenate(self.weights, axis=1)
        start = np.zeros(x.shape[1])
        found = []
        for w in weights:
            beta = start
            for _ in range(30):
                mu = 1 / (1 + np.exp(-x @ beta))
                step = np.linalg.solve((x * (w * mu * (1 - mu))[:, None]).T @ x, x.T @ (w * (y - mu)))
                beta = beta + step
                if np.abs(step).max() < 1e-7:
                    break
            found.append(beta)
            start = found[0]
        return np.stack(found, axis=1)


def svy_mean(table: dict[str, Any]) -> np.ndarray:
    """Means by country with ``svy``, one plausible value after another, combined here: it has no rule for them."""
    import polars
    import svy

    weights = svy.RepWeights(method="BRR", prefix="rw", n_reps=REPLICATES, fay_coef=0.5)
    sample = svy.Sample(data=polars.DataFrame(table), design=svy.Design(wgt="weight", rep_wgts=weights))
    found = []
    for m in range(PLAUSIBLE_VALUES):
        frame = sample.estimation.mean(f"pv{m + 1}", by="country", method="replication").to_polars()
        found.append(frame.sort("country").select("est", "se").to_numpy())
    each = np.array(found, dtype=float)
    between = (1 + 1 / PLAUSIBLE_VALUES) * each[..., 0].var(axis=0, ddof=1)
    return np.stack([each[..., 0].mean(axis=0), np.sqrt((each[..., 1] ** 2).mean(axis=0) + between)], axis=-1)


def apart(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest relative difference, standard errors included."""
    return float(np.abs(ours / theirs - 1).max())


def row(work: str, figure: float, unit: str = "ms", **more: Any) -> dict[str, Any]:
    return {"work": work, "figure": figure, "unit": unit, **more}


def compared(
    work: str,
    ours: Callable[[], EstimateTable],
    theirs: Callable[[], np.ndarray],
    aim: float,
    order: Callable[[np.ndarray], np.ndarray],
) -> Iterable[dict[str, Any]]:
    """Time beside the plain way, and how far the numbers lie apart."""
    figure, found = best(lambda: read_out(ours()), 5)
    peer, expected = best(theirs, 1)
    yield row(work, figure, peer=NUMPY, peer_figure=peer, aim=aim)
    yield row(f"{work}: largest difference", apart(found, order(expected)), "relative", peer=NUMPY, aim=1e-9)


def main() -> int:
    table = pupil_file()
    plain = ByNumPy(table)
    rows = []
    figure, ds = best(lambda: Assessment(table, design(by_country=True), scales=[SCALE]), 2)
    rows.append(row("read and weigh 250,500 pupils, 80 replicate weights", figure))
    ask = ds.estimate
    flat = lambda found: found.reshape(-1, 2)  # noqa: E731
    size = "by country, 10 plausible values × 80 replicates"
    rows += compared(f"mean and SD with SE {size}", lambda: ask.moments("reading"), plain.moments, 15, flat)
    rows += compared(
        f"share at or above 500 with SE {size}",
        lambda: ask.share("reading", at_least=LINE),
        plain.share,
        9,
        flat,
    )

    def slopes() -> EstimateTable:
        found = ask.lm(FORMULA)
        kept = tuple(cell for cell in found if cell.label[-1] not in ("R²", "residual SD"))
        return EstimateTable(statistic="lm", dimensions=found.dimensions, cells=kept)

    rows += compared(f"regression on 4 predictors with SE {size}", slopes, plain.regression, 36, flat)
    rows += compared(
        f"5 percentiles with SE {size}",
        lambda: ask.percentiles("reading", PERCENTS),
        plain.percentiles,
        383,
        flat,
    )
    whole = Assessment(table, design(by_country=False), scales=[SCALE])

    def logit(draws: int) -> EstimateTable:
        return whole.estimate.logit(
            FORMULA if draws > 1 else FORMULA.replace("reading", "pv1"), at_least=LINE
        )

    one, found = best(lambda: logit(1), 1)
    peer, expected = best(plain.logistic, 1)
    mine = np.stack([cell.estimates[0] for cell in found if cell.label[-1] != "R²"])
    work = "logistic regression on 4 predictors, all countries as one"
    rows.append(row(f"{work}, 1 plausible value × 80 replicates", one, peer=NUMPY, peer_figure=peer))
    rows.append(row(f"{work}: largest difference", apart(mine, expected), "relative", peer=NUMPY, aim=1e-9))
    ten, _ = best(lambda: read_out(logit(PLAUSIBLE_VALUES)), 2)
    rows.append(row(f"{work}, 10 plausible values × 80 replicates", ten, aim=4700))
    rows += with_svy(table, read_out(ask.mean("reading")))
    print(json.dumps(rows))
    return 0


def with_svy(table: dict[str, Any], ours: np.ndarray) -> list[dict[str, Any]]:
    """Means beside ``svy``, or a row that says why not."""
    work = "mean with SE by country, 10 plausible values × 80 replicates"
    if importlib.util.find_spec("svy") is None:
        print("svy is not installed, so nothing was measured beside it.", file=sys.stderr)
        return []
    peer, expected = best(lambda: svy_mean(table), 1)
    ds = Assessment(table, design(by_country=True), scales=[SCALE])
    figure, _ = best(lambda: read_out(ds.estimate.mean("reading")), 5)
    return [
        row(work, figure, peer="svy", peer_figure=peer),
        row(f"{work}: largest difference", apart(ours, expected), "relative", peer="svy"),
    ]


if __name__ == "__main__":
    sys.exit(main())
