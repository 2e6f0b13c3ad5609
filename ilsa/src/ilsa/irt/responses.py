"""Reading answers: who answered what, in which booklet and group, and with which weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from ilsa.columns import Columns, Label, group, numbers, show
from ilsa.errors import ColumnError
from ilsa.irt.refusals import IrtError, one_of
from ilsa.kernels.ratios import FloatArray, IntArray, sealed

Codes = npt.NDArray[np.int8]
Column = str | npt.ArrayLike | None
Weighting = Literal["sample", "senate"]


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """Answers of n pupils to I items, checked.

    Attributes: ``items``, names; ``codes`` (n, I), category from 0, −1 where the item was not administered;
    ``highest`` (I,), highest category met; ``weight`` (n,), rescaled to sum to n; ``weighted``, whether
    weights were given, and ``weighting``, how they were rescaled; ``groups``, labels; ``group`` (n,), position of each pupil's label; ``booklet`` (n,) or
    None; ``left_out``, rows (from 1) left out because they had no answer; ``rows`` (n,), positions in the
    file that was read, of ``file_rows`` rows.
    """

    items: tuple[str, ...]
    codes: Codes
    highest: IntArray
    weight: FloatArray
    weighted: bool
    weighting: Weighting
    groups: tuple[Label, ...]
    group: IntArray
    booklet: IntArray | None
    left_out: tuple[int, ...]
    rows: IntArray
    file_rows: int

    @property
    def n(self) -> int:
        return int(self.codes.shape[0])

    @classmethod
    def read(
        cls,
        answers: npt.ArrayLike | Columns,
        *,
        items: Sequence[str] | None = None,
        booklet: Column = None,
        group: Column = None,
        weights: Column | Literal["senate"] = None,
        weighting: Weighting = "sample",
        missing: Sequence[float] = (),
        omitted: Literal["missing", "wrong"] = "missing",
        without_answers: Literal["refuse", "leave_out"] = "refuse",
    ) -> Responses:
        """Read a table of answers and check it.

        Parameters: ``answers``, (n, I) whole numbers, or named columns, of which ``items`` are the answers;
        ``booklet``, ``group``, ``weights``: name of a column or one value per pupil; ``missing``, codes of
        items that were not administered, besides empty ones; ``omitted="wrong"`` counts an empty answer to an
        item of the pupil's booklet as category 0 (an item is in a booklet when somebody with that booklet
        answered it); ``weighting="senate"`` gives every group the same sum of weights (``weights="senate"``
        does so for a file without weights); ``without_answers``, what to do with rows that answer nothing.
        Raises: ``IrtError`` with item and row.
        """
        one_of("weighting", weighting, ("sample", "senate"))
        one_of("omitted", omitted, ("missing", "wrong"))
        one_of("without_answers", without_answers, ("refuse", "leave_out"))
        names, codes = _codes(answers, items, missing)
        n = codes.shape[0]
        if isinstance(weights, str) and weights == "senate" and not _has(answers, "senate"):
            weights, weighting = None, "senate"
        books = None if booklet is None else _labels(answers, booklet, "The booklet", n)
        if omitted == "wrong":
            if books is None:
                raise IrtError("omitted_needs_booklet")
            codes = codes.copy()
            for b in range(len(books[0])):
                inside = np.flatnonzero(books[1] == b)
                seen = np.flatnonzero((codes[inside] >= 0).any(axis=0))
                block = codes[np.ix_(inside, seen)]
                codes[np.ix_(inside, seen)] = np.maximum(block, 0)
        labels, which = (
            (((),), np.zeros(n, dtype=np.intp)) if group is None else _labels(answers, group, "The group", n)
        )
        weight = _weight(answers, weights, n)
        answered = (codes >= 0).any(axis=1)
        if books is not None:
            full = np.bincount(books[1], weights=answered, minlength=len(books[0]))
            for empty in np.flatnonzero(full == 0):
                row = int(np.argmax(books[1] == empty)) + 1
                raise IrtError("booklet_empty", booklet=show(books[0][empty]), row=row)
        left_out: tuple[int, ...] = ()
        rows = np.arange(n)
        if not answered.all():
            if without_answers == "refuse":
                row = int(np.argmin(answered)) + 1
                raise IrtError("person_without_answers", row=row, count=int((~answered).sum()))
            left_out = tuple(int(row) + 1 for row in np.flatnonzero(~answered))
            rows = np.flatnonzero(answered)
            codes, weight, which = codes[rows], weight[rows], which[rows]
            books = None if books is None else (books[0], books[1][rows])
        return cls(
            items=names,
            codes=codes,
            highest=np.maximum(codes.max(axis=0).astype(np.intp), 0),
            weight=_scaled(weight, which, labels, weighting),
            weighted=weights is not None or weighting == "senate",
            weighting=weighting,
            groups=labels,
            group=which,
            booklet=None if books is None else books[1],
            left_out=left_out,
            rows=rows,
            file_rows=n,
        )

    def choose(self, names: Sequence[str]) -> Responses:
        """The same pupils with the named items, in the given order."""
        at = {name: i for i, name in enumerate(self.items)}
        for name in names:
            if name not in at:
                raise IrtError("item_unknown", item=name, known=", ".join(self.items))
        columns = [at[name] for name in names]
        if columns == list(range(len(self.items))):
            return self
        return replace(
            self,
            items=tuple(names),
            codes=np.ascontiguousarray(self.codes[:, columns]),
            highest=self.highest[columns],
        )

    def regrouped(self, values: npt.ArrayLike) -> Responses:
        """The same answers with other groups, one value per pupil of the file that was read."""
        labels, which = _labels((), values, "The group", self.file_rows)
        kept, position = np.unique(which[self.rows], return_inverse=True)
        return replace(self, groups=tuple(labels[int(g)] for g in kept), group=position)

    def reweighted(self, weight: npt.ArrayLike) -> Responses:
        """The same answers with other weights (n,), rescaled to sum to n."""
        new = np.asarray(weight, dtype=np.float64)
        if new.shape != (self.n,):
            raise IrtError("column_length", name="weights", length=new.size, expected=self.n)
        return replace(
            self, weight=_scaled(new, self.group, self.groups, "sample"), weighted=True, weighting="sample"
        )


def _has(table: object, column: str) -> bool:
    return not isinstance(table, np.ndarray | list | tuple) and column in table  # type: ignore[operator]


def _column(table: object, column: Column, name: str, n: int) -> npt.NDArray[Any]:
    if isinstance(column, str):
        if not _has(table, column):
            raise ColumnError("column_not_found", column=column, role=name[:1].lower() + name[1:])
        column = table[column]  # type: ignore[index]
    values = np.asarray(column)
    if values.shape != (n,):
        raise IrtError("column_length", name=name, length=values.size, expected=n)
    return values


def _labels(table: object, column: Column, name: str, n: int) -> tuple[tuple[Label, ...], IntArray]:
    values = _column(table, column, name, n)
    if values.dtype.kind == "f":
        empty = np.isnan(values)
    elif values.dtype.kind == "O":
        empty = np.array([v is None or v != v for v in values.tolist()], dtype=bool)
    else:
        empty = np.zeros(n, dtype=bool)
    if empty.any():
        raise IrtError("label_missing", name=name, row=int(np.argmax(empty)) + 1)
    if values.dtype.kind == "O":
        values = np.asarray([str(v) for v in values.tolist()])
    found = group([values], n)
    return found.labels, found.index


def _weight(table: object, column: Column, n: int) -> FloatArray:
    if column is None:
        return np.ones(n)
    weight = _column(table, column, "The weight", n).astype(np.float64)
    wrong = ~(np.isfinite(weight) & (weight >= 0))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise IrtError("weight_not_a_number", row=row + 1, value=float(weight[row]))
    return weight


def _scaled(weight: FloatArray, which: IntArray, labels: tuple[Label, ...], how: Weighting) -> FloatArray:
    """Weights that sum to n; in a senate, to n / G in each of the G groups."""
    n = weight.size
    sums = np.bincount(which, weights=weight, minlength=len(labels))
    for g in np.flatnonzero(sums <= 0):
        raise IrtError(
            "weights_all_zero", group="the file" if labels == ((),) else f"group {show(labels[g])}"
        )
    if how == "senate":
        return sealed(weight * (n / len(labels) / sums)[which])
    return sealed(weight * (n / sums.sum()))


def _codes(
    answers: npt.ArrayLike | Columns, items: Sequence[str] | None, missing: Sequence[float]
) -> tuple[tuple[str, ...], Codes]:
    named = hasattr(answers, "columns") or not (
        hasattr(answers, "shape") or isinstance(answers, list | tuple)
    )
    if named:
        if items is None:
            if not hasattr(answers, "columns"):
                raise IrtError("items_needed")
            items = [str(name) for name in answers.columns]
        table = cast(Columns, answers)
        columns: list[FloatArray] = []
        for name in items:
            columns.append(numbers(table, name, "an item", columns[0].size if columns else None))
        values: npt.NDArray[Any] = np.column_stack(columns) if columns else np.empty((0, 0))
    else:
        values = np.asarray(answers)
        if isinstance(answers, np.ma.MaskedArray):
            values = np.where(np.ma.getmaskarray(answers), np.nan, values.astype(np.float64))
        if values.dtype.kind == "O" and values.ndim == 2:
            told = (
                items
                if items is not None and len(items) == values.shape[1]
                else range(1, values.shape[1] + 1)
            )
            values = np.column_stack(
                [
                    numbers({str(name): column}, str(name), "an item")
                    for name, column in zip(told, values.T, strict=True)
                ]
            )
    if values.ndim != 2:
        raise IrtError("responses_not_flat", dimensions=values.ndim)
    n, count = values.shape
    if not n or not count:
        raise IrtError("responses_empty", rows=n, items=count)
    names = (
        tuple(str(name) for name in items) if items is not None else tuple(f"I{j + 1}" for j in range(count))
    )
    if len(names) != count:
        raise IrtError("items_count", found=len(names), expected=count)
    if len(set(names)) != count:
        raise IrtError("item_repeated", item=next(x for x in names if names.count(x) > 1))
    return names, _whole(values, names, missing)


def _whole(values: npt.NDArray[Any], names: tuple[str, ...], missing: Sequence[float]) -> Codes:
    """Categories as small whole numbers, −1 where an item was not administered."""
    away = np.isnan(values) if values.dtype.kind == "f" else None
    for code in missing:
        here = values == code
        away = here if away is None else away | here
    known = np.ones(values.shape, dtype=bool) if away is None else ~away

    def at(wrong: npt.NDArray[np.bool_]) -> dict[str, Any]:
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        return {"item": names[column], "row": row + 1, "value": values[row, column].item()}

    if values.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            wrong = known & (values != np.round(values))
        if wrong.any():
            raise IrtError("response_not_whole", **at(wrong))
    elif values.dtype.kind not in "iub":
        raise IrtError("response_not_whole", item=names[0], row=1, value=repr(values[0, 0].item()))
    if values.dtype.kind != "b":
        wrong = known & (values < 0)
        if wrong.any():
            raise IrtError("response_negative", **at(wrong))
        wrong = known & (values > 100)
        if wrong.any():
            raise IrtError("response_not_whole", **at(wrong))
    out = np.full(values.shape, -1, dtype=np.int8)
    np.copyto(out, values, where=known, casting="unsafe")
    return out
