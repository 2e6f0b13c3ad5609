"""Conditioning variables: from questionnaires with gaps to the columns of a latent regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ilsa.columns import Columns, numbers
from ilsa.errors import ColumnError
from ilsa.irt.refusals import IrtError
from ilsa.kernels.ratios import FloatArray, sealed


@dataclass(frozen=True, slots=True, eq=False)
class Conditioning:
    """Columns for ``latent_regression`` and ``Calibration.plausible_values``.

    Attributes: ``names`` and ``values`` (n, k): contrast codes, or principal components of them; ``explained``,
    share of the codes' variance that is kept, 1 without components; ``codes``, names of all contrast codes;
    ``dropped``, columns that do not vary.
    """

    names: tuple[str, ...]
    values: FloatArray
    explained: float
    codes: tuple[str, ...]
    dropped: tuple[str, ...]

    def columns(self) -> dict[str, FloatArray]:
        """Named columns, as ``conditioning=`` takes them."""
        return {name: self.values[:, c] for c, name in enumerate(self.names)}


def conditioning_variables(
    table: Columns,
    *,
    categories: Sequence[str] = (),
    quantities: Sequence[str] = (),
    share: float | None = None,
    weights: npt.ArrayLike | None = None,
) -> Conditioning:
    """Code background variables so that no pupil is lost.

    A category becomes one indicator for each value but the most frequent one, a gap being a value of its own;
    a quantity becomes itself, gaps filled by its weighted mean, and an indicator of its gaps if there are any.
    With ``share``, the standardised codes are replaced by their first principal components (of the weighted
    correlations) that together explain at least that share, usually 0.8 to 0.9.

    Call it for one country at a time: codes and components differ between countries.

    Parameters: ``table``, named columns of n rows; ``weights`` (n,).
    Raises: ``ColumnError``; ``IrtError`` (``setting_out_of_range``) for a share outside of 0 to 1.
    """
    if share is not None and not 0 < share <= 1:
        raise IrtError("setting_out_of_range", name="share", value=share, bound="above 0 and at most 1")
    names: list[str] = []
    parts: list[FloatArray] = []
    length: int | None = None
    for column in quantities:
        values = numbers(table, column, "a background variable", length)
        length = values.size
        gap = np.isnan(values)
        weight = _weights(weights, length)
        if not gap.all():
            filled = np.where(gap, 0.0, values)
            names.append(column)
            parts.append(np.where(gap, weight @ filled / (weight @ ~gap), values))
        if gap.any():
            names.append(f"{column}: no answer")
            parts.append(gap.astype(np.float64))
    for column in categories:
        levels = _levels(table, column, length)
        length = levels.size
        found, index = np.unique(levels, return_inverse=True)
        most = int(np.bincount(index, weights=_weights(weights, length)).argmax())
        for k, level in enumerate(found):
            if k != most:
                names.append(f"{column}: {level}")
                parts.append((index == k).astype(np.float64))
    if length is None:
        return Conditioning((), sealed(np.empty((0, 0))), 1.0, (), ())
    codes = np.column_stack(parts) if parts else np.empty((length, 0))
    varies = np.ptp(codes, axis=0) > 0 if codes.shape[1] else np.zeros(0, dtype=bool)
    kept = tuple(name for name, one in zip(names, varies, strict=True) if one)
    dropped = tuple(name for name, one in zip(names, varies, strict=True) if not one)
    codes = codes[:, varies]
    if share is None or not kept:
        return Conditioning(kept, sealed(codes), 1.0, kept, dropped)
    components, explained = _components(codes, _weights(weights, length), share)
    labels = tuple(f"component {c + 1}" for c in range(components.shape[1]))
    return Conditioning(labels, sealed(components), explained, kept, dropped)


def _weights(weights: npt.ArrayLike | None, length: int) -> FloatArray:
    if weights is None:
        return np.full(length, 1 / length)
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (length,):
        raise IrtError("column_length", name="weights", length=w.size, expected=length)
    return np.asarray(w / w.sum(), dtype=np.float64)


def _levels(table: Columns, column: str, length: int | None) -> npt.NDArray[np.str_]:
    """Values of a category as text, gaps as 'no answer'."""
    if column not in table:
        raise ColumnError("column_not_found", column=column, role="a background variable")
    kept: Any = table[column]
    values = kept.tolist() if hasattr(kept, "tolist") else list(kept)
    if length is not None and len(values) != length:
        raise ColumnError("column_length", column=column, length=len(values), expected=length)
    return np.array([_text(value) for value in values], dtype=np.str_)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value) or value == "":
        return "no answer"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _components(codes: FloatArray, weight: FloatArray, share: float) -> tuple[FloatArray, float]:
    """Principal components of standardised codes, mean 0 and variance 1, and the share they explain.

    The largest loading of each is positive, so that a component does not change sign from run to run.
    """
    away = codes - weight @ codes
    standard = away / np.sqrt(weight @ away**2)
    values, vectors = np.linalg.eigh((standard * weight[:, None]).T @ standard)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    reached = np.cumsum(values) / values.sum()
    real = int((values > 1e-10 * values[0]).sum())
    count = min(int(np.searchsorted(reached, share - 1e-12)) + 1, real)
    top = np.abs(vectors[:, :count]).argmax(axis=0)
    vectors = vectors[:, :count] * np.sign(vectors[top, np.arange(count)])
    return np.asarray(standard @ vectors / np.sqrt(values[:count]), dtype=np.float64), float(
        reached[count - 1]
    )
