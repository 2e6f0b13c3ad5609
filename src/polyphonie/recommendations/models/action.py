from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField


class ActionLink(Identified, Sourced):
    """A recommendation and an action of a room above, known by urn and label only."""

    urn_kind: ClassVar[str] = "action_link"

    recommendation = models.ForeignKey(
        "recommendations.Recommendation", on_delete=models.PROTECT, related_name="action_links"
    )
    relation = models.CharField(max_length=15)
    action_urn = models.CharField(max_length=200, db_index=True)
    label = LocalisedField()
    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started = models.DateField(null=True, blank=True)
    started_precision = models.CharField(max_length=5, default="day")
    visibility = models.CharField(max_length=10, default="public")
    linked_at = models.DateTimeField()

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

    class Meta:
        ordering = ["-submitted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.submitted_at}"


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

    class Meta:
        ordering = ["-dated", "pk"]

    def __str__(self) -> str:
        return str(self.text)
