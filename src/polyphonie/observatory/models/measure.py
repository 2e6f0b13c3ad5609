from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField
from polyphonie.kernel.unavailable import Unavailable
from polyphonie.network.enums import INSTALLATION, Role, label_of

from ..enums import MissingReason, ObservationStatus


class Determinant(Identified, Sourced):
    """One of the families under which indicators stand. ``slug`` is what an indicator names."""

    urn_kind: ClassVar[str] = "determinant"

    slug = models.SlugField(max_length=60, unique=True)
    label = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return str(self.label)


def keeps_measures(viewer: Actor) -> bool:
    """Who reads measures before they are published."""
    return (
        viewer.is_system or viewer.holds(Role.OBSERVATORY) or viewer.holds(Role.ADMINISTRATOR, INSTALLATION)
    )


class MeasureQuerySet(models.QuerySet["Measure"]):
    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Published ones; the others for those who keep measures."""
        return self.all() if keeps_measures(viewer) else self.filter(published_at__lte=at)

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        """A measure is not announced: it is known when it can be read."""
        return self.readable_by(viewer, at)

    def standing(self, viewer: Actor, at: datetime) -> Self:
        """The readable ones in whose place no other readable one has been put."""
        replaced = Measure.objects.readable_by(viewer, at).filter(revises__isnull=False)
        return self.readable_by(viewer, at).exclude(pk__in=replaced.order_by().values("revises"))


class Measure(Identified, Sourced):
    """An indicator for a territory and a year, as one source gives it: a value, or why there is none.

    Two sources that disagree are two measures; nobody chooses for the reader. A published measure is
    never corrected: another one revises it.
    """

    urn_kind: ClassVar[str] = "measure"

    indicator = models.ForeignKey("evidence.Indicator", on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey("network.Territory", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    missing_reason = models.CharField(max_length=1, blank=True)
    status = models.CharField(max_length=1, default="A")
    decimals = models.PositiveSmallIntegerField(default=0)
    standard_error = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    note = LocalisedField(blank=True)
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField()
    revises = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="revised_by"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    figure = models.OneToOneField(
        "evidence.Figure", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "territory", "year", "pk"]
        constraints = [
            models.CheckConstraint(
                name="measure_value_or_reason",
                condition=Q(value=None, missing_reason__gt="") | Q(value__isnull=False, missing_reason=""),
            ),
            models.CheckConstraint(
                name="measure_with_source", condition=~Q(source_label="") | Q(is_fictitious=True)
            ),
            models.CheckConstraint(
                name="measure_standard_error_not_negative",
                condition=Q(standard_error=None) | Q(standard_error__gte=0),
            ),
            models.CheckConstraint(
                name="measure_not_its_revision", condition=Q(revises=None) | ~Q(revises=F("pk"))
            ),
            models.UniqueConstraint(fields=["revises"], name="measure_revised_once"),
            models.UniqueConstraint(
                fields=["indicator", "territory", "year", "source_label"],
                condition=Q(revises=None),
                name="measure_once_per_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.territory_id} {self.year}"

    @property
    def reading(self) -> Decimal | Unavailable:
        """The value, or why there is none."""
        return Unavailable(self.missing_label) if self.value is None else self.value

    @property
    def missing_label(self) -> str:
        return label_of(MissingReason, self.missing_reason) if self.missing_reason else ""

    @property
    def status_label(self) -> str:
        return label_of(ObservationStatus, self.status)
