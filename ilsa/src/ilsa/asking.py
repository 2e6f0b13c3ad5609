"""The way from a request to a table: find the cells, compute in each, keep what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from ilsa.columns import Label
from ilsa.combine import DegreesRule, Rule, Sampling
from ilsa.domain import Domain, Variable
from ilsa.kernels.ratios import FloatArray, sealed
from ilsa.provenance import EstimateProvenance, Note, canonical_json
from ilsa.results import Estimate, EstimateTable, Part
from ilsa.scale import Composite
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


class Asking:
    """What all statistics of an assessment share."""

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment

    def _table(
        self,
        statistic: str,
        of: Sequence[str | Variable],
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
        variables = [one if isinstance(one, Variable) else self._assessment.variable(one) for one in of]
        asked = self._assessment.ask(
            variables, by=by, where=options.get("where"), missing=options.get("missing", "refuse")
        )
        specification = {
            "statistic": statistic,
            "assessment": self._assessment.name,
            "of": list(dict.fromkeys(variable.source for variable in variables)),
            "scales": self._scales(variables),
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
        for cell in asked.cells:
            domain = cell.domain
            if isinstance(domain, Unavailable):
                found: Iterable[Found] = absent
            else:
                found = compute(domain, {name: domain.take(v) for name, v in asked.variables.items()})
            for one in found:
                silent: Unavailable | None = None
                parts: tuple[Part, ...] = ()
                if isinstance(domain, Unavailable):
                    silent = domain
                elif isinstance(one.estimates, Unavailable):
                    silent = one.estimates
                else:
                    sample = cell.sample
                    values = sealed(one.estimates)
                    parts = (Part(sample.identity, values, sample.sample.factors, domain.degrees),)
                cells.append(
                    Estimate(
                        label=(*cell.label, *one.tail),
                        parts=parts,
                        unit=one.unit,
                        definition=one.definition,
                        n=cell.n,
                        n_psu=None if isinstance(domain, Unavailable) else domain.n_psu,
                        sum_w=cell.sum_w,
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

    def _scales(self, variables: Sequence[Variable]) -> dict[str, Any]:
        """How the scales of a request are made, in plain values."""
        found: dict[str, Any] = {}
        for variable in variables:
            scale = self._assessment.scales.get(variable.source)
            if isinstance(scale, Composite):
                found[scale.name] = dict(scale.weights)
                parts = [self._assessment.variable(name) for name, _ in scale.weights]
                found |= self._scales(parts)
            elif scale is not None:
                found[scale.name] = list(scale.values.columns)
        return found

    def _unit(self, name: str) -> str:
        return self._assessment.variable(name).unit
