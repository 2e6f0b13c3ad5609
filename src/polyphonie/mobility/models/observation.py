from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified

from ..enums import Audience, EffectEvidence, ObservationState, Verdict
from .reach import programmes_of, teams_of
from .visit import Visit


class ObservationQuerySet(models.QuerySet["Observation"]):
    def announced_to(self, viewer: Actor, at: datetime) -> ObservationQuerySet:
        """That a sheet exists is told to those who may read it, and to nobody else."""
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> ObservationQuerySet:
        """A draft: its author, as long as they sit in the team. A shared sheet: as far as it was shared.

        No administrator and no organiser reads what a team has not shared with them.
        """
        if viewer.is_system:
            return self.all()
        visits = Visit.objects.readable_by(viewer, at).order_by().values("pk")
        shared = models.Q(state=ObservationState.SHARED)
        readable = shared & models.Q(audience=Audience.PUBLIC)
        if teams := teams_of(viewer):
            own_team = models.Q(visit__team__uid__in=teams)
            readable |= shared & own_team
            if viewer.is_person:
                readable |= own_team & models.Q(
                    state=ObservationState.DRAFT, author__actor_identity__actor_id=viewer.id
                )
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
