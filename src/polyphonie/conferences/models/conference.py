from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import Role

from .reach import sees_everything, uids


class ConferenceQuerySet(models.QuerySet["Conference"]):
    def announced_to(self, viewer: Actor, at: datetime) -> ConferenceQuerySet:
        """Announced by ``at``; a conference in preparation is known to its host and its own people."""
        if sees_everything(viewer):
            return self
        return self.filter(
            models.Q(announced_at__lte=at)
            | models.Q(uid__in=uids(viewer.scopes(), "conference"))
            | models.Q(host__uid__in=uids(viewer.scopes(Role.HOST_COORDINATOR), "organisation"))
        )

    def readable_by(self, viewer: Actor, at: datetime) -> ConferenceQuerySet:
        """What is announced is readable: sessions, sites and resources are cut by their own rules."""
        return self.announced_to(viewer, at)

    def run_by(self, viewer: Actor) -> ConferenceQuerySet:
        """Those that the viewer coordinates for the host."""
        if sees_everything(viewer):
            return self
        scopes = viewer.scopes(Role.HOST_COORDINATOR)
        return self.filter(
            models.Q(uid__in=uids(scopes, "conference"))
            | models.Q(host__uid__in=uids(scopes, "organisation"))
        )


class Conference(Identified, Sourced):
    """What a host runs: days, place, zone, languages in which it is shared.

    ``clock_offset`` moves the programme clock of a demonstration; it is zero for a real conference.
    ``programme_version`` counts the changes of the programme; it travels in the schedule files.
    ``version`` counts the changes of the conference's own terms, so that nobody's is overwritten unseen.
    """

    urn_kind: ClassVar[str] = "conference"

    slug = models.SlugField(max_length=80, unique=True)
    acronym = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    title = LocalisedField()
    summary = LocalisedField(blank=True)
    host = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    partners = models.ManyToManyField("network.Organisation", related_name="+", blank=True)
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    place = LocalisedField(blank=True)
    start_date = models.DateField()
    end_date = models.DateField()
    time_zone = models.CharField(max_length=60, default="Europe/Paris")
    languages = models.JSONField(default=list)
    link = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=20, default="draft")
    announced_at = models.DateTimeField(null=True, blank=True)
    outcomes_published_date = models.DateField(null=True, blank=True)
    clock_offset = models.DurationField(default=timedelta(0))
    programme_version = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        ordering = ["start_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="conference_end_not_before_start",
                condition=models.Q(end_date__gte=models.F("start_date")),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("conference", kwargs={"slug": self.slug})


class ProcessPhase(Sourced):
    """One dated step of the process. How many there are, and which, is data."""

    conference = models.ForeignKey("conferences.Conference", on_delete=models.CASCADE, related_name="phases")
    order = models.PositiveSmallIntegerField()
    title = LocalisedField()
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["conference", "order"]
        constraints = [models.UniqueConstraint(fields=["conference", "order"], name="phase_order_once")]

    def __str__(self) -> str:
        return str(self.title)


class ConferenceResource(models.Model):
    """A resource of a conference. Its verb writes the opening instants on the resource."""

    conference = models.ForeignKey(
        "conferences.Conference", on_delete=models.CASCADE, related_name="resource_links"
    )
    resource = models.ForeignKey("evidence.Resource", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        "conferences.Session", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["conference", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "resource"], name="conference_resource_once")
        ]

    def __str__(self) -> str:
        return f"{self.conference_id}/{self.resource_id}"
