"""For which bodies somebody may speak."""

from __future__ import annotations

from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Organisation

from ...models.process import uids_in


def bodies_of(viewer: Actor) -> list[Organisation]:
    """The organisations over which, or for which, the viewer holds a mandate."""
    wanted = uids_in(viewer.scopes() | viewer.organisations(), "organisation")
    return list(Organisation.objects.filter(uid__in=wanted).order_by("slug"))
