from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField

from ..enums import (
    Audience,
    EditOutcome,
    EffectEvidence,
    ObservationState,
    Settlement,
    Verdict,
)
from .reach import programmes_of, teams_of
from .visit import Visit


class ObservationQuerySet(models.QuerySet["Observation"]):
    def announced_to(self, viewer: Actor, at: datetime) -> ObservationQuerySet:
        """That a sheet exists is told to those who may read it, and to nobody else."""
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> ObservationQuerySet:
        """A draft: its author, as long as they sit in the team. A shared sheet: as far as it was shared;
        where a cell was given to two observers, not before both have shared theirs.

        No administrator and no organiser reads what a team has not shared with them.
        """
        if viewer.is_system:
            return self.all()
        visits = Visit.objects.readable_by(viewer, at).order_by().values("pk")
        shared = models.Q(state=ObservationState.SHARED)
        readable = shared & models.Q(audience=Audience.PUBLIC)
        if teams := teams_of(viewer):
            own_team = models.Q(visit__team__uid__in=teams)
            own = models.Q(author__actor_identity__actor_id=viewer.id)
            readable |= shared & own_team & (own | ~models.Exists(still_blind()))
            if viewer.is_person:
                readable |= own_team & own & models.Q(state=ObservationState.DRAFT)
            # whoever sits in one team of a programme reads what other teams open to it
            readable |= (
                shared
                & models.Q(audience=Audience.PROGRAMME)
                & models.Q(
                    visit__flow__programme__in=Visit.objects.filter(team__uid__in=teams)
                    .order_by()
                    .values("flow__programme")
                )
            )
        if programmes := programmes_of(viewer):
            readable |= (
                shared
                & models.Q(audience=Audience.PROGRAMME)
                & models.Q(visit__flow__programme__uid__in=programmes)
            )
        return self.filter(readable, visit__in=visits)


def still_blind() -> models.QuerySet[Assignment]:
    """Whoever was given the cell of the outer sheet, other than its author, and has not shared theirs."""
    answered = Observation.objects.filter(
        visit=models.OuterRef("visit"),
        criterion=models.OuterRef("criterion"),
        author=models.OuterRef("observer"),
        state=ObservationState.SHARED,
    )
    return Assignment.objects.filter(
        ~models.Exists(answered),
        visit=models.OuterRef("visit"),
        criterion=models.OuterRef("criterion"),
    ).exclude(observer=models.OuterRef("author"))


class Assignment(models.Model):
    """A cell given to an observer. Given to two, it is rated blind: neither reads the other's before
    both have shared."""

    visit = models.ForeignKey("mobility.Visit", on_delete=models.CASCADE, related_name="assignments")
    criterion = models.ForeignKey("mobility.Criterion", on_delete=models.PROTECT, related_name="+")
    observer = models.ForeignKey("network.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["visit", "criterion", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "criterion", "observer"], name="assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} {self.observer_id}"


class Observation(Identified):
    """A sheet: what was seen, said or read in one cell, apart from what somebody makes of it.

    ``client_uuid`` is made where the sheet is written, so that sending it twice makes one sheet.
    """

    urn_kind: ClassVar[str] = "observation"

    visit = models.ForeignKey("mobility.Visit", on_delete=models.PROTECT, related_name="observations")
    criterion = models.ForeignKey("mobility.Criterion", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        "network.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    client_uuid = models.UUIDField(default=uuid4)
    state = models.CharField(max_length=10, choices=ObservationState, default=ObservationState.DRAFT)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.TEAM)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    host = models.ForeignKey(
        "mobility.Host", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source_role = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=20, default="fr")
    fact = models.TextField()
    interpretation = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    preconditions = models.TextField(blank=True)
    change_needed = models.TextField(blank=True)
    effect_evidence = models.CharField(max_length=10, choices=EffectEvidence, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    verdict_reason = models.TextField(blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_anchor = LocalisedField(blank=True)
    is_fictitious = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["observed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "client_uuid"], name="observation_sent_once"),
            models.CheckConstraint(
                name="observation_has_a_fact",
                condition=~models.Q(fact="") | models.Q(state=ObservationState.WITHDRAWN),
            ),
            models.CheckConstraint(
                name="observation_verdict_with_reason",
                condition=models.Q(verdict="") | ~models.Q(verdict_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.criterion_id}"

    def get_absolute_url(self) -> str:
        return reverse("observation", args=[self.uid])

    @property
    def is_draft(self) -> bool:
        return self.state == ObservationState.DRAFT


class Reconciliation(Identified):
    """How two observers settled a cell that they rated differently: a third record, signed by both.

    The two sheets stay as they are, and agreement is computed on them alone. ``rating`` is None where
    both ratings are kept in dissent.
    """

    urn_kind: ClassVar[str] = "reconciliation"

    visit = models.ForeignKey("mobility.Visit", on_delete=models.CASCADE, related_name="reconciliations")
    criterion = models.ForeignKey("mobility.Criterion", on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey("mobility.Observation", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("mobility.Observation", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Settlement)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    first_signed_at = models.DateTimeField(null=True, blank=True)
    second_signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["visit", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "criterion"], name="reconciliation_once"),
            models.CheckConstraint(
                name="reconciliation_rating",
                condition=models.Q(outcome=Settlement.DISSENT, rating=None)
                | (~models.Q(outcome=Settlement.DISSENT) & models.Q(rating__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.outcome

    @property
    def is_signed(self) -> bool:
        return self.first_signed_at is not None and self.second_signed_at is not None


class Photo(Identified):
    """A picture of a sheet, kept only with a written consent and without what the device wrote into it."""

    urn_kind: ClassVar[str] = "visit_photo"

    observation = models.ForeignKey("mobility.Observation", on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=200)
    consent = models.ForeignKey("mobility.Consent", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["observation", "pk"]

    def __str__(self) -> str:
        return self.caption


class SentEdit(Identified):
    """A sheet, or a change of one, that a device sent: received once under its own number.

    ``version`` is that of the sheet right after it. What came too late to be written over what stood is
    kept in ``said``, until its author settles it.
    """

    urn_kind: ClassVar[str] = "sent_edit"

    visit = models.ForeignKey("mobility.Visit", on_delete=models.CASCADE, related_name="sent_edits")
    observation = models.ForeignKey("mobility.Observation", on_delete=models.CASCADE, related_name="edits")
    edit_uuid = models.UUIDField()
    outcome = models.CharField(max_length=10, choices=EditOutcome)
    version = models.PositiveIntegerField()
    said = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "edit_uuid"], name="edit_received_once")]

    def __str__(self) -> str:
        return self.outcome
