from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField


class Service(models.Model):
    """An à-la-carte service: priced on real time, ordered by an amendment. The list is data."""

    slug = models.SlugField(max_length=60, unique=True)
    label = LocalisedField()
    output = LocalisedField(blank=True)
    limit = LocalisedField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return str(self.label)


class ServicePhase(models.Model):
    """One step of a service: what the estimate and the time sheet are broken down by."""

    service = models.ForeignKey("partnerships.Service", on_delete=models.CASCADE, related_name="phases")
    slug = models.SlugField(max_length=60)
    label = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["service", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["service", "slug"], name="service_phase_once")]

    def __str__(self) -> str:
        return str(self.label)


class Tariff(Identified):
    """The hourly rate of a host for a service, from a day to a day, the end exclusive. None is shipped:
    the scale of charges is each host's own, and two of the same service never overlap."""

    urn_kind: ClassVar[str] = "tariff"

    host = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("partnerships.Service", on_delete=models.PROTECT, related_name="tariffs")
    hourly_rate = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["service", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(name="tariff_positive", condition=Q(hourly_rate__gt=0)),
            models.CheckConstraint(
                name="tariff_period",
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
            ),
            models.UniqueConstraint(fields=["host", "service", "valid_from"], name="tariff_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.hourly_rate} {self.currency}/h"

    @property
    def last_day(self) -> date | None:
        return self.valid_until - timedelta(days=1) if self.valid_until else None
