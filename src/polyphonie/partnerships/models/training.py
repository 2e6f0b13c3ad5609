from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField

from ..enums import HOST_ROLES, PARTNER_ROLES, TrainingKind
from ..rules import is_installer
from .agreement import Agreement, of_body, uids_of


class TrainingActionQuerySet(models.QuerySet["TrainingAction"]):
    def readable_by(self, viewer: Actor, at: datetime) -> TrainingActionQuerySet:
        """Published ones; drafts for those who act for the body, and for a host to whom it was handed over
        as a proof."""
        written = self.filter(recorded_at__lte=at)
        if is_installer.test(viewer):
            return written
        known = Q(published_at__lte=at)
        if bodies := uids_of(viewer.scopes(*PARTNER_ROLES), "organisation"):
            known |= of_body("organisation", bodies)
        if uids_of(viewer.scopes(*HOST_ROLES), "organisation"):
            agreements = Agreement.objects.readable_by(viewer, at).order_by().values("pk")
            from .commitment import Proof  # the two modules know each other

            handed = Proof.objects.filter(commitment__agreement__in=agreements, submitted_at__lte=at)
            known |= Q(pk__in=handed.order_by().values("training_action"))
        return written.filter(known)

    def announced_to(self, viewer: Actor, at: datetime) -> TrainingActionQuerySet:
        return self.readable_by(viewer, at)


class TrainingAction(Identified, Sourced):
    """An entry of an académie's training programme: what, for whom, when, where, by which functions.

    ``trainers`` names functions, never persons. An action in relation to a recommendation once published.
    """

    urn_kind: ClassVar[str] = "training_action"

    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=TrainingKind, default=TrainingKind.SESSION)
    code = models.CharField(max_length=40, blank=True)
    title = LocalisedField()
    aims = LocalisedField(blank=True)
    public = LocalisedField(blank=True)
    trainers = LocalisedField(blank=True)
    place = LocalisedField(blank=True)
    is_remote = models.BooleanField(default=False)
    duration_minutes = models.PositiveIntegerField()
    start_date = models.DateField()
    until_date = models.DateField()
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    resources = models.ManyToManyField("evidence.Resource", related_name="+", blank=True)
    recorded_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TrainingActionQuerySet.as_manager()

    class Meta:
        ordering = ["-start_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="training_ends_after_start", condition=Q(until_date__gt=models.F("start_date"))
            ),
            models.CheckConstraint(name="training_lasts", condition=Q(duration_minutes__gte=1)),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("training_action", args=[self.uid])

    @property
    def last_day(self) -> date:
        return self.until_date - timedelta(days=1)

    @property
    def duration(self) -> tuple[int, int]:
        """Hours and minutes."""
        return divmod(self.duration_minutes, 60)

    def is_public(self, at: datetime) -> bool:
        return self.published_at is not None and self.published_at <= at
