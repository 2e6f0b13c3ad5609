from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified


class Derivation(Identified):
    """What a site made of a source: the relation, the reason, who confirmed it and when.

    Both ends are revisions, never the living recommendation. Confirmed rows are never rewritten:
    a change of mind sets ``superseded_at`` and makes a new row.
    """

    urn_kind: ClassVar[str] = "derivation"

    process = models.ForeignKey(
        "recommendations.Process", on_delete=models.PROTECT, related_name="derivations"
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
    relation = models.CharField(max_length=15)
    reason = models.TextField()
    reason_language = models.CharField(max_length=20, default="fr")
    changed_fields = models.JSONField(default=list)
    changed_criteria = models.JSONField(default=list)
    review_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    source_changed = models.BooleanField(default=False)

    class Meta:
        ordering = ["process", "pk"]
        constraints = [
            models.CheckConstraint(
                name="derivation_reason_given",
                condition=models.Q(reason__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="derivation_ends_fit_relation",
                condition=(
                    models.Q(relation="de_novo", source=None, target__isnull=False)
                    | models.Q(relation__in=["not_adopted", "deferred"], source__isnull=False, target=None)
                    | models.Q(
                        relation__in=["adopted", "adapted", "merged", "split", "translated"],
                        source__isnull=False,
                        target__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="derivation_deferred_has_date",
                condition=~models.Q(relation="deferred") | models.Q(review_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["source", "target", "relation"],
                condition=models.Q(superseded_at=None, target__isnull=False),
                name="derivation_once",
            ),
            models.UniqueConstraint(
                fields=["process", "source"],
                condition=models.Q(superseded_at=None)
                & models.Q(relation__in=["adopted", "adapted", "not_adopted", "deferred"]),
                name="derivation_one_answer_per_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.source_id}→{self.target_id}"


class EtDJudgement(models.Model):
    """A site's judgement on one criterion beside the locked judgement of the source."""

    derivation = models.ForeignKey(
        "recommendations.Derivation", on_delete=models.CASCADE, related_name="judgements"
    )
    criterion = models.CharField(max_length=30)
    code = models.CharField(max_length=30)
    source_judgement = models.CharField(max_length=30, blank=True)
    considerations = models.TextField(blank=True)

    class Meta:
        ordering = ["derivation", "criterion"]
        constraints = [models.UniqueConstraint(fields=["derivation", "criterion"], name="judgement_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.code}"
