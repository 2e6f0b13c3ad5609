"""What somebody who writes evidence, or coordinates a host, has in hand: drafts first, then what is out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Urn
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import may, permit
from polyphonie.kernel.unavailable import Unavailable
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation

from ...enums import Opening
from ...models import Conflict, EvidenceStatement, Figure, Resource, ResourceContext
from ...rules import Context, is_installer, uids_of
from ..keepers import bodies_written_for
from ..numbers import value_with_unit

SHOWN = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class ResourceRow:
    resource: Resource
    opening: Opening


@dataclass(frozen=True, slots=True)
class FigureRow:
    figure: Figure
    value: str | Unavailable
    is_superseded: bool


@dataclass(frozen=True, slots=True)
class ContextRow:
    """A conference of which some resources are still to open, so that they can be moved together."""

    urn: str
    label: LocalisedText
    to_open: int

    @property
    def uid(self) -> str:
        return str(Urn.parse(self.urn).uid)


@dataclass(frozen=True, slots=True)
class EvidenceDesk:
    """Each list holds the latest, ``SHOWN`` at most; ``is_cut`` says that some list is longer."""

    bodies: tuple[Organisation, ...]
    adds_resources: bool
    resources: tuple[ResourceRow, ...]
    contexts: tuple[ContextRow, ...]
    draft_statements: tuple[EvidenceStatement, ...]
    statements: tuple[EvidenceStatement, ...]
    draft_figures: tuple[FigureRow, ...]
    figures: tuple[FigureRow, ...]
    conflicts: tuple[Conflict, ...]
    is_cut: bool


def evidence_desk(viewer: Actor, at: datetime) -> EvidenceDesk:
    """The desk of somebody who writes evidence, in a constant number of queries."""
    permit("evidence.write_evidence", viewer)
    resources = _first(
        Resource.objects.kept_by(viewer)
        .filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))
        .select_related("kind", "issuer")
        .order_by("-pk")
    )
    claims = (
        EvidenceStatement.objects.readable_by(viewer, at)
        .kept_by(viewer)
        .prefetch_related("texts")
        .order_by("-pk")
    )
    figures = (
        Figure.objects.kept_by(viewer)
        .annotate(
            is_superseded=Exists(Figure.objects.filter(supersedes=OuterRef("pk"), published_at__lte=at))
        )
        .select_related("territory")
        .order_by("-pk")
    )
    conflicts = _first(
        Conflict.objects.readable_by(viewer, at).kept_by(viewer).order_by("-recorded_at", "-pk")
    )
    out, draft = Q(published_at__lte=at), Q(published_at=None) | Q(published_at__gt=at)
    lists = (
        _first(claims.filter(draft)),
        _first(claims.filter(out)),
        _first(figures.filter(draft)),
        _first(figures.filter(out)),
    )
    bodies = tuple(bodies_written_for(viewer))
    return EvidenceDesk(
        bodies=bodies,
        adds_resources=may("evidence.add_resource", viewer) or bool(_coordinated(viewer)),
        resources=tuple(ResourceRow(r, r.opening(at)) for r in resources[:SHOWN]),
        contexts=contexts_to_move(viewer, at),
        draft_statements=tuple(lists[0][:SHOWN]),
        statements=tuple(lists[1][:SHOWN]),
        draft_figures=_figure_rows(lists[2]),
        figures=_figure_rows(lists[3]),
        conflicts=tuple(conflicts[:SHOWN]),
        is_cut=any(len(rows) > SHOWN for rows in (resources, conflicts, *lists)),
    )


def issuers_open_to(viewer: Actor, *, besides: Organisation | None = None) -> QuerySet[Organisation]:
    """The bodies in whose name the viewer may enter a resource, and the one that a resource has."""
    bodies = Organisation.objects.order_by("slug")
    if is_installer.test(viewer):
        return bodies
    own = Q(uid__in=_coordinated(viewer))
    return bodies.filter(own | Q(pk=besides.pk) if besides else own)


def contexts_to_move(viewer: Actor, at: datetime) -> tuple[ContextRow, ...]:
    """The conferences that the viewer coordinates and of which resources of theirs are still to open."""
    kept = Resource.objects.kept_by(viewer).filter(public_at__gt=at, withdrawn_at=None)
    rows = (
        ResourceContext.objects.filter(resource__in=kept.order_by().values("pk"))
        .select_related("host")
        .order_by("urn", "pk")
    )
    found: dict[str, ResourceContext] = {}
    counted: Counter[str] = Counter()
    for row in rows:
        context = Context(row.urn, (row.host,) if row.host else ())
        if may("evidence.move_openings", viewer, context):
            found.setdefault(row.urn, row)
            counted[row.urn] += 1
    return tuple(ContextRow(urn, row.label, counted[urn]) for urn, row in found.items())


def context_to_move(uid: str, viewer: Actor, at: datetime) -> ContextRow | None:
    """One of them, by the id of the conference."""
    return next((row for row in contexts_to_move(viewer, at) if row.uid == uid), None)


def _coordinated(viewer: Actor) -> list[UUID]:
    return uids_of(viewer.scopes(Role.HOST_COORDINATOR), "organisation")


def _first(rows: QuerySet[Row]) -> list[Row]:
    return list(rows[: SHOWN + 1])


def _figure_rows(figures: list[Figure]) -> tuple[FigureRow, ...]:
    language = get_language() or "fr"
    return tuple(
        FigureRow(figure, value_with_unit(figure, language), bool(getattr(figure, "is_superseded", False)))
        for figure in figures[:SHOWN]
    )
