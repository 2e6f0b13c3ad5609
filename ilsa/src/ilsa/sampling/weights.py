"""Weights: from probabilities of selection, and for those who did not take part."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ilsa.columns import Label, group, identifiers, show
from ilsa.kernels.ratios import FloatArray
from ilsa.sampling.refusals import SamplingError


def base_weights(**stages: npt.ArrayLike) -> FloatArray:
    """How many pupils each pupil stands for: 1 over the product of the probabilities of all stages.

    ``w = 1 / (π_school · π_class · π_pupil)``

    Parameters: one array (n,) per stage, named as one likes: ``base_weights(school=…, pupil=…)``.
    Raises: ``SamplingError`` (``stages_none``, ``length_differs``, ``probability_out_of_range``).
    """
    if not stages:
        raise SamplingError("stages_none")
    chance: FloatArray | None = None
    for stage, given in stages.items():
        probability = np.asarray(given, dtype=np.float64)
        if chance is not None and probability.shape != chance.shape:
            raise SamplingError("length_differs", name=stage, length=probability.size, expected=chance.size)
        bad = ~((probability > 0) & (probability <= 1))
        if bad.any():
            row = int(np.argmax(bad))
            raise SamplingError(
                "probability_out_of_range", stage=stage, value=float(probability[row]), row=row + 1
            )
        chance = probability if chance is None else chance * probability
    assert chance is not None
    return 1 / chance


class AdjustmentCell(NamedTuple):
    """One cell of a non-response adjustment: its label, how many were in scope and took part, and the factor."""

    cell: Label
    eligible: int
    responded: int
    factor: float


class Adjusted(NamedTuple):
    """``weight`` (n,), 0 for those who did not take part or are out of scope; ``cells``, what was done where."""

    weight: FloatArray
    cells: tuple[AdjustmentCell, ...]


def adjust_for_nonresponse(
    weight: npt.ArrayLike,
    *,
    responded: npt.ArrayLike,
    cell: npt.ArrayLike,
    eligible: npt.ArrayLike | None = None,
    size: npt.ArrayLike | None = None,
    limit: float = 3.0,
) -> Adjusted:
    """Let those who took part stand for those who did not, within cells of units that are alike.

    ``f_c = Σ_eligible w s / Σ_responded w s``

    Parameters: ``weight`` (n,); ``responded`` (n,), true where the unit took part; ``cell`` (n,), for example the
    stratum for schools, the class for pupils; ``eligible`` (n,), false for units out of scope (a school that
    closed, a pupil who moved away), which nobody stands for; ``size`` (n,), s, pupils of a school when schools are
    adjusted, else 1; ``limit``, largest factor accepted.
    Raises: ``SamplingError`` (``length_differs``, ``mask_not_boolean``, ``weight_not_usable``,
    ``responded_ineligible``, ``cell_without_response``, ``factor_too_large``); ``ColumnError`` for an empty cell.
    Source: Little, *International Statistical Review* 54 (1986). Checked against: computation by hand; the
    weighted total of every cell is kept.
    """
    w = usable_weights(weight)
    took = _mask("responded=", responded, w.size)
    scope = np.ones(w.size, dtype=bool) if eligible is None else _mask("eligible=", eligible, w.size)
    if (took & ~scope).any():
        raise SamplingError("responded_ineligible", row=int(np.argmax(took & ~scope)) + 1)
    measure = np.ones(w.size) if size is None else np.asarray(size, dtype=np.float64)
    if measure.shape != w.shape:
        raise SamplingError("length_differs", name="size=", length=measure.size, expected=w.size)
    groups = group([identifiers({"cell": cell}, "cell", "cell", w.size)], w.size)
    count = len(groups)
    mass = w * measure
    asked = np.bincount(groups.index[scope], weights=mass[scope], minlength=count)
    found = np.bincount(groups.index[took], weights=mass[took], minlength=count)
    in_scope = np.bincount(groups.index[scope], minlength=count)
    answers = np.bincount(groups.index[took], minlength=count)
    cells = []
    factors = np.ones(count)
    for c, label in enumerate(groups.labels):
        if asked[c] > 0 and not found[c] > 0:
            raise SamplingError("cell_without_response", cell=show(label), sampled=int(in_scope[c]))
        if asked[c] > 0:
            factors[c] = asked[c] / found[c]
        if factors[c] > limit:
            raise SamplingError("factor_too_large", cell=show(label), factor=float(factors[c]), limit=limit)
        cells.append(AdjustmentCell(label, int(in_scope[c]), int(answers[c]), float(factors[c])))
    return Adjusted(np.where(took, w * factors[groups.index], 0.0), tuple(cells))


def usable_weights(weight: npt.ArrayLike) -> FloatArray:
    """Weights as float64. Raises: ``SamplingError`` (``weight_not_usable``) with the row."""
    w = np.asarray(weight, dtype=np.float64)
    bad = ~(np.isfinite(w) & (w >= 0))
    if bad.any():
        row = int(np.argwhere(bad)[0, 0])
        raise SamplingError("weight_not_usable", value=float(w[bad][0]), row=row + 1)
    return w


def _mask(name: str, given: npt.ArrayLike, length: int) -> npt.NDArray[np.bool_]:
    mask = np.asarray(given)
    if mask.dtype.kind != "b":
        raise SamplingError("mask_not_boolean", name=name)
    if mask.shape != (length,):
        raise SamplingError("length_differs", name=name, length=mask.size, expected=length)
    return mask
