"""States as data: what may follow what, with a guard that answers by a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from .errors import Refusal


class TransitionRefused(Refusal):
    """The next state does not follow from the present one."""

    def __init__(self, present: Any, wanted: Any) -> None:
        super().__init__(
            _(
                "On ne passe pas de « %(present)s » à « %(wanted)s » ; rechargez la page pour voir l'état actuel."
            )
            % {"present": present, "wanted": wanted}
        )


Guard = Callable[[Any], "Any | None"]


@dataclass(frozen=True, slots=True)
class Transition:
    """From ``present`` to ``following`` by the verb ``by_verb``. A guard returns a sentence or None."""

    present: str
    following: str
    by_verb: str
    guard: Guard | None = None


@dataclass(frozen=True)
class TransitionTable:
    """What may follow what, for one field of one model. The diagram in the docs is made from it."""

    name: str
    initial: str
    transitions: tuple[Transition, ...]
    labels: Mapping[str, Any] = field(default_factory=dict)

    def label(self, state: str) -> Any:
        """The word for a state on a page; the state's own name where the room has given none."""
        return self.labels.get(state, state)

    def states(self) -> tuple[str, ...]:
        seen = dict.fromkeys([self.initial])
        for t in self.transitions:
            seen[t.present] = None
            seen[t.following] = None
        return tuple(seen)

    def following(self, present: str) -> tuple[Transition, ...]:
        return tuple(t for t in self.transitions if t.present == present)

    def check(self, present: str, wanted: str, subject: Any = None) -> Transition:
        """The transition, or a refusal with the guard's sentence."""
        for t in self.following(present):
            if t.following == wanted:
                sentence = t.guard(subject) if t.guard else None
                if sentence:
                    raise Refusal(sentence)
                return t
        raise TransitionRefused(self.label(present), self.label(wanted))

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram."""
        lines: Iterable[str] = (f"    {t.present} --> {t.following}: {t.by_verb}" for t in self.transitions)
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.initial}", *lines])
