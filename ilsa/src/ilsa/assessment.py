"""An assessment: a file of pupils, its design and its scales, ready to be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ilsa.columns import (
    Columns,
    Groups,
    Identifier,
    Label,
    group,
    identifiers,
    identifiers_with_gaps,
    numbers,
    show,
)
from ilsa.design import AssessmentDesign, FromColumns, Storage
from ilsa.domain import BoolArray, Categories, Domain, Limits, SampleRows, Variable
from ilsa.errors import ColumnError, DesignError, EstimateError, ScaleError
from ilsa.estimator import Estimator
from ilsa.kernels.ratios import sealed
from ilsa.provenance import Note
from ilsa.results import EstimateTable
from ilsa.scale import Composite, Scale, Threshold
from ilsa.trend import Linking, trend
from ilsa.unavailable import Unavailable
from ilsa.weighted import WeightedFile

Missing: TypeAlias = Literal["refuse", "leave_out"]
Where: TypeAlias = Mapping[str, Any] | npt.ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell of a request: its label, its sample, its rows or why they cannot stand, how many and for how many."""

    label: Label
    sample: SampleRows
    domain: Domain | Unavailable
    n: int
    sum_w: float


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A request that was understood: the cells it is about and what is to be said with them.

    Attributes: ``dimensions``; ``cells``; ``variables``; ``notes``; ``where``, the
    filter as plain values.
    """

    dimensions: tuple[str, ...]
    cells: tuple[Cell, ...]
    variables: Mapping[str, Variable]
    notes: tuple[Note, ...]
    where: object = None


class Assessment:
    """A file of pupils that has been weighed, and the estimates that can be made from it.

    Parameters: ``table``, anything with named columns; ``design``; ``scales``; ``name``, for example of the
    round, which tells two rounds with equal weights apart; ``pupil``, column that must differ from row to row
    of a sample; ``minimum_n`` and ``minimum_psu``, rows and schools below which a cell is ``Unavailable``;
    ``storage`` and ``source_sha256`` as for ``AssessmentDesign.weigh``.
    Raises: what ``AssessmentDesign.weigh`` raises; ``ScaleError`` and ``ColumnError`` for plausible values.

    ``assessment.estimate.mean("reading", by="country")`` and its like give tables of estimates. Every estimate
    is made inside one sample of the design (a country): their labels come first in the label of a cell, whether
    or not ``by`` names them, and averages over samples are made from the estimates, never by pooling weights.
    """

    def __init__(
        self,
        table: Columns,
        design: AssessmentDesign,
        *,
        scales: Sequence[Scale | Composite] = (),
        name: str = "",
        pupil: str | None = None,
        minimum_n: int = 1,
        minimum_psu: int = 1,
        storage: Storage = "auto",
        source_sha256: str | None = None,
    ) -> None:
        self.table, self.design, self.name = table, design, name
        self.limits = Limits(minimum_n, minimum_psu)
        self.scales: dict[str, Scale | Composite] = {}
        for scale in scales:
            if scale.name in self.scales:
                raise ScaleError("scale_repeated", scale=scale.name)
            self.scales[scale.name] = scale
        self.weighted: WeightedFile = design.weigh(table, storage=storage, source_sha256=source_sha256)
        self.rows = self.weighted.provenance.rows
        self.samples = tuple(SampleRows(sample, name) for sample in self.weighted.samples)
        self._variables: dict[str, Variable] = {}
        self._categories: dict[str, Categories] = {}
        self._whole: dict[tuple[str, ...], tuple[Cell, ...]] = {}
        for scale in scales:
            self.variable(scale.name)
        if pupil is not None:
            self._refuse_repeated(pupil)

    @classmethod
    def read(cls, path: str | Path, design: AssessmentDesign, **settings: Any) -> Assessment:
        """Read a file by its ending (``ilsa.io.read``) and weigh it; its hash goes into the provenance.

        Parameters: ``settings``, as for the class.
        Raises: ``ilsa.io.FileError`` and what the class raises.
        """
        from ilsa import io  # late: most assessments are made from tables that are already there

        file = io.read(path)
        return cls(file, design, **{"source_sha256": file.sha256, **settings})

    @property
    def estimate(self) -> Estimator:
        """The statistics: mean, sd, levels, share, percentiles, lm, logit, corr, crosstab and others."""
        return Estimator(self)

    def trend(
        self,
        earlier: Assessment,
        of: str,
        *,
        linking_error: Linking = None,
        at_least: float | Threshold | None = None,
        by: str | Sequence[str] = (),
        **options: Any,
    ) -> EstimateTable:
        """This round less an earlier one; see ``ilsa.trend.trend``."""
        return trend(self, earlier, of, linking_error=linking_error, at_least=at_least, by=by, **options)

    def variable(self, name: str) -> Variable:
        """A scale by its name, or a column of numbers.

        Raises: ``ScaleError``, ``ColumnError`` with the row.
        """
        if name not in self._variables:
            self._variables[name] = self._scale(name) if name in self.scales else self._observed(name)
        return self._variables[name]

    def _observed(self, name: str) -> Variable:
        column = numbers(self.table, name, "a variable", self.rows)
        missing = ~np.isfinite(column)
        values = sealed(np.where(missing, 0.0, column))[None]
        return Variable(name, name, values, missing if missing.any() else None, False, name)

    def categories(self, column: str) -> Categories:
        """A column of categories, whatever they are. Raises: ``ColumnError`` with the row."""
        if column not in self._categories:
            values, empty = identifiers_with_gaps(self.table, column, "a category", self.rows)
            kept = values[~empty]
            groups = group([kept], kept.size)
            codes = np.zeros((1, self.rows))
            codes[0, ~empty] = groups.index
            codes.setflags(write=False)
            variable = Variable(column, "category", codes, empty if empty.any() else None, False, column)
            self._categories[column] = Categories(tuple(label[0] for label in groups.labels), variable)
        return self._categories[column]

    def _scale(self, name: str) -> Variable:
        scale = self.scales[name]
        if isinstance(scale, Composite):
            return self._composite(scale)
        columns, beyond = scale.values.columns, scale.values.beyond
        if beyond is not None and beyond in self.table:
            raise ScaleError("plausible_value_columns_left", scale=name, last=columns[-1], column=beyond)
        values = np.empty((len(columns), self.rows))
        for m, column in enumerate(columns):
            role = f"plausible value {m + 1} of {len(columns)} of scale {name!r}"
            values[m] = numbers(self.table, column, role, self.rows)
        missing = ~np.isfinite(values)
        some: BoolArray = np.asarray(missing.any(axis=0))
        all_of_them = missing.all(axis=0)
        partly = some & ~all_of_them
        if partly.any():
            row = int(np.argmax(partly))
            raise ColumnError(
                "plausible_value_missing",
                row=row + 1,
                column=columns[int(np.argmax(missing[:, row]))],
                scale=name,
                count=int(partly.sum()),
            )
        if len(columns) > 1 and not some.all() and (values[:, ~some] == values[0, ~some]).all():
            raise ScaleError("plausible_values_equal", scale=name)
        values[:, some] = 0.0
        values.setflags(write=False)
        return Variable(name, scale.unit, values, some if some.any() else None, True, name)

    def _composite(self, composite: Composite) -> Variable:
        parts = [(weight, self.variable(name)) for name, weight in composite.weights]
        draws = {variable.columns.shape[0] for _, variable in parts} - {1}
        if len(draws) > 1:
            counts = ", ".join(str(count) for count in sorted(draws))
            raise ScaleError("composite_draws", scale=composite.name, counts=counts)
        values = np.zeros((max(draws, default=1), self.rows))
        missing = np.zeros(self.rows, dtype=bool)
        for weight, variable in parts:
            values += weight * variable.columns
            if variable.missing is not None:
                missing |= variable.missing
        values[:, missing] = 0.0
        values.setflags(write=False)
        return Variable(
            composite.name, composite.unit, values, missing if missing.any() else None, True, composite.name
        )

    def _refuse_repeated(self, pupil: str) -> None:
        codes = identifiers(self.table, pupil, "pupil", self.rows)
        for sample in self.weighted.samples:
            own = codes[sample.rows]
            order = np.argsort(own, kind="stable")
            again = np.flatnonzero(own[order][1:] == own[order][:-1])
            if again.size:
                at = int(order[again[0] + 1])
                raise ColumnError(
                    "pupil_repeated",
                    pupil=own[at].item(),
                    sample=show(sample.label),
                    row=int(sample.rows[at]) + 1,
                )

    # requests

    def ask(
        self,
        of: Sequence[Variable],
        *,
        by: str | Sequence[str] = (),
        where: Where | None = None,
        missing: Missing = "refuse",
    ) -> Asked:
        """Find the cells of a request and the rows of each.

        Parameters: ``of``, variables used; ``by``, columns that are crossed; ``where``, ``{column: value or
        list of values}`` or true and false for every row; ``missing``, what to do with rows in which a variable
        or a grouping column is empty.
        Raises: ``EstimateError`` (``variable_missing``, ``where_value_unknown``, ``where_not_boolean``),
        ``ColumnError``.
        """
        if missing not in get_args(Missing):
            raise DesignError(
                "choice_unknown", name="missing", value=missing, known=", ".join(get_args(Missing))
            )
        own = self._sample_dimensions()
        named = (by,) if isinstance(by, str) else tuple(by)
        extra = tuple(dict.fromkeys(column for column in named if column not in own))
        variables = {variable.name: variable for variable in of}
        chosen, told = self._chosen(where)
        groups, gaps = self._grouped(extra)
        notes: list[Note] = []
        holes = {column: gap for column, gap in gaps.items() if gap is not None}
        holes |= {v.source: v.missing for v in variables.values() if v.missing is not None}
        before = chosen
        for column, hole in holes.items():
            lost = hole if before is None else hole & before
            count = int(lost.sum())
            if not count:
                continue
            if missing == "refuse":
                raise EstimateError(
                    "variable_missing", column=column, row=int(np.argmax(lost)) + 1, count=count
                )
            notes.append(Note("rows_left_out", {"count": count, "column": column}))
            chosen = ~hole if chosen is None else chosen & ~hole
        if chosen is None and extra in self._whole:
            cells = self._whole[extra]
        else:
            cells = tuple(self._cells(groups, chosen, variables))
            if chosen is None:
                self._whole[extra] = cells
        return Asked((*own, *extra), cells, variables, tuple(notes), told)

    def _cells(
        self, groups: Groups, chosen: BoolArray | None, variables: Mapping[str, Variable]
    ) -> Iterator[Cell]:
        emptied = any(v.is_scale and v.missing is not None for v in variables.values())
        for sample in self.samples:
            for label, positions in sample.cells(groups, chosen):
                domain = sample.domain(positions, self.limits)
                if not positions.size and emptied:
                    domain = Unavailable("pv_missing", "in every row of the domain")
                weight = float(sample.sample.weight[sample.order[positions]].sum())
                yield Cell((*sample.label, *label), sample, domain, int(positions.size), weight)

    def _sample_dimensions(self) -> tuple[str, ...]:
        origin = self.design.replicates.origin
        dimensions = self.design.sample
        if isinstance(origin, FromColumns) and origin.count_by and origin.count_by not in dimensions:
            dimensions = (*dimensions, origin.count_by)
        return dimensions

    def _grouped(self, columns: tuple[str, ...]) -> tuple[Groups, dict[str, BoolArray | None]]:
        read, gaps = [], {}
        none: BoolArray | None = None
        for column in columns:
            values, empty = identifiers_with_gaps(self.table, column, "a grouping", self.rows)
            read.append(values)
            gaps[column] = empty if empty.any() else None
            if empty.any():
                none = empty if none is None else none | empty
        groups = group(read, self.rows)
        if none is not None:
            groups = Groups(groups.labels, np.where(none, -1, groups.index).astype(np.intp))
        return groups, gaps

    def _chosen(self, where: Where | None) -> tuple[BoolArray | None, object]:
        if where is None:
            return None, None
        if isinstance(where, Mapping):
            chosen = np.ones(self.rows, dtype=bool)
            told: dict[str, list[Identifier]] = {}
            for column, wanted in where.items():
                values, empty = identifiers_with_gaps(self.table, column, "a filter", self.rows)
                one = isinstance(wanted, str | int | float | np.generic)
                told[column] = [_plain(value) for value in ([wanted] if one else wanted)]
                inside = np.zeros(self.rows, dtype=bool)
                for value in told[column]:
                    hit = (values == value) & ~empty if _alike(values, value) else np.zeros(0, dtype=bool)
                    if not hit.any():
                        raise EstimateError("where_value_unknown", value=value, column=column)
                    inside |= hit
                chosen &= inside
            return chosen, told
        mask = np.asarray(where)
        if mask.dtype.kind != "b":
            raise EstimateError("where_not_boolean")
        if mask.shape != (self.rows,):
            raise EstimateError("values_length", name="where=", length=mask.size, expected=self.rows)
        digest = hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()
        return mask, {"rows": int(mask.sum()), "sha256": digest}


def _plain(value: Any) -> Identifier:
    plain: Identifier = value.item() if isinstance(value, np.generic) else value
    return plain


def _alike(values: npt.NDArray[Any], value: Identifier) -> bool:
    """Whether text is compared with text, and numbers with numbers."""
    return (values.dtype.kind == "U") == isinstance(value, str)
