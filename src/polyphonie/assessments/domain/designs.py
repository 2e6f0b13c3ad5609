"""Designs and thresholds: how a sample is weighed, and where a body puts *sufficient* on a scale."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from ilsa.provenance import canonical_json

from ilsa import AssessmentDesign
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation

from ..models import Design, Threshold


class ThresholdWithoutOwner(Refusal):
    """A cut score is never a bare number."""

    def __init__(self) -> None:
        super().__init__(
            _("Dites qui fixe ce seuil et où c'est écrit : un seuil n'est jamais un nombre seul."),
            field="owner",
        )


class ThresholdMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Choisissez le seuil, avec son propriétaire : une part sous un seuil sans nom ne se cite pas."),
            field="thresholds",
        )


class ThresholdOfAnotherScale(Refusal):
    def __init__(self, threshold: Threshold, unit: str) -> None:
        super().__init__(
            _("Le seuil « %(threshold)s » est sur l'échelle %(theirs)s ; ce calcul est en %(ours)s.")
            % {
                "threshold": str(threshold.label),
                "theirs": f"{threshold.unit} {threshold.scale}",
                "ours": unit,
            },
            field="thresholds",
        )


class ScaleUnknown(Refusal):
    def __init__(self, key: str, known: Sequence[str]) -> None:
        super().__init__(
            _("L'échelle « %(key)s » n'est pas de ce plan de sondage ; choisissez parmi : %(known)s.")
            % {"key": key, "known": ", ".join(known)},
            field="scale",
        )


class DesignVersionTaken(Refusal):
    def __init__(self, slug: str, version: int) -> None:
        super().__init__(
            _("Le plan « %(slug)s » a déjà une version %(version)d, qui ne change plus ; donnez la suivante.")
            % {"slug": slug, "version": version},
            field="version",
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of scores: its columns of plausible values, how many, and the unit that fixes its meaning."""

    key: str
    label: LocalisedText
    pattern: str
    plausible_values: int
    unit: str

    def columns(self) -> tuple[str, ...]:
        return tuple(self.pattern.replace("{m}", str(m)) for m in range(1, self.plausible_values + 1))

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.label.as_dict(),
            "pattern": self.pattern,
            "plausible_values": self.plausible_values,
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class DesignTerms:
    """A sampling design as the statistics package reads it, with the scales of the round."""

    sampling: AssessmentDesign
    scales: tuple[Scale, ...]

    @classmethod
    def of(cls, design: Design) -> DesignTerms:
        return cls.read(design.terms)

    @classmethod
    def read(cls, terms: Mapping[str, Any]) -> DesignTerms:
        return cls(
            AssessmentDesign.from_json(json.dumps(terms["sampling"])),
            tuple(
                Scale(
                    s["key"], LocalisedText(s["label"]), s["pattern"], int(s["plausible_values"]), s["unit"]
                )
                for s in terms["scales"]
            ),
        )

    def as_dict(self) -> dict[str, Any]:
        sampling: dict[str, Any] = json.loads(self.sampling.as_json())
        return {"sampling": sampling, "scales": [scale.as_dict() for scale in self.scales]}

    def canonical(self) -> str:
        return canonical_json(self.as_dict())

    def scale(self, key: str) -> Scale:
        for scale in self.scales:
            if scale.key == key:
                return scale
        raise ScaleUnknown(key, [s.key for s in self.scales])

    def columns_of_design(self) -> tuple[str, ...]:
        """The columns that the design itself needs, the replicate weights included."""
        sampling = self.sampling
        psu = (sampling.psu,) if isinstance(sampling.psu, str) else sampling.psu or ()
        origin = sampling.replicates.origin
        replicates = getattr(origin, "columns", ())
        pair = tuple(filter(None, (getattr(origin, "zone", None), getattr(origin, "half", None))))
        stratum = (sampling.stratum,) if sampling.stratum else ()
        return (sampling.weight, *psu, *stratum, *sampling.sample, *pair, *replicates)


def declare_design(
    *,
    slug: str,
    version: int,
    label: LocalisedText,
    terms: DesignTerms,
    owner: Organisation,
    by: Actor,
    at: datetime,
    status: Mapping[str, str] | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Design:
    """Write how a sample is to be weighed. A version never changes: a better reading is the next one."""
    with ledger.act("assessments.declare_design", by=by, at=at) as act:
        permit("assessments.open_assessment", by, owner)
        if Design.objects.filter(slug=slug, version=version).exists():
            raise DesignVersionTaken(slug, version)
        design = Design.objects.create(
            slug=slug,
            version=version,
            label=label,
            terms=terms.as_dict(),
            status=dict(status or {}),
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(design.urn)
        act.note(slug=slug, version=version)
        return design


def name_threshold(
    *,
    label: LocalisedText,
    owner: str,
    unit: str,
    scale: str,
    value: Decimal,
    by: Actor,
    at: datetime,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Threshold:
    """Name a cut score with who sets it and where. The same owner's same cut is the same threshold."""
    with ledger.act("assessments.name_threshold", by=by, at=at) as act:
        permit("assessments.open_form", by)
        if not owner.strip() or not (source_label.strip() or is_fictitious):
            raise ThresholdWithoutOwner()
        threshold, _made = Threshold.objects.get_or_create(
            owner=owner.strip(),
            unit=unit,
            scale=scale,
            value=value,
            defaults={
                "label": label,
                "source_label": source_label,
                "source_url": source_url,
                "source_read_date": source_read_date,
                "is_fictitious": is_fictitious,
            },
        )
        act.on(threshold.urn)
        act.note(value=value, unit=unit, scale=scale)
        return threshold
