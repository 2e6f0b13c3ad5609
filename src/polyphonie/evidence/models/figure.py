from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField


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


class Figure(Identified, Sourced):
    """One number with its unit, definition, year and source, and its standard error where it is an
    estimate. A figure is never corrected: a new one supersedes it."""

    urn_kind: ClassVar[str] = "figure"

    label = LocalisedField()
    definition = LocalisedField()
    value = models.DecimalField(max_digits=18, decimal_places=6)
    decimals = models.PositiveSmallIntegerField(default=0)
    standard_error = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    unit = LocalisedField()
    year = models.PositiveSmallIntegerField()
    territory = models.ForeignKey(
        "network.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    indicator = models.ForeignKey(
        "evidence.Indicator", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="figure_published_with_source",
                condition=models.Q(published_at=None) | ~models.Q(source_label=""),
            ),
            models.CheckConstraint(
                name="figure_standard_error_not_negative",
                condition=models.Q(standard_error=None) | models.Q(standard_error__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.label)
