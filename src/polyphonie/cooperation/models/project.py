from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField


class Project(Identified, Sourced):
    """A cooperation project: an action that implements, illustrates or precedes a recommendation.

    Years are kept each under its name: first mission, first signature and start are three facts.
    """

    urn_kind: ClassVar[str] = "project"

    slug = models.SlugField(max_length=100, unique=True)
    title = LocalisedField()
    scheme = LocalisedField(blank=True)
    form = models.CharField(max_length=40, blank=True)
    description = LocalisedField(blank=True)
    beneficiaries = LocalisedField(blank=True)
    aims = LocalisedField(blank=True)
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    territories = models.ManyToManyField("network.Territory", related_name="+", blank=True)
    first_mission_year = models.PositiveSmallIntegerField(null=True, blank=True)
    first_signed_year = models.PositiveSmallIntegerField(null=True, blank=True)
    start_year = models.PositiveSmallIntegerField(null=True, blank=True)
    end_on = models.DateField(null=True, blank=True)
    declared_status = models.CharField(max_length=30, blank=True)
    recorded_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.title)


class Participation(models.Model):
    """An organisation's role in a project. ``label`` keeps the source's words where the body is
    unknown to us."""

    project = models.ForeignKey(
        "cooperation.Project", on_delete=models.CASCADE, related_name="participations"
    )
    role = models.CharField(max_length=30)
    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    label = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["project", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="participation_names_somebody",
                condition=models.Q(organisation__isnull=False) | ~models.Q(label=""),
            )
        ]

    def __str__(self) -> str:
        return self.role


class FundingLine(models.Model):
    """Funder × year × amount; planned or paid only where the source says so."""

    project = models.ForeignKey("cooperation.Project", on_delete=models.CASCADE, related_name="funding_lines")
    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    label = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    nature = models.CharField(max_length=10, default="unknown")

    class Meta:
        ordering = ["project", "year", "pk"]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} ({self.year})"


class Milestone(Sourced):
    """A dated fact of a project's story."""

    project = models.ForeignKey("cooperation.Project", on_delete=models.CASCADE, related_name="milestones")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=30, default="fact")
    text = LocalisedField()

    class Meta:
        ordering = ["project", "year", "pk"]

    def __str__(self) -> str:
        return f"{self.year} {self.text}"
