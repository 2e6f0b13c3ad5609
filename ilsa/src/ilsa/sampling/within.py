"""Drawing inside a school: classes, and pupils of a class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from ilsa.columns import Columns, group, identifiers, numbers, show
from ilsa.kernels.ratios import FloatArray, IntArray
from ilsa.sampling.pps import inclusion, systematic
from ilsa.sampling.refusals import SamplingError, one_of
from ilsa.sampling.streams import stream


class DrawnUnits(NamedTuple):
    """``rows`` (n,), positions of the rows drawn, rising; ``probability`` (n,), of each within its group."""

    rows: IntArray
    probability: FloatArray


def draw_within(
    table: Columns,
    *,
    unit: str,
    within: Sequence[str],
    take: int | None,
    seed: int,
    method: Literal["equal", "size"] = "equal",
    size: str | None = None,
) -> DrawnUnits:
    """Draw ``take`` units in every group: one class of each school, twenty pupils of each class.

    ``π = min(1, take / N)`` with equal chances; with ``method="size"`` in proportion to ``size``, systematically
    after putting the units of the group into random order.

    Parameters: ``table``, one row per unit; ``unit``, its column; ``within``, columns of the group; ``take``, or
    None for all; ``seed``. The random numbers depend on the seed, the name of the unit's column and the group
    alone, and units are taken in the order of their identifiers: the order of rows does not matter, and another
    school changes nothing.
    Raises: ``ColumnError``; ``SamplingError`` (``unit_repeated``, ``take_not_positive``, ``size_needed``,
    ``unit_size_not_positive``, ``choice_unknown``).
    Checked against: enumeration of frequencies over seeds.
    """
    one_of("method", method, ("equal", "size"))
    if take is not None and take < 1:
        raise SamplingError("take_not_positive", value=take)
    if method == "size" and size is None:
        raise SamplingError("size_needed")
    length = np.asarray(table[unit]).size if unit in table else 0
    names = identifiers(table, unit, "the unit drawn", length)
    groups = group([identifiers(table, column, "a group", length) for column in within], length)
    measure = np.ones(length) if size is None else numbers(table, size, "the measure of size", length)
    order = np.lexsort([names, groups.index])
    same = (np.diff(groups.index[order]) == 0) & (names[order][1:] == names[order][:-1])
    if same.any():
        row = int(order[int(np.argmax(same)) + 1])
        label = show(groups.labels[int(groups.index[row])])
        raise SamplingError("unit_repeated", unit=unit, value=names[row].item(), group=label, row=row + 1)
    rows: list[IntArray] = []
    chances: list[FloatArray] = []
    ends = np.cumsum(np.bincount(groups.index, minlength=len(groups)))
    for g, members in enumerate(np.split(order, ends[:-1])):
        n = members.size if take is None else min(take, members.size)
        random = stream(seed, unit, *groups.labels[g])
        shuffled = members[random.permutation(members.size)]
        if method == "equal":
            rows.append(shuffled[:n])
            chances.append(np.full(n, n / members.size))
            continue
        weight = measure[shuffled]
        bad = ~(np.isfinite(weight) & (weight > 0))
        if bad.any():
            row = int(shuffled[int(np.argmax(bad))])
            raise SamplingError(
                "unit_size_not_positive",
                unit=unit,
                value=names[row].item(),
                group=show(groups.labels[g]),
                size=float(measure[row]),
            )
        taken = systematic(weight, n, 1.0 - float(random.random()))
        rows.append(shuffled[taken])
        chances.append(inclusion(weight, n).probability[taken])
    if not rows:
        return DrawnUnits(np.zeros(0, dtype=np.intp), np.zeros(0))
    drawn, probability = np.concatenate(rows), np.concatenate(chances)
    rising = np.argsort(drawn)
    return DrawnUnits(drawn[rising].astype(np.intp), probability[rising])
