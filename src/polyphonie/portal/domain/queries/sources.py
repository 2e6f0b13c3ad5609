"""The sources on which the facts shown here rest, as far as the viewer may read those facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from polyphonie.conferences.models import Conference
from polyphonie.cooperation.models import Project
from polyphonie.evidence.models import EvidenceStatement, Figure, Resource
from polyphonie.governance.models import Attestation, StatedFact
from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Membership, Organisation
from polyphonie.recommendations.models import Recommendation


@dataclass(frozen=True)
class SourceUsed:
    """One source: where it stands, when it was last read, how many facts rest on it."""

    label: str
    url: str
    last_read: date | None
    facts: int


def sources_used(viewer: Actor, at: datetime) -> tuple[SourceUsed, ...]:
    """Every source of a readable fact, by its label; facts without a source are invented and say so."""
    readable = (
        Organisation.objects.readable_by(viewer, at),
        Membership.objects.all(),
        StatedFact.objects.all(),
        Attestation.objects.all(),
        Conference.objects.readable_by(viewer, at),
        Resource.objects.readable_by(viewer, at),
        EvidenceStatement.objects.readable_by(viewer, at),
        Figure.objects.readable_by(viewer, at),
        Recommendation.objects.readable_by(viewer, at),
        Project.objects.readable_by(viewer, at),
    )
    found: dict[tuple[str, str], list[date | None]] = {}
    for rows in readable:
        facts = rows.filter(is_fictitious=False).exclude(source_label="", source_url="")
        for label, url, read in facts.order_by("pk").values_list(
            "source_label", "source_url", "source_read_date"
        ):
            found.setdefault((label, url), []).append(read)
    return tuple(
        SourceUsed(label or url, url, max((d for d in days if d), default=None), len(days))
        for (label, url), days in sorted(
            found.items(), key=lambda item: (item[0][0] or item[0][1]).casefold()
        )
    )
