"""Profiles: what is known of how a study samples, weighs and scales, line by line, and how well it is known.

A profile is a file of data. Each line has a value, a status (``documented``, ``inferred`` from data or programs,
``unverified``) and where it comes from. None of it locks a file out: every line can be overridden, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from types import NoneType
from typing import Any, Final

from ilsa.design import AssessmentDesign, FromColumns, FromZones, ReplicateWeights
from ilsa.errors import DesignError
from ilsa.scale import Scale, Threshold

STATUSES: Final = ("documented", "inferred", "unverified")

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "design": ("weight", "psu", "stratum", "sample", "zero_weights"),
    "columns": ("method", "pattern", "first", "last", "k", "scale", "rscales", "idle", "count_by", "counts"),
    "zones": ("method", "zone", "half", "doubled", "units_per_zone"),
}
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "design": ("weight",),
    "columns": ("method", "pattern", "first", "last"),
    "zones": ("method", "zone", "half"),
}


_KINDS: Final[Mapping[str, tuple[str, tuple[type, ...], tuple[type, ...]]]] = {
    "weight": ("a column", (str,), ()),
    "psu": ("a column or a list of columns", (str, list, tuple, NoneType), (str,)),
    "stratum": ("a column", (str, NoneType), ()),
    "sample": ("a column or a list of columns", (str, list, tuple), (str,)),
    "zero_weights": ("a word", (str,), ()),
    "method": ("a word", (str,), ()),
    "pattern": ("a name with {r}", (str,), ()),
    "first": ("a whole number", (int,), ()),
    "last": ("a whole number", (int,), ()),
    "k": ("a number", (int, float, NoneType), ()),
    "scale": ("a number", (int, float, NoneType), ()),
    "rscales": ("a list of numbers", (list, tuple, NoneType), (int, float)),
    "idle": ("a word", (str,), ()),
    "count_by": ("a column", (str, NoneType), ()),
    "counts": ("numbers by value", (dict, NoneType), ()),
    "zone": ("a column", (str,), ()),
    "half": ("a column", (str,), ()),
    "doubled": ("0 or 1", (int,), ()),
    "units_per_zone": ("2, or 'any'", (int, str, NoneType), ()),
}
"""What each line takes: in words, kinds of the value, kinds of its parts."""


def _checked(field: str, value: Any) -> Any:
    """A value a line can take. Raises: ``DesignError`` (``profile_value_unfit``)."""
    told, kinds, parts = _KINDS[field]
    fits = isinstance(value, kinds) and not (field == "units_per_zone" and value not in (2, "any", None))
    if fits and isinstance(value, list | tuple):
        fits = all(isinstance(part, parts) for part in value)
    if fits and isinstance(value, dict):
        fits = all(isinstance(count, int) for count in value.values())
    if not fits:
        raise DesignError("profile_value_unfit", field=field, value=value, kind=told)
    return value


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One statement of a profile: ``part`` (design, columns, zones) and ``field``, value, status, source.

    ``status`` is ``overridden`` where the caller gave the value, ``to_give`` where the profile leaves it open.
    """

    part: str
    field: str
    value: Any
    status: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class ProfileScale:
    """A scale of a profile, its titles in French and English, and how well its cuts are known."""

    scale: Scale
    title: Mapping[str, str]
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class ProfileThreshold:
    """A point somebody has drawn on a scale of a profile, found by ``key``."""

    key: str
    scale: str
    threshold: Threshold
    status: str


@dataclass(frozen=True, slots=True)
class MissingCode:
    """A code that stands for no answer in the columns ``of`` a kind, and what it means."""

    code: int
    meaning: str
    of: str
    label: Mapping[str, str]
    status: str
    source: str


def profiles() -> tuple[str, ...]:
    """Names of the profiles that come with the package."""
    found = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def _folder() -> Any:
    return resources.files("ilsa").joinpath("profiles")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a study, as data.

    Attributes: ``name`` and ``version``; ``title`` by language; ``ways``, in which replicate weights can be had,
    the preferred first: ``"columns"`` of the file or ``"zones"``; ``lines``; ``scales``; ``thresholds``;
    ``missing``, codes of no answer.
    """

    name: str
    version: int
    title: Mapping[str, str]
    ways: tuple[str, ...]
    lines: tuple[ProfileLine, ...]
    scales: tuple[ProfileScale, ...] = ()
    thresholds: tuple[ProfileThreshold, ...] = ()
    missing: tuple[MissingCode, ...] = ()
    replicates: ReplicateWeights | None = None

    @classmethod
    def load(cls, name: str) -> Profile:
        """Read a profile of the package. Raises: ``DesignError`` (``profile_unknown``)."""
        if name not in profiles():
            raise DesignError("profile_unknown", profile=name, known=", ".join(profiles()))
        return cls.from_toml(_folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"))

    @classmethod
    def from_toml(cls, text: str) -> Profile:
        """Read a profile from TOML, for example one of your own.

        Raises: ``DesignError`` (``specification_unreadable``).
        """
        import tomllib  # here, because most uses of the package read no profile

        try:
            stored = tomllib.loads(text)
            lines = []
            for part in ("design", *stored["replicates"]):
                for field, line in stored[part].items():
                    if field not in _FIELDS[part]:
                        raise ValueError(f"{part}.{field}")
                    lines.append(_line(part, field, line))
            return cls(
                name=stored["profile"],
                version=stored["version"],
                title=stored["title"],
                ways=tuple(stored["replicates"]),
                lines=tuple(lines),
                scales=tuple(_scale(one) for one in stored.get("scale", ())),
                thresholds=tuple(_threshold(one) for one in stored.get("threshold", ())),
                missing=tuple(MissingCode(**one) for one in stored.get("missing", ())),
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise DesignError("specification_unreadable", problem=repr(problem)) from problem

    def value(self, field: str, part: str = "design") -> Any:
        """The value of a line, or None where there is none."""
        return next((line.value for line in self.lines if (line.part, line.field) == (part, field)), None)

    def override(self, **values: Any) -> Profile:
        """The profile with other values, each marked ``overridden``.

        ``replicates`` is a way (``"columns"``, ``"zones"``) or a ``ReplicateWeights``; ``method`` and the other
        fields of replicate weights go to every way that has them.
        Raises: ``DesignError`` (``profile_field_unknown``, ``profile_value_unfit``, ``choice_unknown``).
        """
        made = self
        if "replicates" in values:
            way = values.pop("replicates")
            if isinstance(way, ReplicateWeights):
                made = replace(made, replicates=way)
            elif way in ("columns", "zones"):
                made = replace(made, ways=(way, *(other for other in made.ways if other != way)))
            else:
                raise DesignError("choice_unknown", name="replicates", value=way, known="columns, zones")
        lines = {(line.part, line.field): line for line in made.lines}
        for field, value in values.items():
            parts = [part for part, fields in _FIELDS.items() if field in fields]
            if not parts:
                known = sorted({"replicates", *(name for fields in _FIELDS.values() for name in fields)})
                raise DesignError("profile_field_unknown", field=field, known=", ".join(known))
            _checked(field, value)
            for part in parts:
                if part == "design" or part in made.ways:
                    lines[part, field] = ProfileLine(part, field, value, "overridden")
        return replace(made, lines=tuple(lines.values()))

    def suited_to(self, columns: Iterable[str]) -> Profile:
        """The profile with the first way whose columns are all there; the same where none is.

        So a file that has replicate weights is read with them, and one that has zones alone with those.
        """
        there = set(columns)
        for way in self.ways:
            if all(name in there for name in self._columns_of(way)):
                return replace(self, ways=(way, *(other for other in self.ways if other != way)))
        return self

    def _columns_of(self, way: str) -> tuple[str, ...]:
        if any(self.value(field, way) is None for field in _REQUIRED[way]):
            return ("",)
        origin = self._made(way).origin
        if isinstance(origin, FromColumns):
            return origin.columns[:1]
        assert isinstance(origin, FromZones)
        return origin.zone, origin.half

    def _given(self, part: str) -> dict[str, Any]:
        """Values of a part; None counts where the caller said so."""
        return {
            line.field: line.value
            for line in self.lines
            if line.part == part and (line.value is not None or line.status == "overridden")
        }

    def _made(self, way: str) -> ReplicateWeights:
        given = self._given(way)
        if way == "zones":
            if given.get("units_per_zone") == "any":
                given["units_per_zone"] = None
            return ReplicateWeights.from_zones(**given)
        first, last = given.pop("first"), given.pop("last")
        return ReplicateWeights.from_columns(given.pop("pattern"), first, last, **given)

    def design(self) -> AssessmentDesign:
        """The design as declared, replicate weights by the first way.

        Raises: ``DesignError`` (``profile_fields_missing`` where the profile leaves a line open, and all of
        ``AssessmentDesign``).
        """
        needed = [("design", field) for field in _REQUIRED["design"]]
        if self.replicates is None:
            needed += [(self.ways[0], field) for field in _REQUIRED[self.ways[0]]]
        missing = [field for part, field in needed if self.value(field, part) is None]
        if missing:
            raise DesignError("profile_fields_missing", profile=self.name, fields=", ".join(missing))
        given = self._given("design")
        if isinstance(given.get("psu"), list):
            given["psu"] = tuple(given["psu"])
        if "sample" in given and not isinstance(given["sample"], str):
            given["sample"] = tuple(given["sample"])
        return AssessmentDesign(**given, replicates=self.replicates or self._made(self.ways[0]))

    def scales_in(self, columns: Iterable[str]) -> tuple[Scale, ...]:
        """The scales of which at least one plausible value is among the columns."""
        there = set(columns)
        return tuple(one.scale for one in self.scales if there & set(one.scale.values.columns))

    def threshold(self, key: str, scale: str) -> Threshold:
        """A threshold by its key. Raises: ``DesignError`` (``profile_threshold_unknown``)."""
        for one in self.thresholds:
            if (one.key, one.scale) == (key, scale):
                return one.threshold
        known = ", ".join(one.key for one in self.thresholds if one.scale == scale) or "none"
        raise DesignError("profile_threshold_unknown", profile=self.name, key=key, scale=scale, known=known)

    def used(self) -> tuple[ProfileLine, ...]:
        """The lines that the design stands on: those of the design and of the way taken."""
        parts = ("design",) if self.replicates is not None else ("design", self.ways[0])
        return tuple(line for line in self.lines if line.part in parts)

    def as_dict(self) -> dict[str, Any]:
        """Name, version and the lines used, as plain values."""
        return {
            "profile": self.name,
            "version": self.version,
            "replicates": "given" if self.replicates is not None else self.ways[0],
            "lines": [
                {
                    "part": line.part,
                    "field": line.field,
                    "value": line.value,
                    "status": line.status,
                    "source": line.source,
                }
                for line in self.used()
            ],
        }


def _line(part: str, field: str, line: Mapping[str, Any]) -> ProfileLine:
    if not line:
        return ProfileLine(part, field, None, "to_give")
    return ProfileLine(part, field, _checked(field, line["value"]), _status(line["status"]), line["source"])


def _status(status: str) -> str:
    if status not in STATUSES:
        raise ValueError(status)
    return status


def _scale(one: Mapping[str, Any]) -> ProfileScale:
    scale = Scale(
        one["name"],
        pv=one["pv"],
        m=one["m"],
        unit=one["unit"],
        cuts=one.get("cuts", ()),
        owner=one.get("owner", ""),
        source=one["source"],
    )
    return ProfileScale(scale, one["title"], _status(one["status"]), one["source"])


def _threshold(one: Mapping[str, Any]) -> ProfileThreshold:
    threshold = Threshold(one["value"], owner=one["owner"], source=one["source"], name=one["name"])
    return ProfileThreshold(one["key"], one["scale"], threshold, _status(one["status"]))
