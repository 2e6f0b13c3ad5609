from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified
from polyphonie.recommendations.models import Revision

from ..enums import STANDING, Choice, DecisionState, Mode, ObjectionKind, Progress


class DecisionQuerySet(models.QuerySet["Decision"]):
    def readable_by(self, viewer: Actor, at: datetime) -> DecisionQuerySet:
        """A decision is read with its text: adopted by everybody, in the making by those at work."""
        return self.filter(revision__in=Revision.objects.readable_by(viewer, at).order_by().values("pk"))

    def announced_to(self, viewer: Actor, at: datetime) -> DecisionQuerySet:
        """That a text is in the making is part of what is closed."""
        return self.readable_by(viewer, at)

    def standing(self, at: datetime) -> DecisionQuerySet:
        """Adopted by the instant."""
        return self.filter(state__in=STANDING, decided_at__lte=at)


class Decision(Identified):
    """What an instance decided, one to one with the revision that says it.

    The text, its languages and its lineage are those of the recommendation; here stands how it was
    decided: rapporteur, mode, members present and required, objections, roll of votes. What was counted
    is frozen at the adoption; a later change is a rectification or a new decision.
    """

    urn_kind: ClassVar[str] = "decision"

    meeting = models.ForeignKey("governance.Meeting", on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(
        "governance.AgendaItem", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    revision = models.OneToOneField("recommendations.Revision", on_delete=models.PROTECT, related_name="+")
    symbol = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=30, choices=DecisionState, default=DecisionState.DRAFT)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.CONSENSUS)
    rapporteur = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    presiding = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    debate_opened_at = models.DateTimeField(null=True, blank=True)
    window_closes_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    present = models.PositiveSmallIntegerField(null=True, blank=True)
    required = models.PositiveSmallIntegerField(null=True, blank=True)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    tally = models.JSONField(default=dict)
    text_sha256 = models.CharField(max_length=64, blank=True)
    report_due = models.DateField(null=True, blank=True)
    is_fictitious = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "symbol"]
        constraints = [
            models.CheckConstraint(
                name="decision_adopted_with_quorum",
                condition=~models.Q(state__in=sorted(STANDING))
                | (
                    models.Q(decided_at__isnull=False)
                    & models.Q(required__gte=1)
                    & models.Q(present__gte=models.F("required"))
                    & ~models.Q(text_sha256="")
                ),
            )
        ]

    def __str__(self) -> str:
        return self.symbol

    def get_absolute_url(self) -> str:
        return f"{self.revision.recommendation.get_absolute_url()}#decision"

    @property
    def is_standing(self) -> bool:
        return self.state in STANDING


class Objection(models.Model):
    """What a member has against a text. It stays in the record after the adoption, withdrawn or not."""

    decision = models.ForeignKey("governance.Decision", on_delete=models.PROTECT, related_name="objections")
    member = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=ObjectionKind)
    block_id = models.CharField(max_length=40, blank=True)
    reason = models.TextField()
    language = models.CharField(max_length=20, default="fr")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    is_fictitious = models.BooleanField(default=False)

    class Meta:
        ordering = ["decision", "made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "member", "block_id"],
                condition=models.Q(withdrawn_at=None),
                name="objection_once",
            ),
            models.CheckConstraint(name="objection_has_reason", condition=models.Q(reason__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.member_id} {self.kind}"


class Ballot(models.Model):
    """A member's answer at the roll call: one per member, never by proxy."""

    decision = models.ForeignKey("governance.Decision", on_delete=models.PROTECT, related_name="ballots")
    member = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice)
    cast_at = models.DateTimeField()
    is_fictitious = models.BooleanField(default=False)

    class Meta:
        ordering = ["decision", "pk"]
        constraints = [models.UniqueConstraint(fields=["decision", "member"], name="ballot_once")]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.member_id}"


class FollowUpReportQuerySet(models.QuerySet["FollowUpReport"]):
    def readable_by(self, viewer: Actor, at: datetime) -> FollowUpReportQuerySet:
        """A report is read with the decision that it is about."""
        decisions = Decision.objects.readable_by(viewer, at).order_by().values("pk")
        return self.filter(decision__in=decisions, entered_at__lte=at)

    def announced_to(self, viewer: Actor, at: datetime) -> FollowUpReportQuerySet:
        return self.readable_by(viewer, at)


class FollowUpReport(Identified):
    """What a member did about a decision in a period, with its proof. One per decision, member and
    period; where there is none, nothing is known, which is not the same as nothing done."""

    urn_kind: ClassVar[str] = "follow_up_report"

    decision = models.ForeignKey("governance.Decision", on_delete=models.PROTECT, related_name="reports")
    member = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=20)
    progress = models.CharField(max_length=20, choices=Progress)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=20, default="fr")
    lead = models.CharField(max_length=200, blank=True)
    indicator = models.CharField(max_length=200, blank=True)
    started = models.DateField(null=True, blank=True)
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField()
    is_fictitious = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = FollowUpReportQuerySet.as_manager()

    class Meta:
        ordering = ["decision", "-period", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "member", "period"], name="follow_up_report_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.member_id} {self.period}"

    def get_absolute_url(self) -> str:
        return f"{self.decision.revision.recommendation.get_absolute_url()}#suivi-{self.uid}"


class FollowUpProof(Identified):
    """A document or a link that shows what a report says."""

    urn_kind: ClassVar[str] = "follow_up_proof"

    report = models.ForeignKey("governance.FollowUpReport", on_delete=models.CASCADE, related_name="proofs")
    label = models.CharField(max_length=300)
    link = models.URLField(max_length=500, blank=True)
    file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["report", "pk"]
        constraints = [
            models.CheckConstraint(
                name="follow_up_proof_is_there",
                condition=models.Q(file__isnull=False) | ~models.Q(link=""),
            )
        ]

    def __str__(self) -> str:
        return self.label
