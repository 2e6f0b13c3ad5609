"""Scales of an assessment: plausible values, and the points on them that somebody has given a meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ilsa.errors import ScaleError
from ilsa.kernels.ratios import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class PlausibleValues:
    """Columns that hold M draws of the same quantity for every pupil.

    Attributes: ``columns``, in order; ``beyond``, a column that must not be in the file, so that a fifth draw
    is not forgotten.
    """

    columns: tuple[str, ...]
    beyond: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        if not self.columns:
            raise ScaleError("plausible_values_none")
        if len(set(self.columns)) != len(self.columns):
            again = next(name for name in self.columns if self.columns.count(name) > 1)
            raise ScaleError("plausible_values_repeated", column=again)

    @classmethod
    def from_pattern(cls, pattern: str, m: int, *, first: int = 1) -> PlausibleValues:
        """``"LECT_PV{m}"`` and 5 give LECT_PV1 … LECT_PV5."""
        if "{m}" not in pattern:
            raise ScaleError("pattern_without_m", pattern=pattern)
        if m < 1:
            raise ScaleError("plausible_values_none")
        names = [pattern.replace("{m}", str(number)) for number in range(first, first + m + 1)]
        return cls(tuple(names[:-1]), names[-1])

    def __len__(self) -> int:
        return len(self.columns)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A point on a scale, and who says what it means.

    Two bodies may draw different lines on the same scale; a share above a line is only comparable with a share
    above the same line of the same owner.
    """

    value: float
    owner: str = ""
    source: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", float(self.value))
        if not math.isfinite(self.value):
            raise ScaleError("threshold_not_finite", value=self.value)

    def __str__(self) -> str:
        told = ", ".join(part for part in (self.name, self.owner) if part)
        return f"{self.value:.10g} ({told})" if told else f"{self.value:.10g}"


@dataclass(frozen=True, slots=True)
class ProficiencyScale:
    """Levels of a scale: level 0 lies below the first threshold, level j from threshold j on.

    ``level j: cut_j ≤ y < cut_{j+1}``

    Attributes: ``thresholds``, ascending; ``names``, one per level from 0, or none to number them.
    """

    thresholds: tuple[Threshold, ...]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for low, high in pairwise(self.thresholds):
            if not low.value < high.value:
                raise ScaleError("thresholds_order", first=low.value, second=high.value)
        if self.names and len(self.names) != len(self.thresholds) + 1:
            raise ScaleError("level_names", names=len(self.names), levels=len(self.thresholds) + 1)

    @classmethod
    def from_cuts(
        cls,
        cuts: Sequence[float | Threshold],
        *,
        owner: str = "",
        source: str = "",
        names: Sequence[str] = (),
    ) -> ProficiencyScale:
        """Levels from numbers, all drawn by the same owner."""
        made = [cut if isinstance(cut, Threshold) else Threshold(cut, owner, source) for cut in cuts]
        return cls(tuple(made), tuple(names))

    @property
    def labels(self) -> tuple[str | int, ...]:
        """What the levels are called, from 0."""
        return self.names or tuple(range(len(self.thresholds) + 1))

    @property
    def bounds(self) -> tuple[str, ...]:
        """In words, where each level lies."""
        cuts = self.thresholds
        middle = [f"from {low} to below {high}" for low, high in pairwise(cuts)]
        return (f"below {cuts[0]}", *middle, f"from {cuts[-1]}") if cuts else ("everywhere",)

    def level(self, values: FloatArray) -> IntArray:
        """The level of every value, from 0; same shape."""
        found: npt.NDArray[Any] = np.searchsorted(
            [cut.value for cut in self.thresholds], values, side="right"
        )
        return found.astype(np.intp)


@dataclass(frozen=True, slots=True, init=False)
class Scale:
    """A quantity measured by plausible values.

    Attributes: ``name``, by which estimates ask for it; ``values``, the columns; ``unit``, for example
    PASEC2014; ``levels``, or None.

    >>> scale = Scale("reading", pv="LECT_PV{m}", m=5, unit="PASEC2014", cuts=(365.0, 441.7, 518.37, 595.05))
    >>> scale.values.columns[0], scale.levels.labels
    ('LECT_PV1', (0, 1, 2, 3, 4))
    """

    name: str
    values: PlausibleValues
    unit: str
    levels: ProficiencyScale | None

    def __init__(
        self,
        name: str,
        *,
        pv: str | PlausibleValues,
        m: int | None = None,
        unit: str = "points",
        cuts: Sequence[float | Threshold] | ProficiencyScale = (),
        owner: str = "",
        source: str = "",
    ) -> None:
        """``pv`` with ``{m}`` and their number ``m``, or the columns themselves; ``owner`` and ``source`` of cuts.

        Raises: ``ScaleError``.
        """
        if isinstance(pv, str):
            if m is None:
                raise ScaleError("plausible_values_number", pattern=pv)
            pv = PlausibleValues.from_pattern(pv, m)
        elif m is not None and m != len(pv):
            raise ScaleError("plausible_values_contradict", given=m, columns=len(pv))
        if not isinstance(cuts, ProficiencyScale):
            levels = ProficiencyScale.from_cuts(cuts, owner=owner, source=source) if len(cuts) else None
        else:
            levels = cuts
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", pv)
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "levels", levels)


@dataclass(frozen=True, slots=True, init=False)
class Composite:
    """A weighted sum of scales or columns, such as the mean of reading and mathematics.

    It is formed for each plausible value apart, the first of one with the first of the other, because they were
    drawn together.

    Attributes: ``name``; ``weights``, name and coefficient of each part; ``unit``; ``levels``, or None.
    """

    name: str
    weights: tuple[tuple[str, float], ...]
    unit: str
    levels: ProficiencyScale | None

    def __init__(
        self,
        name: str,
        weights: Mapping[str, float],
        *,
        unit: str = "points",
        levels: ProficiencyScale | None = None,
    ) -> None:
        """Raises: ``ScaleError`` (``composite_empty``)."""
        if not any(weights.values()):
            raise ScaleError("composite_empty")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "weights", tuple((part, float(weight)) for part, weight in weights.items()))
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "levels", levels)
