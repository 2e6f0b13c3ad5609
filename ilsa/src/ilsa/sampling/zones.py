"""Zones: pairs of schools that were neighbours when they were drawn."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from ilsa.columns import Columns, Identifier, Label, group, identifiers, show
from ilsa.kernels.ratios import IntArray
from ilsa.sampling.refusals import SamplingError, one_of
from ilsa.sampling.selection import SchoolSample
from ilsa.sampling.streams import stream

Odd = Literal["refuse", "split", "collapse"]


class Zones(NamedTuple):
    """``zone`` (n,), from 1; ``half`` (n,), 0 or 1; ``split``, schools of which each half is a half of the zone;
    ``collapsed``, pairs of schools that come from different strata."""

    zone: IntArray
    half: IntArray
    split: tuple[Identifier, ...]
    collapsed: tuple[tuple[Identifier, Identifier], ...]


def make_zones(
    table: Columns,
    sample: SchoolSample,
    *,
    school: str,
    pupil: str | None = None,
    odd: Odd = "refuse",
    stands_for: dict[Identifier, Identifier] | None = None,
) -> Zones:
    """Pair the schools of every stratum in the order in which they were drawn.

    Which school of a pair is half 1 is drawn at random (by the seed of the sample), because the half form of the
    paired jackknife doubles that one. Only schools with rows in the file are paired.

    Parameters: ``table``, one row per pupil; ``sample``; ``school`` and ``pupil``, columns; ``odd``, what becomes
    of the last school of a stratum with an odd number: ``"refuse"``, ``"split"`` its pupils at random into two
    halves (declare the design with ``units_per_zone=None``), or ``"collapse"``, pair it with the odd school of the
    next such stratum, which overstates the variance if the strata differ; ``stands_for``, replacement schools and
    the drawn school each has taken the place of.
    Raises: ``SamplingError`` (``stratum_odd``, ``collapse_left_over``, ``school_too_small_to_split``,
    ``school_without_place``, ``choice_unknown``); ``ColumnError``.
    Limits: zones of three are not made.
    Checked against: computation by hand; the variance of a total equals the sum of squared differences in pairs.
    """
    one_of("odd", odd, ("refuse", "split", "collapse"))
    rows = np.asarray(table[school]).size if school in table else 0
    names = identifiers(table, school, "the school", rows)
    groups = group([names], rows)
    first = groups.first_rows()
    place = {one.school: one for one in sample.schools}
    replaced = stands_for or {}
    there: dict[Label, list[tuple[int, int]]] = {}
    for g, label in enumerate(groups.labels):
        drawn = place.get(replaced.get(label[0], label[0]))
        if drawn is None:
            raise SamplingError("school_without_place", school=label[0], row=int(first[g]) + 1)
        there.setdefault(drawn.stratum, []).append((drawn.place, g))
    pairs: list[tuple[int, int]] = []
    single: list[tuple[Label, int]] = []
    for stratum in sorted(there, key=lambda label: min(there[label])):
        schools = [g for _, g in sorted(there[stratum])]
        pairs += list(zip(schools[::2], schools[1::2], strict=False))
        if len(schools) % 2:
            if odd == "refuse":
                raise SamplingError("stratum_odd", stratum=show(stratum), schools=len(schools))
            single.append((stratum, schools[-1]))
    collapsed: list[tuple[Identifier, Identifier]] = []
    split: list[Identifier] = []
    if odd == "collapse":
        if len(single) % 2:
            stratum, g = single[-1]
            raise SamplingError("collapse_left_over", school=groups.labels[g][0], stratum=show(stratum))
        for (_, one), (_, other) in zip(single[::2], single[1::2], strict=True):
            pairs.append((one, other))
            collapsed.append((groups.labels[one][0], groups.labels[other][0]))
        single = []
    zone = np.zeros(rows, dtype=np.intp)
    half = np.zeros(rows, dtype=np.intp)
    zone_of, half_of = np.zeros(len(groups), dtype=np.intp), np.zeros(len(groups), dtype=np.intp)
    for z, (one, other) in enumerate(pairs):
        turned = bool(stream(sample.seed, "half", *groups.labels[one], *groups.labels[other]).random() < 0.5)
        zone_of[[one, other]] = z + 1
        half_of[[one, other]] = (1, 0) if turned else (0, 1)
    zone[:], half[:] = zone_of[groups.index], half_of[groups.index]
    for k, (_, g) in enumerate(single):
        name = groups.labels[g][0]
        members = np.flatnonzero(groups.index == g)
        if members.size < 2:
            raise SamplingError("school_too_small_to_split", school=name, pupils=int(members.size))
        if pupil is not None:
            members = members[
                np.argsort(identifiers(table, pupil, "the pupil", rows)[members], kind="stable")
            ]
        shuffled = members[stream(sample.seed, "split", name).permutation(members.size)]
        zone[members] = len(pairs) + k + 1
        half[shuffled[: members.size // 2]] = 1
        split.append(name)
    return Zones(zone, half, tuple(split), tuple(collapsed))
