"""Standard errors of item parameters, from the curvature of the observed log-likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from ilsa.irt.booklets import Booklets, Piece
from ilsa.irt.em import Family, Space, State, log_table
from ilsa.irt.models import log_probabilities, parameter_scores
from ilsa.irt.quadrature import Quadrature
from ilsa.irt.refusals import IrtError, one_of
from ilsa.kernels.ratios import FloatArray, IntArray, sealed

ErrorMethod = Literal["observed", "sandwich", "item_information"]
Masked = np.ma.MaskedArray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class StandardErrors:
    """Standard errors; masked where a parameter was not estimated.

    Attributes: ``slope`` (I,), ``intercept`` (I, M), ``logit_guess`` and ``guess`` (I,), ``mean`` and
    ``sd`` of the groups (G,); ``covariance`` (p, p) of the free parameters, in the order of ``labels``
    (item and parameter; standard deviations of groups by their logarithm); ``method``.
    """

    slope: Masked
    intercept: Masked
    logit_guess: Masked
    guess: Masked
    mean: Masked
    sd: Masked
    covariance: FloatArray
    labels: tuple[str, ...]
    method: ErrorMethod


def complete_curvature(
    space: Space, family: Family, state: State, counts: FloatArray, nodes: FloatArray
) -> FloatArray:
    """Second derivatives ``Σ_kq r_kq ∂² log P_k(θ_q) / ∂ξ ∂ξ'`` by item, (J, p, p).

    Central differences (h = 1e-5) of the analytic first derivatives; no pupil is involved.
    """
    values = space.own(family, state)
    size = values.shape[1]
    drop = 0 if family.slope else 1
    out = np.empty((family.at.size, size, size))
    local = state.copy()
    r = counts[family.at, : family.steps + 1]
    for c in range(size):
        sides = []
        for sign in (1, -1):
            moved = values.copy()
            moved[:, c] += sign * 1e-5
            space.put(family, local, moved)
            arguments = (
                family.form,
                local.slope[family.at],
                local.intercept[family.at, : family.steps],
                local.guess[family.at],
                nodes,
            )
            z = parameter_scores(*arguments, np.exp(log_probabilities(*arguments)))[..., drop:]
            sides.append(np.einsum("jkq,jkqp->jp", r, z))
        out[:, c] = (sides[0] - sides[1]) / 2e-5
    return np.asarray((out + out.transpose(0, 2, 1)) / 2, dtype=np.float64)


def observed_information(
    booklets: Booklets, space: Space, state: State, quadrature: Quadrature
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Observed information of the free parameters, exactly, in one pass over the pupils.

    ``I = −Σ_i w_i { E_i[∂²ℓ_i] + E_i[s_i s_i'] − E_i[s_i] E_i[s_i]' }`` (Louis 1982), where ℓ_i and s_i are
    log-likelihood and score of answers and ability together and E_i the mean over the posterior. It equals
    the form of Oakes (1999), which needs two expectation steps for each parameter, and minus the Hessian of
    the observed log-likelihood; terms of log priors are added.

    For one node, ``Σ_i w p_iq s s' = B_q' X diag(w p_q) X' B_q``, with X the marks of the expectation step and
    B_q the scores by category.

    Returns: information (p, p); ``Σ_i w_i² E_i[s_i] E_i[s_i]'`` (p, p), weights taken pupil by pupil; and the
    score (p,).
    Checked against: R mirt 1.45.1 (Oakes), LSAT6 and LSAT7, to 1e-8; central differences of the score.
    """
    nodes = quadrature.nodes
    log_p = log_table(space.models, space.steps, state, nodes)
    log_prior = quadrature.log_prior(state.mean, state.sd)
    expected = booklets.expect(log_p, log_prior)
    entries = _Entries(booklets, space, state, nodes)
    size = space.size
    second = np.zeros((size, size))
    product = np.zeros((size, size))
    robust = np.zeros((size, size))
    score = np.zeros(size)
    squares = _squared_weights(booklets)
    for piece, p, _ in booklets.posteriors(log_p, log_prior):
        row, column, value = entries.of(piece)
        mean = np.zeros((size, piece.units.size))
        part = value @ p
        part *= piece.design[row]
        order = np.argsort(column, kind="stable")
        found, begin = np.unique(column[order], return_index=True)
        mean[found] = np.add.reduceat(part[order], begin, axis=0)
        weighted = mean * piece.weight
        score += weighted.sum(axis=1)
        product += weighted @ mean.T
        robust += (mean * squares[piece.units]) @ mean.T
        b = np.zeros((piece.design.shape[0], size))
        for q in range(nodes.size):
            b[row, column] = value[:, q]
            moment = (piece.design * (piece.weight * p[q])) @ piece.design.T
            used = b[:, found]
            second[np.ix_(found, found)] += used.T @ moment @ used
    information = product - second
    for family, where in space.slices():
        curvature = complete_curvature(space, family, state, expected.categories, nodes)
        _, pull, stiff = space.prior_terms(family, space.own(family, state))
        score[where] += pull
        for j in range(where.shape[0]):
            information[np.ix_(where[j], where[j])] -= curvature[j] - np.diag(stiff[j])
    _group_curvature(space, state, expected.groups, nodes, information)
    return (information + information.T) / 2, robust, score


def _squared_weights(booklets: Booklets) -> FloatArray:
    """Σ w² of the pupils behind every unit, (U,)."""
    squared = booklets.data.weight**2
    if booklets.unit is None:
        return np.asarray(squared, dtype=np.float64)
    return np.bincount(booklets.unit, weights=squared).astype(np.float64)


def _group_curvature(
    space: Space, state: State, groups: FloatArray, nodes: FloatArray, information: FloatArray
) -> None:
    """Subtract the second derivatives of the log normal density, by mean and log SD."""
    means = np.flatnonzero(space.mean_free)
    sds = np.flatnonzero(space.sd_free)
    first = space.item_parameters
    z = (nodes[None, :] - state.mean[:, None]) / state.sd[:, None]
    for at, g in enumerate(means):
        information[first + at, first + at] += groups[g].sum() / state.sd[g] ** 2
    for at, g in enumerate(sds):
        place = first + means.size + at
        information[place, place] += 2 * float(groups[g] @ z[g] ** 2)
        if space.mean_free[g]:
            other = first + int(np.searchsorted(means, g))
            cross = 2 * float(groups[g] @ z[g]) / state.sd[g]
            information[place, other] += cross
            information[other, place] += cross


class _Entries:
    """Scores of the complete data, as what each mark of a piece adds to which parameter at every node."""

    def __init__(self, booklets: Booklets, space: Space, state: State, nodes: FloatArray) -> None:
        self.booklets, self.space = booklets, space
        steps, items = booklets.item_of.size, booklets.steps.size
        first = np.concatenate([[0], np.cumsum(booklets.steps)[:-1]])
        row: list[int] = []
        column: list[int] = []
        value: list[FloatArray] = []
        for family, where in space.slices():
            arguments = (
                family.form,
                state.slope[family.at],
                state.intercept[family.at, : family.steps],
                state.guess[family.at],
                nodes,
            )
            z = parameter_scores(*arguments, np.exp(log_probabilities(*arguments)))
            z = z[..., 0 if family.slope else 1 :]
            for j, item in enumerate(family.at):
                for c, place in enumerate(where[j]):
                    for k in range(1, family.steps + 1):
                        row.append(int(first[item]) + k - 1)
                        column.append(int(place))
                        value.append(z[j, k, :, c] - z[j, 0, :, c])
                    row.append(steps + int(item))
                    column.append(int(place))
                    value.append(z[j, 0, :, c])
        means, sds = np.flatnonzero(space.mean_free), np.flatnonzero(space.sd_free)
        for at, g in enumerate(means):
            row.append(steps + items + int(g))
            column.append(space.item_parameters + at)
            value.append((nodes - state.mean[g]) / state.sd[g] ** 2)
        for at, g in enumerate(sds):
            row.append(steps + items + int(g))
            column.append(space.item_parameters + means.size + at)
            value.append(((nodes - state.mean[g]) / state.sd[g]) ** 2 - 1)
        self.row = np.array(row, dtype=np.intp)
        self.column = np.array(column, dtype=np.intp)
        self.value = np.array(value, dtype=np.float64).reshape(len(value), nodes.size)
        self.rows = steps + items + len(booklets.data.groups)

    def of(self, piece: Piece) -> tuple[IntArray, IntArray, FloatArray]:
        """Row of the design, parameter, and value at every node (E, Q)."""
        steps, items = self.booklets.item_of.size, self.booklets.steps.size
        place = np.full(self.rows, -1)
        place[piece.index] = np.arange(piece.index.size)
        if piece.group >= 0:
            place[steps + piece.items] = piece.index.size
            place[steps + items + piece.group] = piece.index.size
        kept = place[self.row] >= 0
        row, column, value = place[self.row[kept]], self.column[kept], self.value[kept]
        return row, column, value


def standard_errors(
    booklets: Booklets,
    space: Space,
    state: State,
    quadrature: Quadrature,
    names: tuple[str, ...],
    method: ErrorMethod = "observed",
) -> StandardErrors:
    """Standard errors of all free parameters.

    ``observed``: inverse of the observed information, for pupils drawn at random. ``sandwich``:
    ``I⁻¹ Σ w² E[s]E[s]' I⁻¹``, for weights without clusters; with clusters use ``recalibrated`` on replicate
    weights. ``item_information``: ``1/√(posterior mean of an item's own information)``, which ignores both
    missing information and covariances; it is R TAM's, and here for comparison only.

    Raises: ``IrtError`` (``information_singular``).
    """
    one_of("method", method, get_args(ErrorMethod))
    size = space.size
    labels = parameter_labels(space, names, booklets)
    if method == "item_information":
        nodes = quadrature.nodes
        expected = booklets.expect(
            log_table(space.models, space.steps, state, nodes), quadrature.log_prior(state.mean, state.sd)
        )
        covariance = np.zeros((size, size))
        for family, where in space.slices():
            curvature = complete_curvature(space, family, state, expected.categories, nodes)
            for j in range(where.shape[0]):
                covariance[where[j], where[j]] = -1 / np.diag(curvature[j])
        weight = expected.groups.sum(axis=1)
        at = space.item_parameters
        means = int(space.mean_free.sum())
        for place, g in enumerate(np.flatnonzero(space.mean_free)):
            covariance[at + place, at + place] = state.sd[g] ** 2 / weight[g]
        for place, g in enumerate(np.flatnonzero(space.sd_free)):
            covariance[at + means + place, at + means + place] = 1 / (2 * weight[g])
    else:
        information, robust, _ = observed_information(booklets, space, state, quadrature)
        covariance = inverse(information, labels)
        if method == "sandwich":
            covariance = covariance @ robust @ covariance
    return arranged(space, state, covariance, labels, method)


def inverse(information: FloatArray, labels: tuple[str, ...]) -> FloatArray:
    """Inverse of an information matrix, or the refusal that names the parameter it says nothing about."""
    if not information.size:
        return information
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    if values[0] < 1e-10 or (np.diag(information) <= 0).any():
        worst = int(np.argmax(np.abs(vectors[:, 0])))
        raise IrtError("information_singular", parameter=labels[worst])
    return np.asarray((vectors / values) @ vectors.T / np.outer(scale, scale), dtype=np.float64)


def arranged(
    space: Space, state: State, covariance: FloatArray, labels: tuple[str, ...], method: ErrorMethod
) -> StandardErrors:
    """Standard errors by item and group, out of a covariance matrix of all free parameters."""
    se = np.sqrt(np.diag(covariance))
    items, width = state.intercept.shape
    slope, intercept = np.full(items, np.nan), np.full((items, width), np.nan)
    logit = np.full(items, np.nan)
    for family, where in space.slices():
        first = int(family.slope)
        if first:
            slope[family.at] = se[where[:, 0]]
        intercept[family.at, : family.steps] = se[where[:, first : first + family.steps]]
        if family.form == "guess":
            logit[family.at] = se[where[:, -1]]
    mean, sd = np.full(space.mean_free.size, np.nan), np.full(space.sd_free.size, np.nan)
    at, means = space.item_parameters, int(space.mean_free.sum())
    mean[space.mean_free] = se[at : at + means]
    sd[space.sd_free] = se[at + means :] * state.sd[space.sd_free]
    hide = np.ma.masked_invalid
    return StandardErrors(
        slope=hide(slope),
        intercept=hide(intercept),
        logit_guess=hide(logit),
        guess=hide(logit * state.guess * (1 - state.guess)),
        mean=hide(mean),
        sd=hide(sd),
        covariance=sealed(covariance),
        labels=labels,
        method=method,
    )


def parameter_labels(space: Space, names: tuple[str, ...], booklets: Booklets) -> tuple[str, ...]:
    """Item and parameter of every place in the vector of free parameters."""
    out: list[str] = []
    for family in space.families:
        own = [*(["a"] if family.slope else []), *(f"d{k}" for k in range(1, family.steps + 1))]
        own += ["logit g"] if family.form == "guess" else []
        out += [f"{names[i]} {what}" for i in family.at for what in own]
    labels = [" / ".join(map(str, label)) or "all" for label in booklets.data.groups]
    out += [f"mean {labels[g]}" for g in np.flatnonzero(space.mean_free)]
    out += [f"log SD {labels[g]}" for g in np.flatnonzero(space.sd_free)]
    return tuple(out)
