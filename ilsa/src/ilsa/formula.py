"""Formulas of regressions: ``reading ~ girl + SES + C(region)``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ilsa.errors import EstimateError


@dataclass(frozen=True, slots=True)
class Predictor:
    """A column of numbers, or with ``categorical`` a column of categories, of which the first is the reference."""

    column: str
    categorical: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """An outcome and its predictors; there is always an intercept."""

    outcome: str
    predictors: tuple[Predictor, ...]

    @classmethod
    def parse(cls, text: str) -> Formula:
        """Read ``outcome ~ predictor + C(category)``. Raises: ``EstimateError`` (``formula_unreadable``)."""
        sides = text.split("~")
        if len(sides) != 2:
            raise EstimateError("formula_unreadable", formula=text, part="~")
        outcome = _name(sides[0], text)
        predictors = []
        for part in sides[1].split("+"):
            found = re.fullmatch(r"\s*C\(\s*([^()]+?)\s*\)\s*", part)
            predictors.append(
                Predictor(_name(found[1], text), True) if found else Predictor(_name(part, text))
            )
        columns = [predictor.column for predictor in predictors]
        for column in columns:
            if column == outcome or columns.count(column) > 1:
                raise EstimateError("formula_unreadable", formula=text, part=column)
        return cls(outcome, tuple(predictors))


def _name(part: str, text: str) -> str:
    name = part.strip()
    if not re.fullmatch(r"[^\s~+()*:|^-]+", name):
        raise EstimateError("formula_unreadable", formula=text, part=name or part)
    return name
