from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import label_of

from ..enums import Statistic
from .dataset import bodies_analysed_by, sees_everything


class EstimateRunQuerySet(models.QuerySet["EstimateRun"]):
    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Those whose table is published; one's own; and those of the bodies one serves as analyst."""
        published = Q(table__published_at__lte=at) & (
            Q(table__withdrawn_at=None) | Q(table__withdrawn_at__gt=at)
        )
        if sees_everything(viewer):
            return self.all()
        rows = published
        if viewer.is_person:
            asked = RunRequest.objects.filter(run=OuterRef("pk"), asked_by=viewer.id)
            rows = rows | Exists(asked) | Q(dataset__owner__uid__in=bodies_analysed_by(viewer))
        return self.filter(rows)

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        """A run is not announced: it is known when it can be read."""
        return self.readable_by(viewer, at)


class EstimateRun(Identified):
    """One computation: data set, specification, package version. The same three give the stored result."""

    urn_kind: ClassVar[str] = "run"

    dataset = models.ForeignKey("assessments.Dataset", on_delete=models.PROTECT, related_name="runs")
    spec = models.JSONField()
    spec_hash = models.CharField(max_length=64)
    package_version = models.CharField(max_length=40)
    state = models.CharField(max_length=12, default="queued")
    progress = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    result_hash = models.CharField(max_length=64, blank=True)
    provenance = models.JSONField(default=dict, blank=True)

    objects = EstimateRunQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "spec_hash", "package_version"],
                condition=Q(state__in=["queued", "running", "done"]),
                name="run_once_per_specification",
            ),
            models.CheckConstraint(name="run_progress", condition=Q(progress__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.spec_hash[:12]} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.uid])

    @property
    def statistic_label(self) -> str:
        return label_of(Statistic, self.spec["statistic"])

    @property
    def is_over(self) -> bool:
        return self.state not in {"queued", "running"}


class RunRequest(models.Model):
    """Somebody asked for a run, or was given the stored one. By pseudonymous id, as the ledger keeps it."""

    run = models.ForeignKey("assessments.EstimateRun", on_delete=models.CASCADE, related_name="requests")
    asked_by = models.UUIDField(db_index=True)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["run", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "asked_by"], name="run_request_once")]

    def __str__(self) -> str:
        return f"{self.run_id}"


class EstimateTable(Identified):
    """What a run gives: cells with labels, value or reason, standard error, n. Never a row of the file."""

    urn_kind: ClassVar[str] = "table"

    run = models.OneToOneField("assessments.EstimateRun", on_delete=models.CASCADE, related_name="table")
    cells = models.JSONField(default=list)
    state = models.CharField(max_length=12, default="draft")
    reviewed_by = models.UUIDField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="table_published_when",
                condition=Q(state__in=["draft", "reviewed"], published_at=None)
                | Q(state__in=["published", "withdrawn"], published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"

    def cell(self, key: str) -> dict[str, Any] | None:
        """The cell under this key."""
        return next((dict(c) for c in self.cells if c["key"] == key), None)


class PublishedFigure(models.Model):
    """A figure about pupils of an assessment, and what it stands on: computed here, from a cell of a run,
    or reported by a document and entered by hand. Two figures are compared by what stands here."""

    figure = models.OneToOneField("evidence.Figure", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(
        "assessments.EstimateRun", on_delete=models.PROTECT, null=True, blank=True, related_name="figures"
    )
    cell = models.CharField(max_length=200, blank=True)
    round = models.ForeignKey(
        "assessments.Round", on_delete=models.PROTECT, null=True, blank=True, related_name="figures"
    )
    statistic = models.CharField(max_length=20)
    scale = LocalisedField()
    scale_unit = models.CharField(max_length=60)
    threshold = models.ForeignKey(
        "assessments.Threshold", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.CharField(max_length=20, blank=True)
    population = LocalisedField()
    grade = LocalisedField(blank=True)
    method = LocalisedField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "cell"], condition=Q(run__isnull=False), name="published_figure_once_per_cell"
            ),
            models.CheckConstraint(
                name="published_figure_of_a_run_or_reported",
                condition=Q(run=None, cell="") | (Q(run__isnull=False) & ~Q(cell="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id}"

    @property
    def is_computed(self) -> bool:
        return self.run_id is not None

    @property
    def statistic_label(self) -> str:
        return label_of(Statistic, self.statistic)
