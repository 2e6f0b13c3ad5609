from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified

from ..enums import ClaimKind
from .reach import body_is_one_of, organised_by, teams_of
from .visit import Visit


class SynthesisQuerySet(models.QuerySet["Synthesis"]):
    def announced_to(self, viewer: Actor, at: datetime) -> SynthesisQuerySet:
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> SynthesisQuerySet:
        """Published syntheses of readable visits; one in the making, the team and its organiser."""
        if viewer.is_system:
            return self.all()
        visits = Visit.objects.readable_by(viewer, at).order_by().values("pk")
        return self.filter(
            models.Q(published_at__lte=at, visit__in=visits)
            | models.Q(visit__team__uid__in=teams_of(viewer))
            | body_is_one_of("visit__flow__organiser", organised_by(viewer))
        )


class Synthesis(Identified):
    """What a visit brings back: sentences, each on the sheets it rests on."""

    urn_kind: ClassVar[str] = "synthesis"

    visit = models.OneToOneField("mobility.Visit", on_delete=models.PROTECT, related_name="synthesis")
    language = models.CharField(max_length=20, default="fr")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    is_fictitious = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = SynthesisQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.visit_id}"

    def get_absolute_url(self) -> str:
        return reverse("synthesis", args=[self.visit.uid])


class Claim(Identified):
    """One sentence of a synthesis. Without a sheet it is marked, and nothing is published."""

    urn_kind: ClassVar[str] = "claim"

    synthesis = models.ForeignKey("mobility.Synthesis", on_delete=models.CASCADE, related_name="claims")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=15, choices=ClaimKind)
    text = models.TextField()
    cites = models.ManyToManyField("mobility.Observation", related_name="+", blank=True)

    class Meta:
        ordering = ["synthesis", "order", "pk"]

    def __str__(self) -> str:
        return self.text[:80]
