"""Countries side by side, cell by cell: what was seen, what nobody has looked at. Never who is better."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import get_language

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.localised import fold
from polyphonie.network.models import Territory

from ...models import Criterion, Observation, PracticeCard, Programme
from .programmes import programme_named


@dataclass(frozen=True)
class Seen:
    """What a reader finds behind one cell of the matrix."""

    sheets: int = 0
    visits: int = 0
    hosts: int = 0
    cards: int = 0

    @property
    def is_missing(self) -> bool:
        return self.sheets == 0

    @property
    def is_single(self) -> bool:
        """One host alone: said on the page, so that nobody reads a country into it."""
        return self.sheets > 0 and self.hosts < 2


MISSING = Seen()


@dataclass(frozen=True)
class Row:
    """A criterion across the territories, in the order of the columns."""

    criterion: Criterion
    cells: tuple[tuple[Territory, Seen], ...]

    @property
    def missing(self) -> int:
        return sum(seen.is_missing for _territory, seen in self.cells)


@dataclass(frozen=True)
class Column:
    """A territory: how many cells of the grid nobody has opened to this reader."""

    territory: Territory
    cells: int
    missing: int

    @property
    def is_blank(self) -> bool:
        return self.missing == self.cells


@dataclass(frozen=True)
class Comparison:
    """The matrix. Columns follow the reader's alphabet, rows with gaps come first, then the grid's order.

    ``other_versions`` counts sheets written against another version of the grid: they are not compared.
    """

    programme: Programme
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    visits: int
    hosts: int
    other_versions: int


@dataclass(frozen=True)
class CellPage:
    """What stands behind one cell: facts, then what was made of them, then the papers."""

    programme: Programme
    criterion: Criterion
    territory: Territory
    sheets: tuple[Observation, ...]
    cards: tuple[PracticeCard, ...]
    visits: int
    hosts: int


def comparison(slug: str, viewer: Actor, at: datetime) -> Comparison:
    """The programme's territories by the cells of its grid, in a constant number of queries."""
    programme = programme_named(slug, viewer, at)
    language = get_language() or "fr"
    territories = sorted(
        {flow.territory for flow in programme.flows.select_related("territory").order_by("pk")},
        key=lambda t: fold(t.name.read(language)),
    )
    readable = Observation.objects.readable_by(viewer, at).filter(
        state="shared", visit__flow__programme=programme
    )
    compared = readable.filter(criterion__grid=programme.grid_id)
    seen: dict[tuple[int, int], Seen] = {}
    for row in (
        compared.order_by()
        .values("criterion_id", "visit__flow__territory_id")
        .annotate(
            sheets=Count("pk"),
            visits=Count("visit_id", distinct=True),
            hosts=Count("host_id", distinct=True),
        )
        .order_by("criterion_id", "visit__flow__territory_id")
    ):
        key = (row["criterion_id"], row["visit__flow__territory_id"])
        seen[key] = Seen(row["sheets"], row["visits"], row["hosts"])
    cards: dict[tuple[int, int], int] = {}
    for cited in (
        PracticeCard.cites.through.objects.filter(
            practicecard__in=PracticeCard.objects.readable_by(viewer, at).order_by().values("pk"),
            practicecard__visit__flow__programme=programme,
        )
        .values("observation__criterion_id", "practicecard__visit__flow__territory_id")
        .annotate(cards=Count("practicecard_id", distinct=True))
        .order_by("observation__criterion_id", "practicecard__visit__flow__territory_id")
    ):
        key = (cited["observation__criterion_id"], cited["practicecard__visit__flow__territory_id"])
        cards[key] = cited["cards"]
    totals = readable.aggregate(
        visits=Count("visit_id", distinct=True, filter=Q(criterion__grid=programme.grid_id)),
        hosts=Count("host_id", distinct=True, filter=Q(criterion__grid=programme.grid_id)),
        others=Count("pk", filter=~Q(criterion__grid=programme.grid_id)),
    )
    rows = []
    for criterion in programme.grid.criteria.select_related("theme", "element").order_by(
        "theme__order", "element__order"
    ):
        cells = []
        for territory in territories:
            key = (criterion.pk, territory.pk)
            found = seen.get(key, MISSING)
            cells.append((territory, Seen(found.sheets, found.visits, found.hosts, cards.get(key, 0))))
        rows.append(Row(criterion, tuple(cells)))
    columns = tuple(
        Column(territory, len(rows), sum(row.cells[n][1].is_missing for row in rows))
        for n, territory in enumerate(territories)
    )
    return Comparison(
        programme,
        columns,
        tuple(sorted(rows, key=lambda row: row.missing == 0)),
        totals["visits"],
        totals["hosts"],
        totals["others"],
    )


def comparison_cell(slug: str, cell: str, code: str, viewer: Actor, at: datetime) -> CellPage:
    """Everything that the reader may open behind one cell."""
    programme = programme_named(slug, viewer, at)
    criterion = programme.grid.criteria.select_related("theme", "element", "grid").filter(code=cell).first()
    flow = programme.flows.select_related("territory").filter(territory__code=code).first()
    if criterion is None or flow is None:
        raise Unknown()
    sheets = tuple(
        Observation.objects.readable_by(viewer, at)
        .filter(
            state="shared",
            criterion=criterion,
            visit__flow__programme=programme,
            visit__flow__territory=flow.territory,
        )
        .select_related("visit", "host")
        .order_by("observed_at", "pk")
    )
    cards = tuple(
        PracticeCard.objects.readable_by(viewer, at)
        .filter(
            visit__flow__programme=programme,
            visit__flow__territory=flow.territory,
            pk__in=PracticeCard.cites.through.objects.filter(observation__criterion=criterion)
            .order_by()
            .values("practicecard_id"),
        )
        .order_by("pk")
    )
    return CellPage(
        programme,
        criterion,
        flow.territory,
        sheets,
        cards,
        len({sheet.visit_id for sheet in sheets}),
        len({sheet.host_id for sheet in sheets if sheet.host_id}),
    )
