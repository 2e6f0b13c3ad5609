from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import FALLBACK, LocalisedField, direction

from ..enums import RecommendationKind, RevisionState, Stance, Translation
from .process import Process

BEST_FIRST = {Translation.ORIGINAL: 0, Translation.REVIEWED: 1, Translation.MACHINE: 2}


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def published(self, at: datetime) -> RecommendationQuerySet:
        """With a revision that was public at the instant, and not withdrawn."""
        public = Revision.objects.filter(
            recommendation=models.OuterRef("pk"), state=RevisionState.PUBLISHED, published_at__lte=at
        )
        return self.filter(models.Exists(public), removed_at=None)

    def readable_by(self, viewer: Actor, at: datetime) -> RecommendationQuerySet:
        """What is published at the instant, and the drafts of the processes the viewer works on."""
        public = Revision.objects.filter(
            recommendation=models.OuterRef("pk"), state=RevisionState.PUBLISHED, published_at__lte=at
        )
        own = Process.objects.worked_on_by(viewer).values("pk")
        return self.filter(models.Q(models.Exists(public)) | models.Q(process__in=own), removed_at=None)

    def announced_to(self, viewer: Actor, at: datetime) -> RecommendationQuerySet:
        """A draft is not announced: that a jury writes on a point is part of what is closed."""
        return self.readable_by(viewer, at)

    def known_to(self, viewer: Actor, at: datetime) -> RecommendationQuerySet:
        """Readable, or withdrawn after having been so: the latter are told apart by ``removed_at``."""
        was_public = Revision.objects.filter(recommendation=models.OuterRef("pk"), published_at__lte=at)
        own = Process.objects.worked_on_by(viewer).values("pk")
        return self.filter(models.Q(models.Exists(was_public)) | models.Q(process__in=own))


class Recommendation(Identified, Sourced):
    """A numbered proposal with an issuer. What it says stands in its revisions, never here.

    ``code`` is the issuer's numbering (1b); ``heading`` groups codes into orientations.
    """

    urn_kind: ClassVar[str] = "recommendation"

    process = models.ForeignKey(
        "recommendations.Process", on_delete=models.PROTECT, related_name="recommendations"
    )
    kind = models.CharField(
        max_length=20, choices=RecommendationKind, default=RecommendationKind.RECOMMENDATION
    )
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

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["process", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "code"],
                condition=models.Q(removed_at=None),
                name="recommendation_code_once",
            )
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("recommendation", args=[self.uid])


class RevisionQuerySet(models.QuerySet["Revision"]):
    def readable_by(self, viewer: Actor, at: datetime) -> RevisionQuerySet:
        """Published at the instant, or a draft of a process the viewer works on; never withdrawn."""
        own = Process.objects.worked_on_by(viewer).values("pk")
        return self.filter(
            models.Q(state=RevisionState.PUBLISHED, published_at__lte=at)
            | models.Q(recommendation__process__in=own),
            recommendation__removed_at=None,
        )

    def announced_to(self, viewer: Actor, at: datetime) -> RevisionQuerySet:
        """Nothing of a draft is announced."""
        return self.readable_by(viewer, at)

    def current(self, at: datetime) -> RevisionQuerySet:
        """Of each recommendation, the newest revision that was public at the instant."""
        newer = Revision.objects.filter(
            recommendation=models.OuterRef("recommendation"),
            state=RevisionState.PUBLISHED,
            published_at__lte=at,
            number__gt=models.OuterRef("number"),
        )
        return self.filter(
            ~models.Exists(newer),
            state=RevisionState.PUBLISHED,
            published_at__lte=at,
            recommendation__removed_at=None,
        )


class Revision(Identified):
    """An immutable state of a recommendation, with texts in languages (:class:`RevisionText`).

    ``sha256`` is the hash of the canonical original texts. Published revisions are what others
    derive from.
    """

    urn_kind: ClassVar[str] = "revision"

    recommendation = models.ForeignKey(
        "recommendations.Recommendation", on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=20, choices=RevisionState, default=RevisionState.DRAFT)
    sha256 = models.CharField(max_length=64)
    direction = models.CharField(max_length=10, blank=True)
    strength = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

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

    def get_absolute_url(self) -> str:
        return reverse("recommendation_revision", args=[self.recommendation.uid, self.number])

    def text_for(self, language: str) -> RevisionText | None:
        """The text a reader of ``language`` is given: theirs, or the original, or any there is.
        Of two texts in one language the better translation wins. Reads the prefetched texts."""
        texts = sorted(self.texts.all(), key=lambda t: (BEST_FIRST.get(Translation(t.translation), 9), t.pk))
        originals = [t.language for t in texts if t.translation == Translation.ORIGINAL]
        for wanted in (language, language.split("-")[0], *originals, *FALLBACK):
            for text in texts:
                if text.language == wanted:
                    return text
        return texts[0] if texts else None

    def texts_by_language(self) -> dict[str, RevisionText]:
        """The best text of each language."""
        texts = sorted(self.texts.all(), key=lambda t: (BEST_FIRST.get(Translation(t.translation), 9), t.pk))
        found: dict[str, RevisionText] = {}
        for text in texts:
            found.setdefault(text.language, text)
        return found


class RevisionText(models.Model):
    """The wording of a revision in one language: title and blocks ``[{"block_id", "type", "text"}]``.

    Never rewritten. A reviewed translation is added beside the machine's and read instead of it.
    """

    revision = models.ForeignKey("recommendations.Revision", on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=20)
    title = models.CharField(max_length=400)
    blocks = models.JSONField(default=list)
    translation = models.CharField(max_length=10, choices=Translation, default=Translation.ORIGINAL)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["revision", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "language", "translation"], name="revision_text_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def body(self) -> str:
        """The paragraphs and list items as plain text, as they were typed."""
        return "\n\n".join(
            ("- " + b["text"]) if b["type"] == "item" else b["text"]
            for b in self.blocks
            if b["type"] in {"paragraph", "item"}
        )

    def of_type(self, block_type: str) -> str:
        return "\n\n".join(b["text"] for b in self.blocks if b["type"] == block_type)

    @property
    def population(self) -> str:
        return self.of_type("population")

    @property
    def conditions(self) -> str:
        return self.of_type("conditions")

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The blocks for display, list items gathered into lists."""
        parts: list[dict[str, Any]] = []
        for block in self.blocks:
            if block["type"] == "item":
                if not parts or parts[-1]["type"] != "list":
                    parts.append({"type": "list", "items_": []})
                parts[-1]["items_"].append(block)
            else:
                parts.append(block)
        return parts


class EvidenceLink(models.Model):
    """A revision (or one block of it) rests on an evidence statement, which supports, qualifies or
    contradicts it."""

    revision = models.ForeignKey(
        "recommendations.Revision", on_delete=models.CASCADE, related_name="evidence_links"
    )
    statement = models.ForeignKey("evidence.EvidenceStatement", on_delete=models.PROTECT, related_name="+")
    block_id = models.CharField(max_length=40, blank=True)
    stance = models.CharField(max_length=15, choices=Stance, default=Stance.SUPPORTS)
    locator = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["revision", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "statement", "block_id"], name="evidence_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.statement_id}"
