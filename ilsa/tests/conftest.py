"""What all tests share: the real package under its own name, and a calm Hypothesis."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

# pytest names these files ilsa.tests.… after their folder and puts an empty module "ilsa" in the way.
if getattr(sys.modules.get("ilsa"), "__file__", None) is None:
    sys.modules.pop("ilsa", None)
    importlib.import_module("ilsa")

from ilsa import Assessment, AssessmentDesign, ReplicateWeights, Scale

settings.register_profile("ilsa", deadline=None, max_examples=50)
settings.load_profile("ilsa")


def invented_round(seed: int = 3, countries: int = 3, schools: int = 12, pupils: int = 8) -> dict[str, Any]:
    """A small file: countries of paired schools, a scale of three plausible values, some observed columns."""
    draw = np.random.default_rng(seed)
    n = countries * schools * pupils
    country = np.repeat(np.array([f"C{c}" for c in range(countries)]), schools * pupils)
    school = np.repeat(np.arange(countries * schools), pupils)
    of_school = np.tile(np.repeat(np.arange(schools), pupils), countries)
    girl = draw.integers(0, 2, n)
    ses = draw.normal(50, 10, n)
    ability = 480 + 8 * girl + 1.5 * (ses - 50) + draw.normal(0, 25, countries * schools)[school]
    ability = ability + draw.normal(0, 60, n)
    values = ability[:, None] + draw.normal(0, 30, (n, 3))
    return {
        "country": country,
        "school": school,
        "zone": of_school // 2,
        "half": of_school % 2,
        "weight": np.exp(draw.normal(0, 0.4, countries * schools))[school] * 10,
        "girl": girl,
        "ses": ses,
        "region": draw.choice(["east", "north", "west"], n),
        **{f"read{m + 1}": values[:, m] for m in range(3)},
        **{f"math{m + 1}": 0.7 * values[:, m] + draw.normal(150, 40, n) for m in range(3)},
    }


DESIGN = AssessmentDesign(
    weight="weight",
    psu="school",
    sample=("country",),
    replicates=ReplicateWeights.from_zones("zone", "half"),
)
SCALES = [
    Scale("reading", pv="read{m}", m=3, unit="points", cuts=(450, 520)),
    Scale("mathematics", pv="math{m}", m=3, unit="points"),
]


@pytest.fixture(scope="session")
def pupils_of() -> Callable[..., dict[str, Any]]:
    return invented_round


@pytest.fixture(scope="session")
def assess() -> Callable[..., Assessment]:
    """An assessment of an invented file; columns and settings may be replaced."""

    def made(
        table: dict[str, Any] | None = None, design: AssessmentDesign = DESIGN, **settings: Any
    ) -> Assessment:
        return Assessment(
            invented_round() if table is None else table, design, **{"scales": SCALES, **settings}
        )

    return made
