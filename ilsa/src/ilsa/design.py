"""The sampling design of an assessment: what the weights are, and how sampling variance is read from them.

``AssessmentDesign`` and ``ReplicateWeights`` are declarations: names of columns and a method, no data. They
can be stored, compared and read back. ``AssessmentDesign.weigh`` applies them to a file, refuses what does not
fit with a sentence, and gives a ``WeightedFile`` of independent samples (for example countries), each with its
weights, its replicates and its variance factors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import numpy as np

from ilsa.columns import Columns, Identifier
from ilsa.errors import DesignError, EstimateError
from ilsa.kernels.ratios import FloatArray, sealed
from ilsa.provenance import canonical_json

if TYPE_CHECKING:
    from ilsa.weighted import WeightedFile

Method: TypeAlias = Literal["JK1", "JKn", "JK2-half", "JK2-full", "BRR", "Fay", "bootstrap", "user"]
Storage: TypeAlias = Literal["auto", "ratio", "dense"]

METHODS: Final[tuple[Method, ...]] = get_args(Method)
DELETING: Final = frozenset({"JK1", "JKn", "JK2-half", "JK2-full", "BRR"})
"""Methods in which every replicate sets some weights to zero."""


def _one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise DesignError("choice_unknown", name=name, value=value, known=", ".join(known))


# Where replicates come from


@dataclass(frozen=True, slots=True)
class FromColumns:
    """Replicate weights that stand in the file, in order; ``beyond`` must not be a column of it."""

    columns: tuple[str, ...]
    beyond: str | None = None
    scale: float | None = None
    rscales: tuple[float, ...] | None = None
    count_by: str | None = None
    counts: tuple[tuple[Identifier, int], ...] = ()
    idle: Literal["refuse", "note"] = "refuse"


@dataclass(frozen=True, slots=True)
class FromZones:
    """Pairs: the column of the zone, the column of the half, which half is doubled, schools per zone."""

    zone: str
    half: str
    doubled: Literal[0, 1] = 1
    units_per_zone: int | None = 2


@dataclass(frozen=True, slots=True)
class FromPsus:
    """One replicate per primary sampling unit."""


@dataclass(frozen=True, slots=True)
class FromHadamard:
    """Balanced half-samples of pairs; without columns, pairs are the strata of the design."""

    zone: str | None = None
    half: str | None = None
    replicates: int | None = None


@dataclass(frozen=True, slots=True)
class FromDraws:
    """Bootstrap draws of primary sampling units."""

    replicates: int
    seed: int


Origin: TypeAlias = FromColumns | FromZones | FromPsus | FromHadamard | FromDraws

_MADE_FROM: Final[Mapping[type[Any], tuple[str, tuple[Method, ...]]]] = {
    FromColumns: ("columns", METHODS),
    FromZones: ("zones", ("JK2-half", "JK2-full")),
    FromPsus: ("psus", ("JK1", "JKn")),
    FromHadamard: ("hadamard", ("BRR", "Fay")),
    FromDraws: ("draws", ("bootstrap",)),
}


@dataclass(frozen=True, slots=True)
class ReplicateWeights:
    """How replicate weights are read or made, and the factor each has in the variance.

    ``V(t) = Σ_r c_r (t_r − t₀)²``

    ========== ======================= =====================================
    method     R                       c_r
    ========== ======================= =====================================
    JK1        n PSUs                  (n − 1)/n
    JKn        Σ n_h                   (n_h − 1)/n_h
    JK2-half   Z zones                 1
    JK2-full   2Z                      1/2
    BRR        multiple of 4           1/R
    Fay        multiple of 4           1/(R(1 − k)²)
    bootstrap  B                       1/B
    user       any                     scale · rscales
    ========== ======================= =====================================

    Use the constructors ``from_columns``, ``from_zones``, ``from_psus``, ``from_hadamard``, ``from_draws``.

    Raises: ``DesignError`` for a method that does not exist, cannot be made from that origin, or lacks or
    misuses its constant.
    Limits: zones of three are read from columns, not made.
    Source: Wolter (2007), chapters 3–5; Johnson and Rust (1992); Judkins (1990); Rao and Wu (1988).
    """

    method: Method
    origin: Origin
    k: float | None = None

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise DesignError("method_unknown", method=self.method, known=", ".join(METHODS))
        name, known = _MADE_FROM[type(self.origin)]
        if self.method not in known:
            raise DesignError("method_not_from_here", method=self.method, origin=name, known=", ".join(known))
        if self.method == "Fay":
            if self.k is None:
                raise DesignError("fay_k_missing")
            if not 0 <= self.k < 1:
                raise DesignError("fay_k_range", k=self.k)
            object.__setattr__(self, "k", float(self.k))
        elif self.k is not None:
            raise DesignError("k_without_fay", method=self.method)
        match self.origin:
            case FromColumns():
                self._check_columns(self.origin)
            case FromZones():
                self._check_zones(self.origin)
            case FromHadamard() | FromDraws():
                self._check_number(self.origin)

    def _check_columns(self, origin: FromColumns) -> None:
        seen: set[str] = set()
        for column in origin.columns:
            if column in seen:
                raise DesignError("columns_repeated", column=column)
            seen.add(column)
        if not origin.columns:
            raise DesignError("replicates_too_few", replicates=0, minimum=1)
        _one_of("idle", origin.idle, ("refuse", "note"))
        if origin.scale is None and origin.rscales is None and self.method in ("user", "JKn"):
            raise DesignError("scale_missing", method=self.method)
        if origin.rscales is not None and len(origin.rscales) != len(origin.columns):
            raise DesignError("rscales_length", length=len(origin.rscales), expected=len(origin.columns))
        given = {"scale": (origin.scale,), "rscales": origin.rscales or ()}
        for name, factors in given.items():
            for factor in factors:
                if factor is not None and not 0 < factor < math.inf:
                    raise DesignError("scale_not_positive", name=name, value=factor)
        if (origin.count_by is None) == bool(origin.counts):
            raise DesignError("counts_incomplete")
        for value, count in origin.counts:
            if not 1 <= count <= len(origin.columns):
                raise DesignError("count_out_of_range", value=value, count=count, maximum=len(origin.columns))

    def _check_zones(self, origin: FromZones) -> None:
        if origin.doubled not in (0, 1):
            raise DesignError("choice_unknown", name="doubled", value=origin.doubled, known="0, 1")
        if origin.units_per_zone not in (None, 2):
            raise DesignError(
                "choice_unknown", name="units_per_zone", value=origin.units_per_zone, known="2, None"
            )

    def _check_number(self, origin: FromHadamard | FromDraws) -> None:
        if origin.replicates is not None and origin.replicates < 2:
            raise DesignError("replicates_too_few", replicates=origin.replicates, minimum=2)
        if isinstance(origin, FromDraws) and origin.seed < 0:
            raise DesignError("seed_negative", seed=origin.seed)

    @classmethod
    def from_columns(
        cls,
        pattern: str,
        first: int,
        last: int,
        *,
        method: Method,
        k: float | None = None,
        scale: float | None = None,
        rscales: Sequence[float] | None = None,
        count_by: str | None = None,
        counts: Mapping[Any, int] | None = None,
        idle: Literal["refuse", "note"] = "refuse",
    ) -> ReplicateWeights:
        """Read replicate weights ``pattern`` with ``{r}`` = first … last, as in ``("rwgt{r}", 1, 90)``.

        ``scale`` and ``rscales``, when the data producer documents them, replace the factors of the method:
        c_r = scale · rscales[r]. ``count_by`` and ``counts`` serve merged files: the column of the grade and
        the number of replicates of each, columns beyond it being empty. ``idle="note"`` accepts columns equal
        to the full weight, as in a sample with fewer zones than columns.
        """
        if "{r}" not in pattern:
            raise DesignError("pattern_without_r", pattern=pattern)
        if last < first:
            raise DesignError("range_empty", first=first, last=last)
        origin = FromColumns(
            columns=tuple(pattern.replace("{r}", str(r)) for r in range(first, last + 1)),
            beyond=pattern.replace("{r}", str(last + 1)),
            scale=None if scale is None else float(scale),
            rscales=None if rscales is None else tuple(float(value) for value in rscales),
            count_by=count_by,
            counts=tuple(sorted((counts or {}).items(), key=lambda pair: (str(type(pair[0])), pair[0]))),
            idle=idle,
        )
        return cls(method, origin, k)

    @classmethod
    def from_zones(
        cls,
        zone: str,
        half: str,
        *,
        method: Method = "JK2-half",
        doubled: Literal[0, 1] = 1,
        units_per_zone: int | None = 2,
    ) -> ReplicateWeights:
        """Make paired jackknife weights from a zone and a half, such as ``("JKZONE", "JKREP")``.

        Halves are coded 0/1 or, in PASEC 2019, 0/2; the second is mapped to the first and noted. In the half
        form the half coded ``doubled`` is doubled and the other dropped: the answer depends on it, so take the
        file's coding. ``units_per_zone=None`` no longer asks for one PSU in each half.
        """
        return cls(method, FromZones(zone, half, doubled, units_per_zone))

    @classmethod
    def from_psus(cls, *, method: Method) -> ReplicateWeights:
        """Make jackknife weights that leave out one PSU of the design at a time (JK1, JKn)."""
        return cls(method, FromPsus())

    @classmethod
    def from_hadamard(
        cls,
        zone: str | None = None,
        half: str | None = None,
        *,
        method: Method,
        k: float | None = None,
        replicates: int | None = None,
    ) -> ReplicateWeights:
        """Make balanced half-sample weights (BRR, Fay) from pairs.

        Without ``zone`` the strata of the design are the pairs; without ``half`` the halves are told apart by
        the order of the PSU identifiers. ``replicates`` defaults to the next Hadamard order above the number of
        zones, which keeps the balance full.
        """
        return cls(method, FromHadamard(zone, half, replicates), k)

    @classmethod
    def from_draws(cls, replicates: int, *, seed: int) -> ReplicateWeights:
        """Make rescaled bootstrap weights, ``replicates`` draws of n_h − 1 PSUs in every stratum."""
        return cls("bootstrap", FromDraws(replicates, seed))

    def variance_factors(self, replicates: int) -> FloatArray:
        """The factors c (R,) for ``replicates`` replicates, as far as they are known without a file.

        Raises: ``DesignError`` (``factors_need_file``) where they depend on units per stratum;
        ``EstimateError`` (``replicate_estimates_shape``) where R contradicts the declared columns.
        """
        origin = self.origin
        if isinstance(origin, FromColumns):
            allowed = {count for _, count in origin.counts} or {len(origin.columns)}
            if replicates not in allowed:
                expected = " or ".join(str(count) for count in sorted(allowed))
                raise EstimateError("replicate_estimates_shape", found=replicates, expected=expected)
            if origin.scale is not None or origin.rscales is not None:
                given = (
                    np.ones(replicates) if origin.rscales is None else np.array(origin.rscales)[:replicates]
                )
                return sealed(given * (1.0 if origin.scale is None else origin.scale))
        elif self.method == "JKn":
            raise DesignError("factors_need_file", method=self.method)
        k = self.k or 0.0
        one = {
            "JK1": (replicates - 1) / replicates,
            "JK2-half": 1.0,
            "JK2-full": 0.5,
            "BRR": 1 / replicates,
            "Fay": 1 / (replicates * (1 - k) ** 2),
            "bootstrap": 1 / replicates,
        }[self.method]
        return sealed(np.full(replicates, one))

    def specification(self) -> dict[str, Any]:
        """The declaration as plain values, ready for JSON."""
        return {
            "method": self.method,
            "k": self.k,
            "from": {"kind": _MADE_FROM[type(self.origin)][0], **asdict(self.origin)},
        }

    @classmethod
    def from_specification(cls, stored: Mapping[str, Any]) -> ReplicateWeights:
        """Read a declaration back. Raises: ``DesignError`` (``specification_unreadable`` or any refusal)."""
        try:
            origin = dict(stored["from"])
            kinds = {name: kind for kind, (name, _) in _MADE_FROM.items()}
            kind = kinds[origin.pop("kind")]
            if kind is FromColumns:
                origin["columns"] = tuple(origin["columns"])
                origin["counts"] = tuple((value, count) for value, count in origin["counts"])
                if origin["rscales"] is not None:
                    origin["rscales"] = tuple(origin["rscales"])
            return cls(stored["method"], kind(**origin), stored["k"])
        except (KeyError, TypeError) as problem:
            raise DesignError("specification_unreadable", problem=repr(problem)) from problem


# The design


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentDesign:
    """Names of the columns that describe how pupils were sampled, and the replicate weights.

    Attributes: ``weight``, full-sample weight, pupils; ``psu``, column or columns that together name a primary
    sampling unit (school); ``stratum``; ``sample``, columns that tell independent samples apart (country,
    round); ``zero_weights``, whether rows of weight zero are refused or kept and counted.

    An estimate never crosses samples by sharing a replicate number: each sample is a block of its own.
    """

    weight: str
    replicates: ReplicateWeights
    psu: str | tuple[str, ...] | None = None
    stratum: str | None = None
    sample: tuple[str, ...] = ()
    zero_weights: Literal["refuse", "allow"] = "refuse"

    def __post_init__(self) -> None:
        _one_of("zero_weights", self.zero_weights, ("refuse", "allow"))
        if isinstance(self.sample, str):
            object.__setattr__(self, "sample", (self.sample,))
        origin, method = self.replicates.origin, self.replicates.method
        if isinstance(origin, FromPsus | FromDraws) and self.psu is None:
            raise DesignError("design_needs_psu", method=method)
        if isinstance(origin, FromHadamard):
            if origin.zone is None and self.stratum is None:
                raise DesignError("design_needs_stratum", method=method)
            if origin.half is None and self.psu is None:
                raise DesignError("design_needs_psu", method=method)
        if method == "JKn" and isinstance(origin, FromPsus) and self.stratum is None:
            raise DesignError("design_needs_stratum", method=method)

    def variance_factors(self, replicates: int) -> FloatArray:
        """See ``ReplicateWeights.variance_factors``."""
        return self.replicates.variance_factors(replicates)

    def specification(self) -> dict[str, Any]:
        """The declaration as plain values, ready for JSON."""
        psu = list(self.psu) if isinstance(self.psu, tuple) else self.psu
        return {
            "weight": self.weight,
            "psu": psu,
            "stratum": self.stratum,
            "sample": list(self.sample),
            "zero_weights": self.zero_weights,
            "replicates": self.replicates.specification(),
        }

    def as_json(self) -> str:
        """Canonical JSON: two designs are the same when their texts are."""
        return canonical_json(self.specification())

    @classmethod
    def from_json(cls, text: str) -> AssessmentDesign:
        """Read a stored design back. Raises: ``DesignError`` (``specification_unreadable`` or any refusal)."""
        try:
            stored = json.loads(text)
            psu = stored["psu"]
            return cls(
                weight=stored["weight"],
                psu=tuple(psu) if isinstance(psu, list) else psu,
                stratum=stored["stratum"],
                sample=tuple(stored["sample"]),
                zero_weights=stored["zero_weights"],
                replicates=ReplicateWeights.from_specification(stored["replicates"]),
            )
        except (KeyError, TypeError, json.JSONDecodeError) as problem:
            raise DesignError("specification_unreadable", problem=repr(problem)) from problem

    @classmethod
    def from_profile(cls, name: str, **overrides: Any) -> AssessmentDesign:
        """The design of a study whose profile comes with the package: ``from_profile("pasec2019-g6")``.

        Parameters: ``overrides``, any line of the profile with another value, and ``replicates=`` to take them
        from ``"columns"`` or ``"zones"`` of the file, or as a ``ReplicateWeights`` (see ``ilsa.profile.Profile``).
        Raises: ``DesignError`` (``profile_unknown``, ``profile_field_unknown``, ``profile_fields_missing`` or any
        refusal).
        """
        from ilsa.profile import Profile  # late: profiles are built on the declarations above

        return Profile.load(name).override(**overrides).design()

    def weigh(
        self, table: Columns, *, storage: Storage = "auto", source_sha256: str | None = None
    ) -> WeightedFile:
        """Read or make the weights of a file, check them, and split it into its samples.

        Weight first, then identifiers, then the replicates of one sample after another. ``storage="auto"``
        keeps a ratio table per PSU where it gives every replicate weight back, otherwise the columns.

        Parameters: ``table``, named columns of n rows each; ``source_sha256``, hash of the file they come from,
        for the provenance.
        Raises: ``ColumnError``, ``WeightError``, ``ReplicateError``, ``ZoneError``, all with the row.
        Limits: replicate columns of one sample are held in memory as float64.
        """
        from ilsa.weighing import Weighing  # late: weighing is built on the declarations above

        _one_of("storage", storage, get_args(Storage))
        return Weighing(self, table, storage).result(source_sha256)
