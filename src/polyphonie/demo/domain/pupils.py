"""An invented file of pupils, always the same: the shape of a PASEC file of grade 6, nobody's answers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

ZONES = 90
PLAUSIBLE_VALUES = 5


@dataclass(frozen=True, slots=True)
class Country:
    """``schools`` in pairs; each pair is a zone of the jackknife."""

    code: str
    schools: int
    pupils: int
    mean: float


COUNTRIES = (Country("A", 180, 4, 560.0), Country("B", 180, 4, 520.0), Country("C", 4, 12, 540.0))


def pupil_file(countries: Sequence[Country] = COUNTRIES, *, seed: int = 2014) -> bytes:
    """A CSV file: country, school, sex, language, weight, 90 replicate weights, five plausible values.

    Each zone pairs two schools; in its replicate the second counts twice and the first not at all. A
    pupil's plausible values spread around a score of their own, schools around their country's mean.
    """
    draw = random.Random(seed)
    header = ["PAYS", "ECOLE", "SEXE", "LANGUE", "rwgt0"]
    header += [f"rwgt{r}" for r in range(1, ZONES + 1)]
    header += [f"LECT_PV{m}" for m in range(1, PLAUSIBLE_VALUES + 1)]
    lines = [",".join(header)]
    for country in countries:
        for school in range(country.schools):
            weight = round(20 + 15 * draw.random(), 3)
            level = draw.gauss(country.mean, 45)
            replicates = [f"{weight:g}"] * ZONES
            replicates[(school // 2) % ZONES] = f"{2 * weight:g}" if school % 2 else "0"
            weights = ",".join([f"{weight:g}", *replicates])
            for _pupil in range(country.pupils):
                girl, other = draw.random() < 0.5, draw.random() < 0.02
                ability = draw.gauss(level + (6 if girl else 0), 75)
                values = ",".join(f"{draw.gauss(ability, 30):.3f}" for _m in range(PLAUSIBLE_VALUES))
                lines.append(
                    f"{country.code},{country.code}{school:03d},{'F' if girl else 'G'},"
                    f"{'2' if other else '1'},{weights},{values}"
                )
    return ("\n".join(lines) + "\n").encode()
