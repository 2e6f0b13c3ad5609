"""Why not yet: a page of this room asks, rooms above answer for what they know (an agreement, a site)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from polyphonie.kernel.actor import Actor

if TYPE_CHECKING:
    from .models import Resource


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason why a resource does not open for a reader now: a sentence, when that ends where it
    is known, and the address where something can be done about it."""

    sentence: Any
    until: datetime | None = None
    link: str = ""

    def __str__(self) -> str:
        return str(self.sentence)


Explainer = Callable[["Resource", Actor, datetime], "Explanation | None"]
_EXPLAINERS: list[tuple[int, str, Explainer]] = []


def register(explainer: Explainer, *, order: int = 100) -> None:
    """Have ``explainer(resource, viewer, at)`` asked; None means that it has nothing to say."""
    name = f"{explainer.__module__}.{explainer.__qualname__}"
    if name not in {n for _, n, _ in _EXPLAINERS}:
        _EXPLAINERS.append((order, name, explainer))
        _EXPLAINERS.sort(key=lambda e: e[:2])


def registered(resource: Resource, viewer: Actor, at: datetime) -> list[Explanation]:
    """What the rooms above have to say, in their order."""
    answers = (explainer(resource, viewer, at) for _, _, explainer in _EXPLAINERS)
    return [a for a in answers if a is not None]
