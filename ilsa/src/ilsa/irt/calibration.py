"""Calibration: item parameters and the distribution of abilities from answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt

from ilsa._version import __version__
from ilsa.columns import Columns, Label, show
from ilsa.irt.booklets import Booklets
from ilsa.irt.em import Maximum, Priors, Space, State, maximise, starting_state
from ilsa.irt.models import DICHOTOMOUS, MODELS, Items
from ilsa.irt.notes import IrtNote
from ilsa.irt.quadrature import Quadrature
from ilsa.irt.refusals import IrtError, one_of
from ilsa.irt.responses import Column, Responses, Weighting
from ilsa.irt.standard_errors import ErrorMethod, StandardErrors, parameter_labels, standard_errors
from ilsa.kernels.ratios import FloatArray, sealed
from ilsa.unavailable import Unavailable

if TYPE_CHECKING:
    from ilsa.irt.dif import DifMethod, DifTable
    from ilsa.irt.fit import Deviation, ItemFit, OverallFit, ResidualMethod, ScoreFit
    from ilsa.irt.linking import Link, LinkMethod
    from ilsa.irt.plausible import PlausibleValues
    from ilsa.irt.population import Population
    from ilsa.irt.scores import ScoreMethod, Scores

EDGE: Final = 1e-3
"""Share of a posterior on the end nodes from which it is told."""

Model = Literal["Rasch", "1PL", "2PL", "3PL", "PCM", "GPCM", "GRM"]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Item parameters at the maximum of the observed log-likelihood.

    Attributes: ``items``; ``groups``, labels, with ``mean`` and ``sd`` (G,), logits; ``log_likelihood``,
    observed and weighted; ``log_prior`` of the item parameters, 0 without priors; ``parameters``, number
    estimated; ``n`` pupils; ``quadrature``, ``rounds``, ``change`` and ``score_norm`` as in ``em.Maximum``;
    ``priors``; ``held``, names of fixed items; ``notes``; ``data``, the answers.
    """

    items: Items
    groups: tuple[Label, ...]
    mean: FloatArray
    sd: FloatArray
    log_likelihood: float
    log_prior: float
    parameters: int
    n: int
    quadrature: Quadrature
    rounds: int
    change: float
    score_norm: float
    priors: Priors
    held: tuple[str, ...]
    notes: tuple[IrtNote, ...]
    data: Responses = field(repr=False)
    _booklets: Booklets = field(repr=False)
    _space: Space = field(repr=False)
    _state: State = field(repr=False)

    @property
    def deviance(self) -> float:
        """``−2 log L``."""
        return -2 * self.log_likelihood

    @property
    def aic(self) -> float:
        """``−2 log L + 2 p``."""
        return self.deviance + 2 * self.parameters

    @property
    def bic(self) -> float:
        """``−2 log L + p log n``."""
        return self.deviance + self.parameters * float(np.log(self.n))

    def specification(self) -> dict[str, Any]:
        """How this was computed, as plain values ready for JSON: enough to compute it again from the answers."""
        groups = [" / ".join(str(part) for part in label) for label in self.groups]
        return {
            "models": list(self.items.models),
            "held": list(self.held),
            "groups": groups,
            "weighted": self.data.weighted,
            "n": self.n,
            "quadrature": {
                "points": self.quadrature.points,
                "limits": list(self.quadrature.limits),
                "prior": self.quadrature.prior,
            },
            "priors": {
                "log_slope": None if self.priors.log_slope is None else list(self.priors.log_slope),
                "logit_guess": None if self.priors.logit_guess is None else list(self.priors.logit_guess),
            },
            "log_likelihood": self.log_likelihood,
            "log_prior": self.log_prior,
            "rounds": self.rounds,
            "change": self.change,
            "score_norm": self.score_norm,
            "notes": [{"code": note.code, "facts": dict(note.facts)} for note in self.notes],
            "ilsa": __version__,
            "numpy": np.__version__,
        }

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of the free parameters, in the order of ``vector`` and of covariance matrices."""
        return parameter_labels(self._space, self.items.names, self._booklets)

    @property
    def vector(self) -> FloatArray:
        """Free parameters in one vector, (p,): lower asymptotes by their logit, SDs by their logarithm."""
        return sealed(self._space.vector(self._state))

    def standard_errors(self, method: ErrorMethod = "observed") -> StandardErrors:
        """See ``standard_errors.standard_errors``."""
        return standard_errors(
            self._booklets, self._space, self._state, self.quadrature, self.items.names, method
        )

    def recalibrated(
        self, weights: npt.ArrayLike, *, tolerance: float = 1e-6, rounds: int = 500
    ) -> FloatArray:
        """Estimates with each of R replicate weights, each fit started from this one.

        Parameters: ``weights`` (n, R), pupils that were read, in order.
        Returns: (p, R), rows as in ``labels``: what ``ilsa.replicate_variance`` takes as replicate estimates.
        Raises: ``IrtError`` (``not_converged``).
        """
        table = np.asarray(weights, dtype=np.float64)
        if table.ndim != 2 or table.shape[0] != self.n:
            raise IrtError("parameters_shape", name="weights", found=table.shape, expected=f"({self.n}, R)")
        out = np.empty((self._space.size, table.shape[1]))
        for r in range(table.shape[1]):
            booklets = Booklets(self.data.reweighted(table[:, r]))
            found = maximise(
                booklets,
                self._space,
                self._state,
                self.quadrature,
                tolerance=tolerance,
                rounds=rounds,
                expand=False,
            )
            _refuse_unfinished(found, tolerance)
            out[:, r] = self._space.vector(found.state)
        return out

    # what stands on a calibration

    def scores(self, method: ScoreMethod = "EAP", **settings: Any) -> Scores:
        """Scores of the pupils, see ``scores.score``."""
        from ilsa.irt.scores import score

        return score(
            self.items, self.data, method, mean=self.mean, sd=self.sd, quadrature=self.quadrature, **settings
        )

    def fit(self, method: ResidualMethod = "posterior") -> ItemFit:
        """Infit and outfit of every item, see ``fit.residual_fit``."""
        from ilsa.irt.fit import residual_fit

        return residual_fit(self, method)

    def score_fit(self) -> ScoreFit | Unavailable:
        """S-X² of every item, see ``fit.score_fit``."""
        from ilsa.irt.fit import score_fit

        return score_fit(self)

    def deviation(self) -> Deviation:
        """RMSD of every item in every group, see ``fit.deviation``."""
        from ilsa.irt.fit import deviation

        return deviation(self)

    def overall_fit(self) -> OverallFit | Unavailable:
        """M₂, RMSEA and SRMSR, see ``fit.overall_fit``."""
        from ilsa.irt.fit import overall_fit

        return overall_fit(self)

    def dif(
        self,
        group: npt.ArrayLike,
        method: DifMethod = "likelihood_ratio",
        *,
        focal: Any = None,
        reference: Any = None,
        items: Sequence[str] | None = None,
    ) -> DifTable:
        """Differential item functioning between two groups of pupils, see ``dif``."""
        from ilsa.irt.dif import dif

        return dif(self, group, method, focal=focal, reference=reference, items=items)

    def link(self, to: Items | Calibration, method: LinkMethod = "stocking_lord", **settings: Any) -> Link:
        """The transformation onto the scale of other parameters of common items, see ``linking.link``."""
        from ilsa.irt.linking import link

        return link(self, to, method, **settings)

    def population(self, conditioning: npt.ArrayLike, **settings: Any) -> Population:
        """Latent regression with these items fixed, see ``population.latent_regression``."""
        from ilsa.irt.population import latent_regression

        return latent_regression(self.items, self.data, conditioning, **settings)

    def plausible_values(
        self,
        conditioning: npt.ArrayLike,
        *,
        n: int = 5,
        seed: int = 0,
        draw_regression: bool = True,
        **settings: Any,
    ) -> PlausibleValues:
        """Latent regression, then ``n`` plausible values from it, see ``plausible.draw``."""
        from ilsa.irt.plausible import draw

        population = self.population(conditioning, **settings)
        return draw(population, n=n, seed=seed, draw_regression=draw_regression)


def calibrate(
    responses: Responses | npt.ArrayLike | Columns,
    model: Model | Sequence[Model] = "2PL",
    *,
    items: Sequence[str] | None = None,
    booklet: Column = None,
    group: Column = None,
    weights: Column = None,
    weighting: Weighting = "sample",
    missing: Sequence[float] = (),
    omitted: Literal["missing", "wrong"] = "missing",
    without_answers: Literal["refuse", "leave_out"] = "refuse",
    anchor: Items | None = None,
    linked_by: Literal["items", "random_groups"] = "items",
    slopes: Literal["positive", "free"] = "positive",
    slope_prior: tuple[float, float] | None = None,
    guess_prior: tuple[float, float] | None = (-1.1, 0.5),
    quadrature: Quadrature | int = 61,
    tolerance: float = 1e-6,
    rounds: int = 1000,
) -> Calibration:
    """Estimate item parameters by marginal maximum likelihood.

    ``log L = Σ_i w_i log Σ_q π_q(group of i) Π_j P(x_ij | θ_q)``, items not administered left out of the
    product. Identification: abilities of the first group have mean 0 and, unless some slope is known (1PL,
    PCM, fixed items), SD 1; the other groups are free. With fixed items (``anchor``, slope and intercepts as
    given) every group is free.

    Parameters: ``responses`` and the settings up to ``without_answers`` as in ``Responses.read``; ``model``,
    one for all items or one each; ``linked_by="random_groups"`` accepts booklets without common items;
    ``slopes="free"`` lets slopes become negative; ``slope_prior``, ``guess_prior``: mean and SD of a normal
    prior on log a and on logit g (3PL only), None for none; ``quadrature``, nodes or their number;
    ``tolerance``, largest change of a parameter by a further EM round; ``rounds``, most rounds.
    Raises: ``IrtError``, among others ``item_one_category``, ``person_without_answers``,
    ``booklets_unconnected``, ``not_converged``.
    Limits: one dimension, normal abilities in every group. Weights act as numbers of pupils in the
    likelihood; standard errors under the design come from ``recalibrated``.
    Source: Bock and Aitkin (1981), Psychometrika 46, 443–459.
    Checked against: R mirt 1.45.1 (LSAT6, LSAT7, Science, SAT12, two groups) and R TAM 4.3-25 (Rasch, 2PL, PCM,
    GPCM, weights, missing answers), ``tests/irt/test_reference_packages.py``. Log-likelihoods agree to the last
    printed digit at mirt's own parameters; where mirt stops before the maximum (its 1PL and PCM by 1e-5 to 1e-4,
    its 3PL by up to 7e-4 in a parameter) ours is higher by 1e-9 to 1e-8. TAM's deviance needs
    ``Quadrature(prior="density_step")``.
    """
    one_of("linked_by", linked_by, ("items", "random_groups"))
    one_of("slopes", slopes, ("positive", "free"))
    if tolerance <= 0:
        raise IrtError("setting_out_of_range", name="tolerance", value=tolerance, bound="above 0")
    if rounds < 1:
        raise IrtError("setting_out_of_range", name="rounds", value=rounds, bound="1 or more")
    if isinstance(responses, Responses):
        data = responses
    else:
        data = Responses.read(
            responses,
            items=items,
            booklet=booklet,
            group=group,
            weights=weights,
            weighting=weighting,
            missing=missing,
            omitted=omitted,
            without_answers=without_answers,
        )
    nodes = Quadrature(quadrature) if isinstance(quadrature, int) else quadrature
    models: tuple[str, ...] = (model,) * len(data.items) if isinstance(model, str) else tuple(model)
    if len(models) != len(data.items):
        raise IrtError("items_count", found=len(models), expected=len(data.items))
    for name in models:
        if name not in MODELS:
            raise IrtError("model_unknown", model=name, known=", ".join(MODELS))
    notes: list[IrtNote] = []
    if data.left_out:
        notes.append(IrtNote("left_out", {"count": len(data.left_out), "row": data.left_out[0]}))
    if data.weighted:
        notes.append(IrtNote("weights_rescaled", {"how": data.weighting}))
    held, steps, fixed, places = _anchored(data, anchor, notes)
    if fixed is not None:
        models = tuple(
            fixed.models[int(np.argmax(places == j))] if held[j] else name for j, name in enumerate(models)
        )
    booklets = Booklets(data)
    _check_items(data, booklets, models, held)
    _check_links(data, booklets, held, linked_by, notes)
    known_scale = held.any() or any(not MODELS[name][1] for name in models)
    free = np.arange(len(data.groups)) > 0
    priors = Priors(slope_prior, guess_prior if "3PL" in np.array(models)[~held] else None)
    if priors.logit_guess:
        notes.append(IrtNote("guess_prior", {"mean": guess_prior[0], "sd": guess_prior[1]}))  # type: ignore[index]
    space = Space(
        models=models,
        steps=steps,
        held=held,
        mean_free=free | held.any(),
        sd_free=free | known_scale,
        priors=priors,
        positive=slopes == "positive",
    )
    start = starting_state(booklets, space, fixed, places)
    if "3PL" in np.array(models)[~held]:
        start = _without_guessing(booklets, space, start, nodes)
    found = maximise(booklets, space, start, nodes, tolerance=tolerance, rounds=rounds)
    _refuse_unfinished(found, tolerance)
    notes += [IrtNote("slope_at_bound", {"item": data.items[i]}) for i in found.at_bound]
    notes += [
        IrtNote("grid_short", {"share": float(share), "group": show(label)})
        for share, label in zip(found.edge, data.groups, strict=True)
        if share > EDGE
    ]
    return _result(data, booklets, space, found, nodes, tuple(notes))


def _result(
    data: Responses,
    booklets: Booklets,
    space: Space,
    found: Maximum,
    nodes: Quadrature,
    notes: tuple[IrtNote, ...],
) -> Calibration:
    state = found.state
    return Calibration(
        items=Items(data.items, space.models, state.slope, state.intercept, state.guess),
        groups=data.groups,
        mean=sealed(state.mean),
        sd=sealed(state.sd),
        log_likelihood=found.log_likelihood,
        log_prior=found.log_prior,
        parameters=space.size,
        n=data.n,
        quadrature=nodes,
        rounds=found.rounds,
        change=found.change,
        score_norm=found.score_norm,
        priors=space.priors,
        held=tuple(name for name, fixed in zip(data.items, space.held, strict=True) if fixed),
        notes=notes,
        data=data,
        _booklets=booklets,
        _space=space,
        _state=state,
    )


def _without_guessing(booklets: Booklets, space: Space, start: State, nodes: Quadrature) -> State:
    """A start for the 3PL: the slopes of the 2PL, intercepts moved to where the lower asymptote puts them.

    From slopes of 1 a weak item may run to an infinite slope between two nodes, where the likelihood of the
    discretised model can be higher than at the maximum that is meant.
    """
    simple = replace(space, models=tuple("2PL" if m == "3PL" else m for m in space.models))
    first = start.copy()
    guessing = (np.array(space.models) == "3PL") & ~space.held
    first.guess[guessing] = 0.0
    first.intercept[guessing, 0] = 1.2 * np.log(
        (start.guess + (1 - start.guess) / (1 + np.exp(-start.intercept[:, 0] / 1.2)))[guessing]
        / ((1 - start.guess) / (1 + np.exp(start.intercept[:, 0] / 1.2)))[guessing]
    )
    found = maximise(booklets, simple, first, nodes, tolerance=1e-2, rounds=20).state
    found.guess[guessing] = start.guess[guessing]
    p = 1 / (1 + np.exp(-found.intercept[guessing, 0]))
    g = np.minimum(found.guess[guessing], 0.8 * p)
    found.guess[guessing] = g
    right = (p - g) / (1 - g)
    found.intercept[guessing, 0] = np.log(right / (1 - right))
    return found


def _refuse_unfinished(found: Maximum, tolerance: float) -> None:
    if not found.converged:
        raise IrtError("not_converged", rounds=found.rounds, change=found.change, tolerance=tolerance)


def _anchored(
    data: Responses, anchor: Items | None, notes: list[IrtNote]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp], Items | None, npt.NDArray[np.intp]]:
    """Which items are fixed, steps of every item, and the fixed parameters with their places."""
    held = np.zeros(len(data.items), dtype=bool)
    steps = data.highest.copy()
    if anchor is None:
        return held, steps, None, np.empty(0, dtype=np.intp)
    at = {name: i for i, name in enumerate(data.items)}
    used = [name for name in anchor.names if name in at]
    away = [name for name in anchor.names if name not in at]
    if not used:
        raise IrtError("anchor_unused", known=", ".join(anchor.names))
    if away:
        notes.append(IrtNote("anchor_not_answered", {"count": len(away), "item": away[0]}))
    fixed = anchor.choose(used)
    places = np.array([at[name] for name in used], dtype=np.intp)
    for name, place, known in zip(used, places, fixed.steps, strict=True):
        if data.highest[place] > known:
            raise IrtError("anchor_categories", item=name, found=int(known), needed=int(data.highest[place]))
    held[places] = True
    steps[places] = fixed.steps
    return held, steps, fixed, places


def _check_items(
    data: Responses, booklets: Booklets, models: Sequence[str], held: npt.NDArray[np.bool_]
) -> None:
    counts, seen = booklets.counts
    for j, item in enumerate(data.items):
        if seen[j] <= 0:
            raise IrtError("item_without_answers", item=item)
        if held[j]:
            continue
        top = int(data.highest[j])
        used = np.flatnonzero(counts[j, : top + 1] > 0)
        if used.size == 1:
            count = int((data.codes[:, j] >= 0).sum())
            raise IrtError("item_one_category", item=item, value=int(used[0]), count=count)
        if top > 1 and models[j] in DICHOTOMOUS:
            raise IrtError("item_has_categories", item=item, highest=top, model=models[j])
        if used.size <= top:
            empty = int(np.flatnonzero(counts[j, : top + 1] <= 0)[0])
            raise IrtError("item_category_empty", item=item, category=empty, highest=top)


def _check_links(
    data: Responses, booklets: Booklets, held: npt.NDArray[np.bool_], linked_by: str, notes: list[IrtNote]
) -> None:
    parts = booklets.connected()
    loose = [part for part in parts if not held[part].any()]
    if len(parts) == 1 or not loose:
        return
    if linked_by == "random_groups":
        notes.append(IrtNote("unconnected", {"count": len(parts)}))
        return
    first = loose[0]
    second = next(part for part in parts if part is not first)
    raise IrtError("booklets_unconnected", first=_some(data, first), second=_some(data, second))


def _some(data: Responses, part: npt.NDArray[np.intp]) -> str:
    names = [data.items[i] for i in part[:3]]
    return ", ".join(names) + (", …" if part.size > 3 else "")
