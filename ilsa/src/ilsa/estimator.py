"""What can be asked of an assessment: one method per statistic, one table of estimates per answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from ilsa.columns import Label
from ilsa.combine import DegreesRule, Rule, Sampling
from ilsa.domain import Domain
from ilsa.errors import DesignError, ScaleError
from ilsa.estimate.levels import shares_at_least, shares_by_level
from ilsa.estimate.moments import Divisor, means, moments
from ilsa.kernels.ratios import FloatArray, sealed
from ilsa.provenance import EstimateProvenance, Note, canonical_json
from ilsa.results import Estimate, EstimateTable, Part
from ilsa.scale import Threshold
from ilsa.unavailable import Unavailable
from ilsa.variance import Centre

if TYPE_CHECKING:
    from ilsa.assessment import Assessment, Missing, Where


class Options(TypedDict, total=False):
    """Settings that every statistic takes.

    ``by``, columns that are crossed; ``where``, a filter; ``missing``, ``"refuse"`` or ``"leave_out"`` rows
    without a value; ``sampling``, ``df``, ``centre``, ``confidence``, see ``ilsa.combine.Rule``.
    """

    by: str | Sequence[str]
    where: Where | None
    missing: Missing
    sampling: Sampling
    df: DegreesRule
    centre: Centre
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One number of a statistic: what its label ends with, its unit, what it is, and its estimates (M, R + 1)."""

    tail: Label
    unit: str
    definition: str
    estimates: FloatArray | Unavailable


Compute = Callable[[Domain, Mapping[str, FloatArray]], Iterable[Found]]


def _rule(options: Options) -> Rule:
    return Rule(
        sampling=options.get("sampling", "all"),
        df=options.get("df", "barnard_rubin"),
        centre=options.get("centre", "full"),
        confidence=options.get("confidence", 0.95),
    )


class Estimator:
    """The statistics of one assessment; made by ``Assessment.estimate``.

    Every method takes ``by=``, ``where=``, ``missing=``, ``sampling=``, ``df=``, ``centre=`` and
    ``confidence=`` (see ``Options``), gives an ``EstimateTable`` with the sample columns and ``by`` as dimensions,
    and raises what ``Assessment.ask`` raises. Variables are scales by their name or columns of numbers.
    """

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment

    # the way from a request to a table

    def _table(
        self,
        statistic: str,
        of: Sequence[str],
        tail: tuple[str, ...],
        compute: Compute,
        absent: Sequence[Found],
        options: Options,
        specific: Mapping[str, Any] | None = None,
        notes: Sequence[Note] = (),
    ) -> EstimateTable:
        """Ask for the cells, compute in each, and put the answers together.

        ``absent`` names the numbers a cell would have had, for cells in which nothing can be computed.
        """
        rule = _rule(options)
        by = options.get("by", ())
        asked = self._assessment.ask(
            of, by=by, where=options.get("where"), missing=options.get("missing", "refuse")
        )
        specification = {
            "statistic": statistic,
            "of": list(of),
            "by": list(asked.dimensions),
            "where": asked.where,
            "missing": options.get("missing", "refuse"),
            **rule.as_dict(),
            **(specific or {}),
        }
        provenance = (
            EstimateProvenance(self._assessment.weighted.provenance, canonical_json(specification)),
        )
        told = (*asked.notes, *notes)
        cells: list[Estimate] = []
        for label, sample, domain in asked.cells:
            if isinstance(domain, Unavailable):
                found: Iterable[Found] = absent
            else:
                found = compute(domain, {name: domain.take(v) for name, v in asked.variables.items()})
            for one in found:
                silent = domain if isinstance(domain, Unavailable) else None
                if silent is None and isinstance(one.estimates, Unavailable):
                    silent = one.estimates
                parts: tuple[Part, ...] = ()
                n, n_psu, sum_w = 0, None, 0.0
                if not isinstance(domain, Unavailable):
                    n, n_psu, sum_w = domain.n, domain.n_psu, float(domain.sum_w[0])
                    if not isinstance(one.estimates, Unavailable):
                        values = sealed(one.estimates)
                        factors = sample.sample.factors
                        parts = (Part(sample.identity, values, factors, domain.degrees),)
                cells.append(
                    Estimate(
                        label=(*label, *one.tail),
                        parts=parts,
                        unit=one.unit,
                        definition=one.definition,
                        n=n,
                        n_psu=n_psu,
                        sum_w=sum_w,
                        rule=rule,
                        unavailable=silent,
                        notes=told,
                        provenance=provenance,
                    )
                )
        return EstimateTable(
            statistic=statistic,
            dimensions=(*asked.dimensions, *tail),
            cells=tuple(cells),
            notes=told,
            provenance=provenance,
        )

    def _unit(self, name: str) -> str:
        return self._assessment.variable(name).unit

    # mean, standard deviation

    def mean(self, of: str, **options: Unpack[Options]) -> EstimateTable:
        """The mean of a scale or a column; of a column of 0 and 1, a share. See ``estimate.moments``."""
        empty = Found((), self._unit(of), f"mean of {of}", Unavailable("below_minimum_n"))

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            return [Found((), empty.unit, empty.definition, means(domain, values[of]))]

        return self._table("mean", [of], (), compute, [empty], options)

    def sd(self, of: str, *, divisor: Divisor = "sum_w", **options: Unpack[Options]) -> EstimateTable:
        """The standard deviation; ``divisor="sum_w_minus_1"`` for comparison with other software."""
        notes = self._divisor(divisor)
        empty = Found((), self._unit(of), f"standard deviation of {of}", Unavailable("below_minimum_n"))

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            return [Found((), empty.unit, empty.definition, moments(domain, values[of], divisor)[1])]

        return self._table("sd", [of], (), compute, [empty], options, {"divisor": divisor}, notes)

    def moments(self, of: str, *, divisor: Divisor = "sum_w", **options: Unpack[Options]) -> EstimateTable:
        """Mean and standard deviation in one pass, under a last dimension ``moment``."""
        notes = self._divisor(divisor)
        nothing = Unavailable("below_minimum_n")
        unit = self._unit(of)
        empty = [
            Found(("mean",), unit, f"mean of {of}", nothing),
            Found(("sd",), unit, f"standard deviation of {of}", nothing),
        ]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            both = moments(domain, values[of], divisor)
            return [Found(one.tail, unit, one.definition, t) for one, t in zip(empty, both, strict=True)]

        return self._table("moments", [of], ("moment",), compute, empty, options, {"divisor": divisor}, notes)

    def _divisor(self, divisor: Divisor) -> tuple[Note, ...]:
        if divisor not in ("sum_w", "sum_w_minus_1"):
            raise DesignError("choice_unknown", name="divisor", value=divisor, known="sum_w, sum_w_minus_1")
        return (Note("sd_divisor"),) if divisor == "sum_w_minus_1" else ()

    # shares

    def share(
        self, of: str, *, at_least: float | Threshold, below: bool = False, **options: Unpack[Options]
    ) -> EstimateTable:
        """The share of pupils at or above a threshold, or with ``below=True`` of those below it.

        A ``Threshold`` names its owner, and the definition of every cell then says whose it is.
        """
        threshold = at_least if isinstance(at_least, Threshold) else Threshold(at_least)
        where = "below" if below else "at or above"
        empty = Found((), "share", f"share {where} {threshold} in {of}", Unavailable("below_minimum_n"))

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            found = shares_at_least(domain, values[of], [threshold.value])[0]
            return [Found((), "share", empty.definition, 1 - found if below else found)]

        return self._table(
            "share",
            [of],
            (),
            compute,
            [empty],
            options,
            {"threshold": _threshold(threshold), "below": below},
        )

    def levels(self, of: str, **options: Unpack[Options]) -> EstimateTable:
        """The share of pupils in each level of a scale, under a last dimension ``level``.

        Raises: ``ScaleError`` (``scale_without_levels``).
        """
        scale = self._assessment.scales.get(of)
        if scale is None or scale.levels is None:
            raise ScaleError("scale_without_levels", scale=of)
        levels = scale.levels
        cuts = [cut.value for cut in levels.thresholds]
        nothing = Unavailable("below_minimum_n")
        empty = [
            Found((name,), "share", f"share of level {name} in {of}, {told}", nothing)
            for name, told in zip(levels.labels, levels.bounds, strict=True)
        ]

        def compute(domain: Domain, values: Mapping[str, FloatArray]) -> list[Found]:
            found = shares_by_level(domain, values[of], cuts)
            return [Found(one.tail, one.unit, one.definition, t) for one, t in zip(empty, found, strict=True)]

        cuts_told = [_threshold(cut) for cut in levels.thresholds]
        return self._table("levels", [of], ("level",), compute, empty, options, {"thresholds": cuts_told})


def _threshold(threshold: Threshold) -> dict[str, str | float]:
    return {
        "value": threshold.value,
        "owner": threshold.owner,
        "source": threshold.source,
        "name": threshold.name,
    }
