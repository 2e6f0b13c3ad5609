from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField
from polyphonie.kernel.unavailable import Unavailable

from .keeping import edits_evidence, kept_by


class Indicator(Identified, Sourced):
    """What is measured: definition, unit, determinant. Its measures live in the observatory."""

    urn_kind: ClassVar[str] = "indicator"

    code = models.SlugField(max_length=60, unique=True)
    label = LocalisedField()
    definition = LocalisedField()
    unit = LocalisedField()
    determinant = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.label)


class FigureQuerySet(models.QuerySet["Figure"]):
    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Published ones; drafts too for those who keep them."""
        public = Q(published_at__lte=at)
        return self.filter(public | kept_by(viewer) if edits_evidence(viewer) else public)

    def kept_by(self, viewer: Actor) -> Self:
        """Those that the viewer publishes, supersedes, and corrects while they are drafts."""
        return self.filter(kept_by(viewer))

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        """A figure is not announced: it is known when it can be read."""
        return self.readable_by(viewer, at)


class Figure(Identified, Sourced):
    """One number with its unit, definition, year and source, and its standard error where it is an
    estimate. A published figure is never corrected: a new one supersedes it.

    A value that nobody can give is a row without value, with the reason in ``why_unavailable``.
    """

    urn_kind: ClassVar[str] = "figure"

    label = LocalisedField()
    definition = LocalisedField(blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    is_unavailable = models.BooleanField(default=False)
    why_unavailable = LocalisedField(blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    standard_error = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    unit = LocalisedField(blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    territory = models.ForeignKey(
        "network.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    indicator = models.ForeignKey(
        "evidence.Indicator", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    keeper = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="figure_published_with_source",
                condition=models.Q(published_at=None)
                | ~models.Q(source_label="")
                | models.Q(is_fictitious=True),
            ),
            models.CheckConstraint(
                name="figure_published_with_year",
                condition=models.Q(published_at=None) | models.Q(year__isnull=False),
            ),
            models.CheckConstraint(
                name="figure_value_or_reason",
                condition=models.Q(value=None, is_unavailable=True)
                | models.Q(value__isnull=False, is_unavailable=False),
            ),
            models.CheckConstraint(
                name="figure_standard_error_not_negative",
                condition=models.Q(standard_error=None) | models.Q(standard_error__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.label)

    def get_absolute_url(self) -> str:
        return reverse("figure", args=[self.uid])

    @property
    def reading(self) -> Decimal | Unavailable:
        """The value, or why there is none."""
        return Unavailable(self.why_unavailable) if self.value is None else self.value
