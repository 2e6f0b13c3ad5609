"""What somebody who writes evidence may choose from."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from polyphonie.kernel.actor import Actor

from ...models import EvidenceStatement, Figure, Resource


def resources_to_cite(viewer: Actor, at: datetime) -> QuerySet[Resource]:
    """The resources that the viewer reads now."""
    return Resource.objects.readable_by(viewer, at).order_by("-pk")


def figures_to_cite(viewer: Actor, at: datetime) -> QuerySet[Figure]:
    """The figures that the viewer reads and nothing has replaced."""
    return (
        Figure.objects.readable_by(viewer, at)
        .filter(Q(superseded_by=None))
        .select_related("territory")
        .order_by("-pk")
    )


def statements_to_cite(viewer: Actor, at: datetime) -> QuerySet[EvidenceStatement]:
    """The claims that the viewer reads."""
    return EvidenceStatement.objects.readable_by(viewer, at).prefetch_related("texts").order_by("-pk")
