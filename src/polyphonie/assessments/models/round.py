from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import label_of

from ..enums import CalendarKind


class Assessment(Identified, Sourced):
    """A large-scale assessment, as PASEC: who owns it, since when, what it asks of pupils."""

    urn_kind: ClassVar[str] = "assessment"

    slug = models.SlugField(max_length=60, unique=True)
    name = LocalisedField()
    short_name = models.CharField(max_length=40, blank=True)
    description = LocalisedField(blank=True)
    owner = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    since_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.short_name or str(self.name)


class RoundQuerySet(models.QuerySet["Round"]):
    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Which rounds there were, where and when is public."""
        return self.all()

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        return self.readable_by(viewer, at)


class Round(Identified, Sourced):
    """One edition of an assessment: its year, its calendar, the territories with their grades."""

    urn_kind: ClassVar[str] = "round"

    assessment = models.ForeignKey("assessments.Assessment", on_delete=models.PROTECT, related_name="rounds")
    year = models.PositiveSmallIntegerField()
    title = LocalisedField()
    summary = LocalisedField(blank=True)
    frame_year = models.PositiveSmallIntegerField(null=True, blank=True)
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "-year"]
        constraints = [models.UniqueConstraint(fields=["assessment", "year"], name="round_once_per_year")]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.assessment.slug, self.year])


class RoundTerritory(Sourced):
    """A territory takes part in a round, at the grades that its own school system has: Gabon's end of
    primary is grade 5. Counts and losses are empty where no source gives them."""

    round = models.ForeignKey("assessments.Round", on_delete=models.CASCADE, related_name="territories")
    territory = models.ForeignKey("network.Territory", on_delete=models.PROTECT, related_name="+")
    grades = LocalisedField(blank=True)
    schools = models.PositiveIntegerField(null=True, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    attrition = LocalisedField(blank=True)
    note = LocalisedField(blank=True)

    class Meta:
        ordering = ["round", "territory__code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "territory"], name="round_territory_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.territory}"


class RoundDate(Sourced):
    """A line of a round's calendar: a day where the source gives it, a year otherwise."""

    round = models.ForeignKey("assessments.Round", on_delete=models.CASCADE, related_name="calendar")
    kind = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    day = models.DateField(null=True, blank=True)
    note = LocalisedField(blank=True)

    class Meta:
        ordering = ["round", "year", "day", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"

    @property
    def kind_label(self) -> str:
        return label_of(CalendarKind, self.kind)
