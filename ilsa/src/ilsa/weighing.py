"""Weighing a file: from a declared design and named columns to checked weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ilsa._version import __version__
from ilsa.columns import Columns, Groups, Label, group, identifiers, numbers, show
from ilsa.design import (
    DELETING,
    AssessmentDesign,
    FromColumns,
    FromDraws,
    FromHadamard,
    FromZones,
    Origin,
    Storage,
)
from ilsa.errors import DesignError, ReplicateError, WeightError, ZoneError
from ilsa.kernels.ratios import (
    ROUNDING,
    DenseReplicates,
    FloatArray,
    IntArray,
    NotConstant,
    RatioReplicates,
    Replicates,
    ratios_per_unit,
    sealed,
)
from ilsa.provenance import Note, Provenance
from ilsa.sampling.hadamard import next_order
from ilsa.sampling.replicates import RatioTable, balanced, jk1, jk2, jkn, rao_wu
from ilsa.weighted import WeightedFile, WeightedSample


def _first(mask: npt.NDArray[np.bool_]) -> int:
    """Number of the first marked row, from 1."""
    return int(np.argmax(mask)) + 1


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Rows of one sample while it is being weighed."""

    label: Label
    rows: IntArray
    weight: FloatArray
    psu: Groups | None
    stratum: Groups

    def row(self, mask: npt.NDArray[np.bool_]) -> int:
        """First row of the file, from 1, that the mask over this sample marks."""
        return int(self.rows[int(np.argmax(mask))]) + 1

    def inside(self, psu: Groups, outer: Groups, code: str, name: str) -> None:
        """Refuse a PSU that stands in two of the outer groups."""
        first = outer.index[psu.first_rows()][psu.index]
        if (first != outer.index).any():
            at = int(np.argmax(first != outer.index))
            raise ZoneError(
                code,
                psu=show(psu.labels[psu.index[at]]),
                sample=show(self.label),
                other=show(outer.labels[outer.index[at]]),
                row=int(self.rows[at]) + 1,
                **{name: show(outer.labels[first[at]])},
            )


class Weighing:
    """One run of ``AssessmentDesign.weigh``: holds what the steps share."""

    def __init__(self, design: AssessmentDesign, table: Columns, storage: Storage) -> None:
        self.design, self.table, self.storage = design, table, storage
        self.notes: list[Note] = []
        self.mapped: list[str] = []
        self.seen: dict[str, npt.NDArray[Any]] = {}
        self.weight = self._read_weight()
        self.n = self.weight.size
        self.limit: npt.NDArray[np.int64] | None = None  # replicates that apply to each row of a merged file

    # reading

    def _read_weight(self) -> FloatArray:
        column = self.design.weight
        weight = numbers(self.table, column, "the full-sample weight")
        if not weight.size:
            raise WeightError("file_empty")
        missing, zero = np.isnan(weight), weight == 0
        if missing.any():
            raise WeightError("weight_missing", column=column, row=_first(missing), count=int(missing.sum()))
        if (weight < 0).any():
            row = _first(weight < 0)
            raise WeightError("weight_negative", column=column, row=row, value=float(weight[row - 1]))
        if np.isinf(weight).any():
            raise WeightError("weight_infinite", column=column, row=_first(np.isinf(weight)))
        if zero.any():
            if self.design.zero_weights == "refuse":
                raise WeightError("weight_zero", column=column, row=_first(zero), count=int(zero.sum()))
            self.notes.append(Note("zero_weights", {"count": int(zero.sum())}))
        return weight

    def _identify(self, column: str, role: str) -> npt.NDArray[Any]:
        if column not in self.seen:
            self.seen[column] = identifiers(self.table, column, role, self.n)
        return self.seen[column]

    # the whole file

    def result(self, source_sha256: str | None) -> WeightedFile:
        design = self.design
        origin = design.replicates.origin
        split = [self._identify(column, "sample") for column in design.sample]
        if isinstance(origin, FromColumns):
            if origin.count_by is not None:
                by = self._identify(origin.count_by, "grade")
                self._read_limits(origin, by)
                if origin.count_by not in design.sample:
                    split.append(by)
            if origin.scale is not None or origin.rscales is not None:
                self.notes.append(Note("scale_given", {"method": design.replicates.method}))
            columns = self._read_replicates(origin)
        else:
            columns = None
        files = group(split, self.n)
        psu_columns = (design.psu,) if isinstance(design.psu, str) else design.psu or ()
        psus = [self._identify(column, "primary sampling unit") for column in psu_columns]
        strata = [] if design.stratum is None else [self._identify(design.stratum, "stratum")]
        order = np.argsort(files.index, kind="stable")
        ends = np.cumsum(np.bincount(files.index, minlength=len(files)))
        samples = []
        for s, label in enumerate(files.labels):
            rows = order[(ends[s - 1] if s else 0) : ends[s]]
            part = _Part(
                label=label,
                rows=rows,
                weight=sealed(self.weight[rows]),
                psu=group([column[rows] for column in psus], rows.size) if psus else None,
                stratum=group([column[rows] for column in strata], rows.size),
            )
            samples.append(self._sample(part, columns))
        if self.mapped:
            assert isinstance(origin, FromZones | FromHadamard)
            facts = {"column": origin.half, "samples": ", ".join(self.mapped)}
            self.notes.append(Note("half_codes_mapped", facts))
        provenance = Provenance(
            specification=design.as_json(),
            rows=self.n,
            samples=tuple((sample.label, sample.replicate_count) for sample in samples),
            notes=tuple(self.notes),
            storage=self.storage,
            source_sha256=source_sha256,
            ilsa=__version__,
        )
        return WeightedFile(design, tuple(samples), provenance)

    def _sample(self, part: _Part, columns: FloatArray | None) -> WeightedSample:
        if not part.weight.any():
            raise WeightError("sample_without_weight", sample=show(part.label))
        if part.psu is not None and self.design.stratum is not None:
            part.inside(part.psu, part.stratum, "psu_in_two_strata", "stratum")
        if columns is None:
            replicates, factors = self._make(part)
        else:
            replicates, factors = self._keep(part, columns)
        self._refuse_empty_replicates(part, replicates)
        return WeightedSample(
            label=part.label,
            rows=part.rows,
            file_rows=self.n,
            weight=part.weight,
            psu=None if part.psu is None else part.psu.index,
            replicates=replicates,
            factors=factors,
            method=self.design.replicates.method,
        )

    def _refuse_empty_replicates(self, part: _Part, replicates: Replicates) -> None:
        totals = replicates.totals(np.ones((part.rows.size, 1)))[:, 0]
        for r in np.flatnonzero(totals <= 0):
            raise ReplicateError(
                "replicate_all_zero", replicate=int(r) + 1, name=self._name(int(r)), sample=show(part.label)
            )

    def _name(self, replicate: int) -> str:
        origin = self.design.replicates.origin
        return origin.columns[replicate] if isinstance(origin, FromColumns) else "made from the design"

    # replicate weights in the file

    def _read_limits(self, origin: FromColumns, by: npt.NDArray[Any]) -> None:
        counts = dict(origin.counts)
        groups = group([by], self.n)
        limits = np.zeros(len(groups), dtype=np.int64)
        for g, (value,) in enumerate(groups.labels):
            if value not in counts:
                raise ReplicateError(
                    "replicate_count_unknown",
                    row=_first(groups.index == g),
                    value=value,
                    column=origin.count_by,
                    known=", ".join(str(known) for known in counts),
                )
            limits[g] = counts[value]
        self.limit = limits[groups.index]
        told = ", ".join(f"{value}: {count}" for value, count in origin.counts)
        self.notes.append(Note("counts_by_value", {"column": origin.count_by, "counts": told}))

    def _read_replicates(self, origin: FromColumns) -> FloatArray:
        """All replicate columns, (n, R), checked one by one; NaN only beyond the count of a merged file."""
        if origin.beyond is not None and origin.beyond in self.table:
            raise ReplicateError("replicate_columns_left", last=origin.columns[-1], column=origin.beyond)
        out = np.empty((self.n, len(origin.columns)), order="F")
        for r, name in enumerate(origin.columns):
            column = numbers(self.table, name, f"replicate weight {r + 1}", self.n)
            used = np.ones(self.n, dtype=bool) if self.limit is None else self.limit > r
            missing = np.isnan(column)
            if (missing & used).any():
                raise ReplicateError("replicate_missing", column=name, row=_first(missing & used))
            if (~missing & ~used).any():
                row = _first(~missing & ~used)
                assert self.limit is not None
                raise ReplicateError(
                    "replicate_beyond_count", column=name, row=row, count=int(self.limit[row - 1])
                )
            if (column < 0).any():
                row = _first(column < 0)
                raise ReplicateError("replicate_negative", column=name, row=row, value=float(column[row - 1]))
            if np.isinf(column).any():
                raise ReplicateError("replicate_infinite", column=name, row=_first(np.isinf(column)))
            self._judge(origin, name, column, used)
            out[:, r] = column
        return out

    def _judge(self, origin: FromColumns, name: str, column: FloatArray, used: npt.NDArray[np.bool_]) -> None:
        """Hold a column against the method that is said to have made it."""
        method, k = self.design.replicates.method, self.design.replicates.k
        stands = used & (self.weight > 0)
        gone = stands & (column == 0)
        if gone[stands].all():
            return  # empty throughout: refused with its sample
        if not (np.abs(column - self.weight) > ROUNDING * self.weight)[used].any():
            if origin.idle == "refuse":
                raise ReplicateError("replicate_idle", column=name)
            return
        if method in DELETING and not gone.any():
            raise ReplicateError("replicate_without_deletion", method=method, column=name)
        if method == "Fay" and k and gone.any():
            raise ReplicateError("replicate_with_deletion", k=k, column=name, row=_first(gone))
        if method in ("JK2-half", "JK2-full"):
            fourfold = stands & (column > 3 * self.weight)
            if fourfold.any():
                row = _first(fourfold)
                ratio = round(float(column[row - 1] / self.weight[row - 1]), 3)
                raise ReplicateError("replicate_coded_twice", column=name, ratio=ratio, row=row)

    def _keep(self, part: _Part, columns: FloatArray) -> tuple[Replicates, FloatArray]:
        count = columns.shape[1] if self.limit is None else int(self.limit[part.rows[0]])
        own = np.asfortranarray(columns[part.rows, :count])
        factors = self.design.replicates.variance_factors(count)
        idle = ~(np.abs(own - part.weight[:, None]) > ROUNDING * part.weight[:, None]).any(axis=0)
        if idle.any():
            told = ", ".join(str(r + 1) for r in np.flatnonzero(idle))
            self.notes.append(Note("idle_replicates", {"replicates": told, "sample": show(part.label)}))
        if self.storage != "dense" and part.psu is not None:
            found = ratios_per_unit(part.weight, part.psu.index, own)
            if isinstance(found, RatioReplicates):
                return found, factors
            if self.storage == "ratio":
                raise self._no_ratio(part, part.psu, found)
            facts = {"sample": show(part.label), "name": self._name(found.replicate)}
            self.notes.append(Note("stored_dense", facts))
        elif self.storage == "ratio":
            raise DesignError("design_needs_psu", method="storage='ratio'")
        own.setflags(write=False)
        return DenseReplicates(own), factors

    def _no_ratio(self, part: _Part, psu: Groups, found: NotConstant) -> ReplicateError:
        return ReplicateError(
            "ratio_not_exact",
            column=self._name(found.replicate),
            psu=show(psu.labels[found.unit]),
            sample=show(part.label),
            row=int(part.rows[found.row]) + 1,
        )

    # replicate weights made here

    def _make(self, part: _Part) -> tuple[Replicates, FloatArray]:
        origin, method = self.design.replicates.origin, self.design.replicates.method
        unit: IntArray
        if isinstance(origin, FromZones):
            zones, unit = self._pairs(part, origin.zone, origin.half, origin.units_per_zone)
            made = jk2(zones, doubled=origin.doubled, full=method == "JK2-full")
        elif isinstance(origin, FromHadamard):
            zones, unit = self._pairs(part, origin.zone, origin.half, 2)
            made = self._balance(part, zones, origin)
        else:
            assert part.psu is not None
            unit = part.psu.index
            made = self._from_units(part, part.psu, origin)
        replicates: Replicates = RatioReplicates(part.weight, unit, sealed(made.ratio))
        if self.storage == "dense":
            replicates = DenseReplicates(replicates.dense())
        return replicates, sealed(made.factors)

    def _from_units(self, part: _Part, psu: Groups, origin: Origin) -> RatioTable:
        method = self.design.replicates.method
        if method == "JK1":
            if len(psu) < 2:
                raise ZoneError("sample_one_psu", sample=show(part.label), method=method)
            return jk1(len(psu))
        stratum = part.stratum.index[psu.first_rows()]
        for h in np.flatnonzero(np.bincount(stratum) < 2):
            if not part.stratum.labels[h]:
                raise ZoneError("sample_one_psu", sample=show(part.label), method=method)
            raise ZoneError(
                "stratum_one_psu",
                stratum=show(part.stratum.labels[h]),
                sample=show(part.label),
                row=part.row(part.stratum.index == h),
                method=method,
            )
        if isinstance(origin, FromDraws):
            return rao_wu(stratum, replicates=origin.replicates, seed=origin.seed, sample=part.label)
        return jkn(stratum)

    def _balance(self, part: _Part, zones: int, origin: FromHadamard) -> RatioTable:
        order = next_order(zones + 1) if origin.replicates is None else origin.replicates
        if order < zones:
            raise ReplicateError("hadamard_too_small", zones=zones, order=order)
        made = balanced(zones, order=order, k=self.design.replicates.k or 0.0)
        if order == zones:
            self.notes.append(Note("hadamard_constant_column", {"sample": show(part.label)}))
        return made

    def _pairs(
        self, part: _Part, zone: str | None, half: str | None, expected: int | None
    ) -> tuple[int, IntArray]:
        """Number of zones, and for every row its unit 2z + h. Refuses what is not a pair."""
        if zone is None:
            zones = part.stratum
        else:
            zones = group([self._identify(zone, "zone")[part.rows]], part.rows.size)
        if part.psu is not None:
            part.inside(part.psu, zones, "psu_in_two_zones", "zone")
        if expected is not None and part.psu is not None:
            found = np.bincount(zones.index[part.psu.first_rows()], minlength=len(zones))
            for z in np.flatnonzero(found != expected):
                raise ZoneError(
                    "zone_units",
                    zone=show(zones.labels[z]),
                    sample=show(part.label),
                    found=int(found[z]),
                    expected=expected,
                    row=part.row(zones.index == z),
                )
        if half is None:
            assert part.psu is not None
            side = self._sides_by_order(part.psu, zones)
        else:
            side = self._sides_by_code(part, half)
        unit = np.asarray(2 * zones.index + side, dtype=np.intp)
        present = np.bincount(unit, minlength=2 * len(zones)).reshape(-1, 2) > 0
        for z in np.flatnonzero(~present.all(axis=1)):
            raise ZoneError(
                "zone_one_half",
                zone=show(zones.labels[z]),
                sample=show(part.label),
                half=int(np.argmax(present[z])),
                row=part.row(zones.index == z),
            )
        if expected is not None and part.psu is not None:
            first = side[part.psu.first_rows()][part.psu.index]
            if (first != side).any():
                at = int(np.argmax(first != side))
                raise ZoneError(
                    "psu_in_two_halves",
                    psu=show(part.psu.labels[part.psu.index[at]]),
                    sample=show(part.label),
                    zone=show(zones.labels[zones.index[at]]),
                    row=int(part.rows[at]) + 1,
                )
        return len(zones), unit

    def _sides_by_code(self, part: _Part, column: str) -> IntArray:
        codes = numbers(self.table, column, "half of a zone", self.n)[part.rows]
        found = set(np.unique(codes).tolist())
        if found <= {0.0, 1.0}:
            return np.asarray(codes, dtype=np.intp)
        if found <= {0.0, 2.0}:
            self.mapped.append(show(part.label))
            return np.asarray(codes == 2.0, dtype=np.intp)
        told = ", ".join("missing" if math.isnan(code) else f"{code:g}" for code in sorted(found))
        row = part.row((codes != 0) & (codes != 1))
        raise ZoneError("half_codes", column=column, codes=told, sample=show(part.label), row=row)

    def _sides_by_order(self, psu: Groups, zones: Groups) -> IntArray:
        note = Note("pairs_by_psu_order")
        if note not in self.notes:
            self.notes.append(note)
        of_psu = zones.index[psu.first_rows()]
        order = np.argsort(of_psu, kind="stable")  # two PSUs of each zone side by side, in label order
        side = np.empty(len(psu), dtype=np.intp)
        side[order] = np.arange(len(psu)) % 2
        sides: IntArray = side[psu.index]
        return sides
