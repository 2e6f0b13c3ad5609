"""Conferences as somebody may read them."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from polyphonie.evidence.models import Resource
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.clock import local
from polyphonie.kernel.errors import Unknown

from ...models import Conference, ConferenceResource, Session, Site


def conferences_for(viewer: Actor, at: datetime) -> QuerySet[Conference]:
    """The conferences that the viewer may read, the latest first, with how many sites and sessions of
    each they may read."""
    sites = (
        Site.objects.readable_by(viewer, at)
        .filter(conference=OuterRef("pk"))
        .exclude(state__in=("declined", "withdrawn"))
        .order_by()
        .values("conference")
        .annotate(n=Count("pk"))
        .values("n")
    )
    sessions = (
        Session.objects.readable_by(viewer, at)
        .filter(conference=OuterRef("pk"))
        .order_by()
        .values("conference")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        Conference.objects.readable_by(viewer, at)
        .select_related("host")
        .annotate(site_count=Coalesce(Subquery(sites), 0), session_count=Coalesce(Subquery(sessions), 0))
        .order_by("-start_date", "-pk")
    )


def conference_for(slug: str, viewer: Actor, at: datetime) -> Conference:
    """The conference of an address, or :class:`Unknown`."""
    found = (
        Conference.objects.readable_by(viewer, at)
        .select_related("host")
        .prefetch_related("partners", "themes", "phases", "rooms", "channels")
        .filter(slug=slug)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def sites_for(conference: Conference, viewer: Actor, at: datetime) -> list[Site]:
    """The sites of a conference that the viewer may know of, without those declined or withdrawn."""
    return list(
        Site.objects.announced_to(viewer, at)
        .filter(conference=conference)
        .exclude(state__in=("declined", "withdrawn"))
        .select_related("organisation__territory", "conference")
        .order_by("pk")
    )


def own_site(conference: Conference, viewer: Actor) -> Site | None:
    """The first site of the conference that the viewer coordinates for its body, if there is one."""
    if viewer.is_visitor:
        return None
    return (
        Site.objects.coordinated_by(viewer)
        .filter(conference=conference)
        .exclude(state__in=("declined", "withdrawn"))
        .select_related("organisation", "conference")
        .order_by("pk")
        .first()
    )


def resources_for(conference: Conference, viewer: Actor, at: datetime) -> list[ConferenceResource]:
    """The resources of a conference that the viewer may know of; ``is_readable`` says which open."""
    known = Resource.objects.announced_to(viewer, at)
    readable = set(
        Resource.objects.readable_by(viewer, at)
        .filter(pk__in=ConferenceResource.objects.filter(conference=conference).values("resource"))
        .order_by()
        .values_list("pk", flat=True)
    )
    links = list(
        ConferenceResource.objects.filter(conference=conference, resource__in=known)
        .select_related("resource__kind")
        .order_by("order", "pk")
    )
    for link in links:
        link.is_readable = link.resource_id in readable  # type: ignore[attr-defined]  # for the page alone
    return links


def people_of(sessions: list[Session]) -> list[tuple[str, list[str]]]:
    """Who is named in the sessions given: each name once, with its roles, in order of appearance."""
    roles: dict[str, list[str]] = {}
    for session in sessions:
        for participation in session.participations.all():
            row = roles.setdefault(participation.public_name, [])
            if participation.role not in row:
                row.append(participation.role)
    return list(roles.items())


def modes_of(sites: list[Site]) -> Counter[str]:
    """How many sites follow live, in slight delay and in replay."""
    return Counter(site.mode for site in sites)


def today_at(conference: Conference, at: datetime) -> date:
    """The day on the host's calendar."""
    return local(at, conference.time_zone).date()


def is_on_air(conference: Conference, at: datetime) -> bool:
    """Whether the day lies within the conference's days."""
    return conference.start_date <= today_at(conference, at) <= conference.end_date
