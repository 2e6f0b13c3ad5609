"""The front door: what is on air, what is new; for a signed-in person, what waits and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from polyphonie.conferences.models import Conference, Session
from polyphonie.cooperation.models import Project
from polyphonie.evidence.models import Resource
from polyphonie.kernel.actor import Actor
from polyphonie.network.domain.queries.notices import notices_for
from polyphonie.network.models import Notice
from polyphonie.recommendations.models import FeedbackReport, Revision

from .desks import Desk, desks_of
from .hub import ConferenceCard, with_sites
from .themes import Branch, theme_tree

RECENT = timedelta(days=60)
CHANGES = 8
LATEST = 6


@dataclass(frozen=True)
class OnAir:
    """A session that is going on; ``programme_now`` is the instant on the conference's own clock."""

    session: Session
    programme_now: datetime


@dataclass(frozen=True)
class Change:
    """Something that became readable: a recommendation, a resource, a project, a conference, feedback."""

    kind: str
    subject: Any
    since: datetime


@dataclass(frozen=True)
class PublicHome:
    """What everybody sees at the front door."""

    on_air: tuple[OnAir, ...]
    branches: tuple[Branch, ...]
    conferences: tuple[ConferenceCard, ...]
    latest: tuple[Revision, ...]


@dataclass(frozen=True)
class SignedInHome:
    """What waits for one person, by role; then what changed and what is on air."""

    notices: tuple[Notice, ...]
    desks: tuple[Desk, ...]
    changes: tuple[Change, ...]
    on_air: tuple[OnAir, ...]
    branches: tuple[Branch, ...]


def public_home(viewer: Actor, at: datetime, *, wall: datetime) -> PublicHome:
    """The public home page, in a constant number of queries."""
    conferences = list(
        Conference.objects.announced_to(viewer, at)
        .select_related("host")
        .order_by("-start_date", "pk")[:LATEST]
    )
    return PublicHome(
        on_air(viewer, at, wall=wall),
        theme_tree(viewer, at).roots(),
        with_sites(conferences, viewer, at),
        latest_recommendations(viewer, at),
    )


def signed_in_home(viewer: Actor, at: datetime, *, wall: datetime) -> SignedInHome:
    """The home page of a person: the first task of each of their roles, without a click."""
    return SignedInHome(
        tuple(notices_for(viewer, at)[:20]),
        desks_of(viewer, at, wall=wall),
        what_changed(viewer, at),
        on_air(viewer, at, wall=wall),
        theme_tree(viewer, at).roots(),
    )


def on_air(viewer: Actor, at: datetime, *, wall: datetime) -> tuple[OnAir, ...]:
    """The public sessions that are going on now, each on its conference's clock.

    A demonstration may keep one conference on a clock of its own; all others follow ``at``.
    """
    shifted = Conference.objects.readable_by(viewer, at).exclude(clock_offset=timedelta(0)).order_by("pk")
    clocks = {c.pk: wall + c.clock_offset for c in shifted}
    going_on = Q(start_at__lte=at, end_at__gt=at) & ~Q(conference__in=list(clocks))
    for key, programme_now in clocks.items():
        going_on |= Q(conference=key, start_at__lte=programme_now, end_at__gt=programme_now)
    sessions = (
        Session.objects.readable_by(viewer, at)
        .filter(going_on, access="public")
        .select_related("conference__host")
        .order_by("start_at", "pk")
    )
    return tuple(OnAir(s, clocks.get(s.conference_id, at)) for s in sessions)


def latest_recommendations(viewer: Actor, at: datetime, *, limit: int = LATEST) -> tuple[Revision, ...]:
    """The wordings published last, one per recommendation."""
    return tuple(
        Revision.objects.current(at)
        .filter(pk__in=Revision.objects.readable_by(viewer, at).order_by().values("pk"))
        .select_related("recommendation__issuer", "recommendation__process__conference")
        .prefetch_related("texts")
        .order_by("-published_at", "recommendation__order", "pk")[:limit]
    )


def what_changed(viewer: Actor, at: datetime) -> tuple[Change, ...]:
    """What became readable to the viewer in the last sixty days, the newest first."""
    since = at - RECENT
    found = [
        Change("recommendation", r, r.published_at)
        for r in latest_recommendations(viewer, at, limit=CHANGES)
        if r.published_at is not None and r.published_at >= since
    ]
    resources = (
        Resource.objects.readable_by(viewer, at)
        .filter(Q(early_at__range=(since, at)) | Q(public_at__range=(since, at)))
        .select_related("kind")
        .order_by("-public_at", "pk")
    )
    for resource in resources[:CHANGES]:
        opened = [i for i in (resource.early_at, resource.public_at) if i is not None and i <= at]
        found.append(Change("resource", resource, max(opened)))
    for conference in (
        Conference.objects.announced_to(viewer, at)
        .filter(announced_at__range=(since, at))
        .order_by("-announced_at", "pk")[:CHANGES]
    ):
        if conference.announced_at is not None:
            found.append(Change("conference", conference, conference.announced_at))
    for project in (
        Project.objects.readable_by(viewer, at)
        .filter(published_at__range=(since, at))
        .order_by("-published_at", "pk")[:CHANGES]
    ):
        if project.published_at is not None:
            found.append(Change("project", project, project.published_at))
    for report in (
        FeedbackReport.objects.readable_by(viewer, at)
        .filter(published_at__range=(since, at))
        .select_related("organisation")
        .order_by("-published_at", "pk")[:CHANGES]
    ):
        if report.published_at is not None:
            found.append(Change("feedback", report, report.published_at))
    return tuple(sorted(found, key=lambda c: c.since, reverse=True)[:CHANGES])
