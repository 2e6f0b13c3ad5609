from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField


class Conflict(Identified):
    """Two sources disagree. Nobody chooses for the reader: the readings stand side by side."""

    urn_kind: ClassVar[str] = "conflict"

    subject = LocalisedField()
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)

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
