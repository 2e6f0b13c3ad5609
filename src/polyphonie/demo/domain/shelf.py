"""What has been loaded so far, by the names that the facts use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from polyphonie.conferences.models import Conference, Session, Site
from polyphonie.evidence.models import EvidenceStatement, Figure, Resource, ResourceKind
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import Organisation, Person, StakeholderGroup, Territory, Theme
from polyphonie.recommendations.models import Revision

LOADER = Actor.system("demonstration")
FOUNDED = datetime(2017, 8, 1, 8, 0, tzinfo=UTC)


def both(fr: str, en: str) -> LocalisedText:
    """A label in the two languages of the interface."""
    return LocalisedText({"fr": fr, "en": en})


@dataclass
class Shelf:
    """The rows, by key."""

    territories: dict[str, Territory] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    voices: dict[str, StakeholderGroup] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    kinds: dict[str, ResourceKind] = field(default_factory=dict)
    documents: dict[str, Resource] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    claims: dict[str, EvidenceStatement] = field(default_factory=dict)
    conferences: dict[str, Conference] = field(default_factory=dict)
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    sites: dict[tuple[str, str], Site] = field(default_factory=dict)
    points: dict[tuple[str, str], Revision] = field(default_factory=dict)
