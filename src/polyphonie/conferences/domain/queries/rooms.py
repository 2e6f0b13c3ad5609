"""Who follows a site, where its clock stands, and which session is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from polyphonie.kernel.actor import Actor, ActorKind
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.enums import Role

from ...models import Conference, Message, Session, Site
from ...relay.site_clock import SiteClock
from .site_clocks import site_clock

REPLAY_AFTER = timedelta(hours=1)
"""How long after its last session a conference turns into its replay, for a site that has reached it."""


@dataclass(frozen=True, slots=True)
class RoomState:
    """A site's room at an instant: its clock, the programme around it, and whether it is a replay."""

    site: Site
    clock: SiteClock
    site_now: datetime
    sessions: tuple[Session, ...]
    current: Session | None
    following: Session | None
    is_replay: bool
    delay: timedelta


def site_followed_by(uid: UUID, viewer: Actor, at: datetime) -> Site:
    """The site whose room the viewer may enter; any other one is unknown."""
    site = (
        Site.objects.select_related("conference__host", "organisation")
        .prefetch_related("relay_pieces")
        .filter(uid=uid)
        .first()
    )
    if site is None or not may("conferences.follow_site", viewer, site):
        raise Unknown()
    return site


def conference_handled_by(slug: str, viewer: Actor, at: datetime) -> Conference:
    """The conference at whose question desk the viewer works; any other one is unknown."""
    conference = Conference.objects.select_related("host").filter(slug=slug).first()
    if conference is None or not may("conferences.handle_questions", viewer, conference):
        raise Unknown()
    return conference


def public_sessions(conference: Conference) -> list[Session]:
    """The sessions that a hall may follow, in order of time."""
    return list(
        Session.objects.filter(conference=conference, access="public", withdrawn_at=None).order_by(
            "start_at", "pk"
        )
    )


def session_at(conference: Conference, instant: datetime) -> Session | None:
    """The public session that is on at a programme instant."""
    return (
        Session.objects.filter(
            conference=conference,
            access="public",
            withdrawn_at=None,
            start_at__lte=instant,
            end_at__gt=instant,
        )
        .order_by("start_at", "pk")
        .first()
    )


def room_state(site: Site, at: datetime) -> RoomState:
    """Where the site stands at ``at``: two queries with the sessions."""
    clock = site_clock(site)
    site_now = clock.site_now(at)
    sessions = public_sessions(site.conference)
    current = next((s for s in sessions if s.start_at <= site_now < s.end_at), None)
    following = next((s for s in sessions if s.start_at > site_now), None)
    over = bool(sessions) and site_now >= max(s.end_at for s in sessions) + REPLAY_AFTER
    return RoomState(
        site,
        clock,
        site_now,
        tuple(sessions),
        current,
        following,
        site.mode == "replay" or over,
        at - site_now,
    )


def own_messages(conference: Conference, viewer: Actor) -> set[int]:
    """The numbers of the messages that the viewer has posted."""
    if viewer.is_visitor:
        return set()
    return set(
        Message.objects.filter(conference=conference, author_id=viewer.id).values_list("event_seq", flat=True)
    )


def public_name(actor: Actor, conference: Conference, site: Site | None) -> str:
    """As what somebody speaks: a code that the page puts into words. Never a person's name."""
    if actor.holds(Role.EXPERT, conference.urn):
        return "expert"
    if actor.holds(Role.MODERATOR, conference.urn):
        return "moderator"
    if actor.holds(Role.HOST_COORDINATOR, conference.urn, conference.host.urn):
        return "host"
    if site is not None and actor.holds(Role.SITE_COORDINATOR, site.urn, site.organisation.urn):
        return "coordinator"
    return "participant" if actor.kind is not ActorKind.SYSTEM else "host"
