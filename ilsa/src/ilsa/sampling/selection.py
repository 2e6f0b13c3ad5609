"""Drawing schools: how many in each stratum, which, and which stand ready to replace them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ilsa._version import __version__
from ilsa.columns import Identifier, Label, show
from ilsa.provenance import canonical_json
from ilsa.sampling.frame import SchoolFrame
from ilsa.sampling.pps import inclusion, systematic
from ilsa.sampling.refusals import SamplingError
from ilsa.sampling.streams import stream


def allocate(frame: SchoolFrame, schools: int, *, minimum: int = 2) -> dict[Label, int]:
    """Share a number of schools among the strata in proportion to their total size.

    Every stratum gets ``minimum`` (or all its schools, if it has fewer); what is left goes where the share is
    furthest from being reached, one school at a time, the first stratum winning ties (largest remainders).

    Raises: ``SamplingError`` (``allocation_too_small``, ``allocation_too_large``).
    """
    there = np.bincount(frame.strata, minlength=len(frame.labels))
    least = np.minimum(there, minimum)
    if schools > len(frame):
        raise SamplingError("allocation_too_large", asked=schools, available=len(frame))
    if schools < least.sum():
        raise SamplingError(
            "allocation_too_small", asked=schools, minimum=minimum, strata=len(there), least=int(least.sum())
        )
    totals = np.bincount(frame.strata, weights=frame.sizes, minlength=len(there))
    ideal = schools * totals / totals.sum()
    given = np.clip(np.floor(ideal).astype(np.intp), least, there)
    while given.sum() != schools:
        step = 1 if given.sum() < schools else -1
        open_to = given < there if step > 0 else given > least
        missing = np.where(open_to, step * (ideal - given), -np.inf)
        given[int(np.argmax(missing))] += step
    return {label: int(count) for label, count in zip(frame.labels, given, strict=True)}


@dataclass(frozen=True, slots=True)
class SampledSchool:
    """A school that was drawn.

    Attributes: ``place``, from 1, in the order of selection; ``probability`` of being drawn; ``certain``, whether
    it is in every sample; ``replacements``, schools that may take its place, in order; fewer where no neighbour
    was free.
    """

    school: Identifier
    stratum: Label
    place: int
    size: float
    probability: float
    certain: bool
    replacements: tuple[Identifier, ...] = ()

    @property
    def weight(self) -> float:
        """1 / probability: how many schools it stands for."""
        return 1 / self.probability


@dataclass(frozen=True, slots=True)
class SchoolSample:
    """A sample of schools with all that is needed to draw it again.

    Attributes: ``schools``, in the order of selection; ``seed``; ``numbers``, schools asked for in each stratum;
    ``replacements`` asked for each; ``explicit``, ``implicit``, ``minimum_size`` and ``frame_sha256`` of the
    frame; ``ilsa``, the version that drew it.
    """

    schools: tuple[SampledSchool, ...]
    seed: int
    numbers: tuple[tuple[Label, int], ...]
    replacements: int
    explicit: tuple[str, ...]
    implicit: tuple[str, ...]
    minimum_size: float | None
    frame_sha256: str
    ilsa: str = __version__

    def __len__(self) -> int:
        return len(self.schools)

    def as_json(self) -> str:
        """Canonical JSON: the same sample, the same text."""
        return canonical_json(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> SchoolSample:
        """Read a stored sample back. Raises: ``SamplingError`` (``specification_unreadable``)."""
        try:
            stored = json.loads(text)
            schools = tuple(
                SampledSchool(
                    **{**one, "stratum": tuple(one["stratum"]), "replacements": tuple(one["replacements"])}
                )
                for one in stored.pop("schools")
            )
            numbers = tuple((tuple(label), count) for label, count in stored.pop("numbers"))
            explicit, implicit = tuple(stored.pop("explicit")), tuple(stored.pop("implicit"))
            return cls(schools=schools, numbers=numbers, explicit=explicit, implicit=implicit, **stored)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise SamplingError("specification_unreadable", problem=repr(problem)) from problem

    def redraw(self, frame: SchoolFrame) -> SchoolSample:
        """Draw the sample again from its frame and compare.

        Raises: ``SamplingError`` (``frame_changed``, ``sample_not_redrawn``).
        """
        if frame.sha256 != self.frame_sha256:
            raise SamplingError("frame_changed", found=frame.sha256[:12], expected=self.frame_sha256[:12])
        again = draw_schools(frame, dict(self.numbers), seed=self.seed, replacements=self.replacements)
        for mine, new in zip(self.schools, again.schools, strict=False):
            if mine != new:
                raise SamplingError("sample_not_redrawn", school=mine.school, version=self.ilsa)
        if len(self) != len(again):
            raise SamplingError("sample_not_redrawn", school="", version=self.ilsa)
        return again

    def as_columns(self) -> dict[str, list[Any]]:
        """One row per school: school, place, stratum, size, probability, weight, certain, replacement_1 …"""
        columns: dict[str, list[Any]] = {
            "school": [one.school for one in self.schools],
            "place": [one.place for one in self.schools],
            "stratum": [show(one.stratum) for one in self.schools],
            "size": [one.size for one in self.schools],
            "probability": [one.probability for one in self.schools],
            "weight": [one.weight for one in self.schools],
            "certain": [one.certain for one in self.schools],
        }
        for k in range(self.replacements):
            columns[f"replacement_{k + 1}"] = [
                one.replacements[k] if k < len(one.replacements) else None for one in self.schools
            ]
        return columns


def draw_schools(
    frame: SchoolFrame, numbers: int | Mapping[Label, int], *, seed: int, replacements: int = 2
) -> SchoolSample:
    """Draw schools by size, systematically, in every stratum of a frame.

    Parameters: ``numbers``, schools in all (see ``allocate``) or in each stratum; ``seed``; ``replacements``,
    schools that stand ready for each one drawn. They are its nearest free neighbours in the list of its stratum,
    the next before the one before, and never beyond another school that was drawn; all first replacements are
    named before any second.
    Raises: ``SamplingError`` (``stratum_unknown``, ``stratum_without_number``, ``number_out_of_range``,
    ``seed_negative``, ``replacements_negative``).
    Checked against: enumeration of all starts; simulation of the estimated total.
    """
    if replacements < 0:
        raise SamplingError("replacements_negative", value=replacements)
    asked = allocate(frame, numbers) if isinstance(numbers, int) else dict(numbers)
    for label in asked:
        if label not in frame.labels:
            known = ", ".join(show(one) for one in frame.labels)
            raise SamplingError("stratum_unknown", stratum=show(label), known=known)
    drawn: list[SampledSchool] = []
    for h, label in enumerate(frame.labels):
        if label not in asked:
            raise SamplingError("stratum_without_number", stratum=show(label))
        rows = frame.rows(h)
        n = asked[label]
        if not 1 <= n <= rows.size:
            raise SamplingError("number_out_of_range", stratum=show(label), available=int(rows.size), asked=n)
        size = frame.sizes[rows]
        start = 1.0 - float(stream(seed, "schools", *label).random())
        chosen = systematic(size, n, start).tolist()
        probability, certain, _ = inclusion(size, n)
        ready = _neighbours(rows.size, chosen, replacements)
        for position in chosen:
            drawn.append(
                SampledSchool(
                    school=frame.schools[rows[position]],
                    stratum=label,
                    place=len(drawn) + 1,
                    size=float(size[position]),
                    probability=float(probability[position]),
                    certain=bool(certain[position]),
                    replacements=tuple(frame.schools[rows[other]] for other in ready[position]),
                )
            )
    return SchoolSample(
        schools=tuple(drawn),
        seed=seed,
        numbers=tuple((label, asked[label]) for label in frame.labels),
        replacements=replacements,
        explicit=frame.explicit,
        implicit=frame.implicit,
        minimum_size=frame.minimum_size,
        frame_sha256=frame.sha256,
    )


def _neighbours(schools: int, chosen: list[int], replacements: int) -> dict[int, list[int]]:
    """For every position drawn, the free positions next to it, nearest first, the following before the preceding."""
    taken = set(chosen)
    bounds = [-1, *chosen, schools]
    ready: dict[int, list[int]] = {position: [] for position in chosen}
    for _ in range(replacements):
        for k, position in enumerate(chosen):
            before, after = bounds[k], bounds[k + 2]
            near = sorted(
                (*range(before + 1, position), *range(position + 1, after)),
                key=lambda other: (abs(other - position), other < position),
            )
            free = next((other for other in near if other not in taken), None)
            if free is not None:
                ready[position].append(free)
                taken.add(free)
    return ready
