from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField


class Recommendation(Identified, Sourced):
    """A numbered proposal with an issuer. What it says stands in its revisions, never here.

    ``code`` is the issuer's numbering (1b); ``heading`` groups codes into orientations.
    """

    urn_kind: ClassVar[str] = "recommendation"

    process = models.ForeignKey(
        "recommendations.Process", on_delete=models.PROTECT, related_name="recommendations"
    )
    kind = models.CharField(max_length=20, default="recommandation")
    code = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField(default=0)
    heading = LocalisedField(blank=True)
    issuer = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(
        "conferences.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    recipients = LocalisedField(blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["process", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["process", "code"], name="recommendation_code_once")]

    def __str__(self) -> str:
        return self.code


class Revision(Identified):
    """An immutable state of a recommendation, with one text per language (:class:`RevisionText`).

    ``sha256`` is the hash of the canonical texts. Published revisions are what others derive from.
    """

    urn_kind: ClassVar[str] = "revision"

    recommendation = models.ForeignKey(
        "recommendations.Recommendation", on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=20, default="draft")
    sha256 = models.CharField(max_length=64)
    direction = models.CharField(max_length=10, blank=True)
    strength = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["recommendation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "number"], name="revision_number_once"),
            models.CheckConstraint(
                name="revision_published_has_instant",
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id}@{self.number}"


class RevisionText(models.Model):
    """The wording of a revision in one language: title and blocks ``[{"block_id", "type", "text"}]``."""

    revision = models.ForeignKey("recommendations.Revision", on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=20)
    title = models.CharField(max_length=400)
    blocks = models.JSONField(default=list)
    translation = models.CharField(max_length=10, default="original")

    class Meta:
        ordering = ["revision", "pk"]
        constraints = [models.UniqueConstraint(fields=["revision", "language"], name="revision_text_once")]

    def __str__(self) -> str:
        return self.title


class EvidenceLink(models.Model):
    """A revision (or one block of it) rests on an evidence statement, which supports, qualifies or
    contradicts it."""

    revision = models.ForeignKey(
        "recommendations.Revision", on_delete=models.CASCADE, related_name="evidence_links"
    )
    statement = models.ForeignKey("evidence.EvidenceStatement", on_delete=models.PROTECT, related_name="+")
    block_id = models.CharField(max_length=40, blank=True)
    stance = models.CharField(max_length=15, default="supports")
    locator = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["revision", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "statement", "block_id"], name="evidence_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.statement_id}"
