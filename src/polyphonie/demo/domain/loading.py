"""Loading the demonstration: all facts by the rooms' own verbs, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from polyphonie.conferences.models import Conference, LiveEvent
from polyphonie.kernel.domain import ledger
from polyphonie.portal.domain.search import rebuilding

from .. import moments
from .agreements import load_agreements
from .air import put_on_air
from .deliberations import (
    load_chile,
    load_feedback,
    load_project,
    load_rabat,
    load_recommendations,
    publish_rabat,
)
from .figures import load_assessments, load_observatory
from .gatherings import load_conferences, load_sites
from .ground import load_ground, load_mandates
from .knowledge import load_kinds, load_knowledge
from .meetings import load_meetings
from .shelf import FOUNDED, LOADER, Shelf
from .visits import load_visits


@dataclass(frozen=True, slots=True)
class Stage:
    """What is already there when the visitor comes; a scenario may begin earlier."""

    with_rabat: bool = True
    with_rabat_published: bool = False
    with_accepted_guidance: bool = True
    on_air: bool = True


def load_demonstration(*, at: datetime, stage: Stage | None = None) -> bool:
    """Load everything in one transaction, unless it is there. Interrupted, it leaves nothing half."""
    if Conference.objects.filter(slug="decrochage-2017").exists():
        return False
    stage = stage or Stage()
    shelf = Shelf()
    with rebuilding(), transaction.atomic():
        load_ground(shelf, at=FOUNDED)
        load_conferences(shelf)
        load_kinds(shelf, at=FOUNDED)
        load_knowledge(shelf, at=FOUNDED)
        load_sites(shelf, with_rabat=stage.with_rabat, with_accepted_guidance=stage.with_accepted_guidance)
        load_mandates(shelf, at=FOUNDED)
        load_recommendations(shelf)
        load_chile(shelf)
        if stage.with_rabat:
            load_rabat(shelf)
        if stage.with_rabat and stage.with_rabat_published:
            publish_rabat(shelf)
        load_project(shelf)
        load_feedback(shelf)
        load_agreements(shelf)
        load_visits(shelf)
        load_meetings(shelf)
        load_assessments(shelf)
        load_observatory(shelf)
        set_clocks(at=at)
        if stage.on_air:
            put_on_air(at=at)
    return True


def set_clocks(*, at: datetime) -> None:
    """Put each conference on air at its moment; one that has gone on resumes where it stood."""
    with ledger.act("demo.set_clocks", by=LOADER, at=at) as act:
        for moment in moments.MOMENTS:
            if not moment.conference or moment.instant is None:
                continue
            conference = Conference.objects.get(slug=moment.conference)
            last = LiveEvent.objects.filter(conference=conference).order_by("-seq").first()
            resumed = (
                max(moment.instant, last.programme_time + timedelta(seconds=1)) if last else moment.instant
            )
            conference.clock_offset = resumed - at
            conference.save(update_fields=["clock_offset"])
            act.on(conference.urn)
