from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField


class ResourceKind(models.Model):
    """Framing report, scientific input, expert note … The list is data: a new kind is a row."""

    slug = models.SlugField(max_length=60, unique=True)
    label = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)
    opens_early = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return str(self.label)


class Resource(Identified, Sourced):
    """One document, clip or deck. Three plain instants say who reads it when:
    ``announced_at`` (kind and date only), ``early_at`` (entitled partners), ``public_at`` (everybody)."""

    urn_kind: ClassVar[str] = "resource"

    kind = models.ForeignKey("evidence.ResourceKind", on_delete=models.PROTECT, related_name="+")
    title = LocalisedField()
    summary = LocalisedField(blank=True)
    authors = models.CharField(max_length=300, blank=True)
    issuer = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    dated = models.DateField(null=True, blank=True)
    link = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    locator = models.CharField(max_length=200, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    early_at = models.DateTimeField(null=True, blank=True)
    public_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-dated", "pk"]
        constraints = [
            models.CheckConstraint(
                name="resource_early_before_public",
                condition=models.Q(early_at=None)
                | models.Q(public_at=None)
                | models.Q(early_at__lte=models.F("public_at")),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class ResourceVersion(Identified):
    """One released state of a resource in one language: a file of ours or an address elsewhere."""

    urn_kind: ClassVar[str] = "resource_version"

    resource = models.ForeignKey("evidence.Resource", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=20)
    translation = models.CharField(max_length=10, default="original")
    file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    link = models.URLField(max_length=500, blank=True)
    released_at = models.DateTimeField()

    class Meta:
        ordering = ["resource", "-number", "language"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "number", "language"], name="resource_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.resource} v{self.number} ({self.language})"
