"""Rows of the conferences room for tests. Hours are Paris hours of 9 November 2017 unless said otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from polyphonie.conferences.models import (
    Attendance,
    Conference,
    ConferenceResource,
    MediaChannel,
    Participation,
    ProcessPhase,
    Room,
    Session,
    Site,
    SiteGroup,
)
from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import Role

from .evidence import ResourceFactory
from .network import (
    GroupFactory,
    HostFactory,
    OrganisationFactory,
    StakeholderGroupFactory,
    actor_with,
    text,
)

ANNOUNCED = datetime(2017, 9, 1, 8, 0, tzinfo=UTC)
DURING = datetime(2017, 11, 9, 9, 0, tzinfo=UTC)


def paris(*moment: int) -> datetime:
    """An instant given on the clock of Paris: ``paris(2017, 11, 9, 9, 30)``."""
    year, month, day, hour, minute = (*moment, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


class ConferenceFactory(DjangoModelFactory[Conference]):
    """An announced conference of two days. For one in preparation: ``state="draft", announced_at=None``."""

    class Meta:
        model = Conference

    slug = factory.Sequence(lambda n: f"conference-{n}")
    acronym = factory.Sequence(lambda n: f"conf{n:04d}")
    kind = "comparison_conference"
    title = factory.Sequence(lambda n: text(f"Conférence {n}", f"Conference {n}"))
    host = factory.SubFactory(HostFactory)
    place = factory.LazyFunction(lambda: text("Sèvres", "Sèvres"))
    start_date = date(2017, 11, 9)
    end_date = date(2017, 11, 10)
    time_zone = "Europe/Paris"
    languages = factory.LazyFunction(lambda: ["fr"])
    state = "announced"
    announced_at = ANNOUNCED
    is_fictitious = True


class ProcessPhaseFactory(DjangoModelFactory[ProcessPhase]):
    class Meta:
        model = ProcessPhase

    conference = factory.SubFactory(ConferenceFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: text(f"Phase {n}", f"Phase {n}"))
    is_fictitious = True


class RoomFactory(DjangoModelFactory[Room]):
    class Meta:
        model = Room

    conference = factory.SubFactory(ConferenceFactory)
    guid = factory.LazyFunction(uuid4)
    slug = factory.Sequence(lambda n: f"salle-{n}")
    name = factory.LazyAttribute(lambda r: text(f"Salle {r.slug}", f"Hall {r.slug}"))


class SessionFactory(DjangoModelFactory[Session]):
    """A public plenary, 9:30 to 10:30 in Paris on 9 November 2017."""

    class Meta:
        model = Session

    conference = factory.SubFactory(ConferenceFactory)
    kind = "plenary"
    title = factory.Sequence(lambda n: text(f"Séance {n}", f"Session {n}"))
    language = "fr"
    start_at = paris(2017, 11, 9, 9, 30)
    end_at = factory.LazyAttribute(lambda s: s.start_at + timedelta(hours=1))
    guid = factory.LazyAttribute(lambda s: str(uuid4()))
    access = "public"
    is_fictitious = True


class ClosedSessionFactory(SessionFactory):
    """A closed session, held by its jury."""

    kind = "deliberation"
    title = factory.Sequence(lambda n: text(f"Délibération {n}", f"Deliberation {n}"))
    access = "closed"
    group = factory.SubFactory(GroupFactory)


class ParticipationFactory(DjangoModelFactory[Participation]):
    class Meta:
        model = Participation

    session = factory.SubFactory(SessionFactory)
    role = "speaker"
    public_name = factory.Sequence(lambda n: f"Orateur fictif {n}")
    guid = factory.LazyFunction(lambda: str(uuid4()))


class SiteFactory(DjangoModelFactory[Site]):
    """An accepted site in Rabat, 90 minutes behind."""

    class Meta:
        model = Site

    conference = factory.SubFactory(ConferenceFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    mode = "delayed"
    delay_minutes = 90
    time_zone = "Africa/Casablanca"
    language = "fr"
    expected_attendance = 25
    state = "accepted"
    short_code = factory.Sequence(lambda n: f"T{n:05d}")
    is_fictitious = True


class LiveSiteFactory(SiteFactory):
    mode = "live"
    delay_minutes = 0


class SiteGroupFactory(DjangoModelFactory[SiteGroup]):
    class Meta:
        model = SiteGroup

    site = factory.SubFactory(SiteFactory)
    group = factory.SubFactory(StakeholderGroupFactory)
    invited = True


class AttendanceFactory(DjangoModelFactory[Attendance]):
    class Meta:
        model = Attendance

    site = factory.SubFactory(SiteFactory)
    session = factory.SubFactory(SessionFactory, conference=factory.SelfAttribute("..site.conference"))
    group = factory.SubFactory(StakeholderGroupFactory)
    count = 3


class MediaChannelFactory(DjangoModelFactory[MediaChannel]):
    class Meta:
        model = MediaChannel

    conference = factory.SubFactory(ConferenceFactory)
    key = factory.Sequence(lambda n: f"canal-{n}")
    role = "floor"
    language = "fr"


class ConferenceResourceFactory(DjangoModelFactory[ConferenceResource]):
    class Meta:
        model = ConferenceResource

    conference = factory.SubFactory(ConferenceFactory)
    resource = factory.SubFactory(ResourceFactory)


def host_coordinator(conference: Conference, **more: Any) -> Actor:
    """Somebody who coordinates for the conference's host."""
    return actor_with(
        Role.HOST_COORDINATOR, conference.host.urn, organisation=conference.host, at=DURING, **more
    )


def site_coordinator(site: Site, **more: Any) -> Actor:
    """Somebody who coordinates the site for its body."""
    return actor_with(
        Role.SITE_COORDINATOR, site.organisation.urn, organisation=site.organisation, at=DURING, **more
    )


def jury_member(session: Session, **more: Any) -> Actor:
    """Somebody of the group that holds a closed session."""
    assert session.group is not None
    return actor_with(Role.MEMBER, session.group.urn, at=DURING, **more)


def participant_of(site: Site) -> Actor:
    """Somebody in the hall who came by the short code."""
    return Actor.participant(uuid4(), site.urn)
