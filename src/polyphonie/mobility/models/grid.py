from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField, LocalisedText


class GridQuerySet(models.QuerySet["GridVersion"]):
    def announced_to(self, viewer: Actor, at: datetime) -> GridQuerySet:
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> GridQuerySet:
        """A grid is read by everybody from its publication on: it says what will be looked at."""
        return self.filter(published_at__lte=at)


class GridVersion(Identified, Sourced):
    """What a team looks at: themes × steering elements, in one version that never changes again.

    How many themes and elements there are is data; a list that its source leaves open stays open, by a
    version that follows.
    """

    urn_kind: ClassVar[str] = "grid"

    code = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    title = LocalisedField()
    published_at = models.DateTimeField()

    objects = GridQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="grid_version_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("grid", args=[self.uid])


class GridTheme(models.Model):
    """A row of the grid."""

    grid = models.ForeignKey("mobility.GridVersion", on_delete=models.CASCADE, related_name="themes")
    code = models.SlugField(max_length=60)
    label = LocalisedField()
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["grid", "order"]
        constraints = [models.UniqueConstraint(fields=["grid", "code"], name="grid_theme_once")]

    def __str__(self) -> str:
        return str(self.label)


class GridElement(models.Model):
    """A column of the grid: an element of steering."""

    grid = models.ForeignKey("mobility.GridVersion", on_delete=models.CASCADE, related_name="elements")
    code = models.SlugField(max_length=60)
    label = LocalisedField()
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["grid", "order"]
        constraints = [models.UniqueConstraint(fields=["grid", "code"], name="grid_element_once")]

    def __str__(self) -> str:
        return str(self.label)


class Criterion(Identified):
    """A cell of the grid: one theme under one element, with its question and its anchors, if it is rated.

    ``anchors`` is a list of ``{"value": 1, "text": {"fr": …}}``, from the lowest; empty where the cell is
    not rated, which is normal.
    """

    urn_kind: ClassVar[str] = "criterion"

    grid = models.ForeignKey("mobility.GridVersion", on_delete=models.CASCADE, related_name="criteria")
    theme = models.ForeignKey("mobility.GridTheme", on_delete=models.CASCADE, related_name="criteria")
    element = models.ForeignKey("mobility.GridElement", on_delete=models.CASCADE, related_name="criteria")
    code = models.SlugField(max_length=130)
    question = LocalisedField(blank=True)
    guidance = LocalisedField(blank=True)
    anchors = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["grid", "theme__order", "element__order"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "theme", "element"], name="criterion_once"),
            models.UniqueConstraint(fields=["grid", "code"], name="criterion_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.theme} × {self.element}"

    @property
    def scale(self) -> list[tuple[int, LocalisedText]]:
        """The values of the rating, each with what it stands for."""
        rows: list[dict[str, Any]] = self.anchors
        return [(int(row["value"]), LocalisedText(row["text"])) for row in rows]
