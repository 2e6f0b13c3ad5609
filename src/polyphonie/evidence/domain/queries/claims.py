"""Claims and figures with all that stands beside them on a page, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.network.models import Theme

from ...models import Conflict, ConflictReading, EvidenceStatement, Figure, Resource, StatementFigure
from .opening import Withdrawn


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """What one source says, with the figure or claim that it is, where it is one."""

    reading: ConflictReading
    figure: Figure | None
    statement: EvidenceStatement | None


@dataclass(frozen=True, slots=True)
class ConflictShown:
    conflict: Conflict
    readings: list[ReadingShown]


def readable_figure(uid: UUID, *, viewer: Actor, at: datetime) -> Figure:
    """The figure with its territory, indicator and those in its place. Raises :class:`Unknown`."""
    figure = (
        Figure.objects.readable_by(viewer, at)
        .select_related("territory", "indicator", "supersedes", "keeper__successor__successor")
        .filter(uid=uid)
        .first()
    )
    if figure is None:
        raise Unknown()
    return figure


def successor_of(figure: Figure, *, viewer: Actor, at: datetime) -> Figure | None:
    """The latest figure published in this one's place."""
    return (
        Figure.objects.readable_by(viewer, at)
        .filter(supersedes=figure, published_at__lte=at)
        .order_by("-published_at", "-pk")
        .first()
    )


def readable_statement(uid: UUID, *, viewer: Actor, at: datetime) -> EvidenceStatement:
    """The claim with its texts, source and figure. Raises :class:`Unknown`, or says that it is gone."""
    statement = (
        EvidenceStatement.objects.readable_by(viewer, at)
        .select_related("resource", "resource__kind", "keeper__successor__successor")
        .prefetch_related("texts", figures_cited(viewer, at))
        .filter(uid=uid)
        .first()
    )
    if statement is None:
        if EvidenceStatement.objects.withdrawn_from(viewer, at).filter(uid=uid).exists():
            raise Withdrawn()
        raise Unknown()
    return statement


def figures_cited(viewer: Actor, at: datetime) -> Prefetch[str, QuerySet[StatementFigure], str]:
    """What to prefetch so that ``cited_figures`` holds the published figures that the viewer may read."""
    published = Figure.objects.readable_by(viewer, at).filter(published_at__lte=at)
    return Prefetch(
        "citations",
        queryset=StatementFigure.objects.filter(figure__in=published.order_by().values("pk"))
        .select_related("figure__territory")
        .order_by("order", "pk"),
    )


def statements_from(resource: Resource, *, viewer: Actor, at: datetime) -> list[EvidenceStatement]:
    """The claims drawn from a resource."""
    rows = EvidenceStatement.objects.readable_by(viewer, at).filter(resource=resource)
    return list(rows.prefetch_related("texts").order_by("code", "pk"))


def statements_with(figure: Figure, *, viewer: Actor, at: datetime) -> list[EvidenceStatement]:
    """The claims that rest on a figure."""
    rows = EvidenceStatement.objects.readable_by(viewer, at).filter(figures=figure)
    return list(rows.prefetch_related("texts").order_by("code", "pk"))


def conflicts_beside(
    *,
    viewer: Actor,
    at: datetime,
    figures: Iterable[Figure] = (),
    statements: Iterable[EvidenceStatement] = (),
) -> list[ConflictShown]:
    """The disagreements in which one of these figures or claims is a reading."""
    part = ConflictReading.objects.filter(
        Q(figure__in=[f.pk for f in figures]) | Q(statement__in=[s.pk for s in statements]),
        conflict=OuterRef("pk"),
    )
    return _shown(Q(Exists(part)), viewer, at)


def conflicts_about(theme: Theme, *, viewer: Actor, at: datetime) -> list[ConflictShown]:
    """The disagreements of a theme."""
    return _shown(Q(themes=theme), viewer, at)


def _shown(condition: Q, viewer: Actor, at: datetime) -> list[ConflictShown]:
    readings = ConflictReading.objects.select_related("figure", "figure__territory", "statement").order_by(
        "order", "pk"
    )
    conflicts = list(
        Conflict.objects.readable_by(viewer, at)
        .filter(condition)
        .prefetch_related(Prefetch("readings", queryset=readings))
        .order_by("pk")
    )
    rows = [r for c in conflicts for r in c.readings.all()]
    figures = _readable_pks(Figure, [r.figure_id for r in rows], viewer, at)
    statements = _readable_pks(EvidenceStatement, [r.statement_id for r in rows], viewer, at)
    shown = []
    for conflict in conflicts:
        # a reading that is a draft, or drawn from a closed source, is not there for this reader
        open_readings = [
            ReadingShown(r, r.figure, r.statement)
            for r in conflict.readings.all()
            if (r.figure_id is None or r.figure_id in figures)
            and (r.statement_id is None or r.statement_id in statements)
        ]
        if len(open_readings) > 1:
            shown.append(ConflictShown(conflict, open_readings))
    return shown


def _readable_pks(
    model: type[Figure] | type[EvidenceStatement], pks: list[int | None], viewer: Actor, at: datetime
) -> set[int]:
    wanted = [pk for pk in pks if pk is not None]
    if not wanted:
        return set()
    rows = model.objects.readable_by(viewer, at).filter(pk__in=wanted)
    return set(rows.order_by("pk").values_list("pk", flat=True))
