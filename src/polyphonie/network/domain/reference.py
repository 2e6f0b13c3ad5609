"""What the verbs on reference data refuse alike: taken names, periods, successors that turn in a circle."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.domain.ledger import Act
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG


class CodeTaken(Refusal):
    """Another row bears this short name already."""

    def __init__(self, code: str, *, field: str) -> None:
        super().__init__(
            _(
                "« %(code)s » désigne déjà quelque chose ; choisissez un autre nom court, ou ouvrez l'existant."
            )
            % {"code": code},
            field=field,
        )


class EndBeforeStart(Refusal):
    """A period ends before, or on the day, it starts. Its end is exclusive."""

    def __init__(self, start: date, end: date, *, field: str) -> None:
        super().__init__(
            _(
                "La fin, le %(end)s, vient avant ou avec le début, le %(start)s ; corrigez l'une des deux dates."
            )
            % {"start": start.isoformat(), "end": end.isoformat()},
            field=field,
        )


class SuccessorCycle(Refusal):
    """Following the successors would lead back to where one started."""

    def __init__(self, name: str, successor: str) -> None:
        super().__init__(
            _(
                "« %(successor)s » mène déjà, de successeur en successeur, à « %(name)s » ; "
                "choisissez un autre successeur."
            )
            % {"name": name, "successor": successor},
            field="successor",
        )


class LanguageUnknown(Refusal):
    """Not a BCP 47 language tag."""

    def __init__(self, tag: str) -> None:
        super().__init__(
            _("« %(tag)s » n'est pas un code de langue ; écrivez par exemple fr, en, pt-BR ou ar.")
            % {"tag": tag},
            field="language",
        )


class NameMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Donnez un nom dans une langue au moins."), field="name")


class RowChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, *, theirs: Any, mine: Any) -> None:
        super().__init__(
            _("Quelqu'un a modifié cette fiche entre-temps ; relisez les deux versions, puis recommencez."),
            theirs=theirs,
            mine=mine,
        )


class Succeeded(Protocol):
    """A row that is valid over a period and may name the one that took over."""

    pk: Any
    valid_from: Any
    valid_until: Any
    successor: Any
    successor_id: Any

    @property
    def urn(self) -> str: ...


def check_languages(tags: list[str]) -> None:
    for tag in tags:
        if not LANGUAGE_TAG.match(tag):
            raise LanguageUnknown(tag)


def check_period(start: date | None, end: date | None, *, field: str) -> None:
    if start and end and end <= start:
        raise EndBeforeStart(start, end, field=field)


def check_successor(row: Succeeded, successor: Succeeded | None) -> None:
    """Refuse a successor from which one comes back to ``row``."""
    follower = successor
    seen: set[Any] = set()
    while follower is not None and follower.pk not in seen:
        if follower.pk == row.pk:
            raise SuccessorCycle(str(row), str(successor))
        seen.add(follower.pk)
        follower = follower.successor


def end_on(act: Act, row: Succeeded, *, on: date, successor: Succeeded | None) -> None:
    """Say on a row from which day it is no more and which one took over, and in the act of the verb,
    which saves the row."""
    check_period(row.valid_from, on, field="on")
    check_successor(row, successor)
    row.valid_until, row.successor = on, successor
    act.on(row.urn)
    act.note(on=on, successor=successor.urn if successor else None)
