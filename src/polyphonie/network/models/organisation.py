from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField


class Organisation(Identified, Sourced):
    """A body: kind, identifiers, validity, successor. An instance is an organisation with a parent.

    A body that ended keeps its row and its history; ``successor`` names the one that took over.
    """

    urn_kind: ClassVar[str] = "organisation"

    kind = models.CharField(max_length=40)
    slug = models.SlugField(max_length=80, unique=True)
    name = LocalisedField()
    short_name = LocalisedField(blank=True)
    territory = models.ForeignKey(
        "network.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    identifiers = models.JSONField(default=dict)
    languages = models.JSONField(default=list)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="organisation_validity",
                condition=models.Q(valid_until=None)
                | models.Q(valid_from=None)
                | models.Q(valid_until__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="organisation_not_its_successor",
                condition=models.Q(successor=None) | ~models.Q(successor=models.F("pk")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.short_name or self.name)


class Membership(Identified, Sourced):
    """An organisation belongs to a body, from a day to a day, as a source says."""

    urn_kind: ClassVar[str] = "membership"

    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, default="member")
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.body}"
