from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Urn
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import Role, label_of

from ..enums import MissingReason
from .measure import keeps_measures


def bodies_answered_for_by(viewer: Actor) -> list[object]:
    """The ids of the bodies for which the viewer answers as national correspondent."""
    urns = (text.split(":") for text in viewer.scopes(Role.NATIONAL_CORRESPONDENT))
    return sorted(Urn.parse(":".join(p)).uid for p in urns if len(p) == 3 and p[1] == "organisation")


class CollectionRoundQuerySet(models.QuerySet["CollectionRound"]):
    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Those who keep the observatory, and the correspondents of the members that are asked."""
        if keeps_measures(viewer):
            return self.all()
        bodies = bodies_answered_for_by(viewer)
        asked = Submission.objects.filter(organisation__uid__in=bodies).order_by().values("round")
        return self.filter(pk__in=asked, opens_at__lte=at)

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        return self.readable_by(viewer, at)


class CollectionRound(Identified):
    """A request for data: some indicators, one year, some members, from an instant to an instant."""

    urn_kind: ClassVar[str] = "collection_round"

    title = LocalisedField()
    year = models.PositiveSmallIntegerField()
    indicators = models.ManyToManyField("evidence.Indicator", related_name="+")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    is_fictitious = models.BooleanField(default=False)

    objects = CollectionRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "pk"]
        constraints = [
            models.CheckConstraint(name="collection_round_period", condition=Q(closes_at__gt=F("opens_at")))
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("collection_round", args=[self.uid])

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Those who keep the observatory, and the member's own correspondent; nobody else's answers."""
        if keeps_measures(viewer):
            return self.all()
        return self.filter(organisation__uid__in=bodies_answered_for_by(viewer), round__opens_at__lte=at)

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        return self.readable_by(viewer, at)


class Submission(Identified):
    """What one member answers to a round. ``territory`` is where it measures, ``organisation`` the member
    whose correspondent signs."""

    urn_kind: ClassVar[str] = "submission"

    round = models.ForeignKey(
        "observatory.CollectionRound", on_delete=models.PROTECT, related_name="submissions"
    )
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey("network.Territory", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=15, default="invited")
    signed_by = models.UUIDField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["round", "territory__code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "territory"], name="submission_once_per_territory"),
            models.CheckConstraint(
                name="submission_signed_by_somebody",
                condition=~Q(state__in=["signed", "published"]) | Q(signed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.territory_id}"

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.uid])


class SubmissionCell(models.Model):
    """One answer: a value, or why there is none; until then neither. What is proposed beside it (the
    last measure known) counts as nothing until somebody accepts it."""

    submission = models.ForeignKey("observatory.Submission", on_delete=models.CASCADE, related_name="cells")
    indicator = models.ForeignKey("evidence.Indicator", on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    missing_reason = models.CharField(max_length=1, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    standard_error = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    source_label = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    proposed = models.ForeignKey(
        "observatory.Measure", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_by = models.UUIDField(null=True, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    query = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["submission", "indicator__code"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "indicator"], name="submission_cell_once"),
            models.CheckConstraint(
                name="submission_cell_value_or_reason",
                condition=Q(value=None) | Q(missing_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.indicator_id}"

    @property
    def is_answered(self) -> bool:
        return self.value is not None or bool(self.missing_reason)

    @property
    def missing_label(self) -> str:
        return label_of(MissingReason, self.missing_reason) if self.missing_reason else ""

    @property
    def change(self) -> Decimal | None:
        """Against what is proposed, where both are numbers."""
        if self.value is None or self.proposed is None or self.proposed.value is None:
            return None
        return self.value - self.proposed.value
