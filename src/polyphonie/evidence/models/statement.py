from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.enums import label_of

from ..enums import STRENGTH_TONES, Strength, Translation
from .figure import Figure
from .keeping import edits_evidence, kept_by
from .resource import Resource


class StatementQuerySet(models.QuerySet["EvidenceStatement"]):
    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Published claims whose source the viewer may read; drafts too for those who keep them."""
        source = Resource.objects.once_readable_by(viewer, at).order_by().values("pk")
        known = Q(published_at__lte=at)
        if edits_evidence(viewer):
            known |= kept_by(viewer)
        return self.standing(at).filter(known, Q(resource=None) | Q(resource__in=source))

    def kept_by(self, viewer: Actor) -> Self:
        """Those that the viewer publishes, translates and withdraws, and corrects while they are drafts."""
        return self.filter(kept_by(viewer))

    def standing(self, at: datetime) -> Self:
        """Those that were not withdrawn by then."""
        return self.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        """A claim is not announced: it is known when it can be read."""
        return self.readable_by(viewer, at)

    def withdrawn_from(self, viewer: Actor, at: datetime) -> Self:
        """Withdrawn ones that everybody could have read: the reader is told that it is gone."""
        source = Resource.objects.once_readable_by(viewer, at).order_by().values("pk")
        return self.filter(
            Q(resource=None) | Q(resource__in=source),
            published_at__lte=models.F("withdrawn_at"),
            withdrawn_at__lte=at,
        )


class EvidenceStatement(Identified, Sourced):
    """One citable claim: its source, the place in it (page or timecode), its strength.

    The wording stands in one row per language (:class:`EvidenceStatementText`), immutable once the claim
    is published.
    """

    urn_kind: ClassVar[str] = "statement"

    code = models.CharField(max_length=40, blank=True)
    resource = models.ForeignKey(
        "evidence.Resource", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    figures = models.ManyToManyField(
        "evidence.Figure", through="evidence.StatementFigure", related_name="+", blank=True
    )
    page = models.CharField(max_length=40, blank=True)
    timecode = models.DurationField(null=True, blank=True)
    strength = models.CharField(max_length=20, default="unrated")
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    keeper = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = StatementQuerySet.as_manager()

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

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.uid])

    @property
    def strength_label(self) -> str:
        return label_of(Strength, self.strength)

    @property
    def strength_tone(self) -> str:
        return STRENGTH_TONES.get(Strength(self.strength), "neutral")

    @property
    def cited_figures(self) -> list[Figure]:
        """The figures in the claim's own order; prefetched for a viewer, those that the viewer may read."""
        return [citation.figure for citation in self.citations.all()]

    @property
    def wording(self) -> LocalisedText:
        """The claim in all its languages (prefetch ``texts`` where several are shown)."""
        return LocalisedText({t.language: t.text for t in self.texts.all()})


class StatementFigure(models.Model):
    """A figure that a claim rests on, in the order in which the claim gives it."""

    statement = models.ForeignKey(
        "evidence.EvidenceStatement", on_delete=models.CASCADE, related_name="citations"
    )
    figure = models.ForeignKey("evidence.Figure", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["statement", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "figure"], name="statement_cites_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} → {self.figure_id}"


class EvidenceStatementText(models.Model):
    """The claim in one language. Immutable once published: another wording is another statement."""

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

    @property
    def translation_label(self) -> str:
        return label_of(Translation, self.translation)
