"""``/id/<kind>/<uid>`` never changes and leads to the page, for those who may know of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from polyphonie.kernel.actor import Actor

Resolver = Callable[[UUID, Actor, datetime], "str | None"]
_RESOLVERS: dict[str, Resolver] = {}


class Gone(Exception):
    """The object was removed; nothing is said of what it was."""


def register(kind: str, resolver: Resolver) -> None:
    """``resolver(uid, viewer, at)`` gives the page's address, None for unknown; may raise Gone."""
    _RESOLVERS[kind] = resolver


def resolve(kind: str, uid: UUID, viewer: Actor, at: datetime) -> str | None:
    resolver = _RESOLVERS.get(kind)
    return resolver(uid, viewer, at) if resolver else None
