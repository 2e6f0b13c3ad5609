"""How rooms meet on a page: a page names its slots, rooms above register what they show there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from polyphonie.kernel.actor import Actor

Provider = Callable[[Any, Actor, datetime], "SafeString | None"]


@dataclass(frozen=True, slots=True)
class _Registered:
    order: int
    name: str
    provider: Provider


_DECLARED: set[str] = set()
_PROVIDERS: dict[str, list[_Registered]] = {}


def declare(*names: str) -> None:
    """Name the slots of a page, in the room that owns it: ``conferences.site``."""
    _DECLARED.update(names)


def register(slot: str, provider: Provider, *, order: int = 100) -> None:
    """Show ``provider(object, viewer, at)`` in a slot. None means: nothing to show here."""
    entry = _Registered(order, f"{provider.__module__}.{provider.__qualname__}", provider)
    row = _PROVIDERS.setdefault(slot, [])
    if entry.name not in {r.name for r in row}:
        row.append(entry)
        row.sort(key=lambda r: (r.order, r.name))


def unclaimed() -> set[str]:
    """Slots that somebody fills and nobody declared: a typing error, found by a test."""
    return set(_PROVIDERS) - _DECLARED


def fill(slot: str, subject: Any, viewer: Actor, at: datetime) -> list[SafeString]:
    """The parts of a slot, in order."""
    if slot not in _DECLARED:
        raise LookupError(f"No room has declared the slot {slot!r}.")
    parts = (entry.provider(subject, viewer, at) for entry in _PROVIDERS.get(slot, ()))
    return [part for part in parts if part]
