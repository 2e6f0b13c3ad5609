"""Item response models: 20,000 pupils, 60 items in six booklets, beside the Python packages that do the same.

Each figure is the median of repeated runs in a process of its own with one BLAS thread. Peers that are not
installed are named as absent; log-likelihoods of R's mirt and TAM stand in ``ilsa/tests/irt/reference``.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .row import Row

ROOT = Path(__file__).resolve().parent.parent
MIRT_LOG_LIKELIHOOD = -350637.42714
REPEATS = 9


def measure() -> list[Row]:
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    output = subprocess.run(
        [sys.executable, "-m", "bench.irt"],
        cwd=ROOT,
        env={**os.environ, **threads},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return [Row(**row) for row in json.loads(output.splitlines()[-1])]


def booklets(n: int = 20_000, items: int = 60) -> tuple[Any, Any]:
    """Invented answers (−9 where not administered) and twelve regressors, from seed 1."""
    draw = np.random.default_rng(1)
    female, ses = draw.integers(0, 2, n), draw.normal(0, 1, n)
    rural, age, country = draw.integers(0, 2, n), draw.normal(0, 1, n), draw.integers(0, 8, n)
    level = np.linspace(-0.6, 0.6, 8)
    level -= level.mean()
    theta = level[country] + 0.1 * (female - 0.5) + 0.35 * ses - 0.2 * (rural - 0.5) + 0.05 * age
    theta = theta + draw.normal(0, 0.8, n)
    slope, difficulty = np.exp(draw.normal(0, 0.3, items)), draw.normal(0, 1, items)
    booklet, cluster = draw.integers(0, 6, n), np.arange(items) // (items // 6)
    inside = np.zeros((6, items), dtype=bool)
    for b in range(6):
        for shift in (0, 1, 3):
            inside[b] |= cluster == (b + shift) % 6
    p = 1 / (1 + np.exp(-slope[None, :] * (theta[:, None] - difficulty[None, :])))
    answers = (draw.random((n, items)) < p).astype(np.int8)
    answers[~inside[booklet]] = -9
    return answers, np.column_stack([female, ses, rural, age, country[:, None] == np.arange(1, 8)])


def milliseconds(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, float]:
    """Median time of a piece of work on the clock and on the processor, after one run to warm up."""
    work()
    times = []
    for _ in range(repeats):
        begin, busy = time.perf_counter(), time.process_time()
        work()
        times.append((1e3 * (time.perf_counter() - begin), 1e3 * (time.process_time() - busy)))
    clock, processor = (round(statistics.median(side), 1) for side in zip(*times, strict=True))
    return clock, processor


def peers(answers: Any) -> dict[str, float | None]:
    """Time of the same 2PL by other packages, one run each; None where one is absent or did not run."""

    def mirt() -> None:
        module = importlib.import_module("mirt")
        nodes = {"n_quadpts": 21} if "n_quadpts" in inspect.signature(module.fit_mirt).parameters else {}
        module.fit_mirt(np.where(answers < 0, -1, answers).astype(int), model="2PL", **nodes)

    def girth() -> None:
        module = importlib.import_module("girth")
        module.twopl_mml(module.tag_missing_data(answers.T.astype(int), [0, 1]))

    out: dict[str, float | None] = {}
    for name, work in (("mirt", mirt), ("girth", girth)):
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            out[f"{name} (Python), absent"] = None
            continue
        try:
            begin = time.perf_counter()
            work()
            out[f"{name} {version} (Python)"] = round(1e3 * (time.perf_counter() - begin), 1)
        except Exception as problem:  # a peer that fails is a result, told as such
            out[f"{name} {version} (Python), did not run: {type(problem).__name__}"] = None
    return out


def rows() -> list[dict[str, Any]]:
    from ilsa.irt import calibrate, draw, latent_regression  # measured in this process only

    answers, regressors = booklets()
    work = "2PL, 20,000 pupils × 60 items, 6 booklets, 21 nodes"
    clock, processor = milliseconds(lambda: calibrate(answers, missing=(-9,), quadrature=21))
    found = calibrate(answers, missing=(-9,), quadrature=21)
    out: list[dict[str, Any]] = [
        {"work": work, "figure": clock, "unit": "ms", "peer": peer, "peer_figure": figure, "aim": 80.0}
        for peer, figure in peers(answers).items()
    ]
    out.append({"work": f"{work}, processor", "figure": processor, "unit": "ms"})
    out.append(
        {
            "work": f"{work}: log-likelihood above that of R mirt 1.45.1 ({MIRT_LOG_LIKELIHOOD})",
            "figure": round(found.log_likelihood - MIRT_LOG_LIKELIHOOD, 6),
            "unit": "",
            "aim": 0.0,
            "at_least": True,
        }
    )

    def alone(what: str, work: Callable[[], Any], aim: float | None = None) -> None:
        clock, processor = milliseconds(work)
        out.append({"work": what, "figure": clock, "unit": "ms", "aim": aim})
        out.append({"work": f"{what}, processor", "figure": processor, "unit": "ms"})

    alone("the same, 61 nodes", lambda: calibrate(answers, missing=(-9,), quadrature=61))
    alone("its 120 standard errors, observed information, 21 nodes", found.standard_errors)
    items, data = found.items, found.data
    for nodes in (21, 61):
        alone(
            f"latent regression on 12 regressors, items fixed, {nodes} nodes",
            lambda nodes=nodes: latent_regression(items, data, regressors, quadrature=nodes),
            70.0,
        )
    population = latent_regression(items, data, regressors)
    alone("10 plausible values, regression drawn, 61 nodes", lambda: draw(population, n=10, seed=1), 200.0)
    alone(
        "10 plausible values, regression fixed, 61 nodes",
        lambda: draw(population, n=10, seed=1, draw_regression=False),
        200.0,
    )
    return out


if __name__ == "__main__":
    print(json.dumps(rows(), ensure_ascii=False))
