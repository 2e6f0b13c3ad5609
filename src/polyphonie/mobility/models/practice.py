from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.conferences.models.reach import sees_everything
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField

from ..enums import Axis, EffectEvidence, PlanState, Verdict
from .reach import body_is_one_of, organised_by, served_by, teams_of


class PracticeCardQuerySet(models.QuerySet["PracticeCard"]):
    def announced_to(self, viewer: Actor, at: datetime) -> PracticeCardQuerySet:
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> PracticeCardQuerySet:
        """Published cards; one in preparation, the visit's team and its organiser."""
        if viewer.is_system:
            return self.all()
        return self.filter(
            models.Q(published_at__lte=at)
            | models.Q(visit__team__uid__in=teams_of(viewer))
            | body_is_one_of("visit__flow__organiser", organised_by(viewer))
        )


class PracticeCard(Identified, Sourced):
    """One transferable practice on a page: what, where, on which conditions, with which effect, how to
    try it. It rests on sheets of the visit; each reader sees those that they may read."""

    urn_kind: ClassVar[str] = "practice"

    visit = models.ForeignKey("mobility.Visit", on_delete=models.PROTECT, related_name="practices")
    title = LocalisedField()
    practice = LocalisedField()
    place = LocalisedField(blank=True)
    preconditions = LocalisedField()
    effect = LocalisedField(blank=True)
    effect_evidence = models.CharField(max_length=10, choices=EffectEvidence)
    how_to_try = LocalisedField(blank=True)
    verdict = models.CharField(max_length=20, choices=Verdict)
    verdict_reason = LocalisedField()
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    cites = models.ManyToManyField("mobility.Observation", related_name="+", blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PracticeCardQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("practice", args=[self.uid])


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    def announced_to(self, viewer: Actor, at: datetime) -> ActionPlanQuerySet:
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> ActionPlanQuerySet:
        """Adopted actions; one in preparation, those who act for its body."""
        if sees_everything(viewer):
            return self.all()
        return self.filter(models.Q(adopted_at__lte=at) | body_is_one_of("organisation", served_by(viewer)))


class ActionPlan(Identified, Sourced):
    """What a body will do at home about a practice seen elsewhere: by whom, by when, measured by what."""

    urn_kind: ClassVar[str] = "action_plan"

    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    practice = models.ForeignKey(
        "mobility.PracticeCard", on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )
    title = LocalisedField()
    description = LocalisedField(blank=True)
    axis = models.CharField(max_length=10, choices=Axis, default=Axis.PLAN)
    owner = LocalisedField()
    starts_on = models.DateField()
    due_on = models.DateField()
    indicator = LocalisedField()
    baseline = models.CharField(max_length=60, blank=True)
    target = models.CharField(max_length=60)
    measured = models.CharField(max_length=60, blank=True)
    measured_on = models.DateField(null=True, blank=True)
    unmeasured_reason = LocalisedField(blank=True)
    result = LocalisedField(blank=True)
    adjustment = LocalisedField(blank=True)
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.DRAFT)
    adopted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="action_plan_period", condition=models.Q(due_on__gte=models.F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("action_plan", args=[self.uid])

    def is_late(self, today: date) -> bool:
        """Past its day, and neither evaluated nor closed."""
        return self.due_on < today and self.state in {PlanState.ADOPTED, PlanState.RUNNING}
