from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced, Urn
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import Role

from ..enums import KEEPING_ROLES
from ..rules import is_installer


def uids_of(urns: frozenset[str], kind: str) -> list[UUID]:
    """The public ids of the urns of one kind."""
    parts = (text.split(":") for text in urns)
    return sorted(Urn.parse(":".join(p)).uid for p in parts if len(p) == 3 and p[1] == kind)


class ProjectQuerySet(models.QuerySet["Project"]):
    """Which projects somebody may know of: a published one is everybody's, a draft its keepers'."""

    def announced_to(self, viewer: Actor, at: datetime) -> ProjectQuerySet:
        """A draft is not announced: nothing of it is known before it is published."""
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> ProjectQuerySet:
        """Published projects, and the drafts of the bodies that the viewer serves."""
        if is_installer.test(viewer):
            return self.all()
        published = models.Q(published_at__lte=at)
        bodies = uids_of(viewer.scopes(Role.COOPERATION_OFFICER), "organisation")
        if not bodies:
            return self.filter(published)
        kept = Participation.objects.filter(organisation__uid__in=bodies, role__in=KEEPING_ROLES)
        return self.filter(published | models.Q(pk__in=kept.order_by().values("project_id")))


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
    is_triennial = models.BooleanField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("project", kwargs={"slug": self.slug})

    def is_public(self, at: datetime) -> bool:
        return self.published_at is not None and self.published_at <= at

    def keeper_urns(self) -> frozenset[str]:
        """The bodies whose cooperation officers keep this record."""
        kept = self.participations.filter(role__in=KEEPING_ROLES, organisation__isnull=False)
        return frozenset(p.organisation.urn for p in kept.select_related("organisation") if p.organisation)

    def first_known_year(self) -> int | None:
        """The earliest year in which something was signed or begun; a mission alone binds nobody."""
        years = [y for y in (self.first_signed_year, self.start_year) if y is not None]
        return min(years) if years else None


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
