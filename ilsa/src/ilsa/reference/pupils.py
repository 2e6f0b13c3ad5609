"""The invented pupil file behind the ``small_*.csv``, made from its seed."""

from __future__ import annotations

from typing import Any

import numpy as np

COUNTRIES, PUPILS, PER_SCHOOL, PLAUSIBLE_VALUES, SEED = 4, 1200, 30, 5, 1
REPLICATES = 80


def signs() -> np.ndarray[Any, np.dtype[np.float64]]:
    """The file's own Hadamard matrix: Paley's first, over 79, as it comes, no column made constant."""
    prime = REPLICATES - 1
    squares = {i * i % prime for i in range(1, prime)}
    character = np.array([0, *(1 if i in squares else -1 for i in range(1, prime))])
    matrix = np.eye(REPLICATES)
    matrix[0, 1:] += 1
    matrix[1:, 0] -= 1
    matrix[1:, 1:] += character[(np.arange(prime)[None, :] - np.arange(prime)[:, None]) % prime]
    return matrix


def pupil_file() -> dict[str, Any]:
    """Columns country, school, zone, half, weight, four predictors, pv1 … pv5, rw1 … rw80, drawn as in the original."""
    draw = np.random.default_rng(SEED)
    per_country = PUPILS // PER_SCHOOL
    schools = COUNTRIES * per_country
    n = schools * PER_SCHOOL
    school = np.repeat(np.arange(schools), PER_SCHOOL)
    country = school // per_country
    position = school % per_country

    level = draw.normal(480, 45, COUNTRIES)[country]
    school_effect = draw.normal(0, 45, schools)[school]
    school_ses = draw.normal(0, 0.6, schools)[school]
    ses = school_ses + draw.normal(0, 0.8, n)
    female = draw.integers(0, 2, n)
    books = np.clip(np.round(3 + ses + draw.normal(0, 1, n)), 1, 6)
    rural = draw.integers(0, 2, schools)[school]
    ability = level + school_effect + 22 * ses + 8 * female + 6 * (books - 3) - 10 * rural
    ability = ability + draw.normal(0, 60, n)
    values = ability[:, None] + draw.normal(0, 30, (n, PLAUSIBLE_VALUES))
    weight = np.exp(draw.normal(0, 0.5, schools))[school] * np.exp(draw.normal(0, 0.05, n)) * 10

    table: dict[str, Any] = {
        "country": country,
        "school": school,
        "zone": position // 2,
        "half": position % 2,
        "weight": weight,
        "female": female,
        "ses": ses,
        "books": books,
        "rural": rural,
    }
    table.update({f"pv{m + 1}": values[:, m] for m in range(PLAUSIBLE_VALUES)})
    side = 2 * table["half"] - 1
    matrix = signs()
    table.update(
        {f"rw{r + 1}": weight * (1 + 0.5 * matrix[r, table["zone"]] * side) for r in range(REPLICATES)}
    )
    return table
