"""Who cites a figure: this room knows its claims, rooms above say who rests on those claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from polyphonie.kernel.localised import LocalisedText

if TYPE_CHECKING:
    from polyphonie.network.models import Person

    from .models import EvidenceStatement, Figure


@dataclass(frozen=True, slots=True)
class Citer:
    """Somebody who answers for what cites a figure, and what that is: *recommandation 1b*."""

    person: Person
    what: LocalisedText


Finder = Callable[["Figure", "Sequence[EvidenceStatement]", datetime], "Iterable[Citer]"]
_FINDERS: list[tuple[str, Finder]] = []


def register(finder: Finder) -> None:
    """Have ``finder(figure, statements, at)`` asked who rests on a figure, or on the claims drawn from it."""
    name = f"{finder.__module__}.{finder.__qualname__}"
    if name not in {n for n, _ in _FINDERS}:
        _FINDERS.append((name, finder))
        _FINDERS.sort(key=lambda entry: entry[0])


def registered(figure: Figure, statements: Sequence[EvidenceStatement], at: datetime) -> list[Citer]:
    """Whom the rooms above name, in the order of those rooms."""
    return [citer for _, finder in _FINDERS for citer in finder(figure, statements, at)]
