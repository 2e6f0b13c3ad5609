"""Where this room meets the others: its slots, its permalinks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.web import permalinks, slots

from ..models import Conference, Session, Site
from .clip_part import clip_of


def _leads_to(model: Any) -> Callable[[UUID, Actor, datetime], str | None]:
    def resolve(uid: UUID, viewer: Actor, at: datetime) -> str | None:
        found = model.objects.readable_by(viewer, at).filter(uid=uid).first()
        return None if found is None else str(found.get_absolute_url())

    return resolve


def _leads_to_session(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    """A session taken out of the programme is gone for those who could have read it."""
    found = Session.objects.readable_by(viewer, at).filter(uid=uid).first()
    if found is not None:
        return found.get_absolute_url()
    if Session.objects.once_readable_by(viewer, at).filter(uid=uid).exists():
        raise permalinks.Gone()
    return None


def open_room() -> None:
    """Declare the slots of the room's pages and say where its permanent addresses lead."""
    slots.declare(
        "conferences.conferences",
        "conferences.conference",
        "conferences.session",
        "conferences.site",
        "conferences.site_outputs",
        "conferences.room",
    )
    slots.register("evidence.resource", clip_of)
    permalinks.register("conference", _leads_to(Conference))
    permalinks.register("site", _leads_to(Site))
    permalinks.register("session", _leads_to_session)
