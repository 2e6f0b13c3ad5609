from __future__ import annotations

from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified

from ..enums import Side


class CommitteeMeeting(Identified):
    """A meeting of the coordination committee of an agreement, which meets at least once a year.

    ``present`` names functions, never persons. What was decided stands in its decisions.
    """

    urn_kind: ClassVar[str] = "committee_meeting"

    agreement = models.ForeignKey("partnerships.Agreement", on_delete=models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    present = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["agreement", "-held_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["agreement", "held_on"], name="committee_once_a_day")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.held_on}"


class CommitteeDecision(models.Model):
    """One decision of the committee: what, which side does it, by when where a day was set."""

    meeting = models.ForeignKey(
        "partnerships.CommitteeMeeting", on_delete=models.CASCADE, related_name="decisions"
    )
    order = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner = models.CharField(max_length=10, choices=Side)
    due_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["meeting", "order"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "order"], name="committee_decision_order"),
            models.CheckConstraint(name="committee_decision_says", condition=~models.Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text
