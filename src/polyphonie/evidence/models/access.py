from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Urn
from polyphonie.kernel.localised import LocalisedField


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    def in_force(self, at: datetime) -> AccessGrantQuerySet:
        return self.filter(Q(until_at=None) | Q(until_at__gt=at), from_at__lte=at)

    def held_by(self, viewer: Actor) -> AccessGrantQuerySet:
        """Grants of the bodies for which the viewer holds a role."""
        return self.filter(organisation__uid__in=[Urn.parse(u).uid for u in viewer.organisations()])

    def scopes_open_to(self, viewer: Actor, at: datetime) -> frozenset[str]:
        """The urns opened early to the viewer's bodies, read first so that one filter can follow."""
        if not viewer.organisations():
            return frozenset()
        return frozenset(self.held_by(viewer).in_force(at).order_by().values_list("scope", flat=True))


class AccessGrant(Identified):
    """An organisation may read early what ``scope`` names, by urn (a resource, a conference, a body's
    all), from an instant to an instant, for a reason that both sides can read. Written by rooms above."""

    urn_kind: ClassVar[str] = "access_grant"

    organisation = models.ForeignKey("network.Organisation", on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=200, db_index=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    reason = LocalisedField()

    objects = AccessGrantQuerySet.as_manager()

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
