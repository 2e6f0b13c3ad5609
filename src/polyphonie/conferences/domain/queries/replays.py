"""What was said during a session, for those who see it later: each thing at its programme time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ...models import Conference, LiveEvent, Session
from ...relay.cursor import Kind
from ..live_log import public_form
from .live_log import events_between

LONGEST_LOG = 2_000


def session_log(session: Session, *, site_now: datetime, site_uids: dict[int, str]) -> list[dict[str, Any]]:
    """The public events of a session up to the site's clock, and the marks that were set before it."""
    until = min(session.end_at, site_now)
    rows = events_between(
        session.conference,
        after=session.start_at - timedelta(microseconds=1),
        until=until,
        scope=("public",),
    )[:LONGEST_LOG]
    return [public_form(row, site_uids=site_uids) for row in rows]


def log_between(
    conference: Conference, *, after: datetime, until: datetime, site_uids: dict[int, str]
) -> list[dict[str, Any]]:
    """The public events of a span of programme time, for a player that seeks."""
    rows = events_between(conference, after=after, until=until, scope=("public",))[:LONGEST_LOG]
    return [public_form(row, site_uids=site_uids) for row in rows]


def messages_before(
    conference: Conference, *, before: int, count: int, site_now: datetime, site_uids: dict[int, str]
) -> list[dict[str, Any]]:
    """The ``count`` messages before a number that the site's clock has passed, oldest first."""
    rows = (
        LiveEvent.objects.filter(
            conference=conference,
            kind=Kind.MESSAGE,
            scope="public",
            seq__lt=before,
            programme_time__lte=site_now,
            body_row__isnull=False,
        )
        .select_related("body_row")
        .order_by("-seq")[: min(count, LONGEST_LOG)]
    )
    return [public_form(row, site_uids=site_uids) for row in reversed(rows)]
