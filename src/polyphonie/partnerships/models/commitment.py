from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified

from ..enums import ProofKind, ProofState
from .agreement import Agreement


class Commitment(Identified):
    """A duty of the partner under an agreement, with its due date. Whether it is kept or late at an instant
    is computed from its proofs; a waiver is dated, with its author and its reason."""

    urn_kind: ClassVar[str] = "commitment"

    agreement = models.ForeignKey(
        "partnerships.Agreement", on_delete=models.CASCADE, related_name="commitments"
    )
    type = models.ForeignKey("partnerships.CommitmentType", on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    threshold = models.PositiveSmallIntegerField(default=1)
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.UUIDField(null=True, blank=True)
    waiver_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["agreement", "due_date", "type__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "type", "due_date"], name="commitment_once"),
            models.CheckConstraint(
                name="commitment_waiver_has_reason",
                condition=Q(waived_at=None, waived_by=None, waiver_reason="")
                | (Q(waived_at__isnull=False, waived_by__isnull=False) & ~Q(waiver_reason="")),
            ),
            models.CheckConstraint(name="commitment_threshold", condition=Q(threshold__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.due_date}"

    def get_absolute_url(self) -> str:
        return f"{self.agreement.get_absolute_url()}#engagement-{self.uid}"


class ProofQuerySet(models.QuerySet["Proof"]):
    def readable_by(self, viewer: Actor, at: datetime) -> ProofQuerySet:
        """A proof is read by those who read its agreement: the partner hands it over to the host."""
        agreements = Agreement.objects.readable_by(viewer, at).order_by().values("pk")
        return self.filter(submitted_at__lte=at, commitment__agreement__in=agreements)

    def announced_to(self, viewer: Actor, at: datetime) -> ProofQuerySet:
        return self.readable_by(viewer, at)


class Proof(Identified):
    """What shows that a commitment was kept: an entry of the PAF, a feedback report, a file or a link."""

    urn_kind: ClassVar[str] = "proof"

    commitment = models.ForeignKey("partnerships.Commitment", on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(max_length=20, choices=ProofKind)
    training_action = models.ForeignKey(
        "partnerships.TrainingAction", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    feedback = models.ForeignKey(
        "recommendations.FeedbackReport", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    link = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.UUIDField()
    state = models.CharField(max_length=10, choices=ProofState, default=ProofState.SUBMITTED)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.UUIDField(null=True, blank=True)
    refusal_reason = models.TextField(blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="proof_points_to_what_it_says",
                condition=Q(
                    kind="training_action", training_action__isnull=False, feedback=None, file=None, link=""
                )
                | Q(kind="feedback", feedback__isnull=False, training_action=None, file=None, link="")
                | Q(kind="file", file__isnull=False, training_action=None, feedback=None, link="")
                | (Q(kind="link", training_action=None, feedback=None, file=None) & ~Q(link="")),
            ),
            models.CheckConstraint(
                name="proof_reviewed_once",
                condition=Q(state="submitted", reviewed_at=None, refusal_reason="")
                | Q(state="accepted", reviewed_at__isnull=False, refusal_reason="")
                | (Q(state="refused", reviewed_at__isnull=False) & ~Q(refusal_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.submitted_at}"

    def state_at(self, at: datetime) -> ProofState:
        """What was known of it at an instant."""
        if self.reviewed_at is None or self.reviewed_at > at:
            return ProofState.SUBMITTED
        return ProofState(self.state)
