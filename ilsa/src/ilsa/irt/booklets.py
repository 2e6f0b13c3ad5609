"""The expectation step: one matrix product per booklet.

Pupils who saw the same items form a block without any missing value. For such a block

    L = Δ' X + log prior,   r = X P',

where X (K + 1, n) marks the non-zero categories of each pupil and has a last row of ones, and Δ (K + 1, Q)
holds ``log P_k(θ_q) − log P₀(θ_q)`` and, in the last row, ``Σ log P₀`` plus the log prior of the group. Rows
of rare patterns of missing answers share one block, where the ones are replaced by marks of the items seen and
of the group. Identical answers are counted once, with the sum of their weights, where there are few patterns.
Blocks are worked through in pieces that stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from ilsa.irt.models import Items
from ilsa.irt.refusals import IrtError
from ilsa.irt.responses import Responses
from ilsa.kernels.ratios import FloatArray, IntArray

PIECE: Final = 1024
"""Pupils per piece of a block."""

SMALLEST_BLOCK: Final = 16
"""Rows from which a pattern of missing answers has a block of its own."""

TINY: Final = 1e-280
"""Below this a likelihood is computed again, scaled by its largest term."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some units that are computed together.

    Attributes: ``units`` (n,), their positions; ``design`` (K', n); ``index``, rows of the table of
    coefficients that belong to the rows of ``design``; ``items``, items seen, and ``group``, when all units
    share them (then the last row of ``design`` is one), else ``group`` is −1; ``weight`` (n,).
    """

    units: IntArray
    design: FloatArray
    index: IntArray
    items: IntArray
    group: int
    weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What the expectation step gives.

    Attributes: ``categories`` (I, M + 1, Q), expected number of pupils at each node in each category;
    ``seen`` (I, Q), its sum over categories; ``groups`` (G, Q), expected number of pupils of each group at each
    node; ``log_likelihood``, observed, weighted.
    """

    categories: FloatArray
    seen: FloatArray
    groups: FloatArray
    log_likelihood: float


class Booklets:
    """Answers arranged for the expectation step.

    ``unit`` (n,) is the place of each pupil's answers among the distinct ones; ``unit_codes``, ``unit_weight``,
    ``unit_group`` describe those; ``seen`` (patterns, I) marks the items of every pattern of missing answers.
    """

    def __init__(self, data: Responses, *, piece: int = PIECE) -> None:
        self.data = data
        self.steps: IntArray = data.highest
        self.item_of, self.step_of = _steps(data.highest)
        self.width = int(data.highest.max())
        self._collapse()
        self._arrange(piece)

    # arranging

    def _collapse(self) -> None:
        data = self.data
        patterns = float(np.log(data.highest + 2.0).sum() + np.log(len(data.groups)))
        self.unit_codes, self.unit_group = data.codes, data.group
        self.unit_weight: FloatArray = data.weight
        self.unit: IntArray | None = None
        if patterns > np.log(data.n / 2):
            return
        key = data.group.astype(np.int64)
        for j, top in enumerate(data.highest):
            key = key * (int(top) + 2) + data.codes[:, j] + 1
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        self.unit = inverse.reshape(-1)
        self.unit_codes, self.unit_group = data.codes[first], data.group[first]
        self.unit_weight = np.bincount(self.unit, weights=data.weight).astype(np.float64)

    def _arrange(self, piece: int) -> None:
        codes = self.unit_codes
        groups = len(self.data.groups)
        pattern, first = _patterns(codes)
        self.seen = codes[first] >= 0
        self.pattern = pattern
        key = pattern * groups + self.unit_group
        order = np.argsort(key, kind="stable")
        found, begins, counts = np.unique(key[order], return_index=True, return_counts=True)
        flat = np.ascontiguousarray(codes.T)
        self.pieces: list[Piece] = []
        rare: list[IntArray] = []
        few = found.size <= 8  # then every pattern has its block, however small
        for k, begin, count in zip(found, begins, counts, strict=True):
            units = order[begin : begin + count]
            if count < SMALLEST_BLOCK and not few:
                rare.append(units)
                continue
            items = np.flatnonzero(self.seen[k // groups])
            columns = np.flatnonzero(self.seen[k // groups][self.item_of])
            for start in range(0, count, piece):
                self.pieces.append(
                    self._pure(flat, units[start : start + piece], items, columns, int(k % groups))
                )
        if rare:
            units = np.concatenate(rare)
            for start in range(0, units.size, piece):
                self.pieces.append(self._mixed(flat, units[start : start + piece], groups))

    def _pure(
        self,
        flat: np.ndarray[tuple[int, ...], np.dtype[np.int8]],
        units: IntArray,
        items: IntArray,
        columns: IntArray,
        group: int,
    ) -> Piece:
        design = np.empty((columns.size + 1, units.size))
        if self.width == 1:
            design[:-1] = flat[np.ix_(self.item_of[columns], units)]
        else:
            design[:-1] = flat[np.ix_(self.item_of[columns], units)] == self.step_of[columns][:, None]
        design[-1] = 1.0
        return Piece(units, design, columns, items, group, self.unit_weight[units])

    def _mixed(
        self, flat: np.ndarray[tuple[int, ...], np.dtype[np.int8]], units: IntArray, groups: int
    ) -> Piece:
        mine = flat[:, units]
        marks = self.unit_group[units] == np.arange(groups)[:, None]
        design = np.concatenate([mine[self.item_of] == self.step_of[:, None], mine >= 0, marks]).astype(
            np.float64
        )
        used = np.flatnonzero(design.any(axis=1))
        every = np.arange(mine.shape[0])
        return Piece(units, np.ascontiguousarray(design[used]), used, every, -1, self.unit_weight[units])

    # computing

    def table(self, log_p: FloatArray, log_prior: FloatArray) -> FloatArray:
        """Coefficients of all rows a design may have: steps of items, items, groups, (K + I + G, Q)."""
        base = log_p[:, 0]
        return np.concatenate([log_p[self.item_of, self.step_of] - base[self.item_of], base, log_prior])

    def coefficients(self, piece: Piece, table: FloatArray) -> FloatArray:
        """Δ for one piece, (K', Q)."""
        mine = table[piece.index]
        if piece.group < 0:
            return mine
        steps, items = self.item_of.size, self.steps.size
        constant = table[steps + piece.items].sum(axis=0) + table[steps + items + piece.group]
        return np.concatenate([mine, constant[None, :]])

    def logs(self, log_p: FloatArray, log_prior: FloatArray) -> Iterator[tuple[Piece, FloatArray]]:
        """Log of likelihood × prior at every node, (Q, n), piece by piece."""
        table = self.table(log_p, log_prior)
        for piece in self.pieces:
            yield piece, self.coefficients(piece, table).T @ piece.design

    def posteriors(
        self, log_p: FloatArray, log_prior: FloatArray
    ) -> Iterator[tuple[Piece, FloatArray, FloatArray]]:
        """Posterior of every unit, (Q, n), columns summing to one, and its log-likelihood (n,)."""
        for piece, log in self.logs(log_p, log_prior):
            yield (piece, *normalised(log))

    def expect(self, log_p: FloatArray, log_prior: FloatArray) -> Expected:
        """The expectation step.

        Parameters: ``log_p`` (I, M + 1, Q); ``log_prior`` (G, Q).
        Returns: expected numbers and the observed log-likelihood ``Σ w log Σ_q π_q L_iq``.
        """
        table = self.table(log_p, log_prior)
        nodes = log_p.shape[2]
        steps, items = self.item_of.size, self.steps.size
        sums = np.zeros((table.shape[0], nodes))
        total_log = 0.0
        ones = np.ones(nodes)
        buffer = np.empty(nodes * max(piece.units.size for piece in self.pieces))
        for piece in self.pieces:
            delta = self.coefficients(piece, table)
            n = piece.units.size
            work = buffer[: nodes * n].reshape(nodes, n)
            np.matmul(delta.T, piece.design, out=work)
            np.exp(work, out=work)
            total = ones @ work
            if total.min() > TINY and total.max() < 1 / TINY:
                logs = np.log(total)
            else:
                np.matmul(delta.T, piece.design, out=work)
                top = work.max(axis=0)
                np.exp(work - top, out=work)
                total = ones @ work
                logs = np.log(total) + top
            total_log += float(piece.weight @ logs)
            work *= piece.weight / total
            back = piece.design @ work.T
            if piece.group < 0:
                sums[piece.index] += back
            else:
                sums[piece.index] += back[:-1]
                sums[steps + piece.items] += back[-1]
                sums[steps + items + piece.group] += back[-1]
        seen = sums[steps : steps + items]
        categories = np.zeros((items, self.width + 1, nodes))
        categories[self.item_of, self.step_of] = sums[:steps]
        categories[:, 0] = seen - categories[:, 1:].sum(axis=1)
        np.maximum(categories[:, 0], 0.0, out=categories[:, 0])
        return Expected(categories, seen, sums[steps + items :], total_log)

    @cached_property
    def counts(self) -> tuple[FloatArray, FloatArray]:
        """Weighted number of pupils in every category (I, M + 1), and seen by item (I,)."""
        nothing = np.zeros((self.steps.size, self.width + 1, 1))
        found = self.expect(nothing, np.zeros((len(self.data.groups), 1)))
        return found.categories[:, :, 0], found.seen[:, 0]

    def spread(self, values: FloatArray) -> FloatArray:
        """Values of the units, given to every pupil, (n, …)."""
        return values if self.unit is None else values[self.unit]

    def connected(self) -> list[IntArray]:
        """Items split into sets that pupils link, each set sorted."""
        left = list(range(self.seen.shape[0]))
        parts: list[IntArray] = []
        marks = self.seen
        while left:
            joined = marks[left[0]].copy()
            size = -1
            while joined.sum() != size:
                size = int(joined.sum())
                near = [p for p in left if (marks[p] & joined).any()]
                left = [p for p in left if p not in near]
                if near:
                    joined |= marks[near].any(axis=0)
            parts.append(np.flatnonzero(joined))
        return sorted(parts, key=lambda part: int(part[0]))


def normalised(log: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Posterior (Q, n) from log of likelihood × prior, which is overwritten, and the log-likelihood (n,)."""
    top = log.max(axis=0)
    log -= top
    np.exp(log, out=log)
    total = log.sum(axis=0)
    log /= total
    return log, np.asarray(np.log(total) + top, dtype=np.float64)


def _steps(highest: IntArray) -> tuple[IntArray, IntArray]:
    """Item and category of every non-zero category, item by item."""
    item = np.repeat(np.arange(highest.size), highest)
    first = np.repeat(np.cumsum(highest) - highest, highest)
    return item, np.arange(item.size) - first + 1


def _patterns(codes: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> tuple[IntArray, IntArray]:
    """Pattern of missing answers of every row, numbered from 0, and the first row of each."""
    bits = np.packbits(codes >= 0, axis=1)
    words = -(-bits.shape[1] // 8)
    padded = np.zeros((codes.shape[0], 8 * words), dtype=np.uint8)
    padded[:, : bits.shape[1]] = bits
    columns = padded.view(np.uint64)
    index = np.zeros(codes.shape[0], dtype=np.intp)
    for w in range(words):
        word = columns[:, w]
        if (word == word[0]).all():
            continue
        values, position = np.unique(word, return_inverse=True)
        index = index * values.size + position.reshape(-1)
        index = np.unique(index, return_inverse=True)[1].reshape(-1)
    first = np.unique(index, return_index=True)[1]
    return index, first


def fits(data: Responses, items: Items) -> None:
    """Refuse answers that the parameters of their item do not know (``categories_differ``)."""
    for j, (top, known) in enumerate(zip(data.highest, items.steps, strict=True)):
        if top > known:
            row = int(np.argmax(data.codes[:, j] > known))
            raise IrtError(
                "categories_differ",
                item=data.items[j],
                value=int(data.codes[row, j]),
                row=int(data.rows[row]) + 1,
                highest=int(known),
            )
