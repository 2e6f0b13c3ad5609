from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField

from .public import PublicQuerySet


class Theme(Identified):
    """A subject of the tree. ``synonyms`` holds, per language, other words people search by."""

    urn_kind: ClassVar[str] = "theme"

    slug = models.SlugField(max_length=80, unique=True)
    title = LocalisedField()
    summary = LocalisedField(blank=True)
    synonyms = models.JSONField(default=dict, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    objects = PublicQuerySet["Theme"].as_manager()

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("theme", args=[self.slug])
