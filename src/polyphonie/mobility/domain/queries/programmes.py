"""Reading programmes: the list, one page with its flows, stages, results and visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.network.models import Membership, Organisation

from ...models import (
    Criterion,
    ExpectedResult,
    Flow,
    GridElement,
    GridTheme,
    GridVersion,
    Programme,
    Stage,
    Visit,
)


@dataclass(frozen=True)
class Region:
    """The académies of one région académique that take part; ``region`` is None where none is known."""

    region: Organisation | None
    members: tuple[Organisation, ...]


@dataclass(frozen=True)
class FlowRow:
    """A flow with the visits that the reader may know of."""

    flow: Flow
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class StageRow:
    """A stage with what is true of it today."""

    stage: Stage
    is_late: bool
    is_moved: bool


@dataclass(frozen=True)
class ProgrammePage:
    """Everything on the page of a programme and in its machine format."""

    programme: Programme
    flows: tuple[FlowRow, ...]
    regions: tuple[Region, ...]
    stages: tuple[StageRow, ...]
    results: tuple[ExpectedResult, ...]

    @property
    def participants(self) -> int:
        return sum(len(region.members) for region in self.regions)

    @property
    def organisers(self) -> frozenset[int]:
        return frozenset(row.flow.organiser_id for row in self.flows)


@dataclass(frozen=True)
class GridPage:
    """A grid as it is read before a visit: rows, columns, what each cell asks."""

    grid: GridVersion
    elements: tuple[GridElement, ...]
    rows: tuple[tuple[GridTheme, tuple[Criterion, ...]], ...]

    @property
    def cells(self) -> int:
        return sum(len(cells) for _theme, cells in self.rows)


def list_programmes(viewer: Actor, at: datetime) -> list[Programme]:
    """The programmes that the viewer may read, the latest first."""
    return list(
        Programme.objects.readable_by(viewer, at).select_related("grid").order_by("-from_date", "slug")
    )


def programme_named(slug: str, viewer: Actor, at: datetime) -> Programme:
    """The programme at this address. Unknown and unreadable are the same."""
    found = Programme.objects.readable_by(viewer, at).select_related("grid").filter(slug=slug).first()
    if found is None:
        raise Unknown()
    return found


def stage_found(slug: str, order: int, viewer: Actor, at: datetime) -> Stage:
    """A stage of a programme, by its number."""
    found = programme_named(slug, viewer, at).stages.select_related("programme").filter(order=order).first()
    if found is None:
        raise Unknown()
    return found


def programme_page(slug: str, viewer: Actor, at: datetime) -> ProgrammePage:
    """The page of one programme, in a constant number of queries."""
    programme = programme_named(slug, viewer, at)
    visits: dict[int, list[Visit]] = {}
    for visit in (
        Visit.objects.readable_by(viewer, at)
        .filter(flow__programme=programme)
        .select_related("team")
        .order_by("start_date", "pk")
    ):
        visits.setdefault(visit.flow_id, []).append(visit)
    flows = programme.flows.select_related("organiser", "territory").order_by("order", "pk")
    today = at.date()
    return ProgrammePage(
        programme,
        tuple(FlowRow(flow, tuple(visits.get(flow.pk, ()))) for flow in flows),
        regions_of(programme),
        tuple(
            StageRow(
                stage,
                stage.is_late(today),
                stage.actual_from is not None
                and (stage.actual_from, stage.actual_until) != (stage.planned_from, stage.planned_until),
            )
            for stage in programme.stages.order_by("order")
        ),
        tuple(programme.results.order_by("order")),
    )


def regions_of(programme: Programme) -> tuple[Region, ...]:
    """Who takes part, by the région académique to which each belonged when the programme began."""
    bodies = list(programme.participants.select_related("successor").order_by("slug"))
    day = programme.from_date
    memberships = (
        Membership.objects.filter(organisation__in=[b.pk for b in bodies], body__kind="academie_region")
        .filter(Q(from_date=None) | Q(from_date__lte=day), Q(until_date=None) | Q(until_date__gt=day))
        .select_related("body")
        .order_by("body__slug", "pk")
    )
    region = {m.organisation_id: m.body for m in memberships}
    by_region: dict[int | None, list[Organisation]] = {}
    for body in bodies:
        above = region.get(body.pk)
        by_region.setdefault(above.pk if above else None, []).append(body)
    known = {r.pk: r for r in sorted(region.values(), key=lambda r: r.slug)}
    rows = [Region(known[pk], tuple(by_region[pk])) for pk in known if pk in by_region]
    if None in by_region:
        rows.append(Region(None, tuple(by_region[None])))
    return tuple(rows)


def grid_page(uid: UUID, viewer: Actor, at: datetime) -> GridPage:
    """A grid with all its cells."""
    grid = GridVersion.objects.readable_by(viewer, at).filter(uid=uid).first()
    if grid is None:
        raise Unknown()
    rows: dict[int, list[Criterion]] = {}
    themes: dict[int, GridTheme] = {}
    elements: dict[int, GridElement] = {}
    for criterion in grid.criteria.select_related("theme", "element").order_by(
        "theme__order", "element__order"
    ):
        themes[criterion.theme_id] = criterion.theme
        elements[criterion.element_id] = criterion.element
        rows.setdefault(criterion.theme_id, []).append(criterion)
    return GridPage(
        grid, tuple(elements.values()), tuple((themes[pk], tuple(cells)) for pk, cells in rows.items())
    )
