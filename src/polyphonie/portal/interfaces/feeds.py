"""What others subscribe to: Atom, a calendar, a site map. Always what the public may read, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from polyphonie.conferences.models import Conference
from polyphonie.cooperation.models import Project
from polyphonie.evidence.models import EvidenceStatement, Figure, Resource
from polyphonie.governance.models import Meeting
from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.models import Recommendation

from ..domain.queries.home import latest_recommendations

PUBLIC = Actor.visitor()
LONGEST = 50


@dataclass(frozen=True)
class Address:
    """One page of the site map, in both languages of the interface."""

    french: str
    english: str


def recommendations_feed(request: HttpRequest, at: datetime, language: str) -> str:
    """The recommendations published last, as Atom."""
    feed = _feed(request, _("Polyphonie : dernières recommandations"), "feed_recommendations", language)
    for revision in latest_recommendations(PUBLIC, at, limit=LONGEST):
        recommendation, text = revision.recommendation, revision.text_for(language)
        title = f"{recommendation.code} — {text.title}" if text else recommendation.code
        feed.add_item(
            title=_invented(title, recommendation.is_fictitious),
            link=request.build_absolute_uri(recommendation.get_absolute_url()),
            unique_id=f"urn:uuid:{revision.uid}",
            description=text.body if text else "",
            author_name=str(recommendation.issuer.name),
            pubdate=revision.published_at,
            updateddate=revision.published_at,
        )
    return str(feed.writeString("utf-8"))


def conferences_feed(request: HttpRequest, at: datetime, language: str) -> str:
    """The conferences announced last, as Atom."""
    feed = _feed(request, _("Polyphonie : conférences"), "feed_conferences", language)
    conferences = Conference.objects.announced_to(PUBLIC, at).select_related("host")
    for conference in conferences.order_by("-announced_at", "pk")[:LONGEST]:
        feed.add_item(
            title=_invented(str(conference.title), conference.is_fictitious),
            link=request.build_absolute_uri(conference.get_absolute_url()),
            unique_id=f"urn:uuid:{conference.uid}",
            description=str(conference.summary),
            author_name=str(conference.host.name),
            pubdate=conference.announced_at,
            updateddate=conference.announced_at,
        )
    return str(feed.writeString("utf-8"))


class _EmptyFeedHasADate(Atom1Feed):
    """An empty feed says when it was read from the first instant there is, never from a hidden clock."""

    def latest_post_date(self) -> datetime:
        dates = [i["updateddate"] for i in self.items if i["updateddate"] is not None]
        return max(dates, default=datetime(1970, 1, 1, tzinfo=UTC))


def _feed(request: HttpRequest, title: str, name: str, language: str) -> Any:
    address = request.build_absolute_uri(reverse(name))
    return _EmptyFeedHasADate(
        title=title,
        link=request.build_absolute_uri(reverse("home")),
        description=title,
        language=language,
        feed_url=address,
        feed_guid=address,
    )


def _invented(title: str, is_fictitious: bool) -> str:
    return f"{title} [{_('exemple fictif')}]" if is_fictitious else title


def conferences_calendar(request: HttpRequest, at: datetime) -> bytes:
    """The announced conferences as whole days, for any agenda."""
    calendar = Calendar()
    calendar.add("prodid", "-//Polyphonie//Conferences//FR")
    calendar.add("version", "2.0")
    calendar.add("name", _("Conférences"))
    calendar.add("x-wr-calname", _("Conférences"))
    conferences = Conference.objects.announced_to(PUBLIC, at).exclude(state="draft")
    for conference in conferences.order_by("start_date", "pk"):
        event = Event()
        event.add("uid", f"{conference.uid}@polyphonie")
        event.add("dtstamp", conference.announced_at or datetime.combine(conference.start_date, time(), UTC))
        event.add("dtstart", conference.start_date)
        event.add("dtend", conference.end_date + timedelta(days=1))
        event.add("summary", _invented(str(conference.title), conference.is_fictitious))
        if conference.place:
            event.add("location", str(conference.place))
        event.add("url", request.build_absolute_uri(conference.get_absolute_url()))
        event.add("status", "CANCELLED" if conference.state == "cancelled" else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()


def site_map(at: datetime) -> list[Address]:
    """Every page that the public may read, once per language of the interface."""
    names = ("home", "themes", "projects", "sources", "accessibility", "api_guide")
    kinds: Iterable[Any] = (
        Theme.objects.readable_by(PUBLIC, at),
        Conference.objects.readable_by(PUBLIC, at),
        Recommendation.objects.readable_by(PUBLIC, at),
        EvidenceStatement.objects.readable_by(PUBLIC, at),
        Figure.objects.readable_by(PUBLIC, at),
        Resource.objects.readable_by(PUBLIC, at),
        Project.objects.readable_by(PUBLIC, at),
        Meeting.objects.readable_by(PUBLIC, at).select_related("conference"),
        Organisation.objects.readable_by(PUBLIC, at),
    )
    subjects = [subject for rows in kinds for subject in rows.order_by("pk")]
    by_language = []
    for language in ("fr", "en"):
        with override(language):
            by_language.append([*map(reverse, names), *(s.get_absolute_url() for s in subjects)])
    return [Address(french, english) for french, english in zip(*by_language, strict=True)]
