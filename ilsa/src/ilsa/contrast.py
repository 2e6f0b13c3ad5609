"""Differences, averages and other sums of estimates, exact from what the estimates keep.

Estimates of the same sample share their replicates: a contrast between them is formed once per plausible value
and replicate, so that their covariance is in it. Estimates of independent samples (countries, rounds) are
blocks, whose variances are added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ilsa.columns import Identifier, Label, show
from ilsa.combine import Rule
from ilsa.errors import EstimateError
from ilsa.kernels.ratios import sealed
from ilsa.provenance import EstimateProvenance, Note
from ilsa.results import Estimate, EstimateTable, Part
from ilsa.unavailable import Unavailable


def _sum(terms: Sequence[tuple[float, Part]]) -> Part:
    """The weighted sum of parts of one sample, per plausible value and replicate."""
    first = terms[0][1]
    draws = max(part.estimates.shape[0] for _, part in terms)
    total = np.zeros((draws, first.estimates.shape[1]))
    for coefficient, part in terms:
        m, columns = part.estimates.shape
        if columns != total.shape[1] or not np.array_equal(part.factors, first.factors):
            raise EstimateError("contrast_replicates", sample=part.sample_id)
        if m not in (1, draws):
            raise EstimateError("contrast_draws", first=draws, second=m, sample=part.sample_id)
        total += coefficient * part.estimates
    return Part(first.sample_id, sealed(total), first.factors, min(part.degrees for _, part in terms))


def combination(
    terms: Sequence[tuple[float, Estimate]], *, label: Label, definition: str, unit: str | None = None
) -> Estimate:
    """A sum of estimates, each times a coefficient.

    ``t = Σ a_k t_k``; within a sample per plausible value and replicate; ``V = Σ_b V_b`` over samples b.

    Parameters: ``terms``, coefficient and estimate; ``unit``, that of the terms when not given.
    Returns: an estimate, unavailable for the reason of its first unavailable term.
    Raises: ``EstimateError`` for different units, or plausible values or replicates that do not pair.
    Limits: plausible values of one sample are paired by their number; an observed variable pairs with all.
    Source: the covariance of replicate estimates, Wolter (2007), chapter 1.
    Checked against: the same contrast made from the data, ``tests/test_contrast.py``.
    """
    if not terms:
        raise EstimateError("contrast_empty")
    estimates = [estimate for _, estimate in terms]
    first = estimates[0]
    for other in estimates[1:]:
        if unit is None and other.unit != first.unit:
            raise EstimateError("contrast_units", first=first.unit, second=other.unit)
        if other.rule != first.rule:
            raise EstimateError("contrast_rules", first=first.rule, second=other.rule)
    silent = next((one.unavailable for one in estimates if one.unavailable), None)
    by_sample: dict[str, list[tuple[float, Part]]] = {}
    if silent is None:
        for coefficient, estimate in terms:
            for part in estimate.parts:
                by_sample.setdefault(part.sample_id, []).append((coefficient, part))
    schools = [one.n_psu for one in estimates if one.n_psu is not None]
    return Estimate(
        label=label,
        parts=tuple(_sum(parts) for parts in by_sample.values()),
        unit=unit or first.unit,
        definition=definition,
        n=min(one.n for one in estimates),
        n_psu=min(schools) if schools else None,
        sum_w=min(one.sum_w for one in estimates),
        rule=first.rule,
        unavailable=silent,
        notes=tuple(dict.fromkeys(note for one in estimates for note in one.notes)),
        provenance=_together([one.provenance for one in estimates]),
    )


def _together(groups: Sequence[tuple[EstimateProvenance, ...]]) -> tuple[EstimateProvenance, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


def difference(a: Estimate, b: Estimate, *, label: Label | None = None) -> Estimate:
    """``a − b``, with its exact standard error; see ``combination``."""
    return combination(
        [(1.0, a), (-1.0, b)],
        label=(f"{show(a.label)} − {show(b.label)}",) if label is None else label,
        definition=a.definition
        if a.definition == b.definition
        else f"({a.definition}) minus ({b.definition})",
    )


def _table(statistic: str, dimensions: Sequence[str], cells: Sequence[Estimate]) -> EstimateTable:
    return EstimateTable(
        statistic=statistic,
        dimensions=tuple(dimensions),
        cells=tuple(cells),
        notes=tuple(dict.fromkeys(note for cell in cells for note in cell.notes)),
        provenance=_together([cell.provenance for cell in cells]),
    )


def differences(a: EstimateTable, b: EstimateTable) -> EstimateTable:
    """``a − b`` cell by cell; labels that only one of them has are ``not_comparable``.

    Raises: ``EstimateError`` (``contrast_dimensions``).
    """
    if a.dimensions != b.dimensions:
        raise EstimateError("contrast_dimensions", first=_named(a), second=_named(b))
    others = {cell.label: cell for cell in b.cells}
    known = {cell.label for cell in a.cells}
    cells = [
        difference(cell, others[cell.label], label=cell.label)
        if cell.label in others
        else _alone(cell, "only in the first table")
        for cell in a.cells
    ]
    cells += [_alone(cell, "only in the second table") for cell in b.cells if cell.label not in known]
    return _table(f"difference of {a.statistic}", a.dimensions, cells)


def _named(table: EstimateTable) -> str:
    return ", ".join(table.dimensions) or "(none)"


def _alone(cell: Estimate, detail: str) -> Estimate:
    return replace(cell, parts=(), unavailable=Unavailable("not_comparable", detail))


def _along(table: EstimateTable, dimension: str) -> tuple[int, dict[Label, dict[Identifier, Estimate]]]:
    """Cells by the rest of their label, then by their value of one dimension."""
    if dimension not in table.dimensions:
        raise EstimateError("dimension_unknown", dimension=dimension, known=", ".join(table.dimensions))
    at = table.dimensions.index(dimension)
    found: dict[Label, dict[Identifier, Estimate]] = {}
    for cell in table.cells:
        rest = cell.label[:at] + cell.label[at + 1 :]
        found.setdefault(rest, {})[cell.label[at]] = cell
    return at, found


def gaps(table: EstimateTable, dimension: str, of: Identifier, minus: Identifier) -> EstimateTable:
    """The estimate at ``of`` less that at ``minus``, for every rest of the label.

    Raises: ``EstimateError`` (``dimension_unknown``, ``cell_unknown``).
    """
    at, found = _along(table, dimension)
    for value in (of, minus):
        if not any(value in cells for cells in found.values()):
            raise EstimateError("cell_unknown", label=value, dimensions=dimension)
    made = []
    for rest, cells in found.items():
        label = (*rest[:at], f"{of} − {minus}", *rest[at:])
        if of in cells and minus in cells:
            made.append(difference(cells[of], cells[minus], label=label))
        else:
            there = next(iter(cells.values()))
            missing = of if of not in cells else minus
            reason = Unavailable("below_minimum_n", f"{dimension} {missing} does not occur")
            made.append(replace(there, label=label, parts=(), unavailable=reason))
    return _table(f"gap of {table.statistic}", table.dimensions, made)


def averages(table: EstimateTable, dimension: str) -> EstimateTable:
    """The mean over one dimension, each of its values counted once.

    Over countries this is the international average with equal (senate) weights: ``V = Σ V_c / C²``. Countries
    without an estimate make it unavailable rather than smaller: an average over whoever is there is another
    quantity.

    Raises: ``EstimateError`` (``dimension_unknown``).
    """
    at, found = _along(table, dimension)
    made = []
    for rest, cells in found.items():
        share = 1 / len(cells)
        first = next(iter(cells.values()))
        made.append(
            combination(
                [(share, cell) for cell in cells.values()],
                label=(*rest[:at], "average", *rest[at:]),
                definition=f"{first.definition}; mean over {len(cells)} values of {dimension}, each counted once",
            )
        )
    return _table(f"average of {table.statistic}", table.dimensions, made)


def stacked(tables: Sequence[EstimateTable], dimension: str, values: Sequence[Identifier]) -> EstimateTable:
    """Several tables with the same dimensions under one more, which tells them apart.

    So reading and mathematics become ``.gap("scale", "reading", "mathematics")``.

    Raises: ``EstimateError`` (``contrast_dimensions``).
    """
    for other in tables[1:]:
        if other.dimensions != tables[0].dimensions:
            raise EstimateError(
                "contrast_dimensions",
                first=_named(tables[0]),
                second=_named(other),
            )
    cells = [
        replace(cell, label=(*cell.label, value))
        for table, value in zip(tables, values, strict=True)
        for cell in table.cells
    ]
    return _table(tables[0].statistic, (*tables[0].dimensions, dimension), cells)


def published(
    value: float,
    se: float,
    *,
    label: Label,
    unit: str,
    definition: str,
    sample_id: str,
    n: int = 0,
    rule: Rule | None = None,
) -> Estimate:
    """A figure read in a report, with its standard error, ready for contrasts with others.

    It stands as a sample of its own with one replicate, ``value + se``. The covariance with other figures of the
    same sample is not known from a report, so two published figures with the same ``sample_id`` would be taken
    for fully dependent: give each its own unless they are.

    Raises: ``EstimateError`` (``published_not_finite``).
    """
    if not (math.isfinite(value) and math.isfinite(se) and se > 0):
        raise EstimateError("published_not_finite", value=value, se=se)
    part = Part(sample_id, sealed([[value, value + se]]), sealed([1.0]), math.inf)
    return Estimate(
        label=label,
        parts=(part,),
        unit=unit,
        definition=definition,
        n=n,
        n_psu=None,
        sum_w=0.0,
        rule=rule or Rule(),
        notes=(Note("published"),),
    )
