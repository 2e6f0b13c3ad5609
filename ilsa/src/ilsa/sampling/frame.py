"""Frames: the list of schools a sample is drawn from, in the order in which it is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ilsa.columns import Columns, Groups, Identifier, Label, group, identifiers, numbers
from ilsa.kernels.ratios import FloatArray, IntArray, sealed
from ilsa.provenance import canonical_json
from ilsa.sampling.refusals import SamplingError


@dataclass(frozen=True, slots=True, eq=False)
class SchoolFrame:
    """Schools with their measure of size, sorted for systematic selection.

    Within an explicit stratum schools are sorted by the implicit columns, every second group the other way round
    (serpentine), so that neighbours are alike; schools alike in all are sorted by size, likewise, and last by
    their identifier. The order in which the file lists them does not matter.

    Attributes: ``schools``, ``sizes`` (N,) and ``strata`` (N,), number of the stratum, in that order; ``labels``
    of the strata; ``explicit`` and ``implicit``, names of columns; ``sha256``, fingerprint of the sorted list.
    """

    schools: tuple[Identifier, ...]
    sizes: FloatArray
    strata: IntArray
    labels: tuple[Label, ...]
    explicit: tuple[str, ...]
    implicit: tuple[str, ...]
    minimum_size: float | None
    sha256: str

    @classmethod
    def read(
        cls,
        table: Columns,
        *,
        school: str,
        size: str,
        explicit: Sequence[str] = (),
        implicit: Sequence[str] = (),
        minimum_size: float | None = None,
    ) -> SchoolFrame:
        """Read a table with one row per school.

        Parameters: ``size``, column of the measure of size, usually pupils of the grade; ``minimum_size``, size
        given to schools below it, so that a few pupils do not get a huge weight.
        Raises: ``ColumnError``; ``SamplingError`` (``frame_empty``, ``school_repeated``, ``size_not_positive``).
        """
        rows = np.asarray(table[school]).size if school in table else 0
        named = identifiers(table, school, "the school", rows)
        if not rows:
            raise SamplingError("frame_empty")
        measure = numbers(table, size, "the measure of size", rows)
        if minimum_size is not None:
            measure = np.where(measure < minimum_size, minimum_size, measure)
        bad = ~(np.isfinite(measure) & (measure > 0))
        names = [_plain(value) for value in named.tolist()]
        if bad.any():
            row = int(np.argmax(bad))
            raise SamplingError(
                "size_not_positive", school=names[row], value=float(measure[row]), row=row + 1
            )
        order = np.argsort(named, kind="stable")
        again = np.flatnonzero(named[order][1:] == named[order][:-1])
        if again.size:
            row = int(order[again[0] + 1])
            raise SamplingError("school_repeated", school=names[row], row=row + 1)
        strata = _grouped(table, explicit, "an explicit stratum", rows)
        sorted_rows = _serpentine(
            strata,
            [_grouped(table, [column], "an implicit stratum", rows) for column in implicit],
            measure,
            order,
        )
        schools = tuple(names[row] for row in sorted_rows)
        sizes = sealed(measure[sorted_rows])
        index = strata.index[sorted_rows]
        index.setflags(write=False)
        listed = [
            [school, float(size), int(h)] for school, size, h in zip(schools, sizes, index, strict=True)
        ]
        told = canonical_json([list(map(list, strata.labels)), listed])
        return cls(
            schools,
            sizes,
            index,
            strata.labels,
            tuple(explicit),
            tuple(implicit),
            minimum_size,
            hashlib.sha256(told.encode()).hexdigest(),
        )

    def __len__(self) -> int:
        return len(self.schools)

    def rows(self, stratum: int) -> IntArray:
        """Positions of the schools of a stratum, in the order of the list."""
        return np.flatnonzero(self.strata == stratum).astype(np.intp)


def _plain(value: Any) -> Identifier:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float) else str(value)


def _grouped(table: Columns, columns: Sequence[str], role: str, rows: int) -> Groups:
    return group([identifiers(table, column, role, rows) for column in columns], rows)


def _serpentine(strata: Groups, implicit: Sequence[Groups], size: FloatArray, by_name: IntArray) -> IntArray:
    """Rows by stratum, then by each implicit column and by size, each turning round at every change before it."""
    place = np.empty(size.size)
    place[by_name] = np.arange(size.size)
    keys = [strata.index.astype(np.float64)]
    for values in [*(one.index.astype(np.float64) for one in implicit), size]:
        order = np.lexsort([place, *reversed(keys)])
        sorted_keys = np.stack(keys)[:, order]
        change = np.concatenate([[0], (np.diff(sorted_keys, axis=1) != 0).any(axis=0).cumsum()])
        stratum = keys[0][order]
        begins = np.concatenate([[True], np.diff(stratum) != 0])
        since = change - np.maximum.accumulate(np.where(begins, change, 0))
        turned = np.empty(size.size)
        turned[order] = np.where(since % 2 == 1, -1.0, 1.0)
        keys.append(values * turned)
    return np.lexsort([place, *reversed(keys)]).astype(np.intp)
