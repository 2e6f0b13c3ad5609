from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField

from .keeping import kept_by


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Those recorded by the instant and not taken back. Which of its readings somebody reads is
        asked of each figure and claim: with fewer than two, there is nothing to show."""
        return self.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), recorded_at__lte=at)

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        """A disagreement is not announced: it is known when it can be read."""
        return self.readable_by(viewer, at)

    def kept_by(self, viewer: Actor) -> Self:
        """Those that the viewer may take back."""
        return self.filter(kept_by(viewer))


class Conflict(Identified):
    """Two sources disagree. Nobody chooses for the reader: the readings stand side by side, from the
    instant at which somebody recorded it."""

    urn_kind: ClassVar[str] = "conflict"

    subject = LocalisedField()
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    keeper = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.subject)


class ConflictReading(Sourced):
    """What one source says; a figure where it is one."""

    conflict = models.ForeignKey("evidence.Conflict", on_delete=models.CASCADE, related_name="readings")
    wording = LocalisedField()
    figure = models.ForeignKey(
        "evidence.Figure", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    statement = models.ForeignKey(
        "evidence.EvidenceStatement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["conflict", "order", "pk"]

    def __str__(self) -> str:
        return str(self.wording)
