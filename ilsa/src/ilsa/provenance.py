"""Where a set of weights comes from: design, file, versions, and every choice made on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np

NOTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "half_codes_mapped": (
            "Column {column!r} codes the halves 0 and 2; 2 was read as 1 (sample(s) {samples}), "
            "so that weights are doubled, not quadrupled."
        ),
        "zero_weights": "{count} row(s) have a weight of zero and were kept.",
        "idle_replicates": "Replicate(s) {replicates} equal the full weight in sample {sample} and add no variance.",
        "scale_given": "The factors given with the design were used in place of those of method {method}.",
        "stored_dense": (
            "Replicate weight / weight is not constant inside the PSUs of sample {sample} (first seen in {name}); "
            "replicate weights were kept column by column."
        ),
        "pairs_by_psu_order": "The halves of a pair were told apart by the order of the PSU identifiers.",
        "hadamard_constant_column": (
            "Sample {sample} has as many zones as replicates, so one zone takes the constant column of the "
            "Hadamard matrix: variances stay right, the mean of the replicates no longer equals a linear estimate."
        ),
        "counts_by_value": "The number of replicates follows {column!r}: {counts}.",
        "rows_left_out": "{count} row(s) without a value of {column!r} were left out.",
        "sd_divisor": "Standard deviations were divided by Σw − 1, so they change when weights are rescaled.",
        "percentiles_jackknife": (
            "Standard errors of percentiles by a paired jackknife hold up less well than those of smooth statistics."
        ),
        "published": "The figure was read in a report, not computed from data.",
        "linking_error_missing": (
            "The linking error between the rounds is not in the standard error ({reason}), which is therefore too small."
        ),
        "linking_error_included": "A linking error of {value:.10g} {unit} is in the standard error.",
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """A choice made while weighing, as a stable code with its facts; prints as a sentence."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __str__(self) -> str:
        return NOTES[self.code].format_map(self.facts)

    def __reduce__(self) -> tuple[type[Note], tuple[str, dict[str, Any]]]:
        return Note, (self.code, dict(self.facts))

    def __hash__(self) -> int:
        return hash((self.code, canonical_json(dict(self.facts))))


def canonical_json(value: object) -> str:
    """Write a value as JSON in one way only: keys sorted, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@cache
def _blas() -> str:
    """Name and version of the linear algebra library behind NumPy."""
    found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{found.get('name', 'unknown')} {found.get('version', '')}".strip()


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is needed to make the same weights again.

    Attributes: ``specification``, the design as canonical JSON; ``rows`` of the file; ``samples``, label and
    number of replicates of each; ``notes``; ``source_sha256``, hash of the file when the caller gave it;
    versions of ilsa, NumPy and BLAS. There is no time of day in it: the same work has the same provenance.
    """

    specification: str
    rows: int
    samples: tuple[tuple[tuple[str | int | float, ...], int], ...]
    notes: tuple[Note, ...]
    storage: str
    source_sha256: str | None
    ilsa: str
    numpy: str = field(default_factory=lambda: np.__version__)
    blas: str = field(default_factory=_blas)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, notes as code and facts."""
        return {
            "blas": self.blas,
            "design": json.loads(self.specification),
            "ilsa": self.ilsa,
            "notes": [{"code": note.code, "facts": dict(note.facts)} for note in self.notes],
            "numpy": self.numpy,
            "rows": self.rows,
            "samples": [{"replicates": count, "sample": list(label)} for label, count in self.samples],
            "source_sha256": self.source_sha256,
            "storage": self.storage,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Provenance:
        """Read ``as_dict`` back."""
        return cls(
            specification=canonical_json(stored["design"]),
            rows=stored["rows"],
            samples=tuple((tuple(one["sample"]), one["replicates"]) for one in stored["samples"]),
            notes=tuple(Note(note["code"], note["facts"]) for note in stored["notes"]),
            storage=stored["storage"],
            source_sha256=stored["source_sha256"],
            ilsa=stored["ilsa"],
            numpy=stored["numpy"],
            blas=stored["blas"],
        )

    def as_json(self) -> str:
        """Canonical JSON of the whole provenance, notes as code and facts."""
        return canonical_json(self.as_dict())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of ``as_json()``, 64 hexadecimal digits."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class EstimateProvenance:
    """All that is needed to make the same estimates again.

    Attributes: ``weights``, how the file was weighed; ``specification``, what was asked of it, as canonical JSON.
    """

    weights: Provenance
    specification: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"weights": self.weights.as_dict(), "estimate": json.loads(self.specification)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> EstimateProvenance:
        """Read ``as_dict`` back."""
        return cls(Provenance.from_dict(stored["weights"]), canonical_json(stored["estimate"]))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole as canonical JSON, 64 hexadecimal digits."""
        return hashlib.sha256(canonical_json(self.as_dict()).encode()).hexdigest()
