from __future__ import annotations

from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField

from ..enums import FactKind


class StatedFact(Sourced):
    """What a source says of a body: when it was made, where it sits, how many members it has.

    Sources that disagree are rows of one kind, side by side; none replaces another.
    """

    body = models.ForeignKey("network.Organisation", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=FactKind)
    text = LocalisedField()
    number = models.PositiveIntegerField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["body", "kind", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="stated_fact_with_source",
                condition=~models.Q(source_label="") | models.Q(is_fictitious=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.text)


class Attestation(Sourced):
    """A source shows a membership at a time: a founder in 1960, a seat in the Bureau of 2003.

    The day on which the membership began is often unknown; the year in which it is attested is not.
    """

    membership = models.ForeignKey("network.Membership", on_delete=models.CASCADE, related_name="+")
    text = LocalisedField()
    year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["membership", "year", "pk"]
        constraints = [
            models.CheckConstraint(
                name="attestation_with_source",
                condition=~models.Q(source_label="") | models.Q(is_fictitious=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.text)


class InstanceRules(Identified, Sourced):
    """How an instance decides: its seats, its quorum, its threshold, its languages, its symbols.

    There is no default: what no administrator has set, the instance cannot do. A quorum of more than
    half is 1/2 ``strict``; of two thirds, 2/3 and at least.
    """

    urn_kind: ClassVar[str] = "instance_rules"

    instance = models.OneToOneField("network.Organisation", on_delete=models.PROTECT, related_name="+")
    seats = models.PositiveSmallIntegerField()
    quorum_numerator = models.PositiveSmallIntegerField()
    quorum_denominator = models.PositiveSmallIntegerField()
    quorum_is_strict = models.BooleanField()
    vote_numerator = models.PositiveSmallIntegerField(default=1)
    vote_denominator = models.PositiveSmallIntegerField(default=2)
    vote_is_strict = models.BooleanField(default=True)
    languages = models.JSONField(default=list)
    symbol_prefix = models.CharField(max_length=60)
    set_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="instance_has_seats", condition=models.Q(seats__gte=1)),
            models.CheckConstraint(
                name="quorum_is_a_share",
                condition=models.Q(quorum_numerator__gte=1)
                & models.Q(quorum_denominator__gte=models.F("quorum_numerator")),
            ),
            models.CheckConstraint(
                name="threshold_is_a_share",
                condition=models.Q(vote_numerator__gte=1)
                & models.Q(vote_denominator__gte=models.F("vote_numerator")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id} {self.quorum_numerator}/{self.quorum_denominator}"
