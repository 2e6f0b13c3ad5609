"""Who may. Each right has a name, a predicate over ``(actor, object)`` and a sentence that names it.

Rooms declare their rights in ``rules.py``; nothing is allowed that has not been declared. Predicates
compose with ``|``, ``&`` and ``~`` (django-rules).
"""

from __future__ import annotations

from typing import Any

from .actor import Actor
from .errors import RightMissing

_PREDICATES: dict[str, Any] = {}
_SENTENCES: dict[str, Any] = {}


def declare(name: str, predicate: Any, *, sentence: Any) -> None:
    """Declare the right ``room.verb``; ``sentence`` tells somebody without it which role is needed."""
    if name in _SENTENCES:
        raise LookupError(f"The right {name!r} is declared twice.")
    _PREDICATES[name] = predicate
    _SENTENCES[name] = sentence


def declared() -> dict[str, Any]:
    """Every right with its sentence, for the documentation page and for the tests."""
    return dict(_SENTENCES)


def may(name: str, by: Actor, subject: Any = None) -> bool:
    """Whether ``by`` has the right over ``subject``. An undeclared right is an error, never a yes."""
    if name not in _SENTENCES:
        raise LookupError(f"No right is declared under the name {name!r}.")
    return bool(_PREDICATES[name].test(by, subject))


def permit(name: str, by: Actor, subject: Any = None) -> None:
    """Pass, or raise :class:`RightMissing` with the sentence of the right."""
    if not may(name, by, subject):
        raise RightMissing(_SENTENCES[name])
