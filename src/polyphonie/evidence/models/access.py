from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField


class AccessGrant(Identified):
    """An organisation may read what ``scope`` names (a resource or a conference, by urn) from an
    instant to an instant, for a reason that both sides can read. Written by rooms above."""

    urn_kind: ClassVar[str] = "access_grant"

    organisation = models.ForeignKey("network.Organisation", on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=200, db_index=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    reason = LocalisedField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="access_grant_period",
                condition=models.Q(until_at=None) | models.Q(until_at__gt=models.F("from_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.scope}"
