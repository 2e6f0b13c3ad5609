"""The programme as somebody may read it, on the host's clock or on a site's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from polyphonie.kernel.actor import Actor

from ...models import Conference, Session, Site
from ..hours import Hours, hours_of


@dataclass(frozen=True, slots=True)
class Slot:
    """A session with its hours. Without a site, the three clocks are the host's."""

    session: Session
    hours: Hours


@dataclass(frozen=True, slots=True)
class Day:
    """The slots that are watched on one day of the reader's calendar.

    ``host_date`` is the host's day of the first of them, where it is another.
    """

    day: date
    slots: list[Slot]

    @property
    def host_date(self) -> date:
        return self.slots[0].hours.host_from.date()

    @property
    def is_shifted(self) -> bool:
        return any(slot.hours.viewing_shift for slot in self.slots)


def sessions_for(conference: Conference, viewer: Actor, at: datetime) -> list[Session]:
    """The sessions of the programme that the viewer may read, in order, with hall and people."""
    return list(
        Session.objects.readable_by(viewer, at)
        .filter(conference=conference)
        .select_related("room", "group")
        .prefetch_related("participations")
        .order_by("start_at", "pk")
    )


def host_programme(conference: Conference, sessions: Iterable[Session]) -> list[Day]:
    """The programme at the host's hours, day by day."""
    return _by_day(
        Slot(
            s, hours_of(s.start_at, s.end_at, host_zone=conference.time_zone, site_zone=conference.time_zone)
        )
        for s in sessions
    )


def local_programme(site: Site, sessions: Iterable[Session]) -> list[Day]:
    """The programme at a site: the host's hour, the local hour, the hour of viewing; by day of viewing."""
    return _by_day(Slot(s, site_hours(site, s.start_at, s.end_at)) for s in sessions)


def site_hours(site: Site, start_at: datetime, end_at: datetime) -> Hours:
    """The three clocks of one slot at a site, by its constant delay."""
    return hours_of(
        start_at,
        end_at,
        host_zone=site.conference.time_zone,
        site_zone=site.time_zone,
        delay=timedelta(minutes=site.delay_minutes),
    )


def _by_day(slots: Iterable[Slot]) -> list[Day]:
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(slot.hours.viewing_from.date(), []).append(slot)
    return [Day(day, found) for day, found in sorted(days.items())]


def first_public(sessions: Sequence[Session]) -> Session | None:
    """The session by which the local hour of a conference is read."""
    return next((s for s in sessions if s.access == "public"), None)
