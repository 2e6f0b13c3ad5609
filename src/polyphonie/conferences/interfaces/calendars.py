"""Calendars: a conference at the host's hours, a site at its own hours of viewing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from ..domain.queries.programme import Day
from ..domain.wording import hour
from ..models import Conference, Session, Site


def of_conference(conference: Conference, days: Iterable[Day], *, at: datetime, address: Any) -> bytes:
    """The programme at the host's hours."""
    calendar = _calendar(str(conference.title))
    for day in days:
        for slot in day.slots:
            event = _event(slot.session, at, address)
            event.add("dtstart", slot.hours.host_from)
            event.add("dtend", slot.hours.host_until)
            event.add("uid", f"{slot.session.guid}@polyphonie")
            calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def of_site(site: Site, days: Iterable[Day], *, at: datetime, address: Any) -> bytes:
    """The programme at the hours at which the site watches it; each entry names the host's hour."""
    calendar = _calendar(f"{site.organisation} – {site.conference.title}")
    for day in days:
        for slot in day.slots:
            event = _event(slot.session, at, address)
            event.add("dtstart", slot.hours.viewing_from)
            event.add("dtend", slot.hours.viewing_until)
            event.add("uid", f"{slot.session.guid}.{site.uid}@polyphonie")
            event["description"] = (
                event.get("description", "")
                + "\n"
                + _("Chez l'hôte : %(hour)s, le %(day)s.")
                % {"hour": hour(slot.hours.host_from), "day": slot.hours.host_from.date().isoformat()}
            )
            calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Polyphonie//programme//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    return calendar


def _event(session: Session, at: datetime, address: Any) -> Event:
    event = Event()
    event.add("summary", str(session.title))
    event.add("dtstamp", at)
    event.add("url", address(session))
    event.add("sequence", session.version - 1)
    fictitious = _("Exemple fictif") if session.is_fictitious or session.hour_is_invented else ""
    event.add("description", "\n".join(filter(None, [str(session.abstract), fictitious])))
    if session.room:
        event.add("location", str(session.room.name))
    return event
