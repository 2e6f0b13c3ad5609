"""Change between two rounds, with the linking error in it or named as not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ilsa.contrast import combination, differences
from ilsa.errors import EstimateError
from ilsa.kernels.ratios import sealed
from ilsa.provenance import Note
from ilsa.results import Estimate, EstimateTable, Part
from ilsa.scale import Threshold
from ilsa.unavailable import Unavailable

if TYPE_CHECKING:
    from ilsa.assessment import Assessment

Linking: TypeAlias = float | Unavailable | None


def trend(
    later: Assessment,
    earlier: Assessment,
    of: str,
    *,
    linking_error: Linking = None,
    at_least: float | Threshold | None = None,
    by: str | Sequence[str] = (),
    **options: Any,
) -> EstimateTable:
    """The mean of a scale in a later round less that in an earlier one; with ``at_least=``, the share.

    ``V = V_1 + V_2 + (s · LE)²``; s = 1 for a mean, and for a share the change when the threshold is moved by a
    point either way, s = (P(y ≥ c − 1) − P(y ≥ c + 1))/2 in the later round. The linking error is a block of its
    own: in the difference of the trends of two countries it cancels as far as their s agree.

    Parameters: ``linking_error`` LE in points of the scale; ``None`` or an ``Unavailable`` leaves it out, and a
    note says so in every cell.
    Raises: ``EstimateError`` (``trend_same_sample``, ``linking_error_negative``), and what estimates raise.
    Limits: the two rounds are independent samples; the same scale, threshold and population are the caller's word.
    Checked against: hand computation, ``tests/test_trend.py``.
    """
    shared = {sample.identity for sample in later.samples} & {sample.identity for sample in earlier.samples}
    if shared:
        raise EstimateError("trend_same_sample", sample=sorted(shared)[0])
    if isinstance(linking_error, int | float) and not 0 <= linking_error < np.inf:
        raise EstimateError("linking_error_negative", value=linking_error)
    asked = {"by": by, **options}
    if at_least is None:
        changes = differences(later.estimate.mean(of, **asked), earlier.estimate.mean(of, **asked))
        slopes = None
    else:
        cut = at_least if isinstance(at_least, Threshold) else Threshold(at_least)
        changes = differences(
            later.estimate.share(of, at_least=cut, **asked), earlier.estimate.share(of, at_least=cut, **asked)
        )
        slopes = differences(
            later.estimate.share(of, at_least=cut.value - 1, **asked),
            later.estimate.share(of, at_least=cut.value + 1, **asked),
        )
    unit = later.variable(of).unit
    cells = []
    for cell in changes:
        slope = 1.0 if slopes is None else _half(slopes, cell)
        cells.append(
            _linked(cell, slope, linking_error, f"linking error {of} {earlier.name} {later.name}", unit)
        )
    return EstimateTable(
        statistic=f"trend of {'share' if slopes else 'mean'}",
        dimensions=changes.dimensions,
        cells=tuple(cells),
        notes=tuple(dict.fromkeys(note for cell in cells for note in cell.notes)),
        provenance=changes.provenance,
    )


def _half(slopes: EstimateTable, cell: Estimate) -> float:
    if cell.unavailable:
        return 0.0
    moved = slopes[cell.label].value
    assert isinstance(moved, float)
    return moved / 2


def _linked(cell: Estimate, slope: float, error: Linking, block: str, unit: str) -> Estimate:
    """Add the linking error as one more independent part, or say why it is not there."""
    if error is None or isinstance(error, Unavailable):
        reason = str(error or Unavailable("linking_error_not_published"))
        return replace(cell, notes=(*cell.notes, Note("linking_error_missing", {"reason": reason})))
    note = Note("linking_error_included", {"value": float(error), "unit": unit})
    if cell.unavailable:
        return replace(cell, notes=(*cell.notes, note))
    alone = replace(
        cell,
        parts=(Part(block, sealed([[0.0, slope * float(error)]]), sealed([1.0]), np.inf),),
        notes=(note,),
    )
    definition = f"{cell.definition}; later round less earlier round"
    joined = combination([(1.0, cell), (1.0, alone)], label=cell.label, definition=definition)
    return replace(joined, notes=(*cell.notes, note))
