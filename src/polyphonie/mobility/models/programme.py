from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.conferences.models.reach import sees_everything
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField

from ..enums import Precision, StageKind
from .reach import programmes_of


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def announced_to(self, viewer: Actor, at: datetime) -> ProgrammeQuerySet:
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> ProgrammeQuerySet:
        """Published programmes; one in preparation, those who take part in it."""
        if sees_everything(viewer):
            return self.all()
        return self.filter(models.Q(published_at__lte=at) | models.Q(uid__in=programmes_of(viewer)))


class Programme(Identified, Sourced):
    """Visits that several bodies run together, under one grid: who pays, from when to when, what is
    expected. The end is exclusive."""

    urn_kind: ClassVar[str] = "programme"

    slug = models.SlugField(max_length=80, unique=True)
    title = LocalisedField()
    summary = LocalisedField(blank=True)
    funder = LocalisedField(blank=True)
    reference = models.CharField(max_length=100, blank=True)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    default_days = models.PositiveSmallIntegerField(default=5)
    grid = models.ForeignKey("mobility.GridVersion", on_delete=models.PROTECT, related_name="+")
    participants = models.ManyToManyField("network.Organisation", related_name="+", blank=True)
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-from_date", "slug"]
        constraints = [
            models.CheckConstraint(
                name="programme_period",
                condition=models.Q(until_date=None) | models.Q(until_date__gt=models.F("from_date")),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.slug])


class ExpectedResult(Identified, Sourced):
    """What the programme is to change, and what proves that it did: nothing, as long as nobody has said."""

    urn_kind: ClassVar[str] = "expected_result"

    programme = models.ForeignKey("mobility.Programme", on_delete=models.CASCADE, related_name="results")
    order = models.PositiveSmallIntegerField()
    text = LocalisedField()
    proof = LocalisedField(blank=True)
    proof_link = models.CharField(max_length=500, blank=True)
    proof_is_fictitious = models.BooleanField(default=False)
    proven_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["programme", "order"]
        constraints = [models.UniqueConstraint(fields=["programme", "order"], name="expected_result_once")]

    def __str__(self) -> str:
        return str(self.text)


class Stage(Identified, Sourced):
    """A stage of a programme. What was planned and what took place are two pairs of dates, each with its
    source; ends are the last day itself, as sources give them."""

    urn_kind: ClassVar[str] = "stage"

    programme = models.ForeignKey("mobility.Programme", on_delete=models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=30, choices=StageKind)
    title = LocalisedField()
    planned_from = models.DateField()
    planned_until = models.DateField()
    planned_precision = models.CharField(max_length=5, choices=Precision, default=Precision.MONTH)
    actual_from = models.DateField(null=True, blank=True)
    actual_until = models.DateField(null=True, blank=True)
    actual_precision = models.CharField(max_length=5, choices=Precision, default=Precision.MONTH)
    outcome = LocalisedField(blank=True)
    outcome_source_label = models.CharField(max_length=300, blank=True)
    outcome_source_url = models.URLField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["programme", "order"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "order"], name="stage_once"),
            models.CheckConstraint(
                name="stage_planned_period",
                condition=models.Q(planned_until__gte=models.F("planned_from")),
            ),
            models.CheckConstraint(
                name="stage_actual_period",
                condition=models.Q(actual_from=None, actual_until=None)
                | models.Q(actual_until__gte=models.F("actual_from")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_held(self) -> bool:
        return self.actual_from is not None

    def is_late(self, today: date) -> bool:
        """Past its planned end, and nothing says that it was held."""
        return self.actual_from is None and self.planned_until < today


class Flow(Identified, Sourced):
    """Who organises the visits to one territory."""

    urn_kind: ClassVar[str] = "flow"

    programme = models.ForeignKey("mobility.Programme", on_delete=models.CASCADE, related_name="flows")
    organiser = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey("network.Territory", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    quota = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["programme", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "organiser", "territory"], name="flow_once")
        ]

    def __str__(self) -> str:
        return f"{self.organiser} → {self.territory}"
