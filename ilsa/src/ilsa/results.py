"""Estimates as they are handed out: one cell, and a table of cells, with everything later work needs.

A cell keeps the estimate of every plausible value and every replicate. So a difference, an average or a trend
made years later, without the data, has the same standard error as if all had been estimated together.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ilsa.columns import Identifier, Label, show
from ilsa.combine import Combined, Rule, johnson_rust, rubin
from ilsa.errors import EstimateError
from ilsa.kernels.ratios import FloatArray, sealed
from ilsa.provenance import EstimateProvenance, Note, canonical_json
from ilsa.student import half_width, two_sided_p
from ilsa.unavailable import Unavailable


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one independent sample contributes to an estimate.

    Attributes: ``sample_id``, the same for estimates that share their replicates; ``estimates`` (M, R + 1), the
    full-sample estimate first, then the replicates; ``factors`` (R,), c_r; ``degrees``, of the design.
    """

    sample_id: str
    estimates: FloatArray
    factors: FloatArray
    degrees: float

    def combined(self, rule: Rule) -> Combined:
        """Rubin's rules over the plausible values of this part.

        A part with one replicate (a published figure, a linking error) holds a standard error, not a sample:
        it is compared with its full estimate and has the degrees it says, whatever the rule.
        """
        full, replicates = self.estimates[:, 0], self.estimates[:, 1:]
        alone = replicates.shape[1] == 1
        middle = full if alone or rule.centre == "full" else replicates.mean(axis=1)
        deviations = replicates - middle[:, None]
        by_replicates = self.degrees
        if rule.df == "johnson_rust" and not alone:
            by_replicates = johnson_rust(np.sqrt(self.factors) * deviations.mean(axis=0))
        return rubin(
            full,
            deviations**2 @ self.factors,
            rule=rule,
            complete_df=self.degrees,
            replicate_df=by_replicates,
        )


def _satterthwaite(parts: list[Combined]) -> float:
    """Degrees of freedom of a sum of independent variances: V²/Σ(V_b²/ν_b)."""
    total = math.fsum(part.variance for part in parts)
    below = math.fsum(part.variance**2 / part.df for part in parts if part.variance and part.df)
    return total**2 / below if below else math.inf


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimate:
    """One estimate, or the reason why there is none.

    Attributes: ``label``, one value per dimension of its table; ``parts``, one per independent sample;
    ``unit``; ``definition``, what was estimated, in words; ``n`` rows, ``n_psu`` schools and ``sum_w`` pupils
    behind it (of a contrast: the smallest among its terms); ``rule``; ``unavailable``; ``notes``;
    ``provenance``. Every number is an ``Unavailable`` where ``unavailable`` is set, and the standard error and
    what follows from it also where nothing varies.
    """

    label: Label
    parts: tuple[Part, ...]
    unit: str
    definition: str
    n: int
    n_psu: int | None
    sum_w: float
    rule: Rule = field(default_factory=Rule)
    unavailable: Unavailable | None = None
    notes: tuple[Note, ...] = ()
    provenance: tuple[EstimateProvenance, ...] = field(default=(), repr=False)

    @cached_property
    def _combined(self) -> list[Combined]:
        return [part.combined(self.rule) for part in self.parts]

    @property
    def value(self) -> float | Unavailable:
        """Mean over plausible values of the full-sample estimate, in ``unit``."""
        return self.unavailable or math.fsum(part.value for part in self._combined)

    @property
    def var_sampling(self) -> float | Unavailable:
        """Sampling variance, Σ over independent samples, unit squared."""
        return self.unavailable or math.fsum(part.sampling for part in self._combined)

    @property
    def var_imputation(self) -> float | Unavailable:
        """Variance from measurement, (1 + 1/M)B, unit squared."""
        return self.unavailable or math.fsum(part.imputation for part in self._combined)

    @cached_property
    def se(self) -> float | Unavailable:
        """Standard error, √V, in ``unit``; ``no_variation`` where every replicate gives the same."""
        if self.unavailable:
            return self.unavailable
        variance = math.fsum(part.variance for part in self._combined)
        size = max((float(np.abs(part.estimates).max()) for part in self.parts), default=0.0)
        if math.sqrt(variance) <= 1e-13 * size:
            return Unavailable("no_variation", "every replicate gives the same value")
        return math.sqrt(variance)

    @property
    def fmi(self) -> float | Unavailable:
        """Fraction of missing information; over several samples, their average weighted by variance."""
        if isinstance(self.se, Unavailable):
            return self.se
        total = math.fsum(part.variance for part in self._combined)
        return math.fsum(part.fmi * part.variance for part in self._combined) / total

    @property
    def imputation_share(self) -> float | Unavailable:
        """Share of the variance that comes from measurement, λ."""
        if isinstance(self.se, Unavailable):
            return self.se
        return math.fsum(part.imputation for part in self._combined) / self.se**2

    @cached_property
    def df(self) -> float | Unavailable:
        """Degrees of freedom, by ``df_rule``."""
        if isinstance(self.se, Unavailable):
            return self.se
        if len(self._combined) == 1:
            return self._combined[0].df
        return math.inf if self.rule.df == "normal" else _satterthwaite(self._combined)

    @property
    def df_rule(self) -> str:
        """How ``df`` came about."""
        if self.rule.df == "normal":
            return "normal"
        told = list(dict.fromkeys(part.df_rule for part in self._combined)) or [self.rule.df]
        return told[0] if len(self._combined) < 2 else f"satterthwaite over {', '.join(told)}"

    @property
    def ci(self) -> tuple[float, float] | Unavailable:
        """Confidence interval, value ∓ t · se, in ``unit``; its confidence stands in ``rule``."""
        if isinstance(self.se, Unavailable):
            return self.se
        assert isinstance(self.value, float)
        assert isinstance(self.df, float)
        reach = half_width(self.rule.confidence, self.df) * self.se
        return self.value - reach, self.value + reach

    @property
    def t(self) -> float | Unavailable:
        """Value over standard error."""
        if isinstance(self.se, Unavailable):
            return self.se
        assert isinstance(self.value, float)
        return self.value / self.se

    @property
    def p(self) -> float | Unavailable:
        """Two-sided probability of a ``t`` as far out, were the true value zero."""
        if isinstance(self.t, Unavailable):
            return self.t
        assert isinstance(self.df, float)
        return two_sided_p(self.t, self.df)

    @property
    def sample_id(self) -> tuple[str, ...]:
        """The independent samples behind the estimate."""
        return tuple(part.sample_id for part in self.parts)

    @property
    def estimates(self) -> FloatArray:
        """All estimates (M, R + 1) of a single sample. Raises: ``EstimateError`` (``estimates_of_several``)."""
        if self.unavailable or len(self.parts) != 1:
            raise EstimateError("estimates_of_several", label=show(self.label), count=len(self.parts))
        return self.parts[0].estimates

    def contrast(self, other: Estimate) -> Estimate:
        """This estimate minus another; see ``ilsa.contrast.combination``."""
        from ilsa.contrast import difference  # late: contrasts are built on this class

        return difference(self, other)

    def __sub__(self, other: Estimate) -> Estimate:
        return self.contrast(other)

    def with_rule(self, rule: Rule) -> Estimate:
        """The same estimates, combined by another rule."""
        return replace(self, rule=rule)

    def as_row(self) -> dict[str, Any]:
        """Plain values for a table of one's own; what is unavailable is its reason's key in ``reason``."""

        def plain(value: Any) -> Any:
            return None if isinstance(value, Unavailable) else value

        silent = self.unavailable or (self.se if isinstance(self.se, Unavailable) else None)
        interval = plain(self.ci) or (None, None)
        return {
            "label": list(self.label),
            "value": plain(self.value),
            "se": plain(self.se),
            "ci_low": interval[0],
            "ci_high": interval[1],
            "df": plain(self.df),
            "df_rule": self.df_rule,
            "n": self.n,
            "n_psu": self.n_psu,
            "sum_w": self.sum_w,
            "var_sampling": plain(self.var_sampling),
            "var_imputation": plain(self.var_imputation),
            "fmi": plain(self.fmi),
            "unit": self.unit,
            "definition": self.definition,
            "sample_id": list(self.sample_id),
            "reason": silent.reason if silent else None,
            "detail": silent.detail if silent else None,
            "notes": [str(note) for note in self.notes],
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class EstimateTable:
    """Estimates of one statistic, one per cell, in the order of their labels.

    Attributes: ``statistic``; ``dimensions``, what the labels name, samples first; ``cells``; ``notes``;
    ``provenance``.
    """

    statistic: str
    dimensions: tuple[str, ...]
    cells: tuple[Estimate, ...]
    notes: tuple[Note, ...] = ()
    provenance: tuple[EstimateProvenance, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.cells)

    @cached_property
    def _by_label(self) -> dict[Label, Estimate]:
        return {cell.label: cell for cell in self.cells}

    def __getitem__(self, label: Identifier | Label) -> Estimate:
        """The cell with this label; a single value where there is one dimension.

        Raises: ``EstimateError`` (``cell_unknown``).
        """
        whole = label if isinstance(label, tuple) else (label,)
        if whole not in self._by_label:
            raise EstimateError("cell_unknown", label=show(whole), dimensions=", ".join(self.dimensions))
        return self._by_label[whole]

    def cell(self, **named: Identifier) -> Estimate:
        """The cell with these values, ``table.cell(country="SEN", level=3)``; every dimension must be named."""
        if set(named) != set(self.dimensions):
            raise EstimateError(
                "cell_unknown", label=", ".join(sorted(named)), dimensions=", ".join(self.dimensions)
            )
        return self[tuple(named[dimension] for dimension in self.dimensions)]

    @property
    def only(self) -> Estimate:
        """The cell of a table that has one. Raises: ``EstimateError`` (``cell_not_single``)."""
        if len(self.cells) != 1:
            raise EstimateError("cell_not_single", count=len(self.cells))
        return self.cells[0]

    @property
    def estimates(self) -> FloatArray:
        """All estimates (K, M, R + 1). Raises: ``EstimateError`` where cells differ in shape or are empty."""
        found = [cell.estimates for cell in self.cells]
        shapes = sorted({array.shape for array in found})
        if len(shapes) != 1:
            raise EstimateError("estimates_ragged", shapes=", ".join(str(shape) for shape in shapes))
        return np.stack(found)

    def contrast(self, other: EstimateTable) -> EstimateTable:
        """Cell by cell, this table minus another with the same dimensions and labels."""
        from ilsa.contrast import differences  # late: contrasts are built on this class

        return differences(self, other)

    def gap(self, dimension: str, of: Identifier, minus: Identifier) -> EstimateTable:
        """The difference of two values of a dimension, in every other cell: ``.gap("sex", "F", "M")``."""
        from ilsa.contrast import gaps  # late: contrasts are built on this class

        return gaps(self, dimension, of, minus)

    def average(self, dimension: str) -> EstimateTable:
        """The mean over a dimension, each value counted once whatever its number of pupils (senate)."""
        from ilsa.contrast import averages  # late: contrasts are built on this class

        return averages(self, dimension)

    def with_rule(self, rule: Rule) -> EstimateTable:
        """The same estimates, combined by another rule."""
        return replace(self, cells=tuple(cell.with_rule(rule) for cell in self.cells))

    def as_rows(self) -> list[dict[str, Any]]:
        """``Estimate.as_row`` of every cell."""
        return [cell.as_row() for cell in self.cells]

    def as_bytes(self) -> bytes:
        """The whole table, replicates included, as a NumPy archive without pickles; the same table, same bytes."""
        arrays: dict[str, FloatArray] = {}
        cells = []
        all_of_them = (self.provenance, *(cell.provenance for cell in self.cells))
        provenance = list(dict.fromkeys(one for group in all_of_them for one in group))
        own = [provenance.index(one) for one in self.provenance]
        for k, cell in enumerate(self.cells):
            for b, part in enumerate(cell.parts):
                arrays[f"estimates_{k}_{b}"] = part.estimates
                arrays[f"factors_{k}_{b}"] = part.factors
            silent = cell.unavailable
            cells.append(
                {
                    "label": list(cell.label),
                    "parts": [[part.sample_id, _stored(part.degrees)] for part in cell.parts],
                    "unit": cell.unit,
                    "definition": cell.definition,
                    "n": cell.n,
                    "n_psu": cell.n_psu,
                    "sum_w": cell.sum_w,
                    "rule": cell.rule.as_dict(),
                    "unavailable": [silent.reason, silent.detail] if silent else None,
                    "notes": _note_facts(cell.notes),
                    "provenance": [provenance.index(one) for one in cell.provenance],
                }
            )
        head = {
            "statistic": self.statistic,
            "dimensions": list(self.dimensions),
            "notes": _note_facts(self.notes),
            "provenance": [one.as_dict() for one in provenance],
            "own": own,
            "cells": cells,
        }
        text = np.frombuffer(canonical_json(head).encode(), dtype=np.uint8)
        target = io.BytesIO()
        np.savez(target, head=text, **arrays)  # type: ignore[arg-type]
        return target.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> EstimateTable:
        """Read ``as_bytes`` back. Raises: ``EstimateError`` (``table_unreadable``)."""
        try:
            with np.load(io.BytesIO(stored), allow_pickle=False) as archive:
                head = json.loads(bytes(archive["head"]))
                provenance = tuple(EstimateProvenance.from_dict(one) for one in head["provenance"])
                cells = tuple(_cell(k, kept, archive, provenance) for k, kept in enumerate(head["cells"]))
        except (KeyError, TypeError, ValueError, OSError, EOFError) as problem:
            raise EstimateError("table_unreadable", problem=repr(problem)) from problem
        return cls(
            statistic=head["statistic"],
            dimensions=tuple(head["dimensions"]),
            cells=cells,
            notes=tuple(Note(code, facts) for code, facts in head["notes"]),
            provenance=tuple(provenance[index] for index in head["own"]),
        )


def _stored(degrees: float) -> float | None:
    """JSON has no infinity."""
    return None if math.isinf(degrees) else degrees


def _note_facts(notes: tuple[Note, ...]) -> list[list[Any]]:
    return [[note.code, dict(note.facts)] for note in notes]


def _cell(
    k: int, kept: Mapping[str, Any], archive: Mapping[str, Any], provenance: tuple[EstimateProvenance, ...]
) -> Estimate:
    parts = tuple(
        Part(
            sample_id,
            sealed(archive[f"estimates_{k}_{b}"]),
            sealed(archive[f"factors_{k}_{b}"]),
            math.inf if degrees is None else degrees,
        )
        for b, (sample_id, degrees) in enumerate(kept["parts"])
    )
    silent = kept["unavailable"]
    return Estimate(
        label=tuple(kept["label"]),
        parts=parts,
        unit=kept["unit"],
        definition=kept["definition"],
        n=kept["n"],
        n_psu=kept["n_psu"],
        sum_w=kept["sum_w"],
        rule=Rule(**kept["rule"]),
        unavailable=Unavailable(*silent) if silent else None,
        notes=tuple(Note(code, facts) for code, facts in kept["notes"]),
        provenance=tuple(provenance[index] for index in kept["provenance"]),
    )
