from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced, Urn
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import Role

from ..enums import ActionRelation, ActionVisibility, Precision
from .process import uids_in
from .recommendation import Recommendation


class ActionLinkQuerySet(models.QuerySet["ActionLink"]):
    def readable_by(self, viewer: Actor, at: datetime) -> ActionLinkQuerySet:
        """Links made by the instant, of recommendations that the viewer reads, as far as the acting body
        shows them."""
        shown = models.Q(visibility=ActionVisibility.PUBLIC)
        if viewer.is_person and viewer.claims:
            shown |= models.Q(visibility=ActionVisibility.PARTNERS)
        if bodies := uids_in(viewer.scopes() | viewer.organisations(), "organisation"):
            shown |= models.Q(organisation__uid__in=bodies)
        readable = Recommendation.objects.readable_by(viewer, at).filter(pk=models.OuterRef("recommendation"))
        return self.filter(shown, models.Exists(readable), linked_at__lte=at)

    def announced_to(self, viewer: Actor, at: datetime) -> ActionLinkQuerySet:
        return self.readable_by(viewer, at)


class ActionLink(Identified, Sourced):
    """A recommendation and an action of a room above, known by urn and label only."""

    urn_kind: ClassVar[str] = "action_link"

    recommendation = models.ForeignKey(
        "recommendations.Recommendation", on_delete=models.PROTECT, related_name="action_links"
    )
    relation = models.CharField(max_length=15, choices=ActionRelation)
    action_urn = models.CharField(max_length=200, db_index=True)
    label = LocalisedField()
    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started = models.DateField(null=True, blank=True)
    started_precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    visibility = models.CharField(max_length=10, choices=ActionVisibility, default=ActionVisibility.PUBLIC)
    linked_at = models.DateTimeField()

    objects = ActionLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "action_urn", "relation"], name="action_link_once"
            ),
            models.CheckConstraint(
                name="action_link_relation",
                condition=models.Q(relation__in=["implements", "illustrates", "precedes"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.action_urn}"

    @property
    def action_permalink(self) -> str:
        """The address that leads to the action, in whichever room it is."""
        urn = Urn.parse(self.action_urn)
        return reverse("permalink", kwargs={"kind": urn.kind, "uid": urn.uid})


class FeedbackQuerySet(models.QuerySet["FeedbackReport"]):
    def readable_by(self, viewer: Actor, at: datetime) -> FeedbackQuerySet:
        """Published reports; before that, those of the body that wrote and of the body that issued."""
        shown = models.Q(published_at__lte=at)
        roles = (Role.SITE_COORDINATOR, Role.TRAINING_ENGINEER, Role.HOST_COORDINATOR)
        if bodies := uids_in(viewer.scopes(*roles), "organisation"):
            shown |= models.Q(organisation__uid__in=bodies)
            shown |= models.Q(recommendation__issuer__uid__in=bodies)
        readable = Recommendation.objects.readable_by(viewer, at).filter(pk=models.OuterRef("recommendation"))
        return self.filter(shown, models.Q(recommendation=None) | models.Exists(readable))

    def announced_to(self, viewer: Actor, at: datetime) -> FeedbackQuerySet:
        return self.readable_by(viewer, at)


class FeedbackReport(Identified, Sourced):
    """What happened: modalities, publics reached, effects observed. It comes back as evidence."""

    urn_kind: ClassVar[str] = "feedback"

    recommendation = models.ForeignKey(
        "recommendations.Recommendation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_reports",
    )
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    language = models.CharField(max_length=20, default="fr")
    modalities = models.TextField()
    publics = models.TextField(blank=True)
    effects = models.TextField(blank=True)
    submitted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.submitted_at}"

    def get_absolute_url(self) -> str:
        return reverse("feedback", args=[self.uid])


class FollowUp(Identified, Sourced):
    """What became of a recommendation, dated."""

    urn_kind: ClassVar[str] = "follow_up"

    recommendation = models.ForeignKey(
        "recommendations.Recommendation", on_delete=models.PROTECT, related_name="follow_ups"
    )
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    dated = models.DateField()
    text = LocalisedField()
    next_date = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-dated", "pk"]

    def __str__(self) -> str:
        return str(self.text)
