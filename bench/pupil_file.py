"""An invented pupil file of the size and make of a large international assessment.

50 countries, 167 schools in each, 30 pupils in each school; schools paired in zones, 80 balanced half-sample
weights with Fay's k = 0.5; ten plausible values on a scale near 500 with a standard deviation near 100; sex,
a standardised socio-economic index, books at home in six steps, and whether the school is rural.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from ilsa.sampling.hadamard import hadamard

from ilsa import AssessmentDesign, ReplicateWeights, Scale

COUNTRIES, SCHOOLS, PUPILS = 50, 167, 30
PLAUSIBLE_VALUES, REPLICATES, FAY, SEED = 10, 80, 0.5, 1


def pupil_file(countries: int = COUNTRIES, schools: int = SCHOOLS, seed: int = SEED) -> dict[str, Any]:
    """Columns country, school, weight, four predictors, pv1 … pv10, rw1 … rw80."""
    draw = np.random.default_rng(seed)
    all_schools = countries * schools
    n = all_schools * PUPILS
    school = np.repeat(np.arange(all_schools), PUPILS)
    country, place = school // schools, school % schools

    level = draw.normal(480, 45, countries)[country] + draw.normal(0, 45, all_schools)[school]
    ses = draw.normal(0, 0.6, all_schools)[school] + draw.normal(0, 0.8, n)
    female = draw.integers(0, 2, n).astype(float)
    books = np.clip(np.round(3 + ses + draw.normal(0, 1, n)), 1, 6)
    rural = draw.integers(0, 2, all_schools)[school].astype(float)
    ability = level + 22 * ses + 8 * female + 6 * (books - 3) - 10 * rural + draw.normal(0, 60, n)
    weight = 10 * np.exp(draw.normal(0, 0.5, all_schools)[school] + draw.normal(0, 0.05, n))

    table: dict[str, Any] = {
        "country": country,
        "school": school,
        "weight": weight,
        "female": female,
        "ses": ses,
        "books": books,
        "rural": rural,
    }
    for m in range(PLAUSIBLE_VALUES):
        table[f"pv{m + 1}"] = ability + draw.normal(0, 30, n)
    zone, side = (place // 2) % REPLICATES, 2 * (place % 2) - 1
    signs = hadamard(REPLICATES)
    for r in range(REPLICATES):
        table[f"rw{r + 1}"] = weight * (1 + FAY * signs[r, zone] * side)
    return table


SCALE = Scale("reading", pv="pv{m}", m=PLAUSIBLE_VALUES)
FAY_WEIGHTS = ReplicateWeights.from_columns("rw{r}", 1, REPLICATES, method="Fay", k=FAY)


def design(*, by_country: bool) -> AssessmentDesign:
    """One sample per country, or the whole file as one."""
    return AssessmentDesign(
        weight="weight", psu="school", sample=("country",) if by_country else (), replicates=FAY_WEIGHTS
    )
