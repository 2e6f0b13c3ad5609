"""Notices as a calendar that people subscribe to in their own tool."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from ..models import Notice


def calendar_of(notices: Iterable[Notice]) -> bytes:
    """One entry per notice that has a due date, at that instant."""
    calendar = Calendar()
    calendar.add("prodid", "-//Polyphonie//avis//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Ce qui m'attend sur Polyphonie"))
    for notice in notices:
        if notice.due_at is None:
            continue
        event = Event()
        event.add("uid", f"{notice.uid}@polyphonie")
        event.add("dtstamp", notice.created_at)
        event.add("dtstart", notice.due_at)
        event.add("duration", timedelta(minutes=15))
        event.add("summary", str(notice.expectation))
        if notice.link:
            event.add("url", f"{settings.ORIGIN}{notice.link}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
