from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified

from ..enums import ONE_ANSWER, Relation, Stance
from .process import Process
from .recommendation import Recommendation, Revision


class DerivationQuerySet(models.QuerySet["Derivation"]):
    def readable_by(self, viewer: Actor, at: datetime) -> DerivationQuerySet:
        """Answers that a site has published, and those of the processes the viewer works on. What
        rests on a withdrawn text goes with it, unless another answer took its place: then the answer
        stays in the history, without the text."""
        own = Process.objects.worked_on_by(viewer).values("pk")
        # few texts are ever withdrawn: sets to stay out of, read once, are cheaper than joins per row
        gone = Recommendation.objects.filter(removed_at__isnull=False).order_by()
        gone_texts = Revision.objects.filter(recommendation__removed_at__isnull=False).order_by()
        followed = self.model._default_manager.filter(supersedes__isnull=False).order_by()
        return self.filter(
            models.Q(published_at__lte=at) | models.Q(process__in=own),
            ~models.Q(target__in=gone_texts.values("pk")) | models.Q(pk__in=followed.values("supersedes")),
            ~models.Q(about__in=gone.values("pk")),
        )

    def announced_to(self, viewer: Actor, at: datetime) -> DerivationQuerySet:
        """An answer is not announced before it is published."""
        return self.readable_by(viewer, at)

    def in_force(self, at: datetime) -> DerivationQuerySet:
        """Published answers that stand at the instant: a replaced one stands until the new one is out."""
        return self.filter(models.Q(replaced_at=None) | models.Q(replaced_at__gt=at), published_at__lte=at)

    def working(self) -> DerivationQuerySet:
        """The answers as the site's team has them now."""
        return self.filter(superseded_at=None)


class Derivation(Identified):
    """What a site made of a source: the relation, the reason, who confirmed it and when.

    Both ends are revisions, never the living recommendation; ``about`` names the recommendation of
    the source, so that it is answered once. Confirmed rows are never rewritten: a change of mind
    sets ``superseded_at`` and makes a new row; the public sees the old one until ``replaced_at``.
    """

    urn_kind: ClassVar[str] = "derivation"

    process = models.ForeignKey(
        "recommendations.Process", on_delete=models.PROTECT, related_name="derivations"
    )
    about = models.ForeignKey(
        "recommendations.Recommendation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
    )
    source = models.ForeignKey(
        "recommendations.Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="derived"
    )
    target = models.ForeignKey(
        "recommendations.Revision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="derived_from",
    )
    relation = models.CharField(max_length=15, choices=Relation)
    reason = models.TextField()
    reason_language = models.CharField(max_length=20, default="fr")
    changed_fields = models.JSONField(default=list)
    changed_criteria = models.JSONField(default=list)
    review_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.UUIDField()
    at_version = models.PositiveIntegerField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.UUIDField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    source_changed = models.BooleanField(default=False)

    objects = DerivationQuerySet.as_manager()

    class Meta:
        ordering = ["process", "pk"]
        indexes = [models.Index(fields=["about", "published_at"], name="derivation_about_published")]
        constraints = [
            models.CheckConstraint(name="derivation_reason_given", condition=models.Q(reason__regex=r"\S")),
            models.CheckConstraint(
                name="derivation_ends_fit_relation",
                condition=(
                    models.Q(relation="de_novo", source=None, about=None, target__isnull=False)
                    | models.Q(
                        relation__in=["not_adopted", "deferred"],
                        source__isnull=False,
                        about__isnull=False,
                        target=None,
                    )
                    | models.Q(
                        relation__in=["adopted", "adapted", "merged", "split"],
                        source__isnull=False,
                        about__isnull=False,
                        target__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="derivation_deferred_has_date",
                condition=~models.Q(relation="deferred") | models.Q(review_on__isnull=False),
            ),
            models.CheckConstraint(
                name="derivation_published_is_confirmed",
                condition=models.Q(published_at=None) | models.Q(confirmed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["source", "target", "relation"],
                condition=models.Q(superseded_at=None, target__isnull=False),
                name="derivation_once",
            ),
            models.UniqueConstraint(
                fields=["process", "about"],
                condition=models.Q(superseded_at=None) & models.Q(relation__in=sorted(ONE_ANSWER)),
                name="derivation_one_answer_per_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.source_id}→{self.target_id}"

    def get_absolute_url(self) -> str:
        return reverse("derivation", args=[self.uid])

    @property
    def code(self) -> str:
        """The code by which people name an answer: the source's, or that of the new text."""
        if self.about is not None:
            return self.about.code
        assert self.target is not None  # the table's check: new texts have a target
        return self.target.recommendation.code

    @property
    def tone(self) -> str:
        """The tone of the badge that names the relation; the word is always there too."""
        return {"adopted": "good", "adapted": "info", "not_adopted": "bad", "deferred": "warn"}.get(
            self.relation, "neutral"
        )


class ReasonEvidence(models.Model):
    """The evidence on which an answer rests, also where the answer is a refusal and has no text."""

    derivation = models.ForeignKey(
        "recommendations.Derivation", on_delete=models.CASCADE, related_name="evidence"
    )
    statement = models.ForeignKey("evidence.EvidenceStatement", on_delete=models.PROTECT, related_name="+")
    stance = models.CharField(max_length=15, choices=Stance, default=Stance.SUPPORTS)

    class Meta:
        ordering = ["derivation", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["derivation", "statement"], name="reason_evidence_once")
        ]

    def __str__(self) -> str:
        return f"{self.derivation_id}/{self.statement_id}"
