from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced


class EvidenceStatement(Identified, Sourced):
    """One citable claim: its source, the place in it (page or timecode), its strength.

    The wording stands in one immutable row per language (:class:`EvidenceStatementText`).
    """

    urn_kind: ClassVar[str] = "statement"

    code = models.CharField(max_length=40, blank=True)
    resource = models.ForeignKey(
        "evidence.Resource", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    figure = models.ForeignKey(
        "evidence.Figure", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    page = models.CharField(max_length=40, blank=True)
    timecode = models.DurationField(null=True, blank=True)
    strength = models.CharField(max_length=20, default="unrated")
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="statement_published_with_source",
                condition=models.Q(published_at=None)
                | ~models.Q(source_label="")
                | models.Q(resource__isnull=False)
                | models.Q(is_fictitious=True),
            )
        ]

    def __str__(self) -> str:
        return self.code or str(self.uid)


class EvidenceStatementText(models.Model):
    """The claim in one language. Immutable: another wording is another statement."""

    statement = models.ForeignKey(
        "evidence.EvidenceStatement", on_delete=models.CASCADE, related_name="texts"
    )
    language = models.CharField(max_length=20)
    text = models.TextField()
    translation = models.CharField(max_length=10, default="original")

    class Meta:
        ordering = ["statement", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "language"], name="statement_text_once_per_language")
        ]

    def __str__(self) -> str:
        return self.text[:60]
