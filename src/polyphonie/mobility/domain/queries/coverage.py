"""How much of the grid a visit has seen, and which cells are still empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from polyphonie.kernel.actor import Actor

from ...enums import CellReason, ObservationState
from ...models import CellNote, Criterion, GridElement, GridTheme, Observation, Visit

STANDING = (ObservationState.DRAFT, ObservationState.SHARED)
EXPLAINED = frozenset({CellReason.NOT_OBSERVABLE, CellReason.REFUSED, CellReason.NOT_APPLICABLE})


@dataclass(frozen=True)
class Coverage:
    """Cells of the grid: all of them, those with a sheet, those that nothing explains.

    ``share`` is observed ÷ (all − not applicable), in per cent; None where no cell applies.
    """

    cells: int
    observed: int
    not_applicable: int
    explained: int

    @property
    def empty(self) -> int:
        """Cells without a sheet and without a reason for having none."""
        return self.cells - self.observed - self.explained

    @property
    def share(self) -> int | None:
        applicable = self.cells - self.not_applicable
        return round(100 * self.observed / applicable) if applicable else None


@dataclass(frozen=True)
class Cell:
    """A cell as one reader sees it. ``standing`` tells the team how many sheets there are, drafts included."""

    criterion: Criterion
    sheets: tuple[Observation, ...]
    standing: int = 0
    note: CellNote | None = None

    @property
    def is_observed(self) -> bool:
        return bool(self.sheets) or self.standing > 0

    @property
    def state(self) -> str:
        """``observed``, what the team noted, or ``empty``."""
        if self.is_observed:
            return "observed"
        return self.note.reason if self.note is not None else "empty"

    @property
    def is_empty(self) -> bool:
        return self.state in {"empty", CellReason.PLANNED}


@dataclass(frozen=True)
class GridRow:
    theme: GridTheme
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SeenGrid:
    """The grid of a visit, row by row, with what one reader may know of each cell."""

    elements: tuple[GridElement, ...]
    rows: tuple[GridRow, ...]
    coverage: Coverage

    @property
    def empty_cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells if cell.is_empty]


def team_coverage(visit: Visit) -> Coverage:
    """The coverage as the team counts it: any sheet that stands, drafts too."""
    observed = set(
        visit.observations.filter(state__in=STANDING).order_by("pk").values_list("criterion_id", flat=True)
    )
    reasons = dict(visit.cell_notes.order_by("pk").values_list("criterion_id", "reason"))
    return _coverage(visit.grid.criteria.count(), observed, reasons)


def seen_grid(visit: Visit, viewer: Actor, at: datetime, *, in_team: bool) -> SeenGrid:
    """The grid for one reader: their readable sheets; for the team, also what is begun and why cells
    are left. Others see no draft, not even as a number."""
    sheets: dict[int, list[Observation]] = {}
    for sheet in (
        Observation.objects.readable_by(viewer, at)
        .filter(visit=visit, state__in=STANDING)
        .select_related("author", "host", "criterion__theme", "criterion__element")
        .order_by("observed_at", "pk")
    ):
        sheets.setdefault(sheet.criterion_id, []).append(sheet)
    standing: dict[int, int] = {}
    notes: dict[int, CellNote] = {}
    if in_team:
        for criterion_id in (
            visit.observations.filter(state__in=STANDING)
            .order_by("pk")
            .values_list("criterion_id", flat=True)
        ):
            standing[criterion_id] = standing.get(criterion_id, 0) + 1
        notes = {note.criterion_id: note for note in visit.cell_notes.order_by("pk")}
    criteria = list(
        visit.grid.criteria.select_related("theme", "element").order_by("theme__order", "element__order")
    )
    rows: dict[int, list[Cell]] = {}
    themes: dict[int, GridTheme] = {}
    elements: dict[int, GridElement] = {}
    for criterion in criteria:
        themes[criterion.theme_id] = criterion.theme
        elements[criterion.element_id] = criterion.element
        rows.setdefault(criterion.theme_id, []).append(
            Cell(
                criterion,
                tuple(sheets.get(criterion.pk, ())),
                standing.get(criterion.pk, 0),
                notes.get(criterion.pk),
            )
        )
    cells = [cell for row in rows.values() for cell in row]
    coverage = _coverage(
        len(criteria),
        {cell.criterion.pk for cell in cells if cell.is_observed},
        {pk: note.reason for pk, note in notes.items()},
    )
    return SeenGrid(
        tuple(elements.values()),
        tuple(GridRow(themes[pk], tuple(row)) for pk, row in rows.items()),
        coverage,
    )


def _coverage(cells: int, observed: set[int], reasons: dict[int, str]) -> Coverage:
    left = {pk: reason for pk, reason in reasons.items() if pk not in observed}
    return Coverage(
        cells,
        len(observed),
        sum(reason == CellReason.NOT_APPLICABLE for reason in left.values()),
        sum(reason in EXPLAINED for reason in left.values()),
    )
