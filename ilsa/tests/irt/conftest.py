"""Answers that the tests share: the LSAT tables, invented booklets, and a folder that may be present."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ilsa.reference

HERE = Path(__file__).parent / "reference"
SHIPPED = Path(ilsa.reference.__file__).parent
FOLDER = "ILSA_REFERENCE_DATA"

# Bock and Lieberman (1970): number of candidates with answers 00000, 00001, … 11111, item 1 leftmost
LSAT = {
    "LSAT6": "3 6 2 11 1 1 3 4 1 8 0 16 0 3 2 15 10 29 14 81 3 28 15 80 16 56 21 173 11 61 28 298",
    "LSAT7": "12 19 1 7 3 19 3 17 10 5 3 7 7 23 8 28 7 39 11 34 14 51 15 90 6 25 7 35 18 136 32 308",
}
PATTERNS = (np.arange(32)[:, None] >> np.arange(4, -1, -1)) & 1


@pytest.fixture(scope="session")
def lsat() -> Callable[[str], Any]:
    """Answers of the 1,000 candidates to the five items of LSAT6 or LSAT7."""
    return lambda name: np.repeat(PATTERNS, np.array(LSAT[name].split(), dtype=int), axis=0)


class Reference:
    """A table of reference values: ``table["column"]`` is an array of numbers or of text."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file))

    def __getitem__(self, column: str) -> Any:
        kept = [row[column] for row in self.rows]
        try:
            return np.array([np.nan if value == "NA" else float(value) for value in kept])
        except ValueError:
            return kept

    def all(self, *but: str) -> Any:
        """All columns of a file of answers, but some, (n, I)."""
        return np.column_stack([self[name] for name in self.rows[0] if name not in but])


@pytest.fixture(scope="session")
def kept() -> Callable[[str], Reference]:
    """Reference values that come with the package, or stand in this folder."""
    return lambda name: Reference(HERE / name if (HERE / name).exists() else SHIPPED / name)


@pytest.fixture(scope="session")
def packages() -> Callable[[str], Reference]:
    """Files of the packages' data sets, where somebody has put them."""
    folder = os.environ.get(FOLDER)
    if not folder or not (Path(folder) / "packages").is_dir():
        pytest.skip(
            f"Set {FOLDER} to a folder with packages/mirt, packages/tam and packages/linking "
            "(data sets of R mirt, TAM, difR and equateIRT, which may not be copied here) to run this test."
        )
    return lambda name: Reference(Path(folder) / "packages" / name)


@pytest.fixture(scope="session")
def booklets() -> dict[str, Any]:
    """20,000 invented pupils, 60 items in 6 clusters, 6 booklets of 3 clusters each; drawn as the original was.

    Columns: ``answers`` (−9 where not administered), ``regressors`` female, ses, rural, age, ``country`` (8),
    ``booklet``, ``weight``, ``theta``; and the items' ``slope`` and ``difficulty``.
    """
    draw = np.random.default_rng(1)
    n, items = 20_000, 60
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
    given = (draw.random((n, items)) < p).astype(np.int8)
    given[~inside[booklet]] = -9
    return {
        "answers": given,
        "regressors": np.column_stack([female, ses, rural, age]).astype(float),
        "country": country,
        "booklet": booklet,
        "weight": np.exp(draw.normal(0, 0.4, n)),
        "theta": theta,
        "slope": slope,
        "difficulty": difficulty,
    }
