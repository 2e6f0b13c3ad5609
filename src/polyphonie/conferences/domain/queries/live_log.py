"""What a reader holds: the snapshot that a page renders, with the cursor from which the stream goes on.

It is the definition of :func:`polyphonie.conferences.relay.cursor.visible`, read with few queries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from ...models import Conference, LiveCounter, LiveEvent
from ...relay.cursor import AT_ONCE, Cursor, Kind, is_fast
from ..live_log import public_form

CHAT = frozenset({Kind.MESSAGE})
KEPT_MESSAGES = 100
"""How many messages a page shows before one asks for earlier ones."""

NOT_SHOWN = frozenset({Kind.REMOVAL, Kind.BAN, Kind.KICK, Kind.WITHDRAWAL})
"""Kinds that act on other events and are nothing to read themselves."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The part of an event that says who reads it when."""

    seq: int
    programme_time: datetime
    kind: str
    scope: str
    site: int | None
    now: frozenset[int]
    target: int | None
    removed: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The events that a reader holds, oldest first and without what was removed, and their cursor."""

    cursor: Cursor
    site_now: datetime
    events: tuple[dict[str, Any], ...]
    has_earlier_messages: bool = False
    messages: tuple[dict[str, Any], ...] = field(default=())
    others: tuple[dict[str, Any], ...] = field(default=())


def envelope(event: LiveEvent) -> Envelope:
    return Envelope(
        event.seq,
        event.programme_time,
        event.kind,
        event.scope,
        event.site_id,
        frozenset(event.now_sites),
        event.target_seq,
        not hasattr(event, "body_row"),
    )


def cursor_at(conference: Conference, site_now: datetime) -> Cursor:
    """The cursor of a reader who holds everything that may be held at ``site_now``."""
    head = LiveCounter.objects.filter(conference=conference).values_list("head", flat=True).first() or 0
    passed = (
        LiveEvent.objects.filter(conference=conference, seq__lte=head, programme_time__lte=site_now)
        .order_by("-seq")
        .values_list("seq", flat=True)
        .first()
        or 0
    )
    return Cursor(passed, head)


def snapshot(
    *,
    conference: Conference,
    site: int,
    scope: Collection[str],
    site_now: datetime,
    site_uids: dict[int, str],
    keep: int = KEPT_MESSAGES,
    before: int | None = None,
    with_programme: bool = False,
) -> Snapshot:
    """What the site's readers of these scopes hold when its clock says ``site_now``.

    Messages are the newest ``keep`` (before number ``before``, for those who scroll back); everything
    else is complete. ``with_programme`` is the replay: nothing overtakes the clock, answers stand at
    their programme time. Four queries, however long the log is.
    """
    cursor = cursor_at(conference, site_now)
    passed, head = cursor.released, cursor.examined
    present = (
        LiveEvent.objects.filter(conference=conference, seq__lte=head, scope__in=list(scope))
        .filter(body_row__isnull=False)
        .select_related("body_row")
    )
    reached = Q(seq__lte=passed) if with_programme else Q(seq__lte=passed) | Q(site_id=site)
    chat = present.filter(kind__in=CHAT).filter(reached)
    if before is not None:
        chat = chat.filter(seq__lt=before)
    newest = list(chat.order_by("-seq")[: keep + 1])
    has_earlier = len(newest) > keep
    messages = sorted(newest[:keep], key=lambda e: e.seq)
    others = [
        event
        for event in present.exclude(kind__in=CHAT | NOT_SHOWN).order_by("seq")
        if event.seq <= passed or (not with_programme and is_fast(envelope(event), site))
    ]
    shown = tuple(public_form(e, site_uids=site_uids) for e in messages)
    rest = tuple(public_form(e, site_uids=site_uids) for e in others)
    return Snapshot(
        cursor,
        site_now,
        tuple(sorted((*shown, *rest), key=lambda form: form["seq"])),
        has_earlier,
        shown,
        rest,
    )


def events_between(
    conference: Conference, *, after: datetime, until: datetime, scope: Collection[str]
) -> QuerySet[LiveEvent]:
    """Events of a span of programme time, for the replay."""
    return (
        LiveEvent.objects.filter(
            conference=conference,
            scope__in=list(scope),
            programme_time__gt=after,
            programme_time__lte=until,
            body_row__isnull=False,
        )
        .exclude(kind__in=NOT_SHOWN)
        .select_related("body_row")
        .order_by("seq")
    )


def apply(forms: Iterable[dict[str, Any]], held: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """What a page does with the events of a frame; the page's script does the same.

    A removal takes its target away, a removed envelope takes itself away, and everything else is kept
    under its number.
    """
    for form in forms:
        if form["kind"] in NOT_SHOWN:
            if form.get("target"):
                held.pop(form["target"], None)
        elif form.get("removed"):
            held.pop(form["seq"], None)
        else:
            held[form["seq"]] = form
    return held


def site_uids_of(conference: Conference) -> dict[int, str]:
    """The public ids of the conference's sites by primary key."""
    return {pk: str(uid) for pk, uid in conference.sites.order_by("pk").values_list("pk", "uid")}


__all__ = ["AT_ONCE", "Envelope", "Snapshot", "apply", "cursor_at", "events_between", "snapshot"]
