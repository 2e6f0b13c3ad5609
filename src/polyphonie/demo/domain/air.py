"""What has been said in the conference of 2017 before the visitor comes in. All of it is invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from polyphonie.conferences.domain.chat import post_message
from polyphonie.conferences.domain.participants import enter_hall
from polyphonie.conferences.models import Conference, Site
from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.network.domain.queries.standing import person_actor
from polyphonie.network.models import Person

from ..data.talk import LINES
from .shelf import FOUNDED

PARIS = ZoneInfo("Europe/Paris")


def put_on_air(*, at: datetime) -> None:
    """Post each line at its hour of the programme, as the people of its site would have."""
    conference = Conference.objects.get(slug="decrochage-2017")
    kept = conference.clock_offset
    halls: dict[str, Actor] = {}
    for line in LINES:
        instant = datetime(2017, 11, 9, line.hour, line.minute, tzinfo=PARIS)
        site = (
            Site.objects.filter(conference=conference, organisation__slug=line.site).first()
            if line.site
            else None
        )
        if line.site and site is None:
            continue
        if site is None:
            speaker = person_actor(
                Person.objects.get(account__email="moderation@example.org"), FOUNDED + timedelta(days=30)
            )
        else:
            speaker = halls.get(line.site) or Actor.participant(
                enter_hall(site=site, at=instant).uid, site.urn
            )
            halls[line.site] = speaker
        # the log is appended by the conference's own clock: set it to the hour of the line
        conference.clock_offset = instant - clock.wall()
        conference.save(update_fields=["clock_offset"])
        post_message(
            conference=conference,
            site=site,
            text=line.text,
            language=line.language,
            by=speaker,
            at=instant,
            watching=instant - timedelta(minutes=site.delay_minutes) if site else instant,
        )
    conference.clock_offset = kept
    conference.save(update_fields=["clock_offset"])
