"""Two observers of one cell: who is given it, what they settle where their ratings differ."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.queries.standing import person_of
from polyphonie.network.models import Person

from ..enums import ObservationState, Settlement
from ..models import Assignment, Criterion, Observation, Reconciliation, Visit
from .refusals import check_choice, check_text
from .visits import check_cell, open_visit, team_persons


class ObserverNotInTeam(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette personne n'est pas de l'équipe de la visite ; choisissez un de ses membres."),
            field="observers",
        )


class CellAlreadyShared(Refusal):
    """A cell that somebody has opened can no longer be rated blind."""

    def __init__(self, cell: str) -> None:
        super().__init__(
            _("La case « %(cell)s » a déjà une fiche partagée : on ne peut plus la coter à l'aveugle.")
            % {"cell": cell},
            field="criterion",
        )


class NothingToSettle(Refusal):
    def __init__(self, cell: str) -> None:
        super().__init__(
            _(
                "La case « %(cell)s » n'a pas deux cotes différentes de deux personnes ; il n'y a rien à départager."
            )
            % {"cell": cell}
        )


class NotOneOfTheTwo(Refusal):
    """Only the two who rated settle."""

    status_code = 403

    def __init__(self) -> None:
        super().__init__(_("Ceux qui ont coté cette case la départagent ; demandez-le à l'un des deux."))


class RatingOutsideScale(Refusal):
    def __init__(self, rating: int | None, scale: Iterable[int]) -> None:
        known = ", ".join(str(value) for value in scale)
        super().__init__(
            (
                _("La cote %(rating)s n'est pas de l'échelle de cette case ; choisissez parmi : %(known)s.")
                if known
                else _("Cette case n'est pas cotée (vous donnez %(rating)s) ; laissez la cote vide.")
            )
            % {"rating": rating, "known": known},
            field="rating",
        )


class DissentWithoutReason(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites en une phrase sur quoi porte le désaccord, ou pourquoi une autre cote."), field="text"
        )


class AlreadySigned(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Vous avez déjà signé ; il manque l'autre signature."))


def assign_cell(
    *, visit: Visit, criterion: Criterion, observers: Iterable[Person], by: Actor, at: datetime
) -> list[Assignment]:
    """Give a cell to observers of the team; given to two, neither reads the other's before both share."""
    with ledger.act("mobility.assign_cell", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = open_visit(visit)
        check_cell(held, criterion)
        chosen = list(observers)
        team = {person.pk for person in team_persons(held, at)}
        if not {person.pk for person in chosen} <= team:
            raise ObserverNotInTeam()
        if (
            len(chosen) > 1
            and held.observations.filter(criterion=criterion, state=ObservationState.SHARED).exists()
        ):
            raise CellAlreadyShared(str(criterion))
        Assignment.objects.filter(visit=held, criterion=criterion).delete()
        made = [
            Assignment.objects.create(visit=held, criterion=criterion, observer=person) for person in chosen
        ]
        act.on(held.urn)
        act.note(cell=criterion.code, observers=len(made))
        return made


def settle_rating(
    *,
    visit: Visit,
    criterion: Criterion,
    outcome: str,
    by: Actor,
    at: datetime,
    rating: int | None = None,
    text: str = "",
) -> Reconciliation:
    """One of the two proposes how to settle a cell, and signs; the other signs or proposes otherwise.

    The sheets stay as they are. A proposal takes the place of the one before it, with its signatures.
    """
    with ledger.act("mobility.settle_rating", by=by, at=at) as act:
        permit("mobility.observe", by, visit)
        held = open_visit(visit)
        check_cell(held, criterion)
        first, second = _the_two(held, criterion)
        check_choice(outcome, Settlement, "outcome")
        person = person_of(by)
        if person is None or person.pk not in {first.author_id, second.author_id}:
            raise NotOneOfTheTwo()
        text = check_text(text, "text")
        if outcome in {Settlement.DISSENT, Settlement.REWRITE} and not text:
            raise DissentWithoutReason()
        values = {
            Settlement.KEEP_FIRST: first.rating,
            Settlement.KEEP_SECOND: second.rating,
            Settlement.REWRITE: rating,
            Settlement.DISSENT: None,
        }[Settlement(outcome)]
        scale = [value for value, _anchor in criterion.scale]
        if outcome != Settlement.DISSENT and values not in scale:
            raise RatingOutsideScale(values, scale)
        Reconciliation.objects.filter(visit=held, criterion=criterion).delete()
        is_first = person.pk == first.author_id
        settled = Reconciliation.objects.create(
            visit=held,
            criterion=criterion,
            first=first,
            second=second,
            outcome=outcome,
            rating=values,
            text=text,
            first_signed_at=at if is_first else None,
            second_signed_at=None if is_first else at,
        )
        act.on(settled.urn, book=held.urn)
        act.note(cell=criterion.code, outcome=outcome)
        return settled


def sign_settlement(*, settlement: Reconciliation, by: Actor, at: datetime) -> Reconciliation:
    """The other of the two agrees to how the cell is settled."""
    with ledger.act("mobility.sign_settlement", by=by, at=at) as act:
        held = (
            Reconciliation.objects.select_for_update(of=("self",))
            .select_related("visit__team", "first", "second")
            .get(pk=settlement.pk)
        )
        permit("mobility.observe", by, held.visit)
        open_visit(held.visit)
        person = person_of(by)
        if person is None or person.pk not in {held.first.author_id, held.second.author_id}:
            raise NotOneOfTheTwo()
        column = "first_signed_at" if person.pk == held.first.author_id else "second_signed_at"
        if getattr(held, column) is not None:
            raise AlreadySigned()
        setattr(held, column, at)
        held.save(update_fields=[column])
        act.on(held.urn, book=held.visit.urn)
        return held


def rated_sheets(visit: Visit) -> dict[int, list[Observation]]:
    """The shared and rated sheets of a visit by cell: of each person the first, those of two people only
    where both are open to the team."""
    by_cell: dict[int, dict[int, Observation]] = {}
    for sheet in visit.observations.filter(
        state=ObservationState.SHARED, rating__isnull=False, author__isnull=False
    ).order_by("pk"):
        if sheet.author_id is not None:
            by_cell.setdefault(sheet.criterion_id, {}).setdefault(sheet.author_id, sheet)
    return {cell: list(rows.values()) for cell, rows in by_cell.items()}


def unsettled_cells(visit: Visit) -> list[int]:
    """The cells that two people rated differently and have not both signed how to settle."""
    signed = {
        r.criterion_id
        for r in visit.reconciliations.filter(
            first_signed_at__isnull=False, second_signed_at__isnull=False
        ).order_by("pk")
    }
    return sorted(
        cell
        for cell, sheets in rated_sheets(visit).items()
        if len({s.rating for s in sheets}) > 1 and cell not in signed
    )


def _the_two(visit: Visit, criterion: Criterion) -> tuple[Observation, Observation]:
    sheets = rated_sheets(visit).get(criterion.pk, [])
    if len(sheets) < 2 or sheets[0].rating == sheets[1].rating:
        raise NothingToSettle(str(criterion))
    return sheets[0], sheets[1]
