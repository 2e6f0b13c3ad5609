from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced, Urn
from polyphonie.kernel.localised import LocalisedField, LocalisedText
from polyphonie.network.enums import INSTALLATION, Role, label_of

from ..enums import Access, ColumnRole


class Design(Identified, Sourced):
    """How a sample was drawn and how its variance is had: columns of weights and replicates, scales with
    their plausible values. Immutable: another reading of the documentation is another version.

    ``terms`` is read by :class:`polyphonie.assessments.domain.designs.DesignTerms`; ``status`` says of
    each line whether it is documented, inferred or unverified.
    """

    urn_kind: ClassVar[str] = "design"

    slug = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    label = LocalisedField()
    terms = models.JSONField()
    status = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["slug", "-version"]
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="design_version_once")]

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"


class Threshold(Identified, Sourced):
    """A cut score with its owner: two bodies put *sufficient* at two places of the same scale."""

    urn_kind: ClassVar[str] = "threshold"

    label = LocalisedField()
    owner = models.CharField(max_length=200)
    unit = models.CharField(max_length=60)
    scale = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=10, decimal_places=3)

    class Meta:
        ordering = ["scale", "value", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "unit", "scale", "value"], name="threshold_once_per_owner"
            ),
            models.CheckConstraint(
                name="threshold_with_source", condition=~Q(source_label="") | Q(is_fictitious=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.label)


def bodies_analysed_by(viewer: Actor) -> list[Any]:
    """The ids of the bodies over which the viewer holds the role of analysis."""
    urns = (text.split(":") for text in viewer.scopes(Role.ANALYST))
    return sorted(Urn.parse(":".join(p)).uid for p in urns if len(p) == 3 and p[1] == "organisation")


def datasets_named_to(viewer: Actor) -> list[Any]:
    """The ids of the data sets to which the viewer was named."""
    urns = (text.split(":") for text in viewer.scopes(Role.ANALYST))
    return sorted(Urn.parse(":".join(p)).uid for p in urns if len(p) == 3 and p[1] == "dataset")


def sees_everything(viewer: Actor) -> bool:
    return viewer.is_system or viewer.holds(Role.ADMINISTRATOR, INSTALLATION)


class DatasetQuerySet(models.QuerySet["Dataset"]):
    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        """Who may know that a data set exists, its hash and how to ask for it; never a row of it."""
        if sees_everything(viewer):
            return self.all()
        own = Q(owner__uid__in=bodies_analysed_by(viewer)) | Q(uid__in=datasets_named_to(viewer))
        return self.filter(own | (Q(state__in=["ready", "superseded"]) & ~Q(access=Access.CLOSED)))

    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Who may have something computed from it. Nobody reads its rows here."""
        ready = self.filter(state="ready")
        if sees_everything(viewer):
            return ready
        if not viewer.holds(Role.ANALYST):
            return ready.none()
        own = Q(owner__uid__in=bodies_analysed_by(viewer))
        named = Q(uid__in=datasets_named_to(viewer), access=Access.RESTRICTED)
        return ready.filter(own | named | Q(access__in=[Access.OPEN, Access.RESULTS]))

    def kept_by(self, viewer: Actor) -> Self:
        """Those of the bodies that the viewer serves as analyst, whatever their state."""
        if sees_everything(viewer):
            return self.all()
        return self.filter(owner__uid__in=bodies_analysed_by(viewer))

    def downloadable_by(self, viewer: Actor, at: datetime) -> Self:
        """Open ones that are ready: the only files that leave."""
        return self.filter(access=Access.OPEN, state__in=["ready", "superseded"])


class Dataset(Identified, Sourced):
    """A file of pupils. Its bytes lie outside of every served folder, named by their hash; what stands
    here is about it, never of it."""

    urn_kind: ClassVar[str] = "dataset"

    round = models.ForeignKey(
        "assessments.Round", on_delete=models.PROTECT, null=True, blank=True, related_name="datasets"
    )
    design = models.ForeignKey("assessments.Design", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    title = LocalisedField()
    population = LocalisedField()
    year = models.PositiveSmallIntegerField()
    grade = LocalisedField(blank=True)
    sha256 = models.CharField(max_length=64)
    table_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField()
    columns = models.PositiveSmallIntegerField()
    codebook = models.JSONField(default=list, blank=True)
    documentation = LocalisedField(blank=True)
    terms = LocalisedField(blank=True)
    notes = models.JSONField(default=list, blank=True)
    access = models.CharField(max_length=12, default="results")
    state = models.CharField(max_length=12, default="checked")
    received_at = models.DateTimeField()
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    version = models.PositiveIntegerField(default=1)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "sha256"],
                condition=~Q(state="withdrawn"),
                name="dataset_file_once_per_owner",
            ),
            models.CheckConstraint(
                name="dataset_with_provenance", condition=~Q(source_label="") | Q(is_fictitious=True)
            ),
            models.CheckConstraint(name="dataset_not_empty", condition=Q(rows__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("dataset", args=[self.uid])

    @property
    def access_label(self) -> str:
        return label_of(Access, self.access)

    @property
    def short_hash(self) -> str:
        return self.sha256[:12]

    def reporting_columns(self) -> dict[str, LocalisedText]:
        """The columns by which a table may be broken down, with their labels."""
        return {
            column["name"]: LocalisedText(column.get("label") or {"fr": column["name"]})
            for column in self.codebook
            if column["role"] == ColumnRole.REPORTING
        }

    def value_label(self, column: str, value: str) -> LocalisedText:
        """The word for a value of a column, as the codebook has it."""
        for entry in self.codebook:
            if entry["name"] == column:
                found = entry.get("values", {}).get(value)
                if found:
                    return LocalisedText(found)
        return LocalisedText({"fr": value, "en": value})
