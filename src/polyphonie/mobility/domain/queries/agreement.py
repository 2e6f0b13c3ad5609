"""What two observers of a visit say of the same cells, and what is still to be settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import permit
from polyphonie.kernel.unavailable import Unavailable
from polyphonie.network.domain.queries.people import name_for
from polyphonie.network.domain.queries.standing import person_of
from polyphonie.network.models import Person

from ...models import Criterion, Observation, Reconciliation, Visit
from ..ratings import rated_sheets
from .visits import visit_found

if TYPE_CHECKING:
    from ..agreement import Interval, TwoObservers

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Observer:
    letter: str
    name: str
    cells: int


@dataclass(frozen=True)
class Pair:
    """Two observers and what their common cells say; or why nothing is said."""

    first: Observer
    second: Observer
    found: TwoObservers | None
    reason: str


@dataclass(frozen=True)
class Difference:
    """A cell rated differently: both sheets side by side, how it is settled, who still has to sign."""

    criterion: Criterion
    first: Observation
    second: Observation
    first_letter: str
    second_letter: str
    settlement: Reconciliation | None
    may_settle: bool
    may_sign: bool


@dataclass(frozen=True)
class AgreementPage:
    visit: Visit
    observers: tuple[Observer, ...]
    pairs: tuple[Pair, ...]
    overall: float | None
    overall_interval: Interval | None
    overall_reason: str
    differences: tuple[Difference, ...]
    blind: int

    @property
    def unsettled(self) -> int:
        return sum(d.settlement is None or not d.settlement.is_signed for d in self.differences)


def agreement_page(uid: UUID, viewer: Actor, at: datetime) -> AgreementPage:
    """The agreement of a team's observers, for the team alone.

    Only what the viewer may read counts: a cell that is still blind for somebody is left out for all.
    """
    # late: the numbers need NumPy, which nothing else on these pages does
    from ..agreement import LEAST_UNITS, alpha_interval, krippendorff_alpha, two_observers

    visit = visit_found(uid, viewer, at)
    permit("mobility.observe", viewer, visit)
    every = rated_sheets(visit)
    open_ones = set(
        Observation.objects.readable_by(viewer, at)
        .filter(visit=visit, rating__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    cells = {
        cell: sheets
        for cell, sheets in every.items()
        if len(sheets) > 1 and all(sheet.pk in open_ones for sheet in sheets)
    }
    criteria = {
        c.pk: c
        for c in visit.grid.criteria.select_related("theme", "element").order_by(
            "theme__order", "element__order"
        )
    }
    people: dict[int, dict[int, int]] = {}
    for cell, sheets in cells.items():
        for sheet in sheets:
            if sheet.author_id is not None and sheet.rating is not None:
                people.setdefault(sheet.author_id, {})[cell] = sheet.rating
    persons = {p.pk: p for p in Person.objects.filter(pk__in=list(people)).order_by("pk")}
    observers = {
        pk: Observer(LETTERS[n % 26], name_for(persons[pk], viewer=viewer), len(people[pk]))
        for n, pk in enumerate(sorted(people))
    }
    scale = sorted({value for c in criteria.values() for value, _text in c.scale})
    pairs = []
    for one, other in combinations(sorted(people), 2):
        found = two_observers(people[one], people[other], scale)
        if isinstance(found, Unavailable):
            pairs.append(Pair(observers[one], observers[other], None, str(found)))
        else:
            pairs.append(Pair(observers[one], observers[other], found, ""))
    overall = interval = None
    reason = ""
    if len(people) > 2:
        common = sorted(cells)
        ratings = [[people[pk].get(cell) for cell in common] for pk in sorted(people)]
        alpha = krippendorff_alpha(ratings, "ordinal")
        spread = alpha_interval(ratings, "ordinal")
        if len(common) < LEAST_UNITS or isinstance(alpha, Unavailable):
            reason = str(alpha) if isinstance(alpha, Unavailable) else ""
        else:
            overall = alpha
            interval = None if isinstance(spread, Unavailable) else spread
    return AgreementPage(
        visit,
        tuple(observers.values()),
        tuple(pairs),
        overall,
        interval,
        reason,
        _differences(visit, cells, criteria, {pk: o.letter for pk, o in observers.items()}, viewer),
        sum(len(sheets) > 1 for sheets in every.values()) - len(cells),
    )


def _differences(
    visit: Visit,
    cells: dict[int, list[Observation]],
    criteria: dict[int, Criterion],
    letters: dict[int, str],
    viewer: Actor,
) -> tuple[Difference, ...]:
    me = person_of(viewer)
    settled = {r.criterion_id: r for r in visit.reconciliations.order_by("pk")}
    rows = []
    for pk, criterion in criteria.items():
        sheets = cells.get(pk, [])
        if len(sheets) < 2 or sheets[0].rating == sheets[1].rating:
            continue
        first, second = sheets[0], sheets[1]
        settlement = settled.get(pk)
        mine = me is not None and me.pk in {first.author_id, second.author_id}
        signed = settlement is not None and (
            settlement.first_signed_at if me and me.pk == first.author_id else settlement.second_signed_at
        )
        rows.append(
            Difference(
                criterion,
                first,
                second,
                letters.get(first.author_id or 0, ""),
                letters.get(second.author_id or 0, ""),
                settlement,
                mine and (settlement is None or not settlement.is_signed),
                mine and settlement is not None and not settlement.is_signed and not signed,
            )
        )
    return tuple(rows)


def settlement_found(visit: Visit, code: str) -> Reconciliation:
    found = visit.reconciliations.filter(criterion__code=code).first()
    if found is None:
        raise Unknown()
    return found
