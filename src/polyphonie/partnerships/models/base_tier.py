from __future__ import annotations

from django.db import models

from polyphonie.kernel.localised import LocalisedField


class CommitmentType(models.Model):
    """A reciprocal commitment: enter an event in the PAF, send feedback … The list is data."""

    slug = models.SlugField(max_length=60, unique=True)
    label = LocalisedField()
    duty = LocalisedField()
    proof_wanted = LocalisedField()
    threshold = models.PositiveSmallIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return str(self.label)


class Benefit(models.Model):
    """One line of the base tier, without payment. The list is data; ``opens_resources`` is what code knows.

    ``required`` names the commitments that condition it; none named means all of them.
    """

    slug = models.SlugField(max_length=60, unique=True)
    heading = LocalisedField()
    label = LocalisedField()
    limit = LocalisedField(blank=True)
    opens_resources = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    required = models.ManyToManyField("partnerships.CommitmentType", related_name="+", blank=True)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return str(self.label)
