"""For which bodies somebody may speak."""

from __future__ import annotations

from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import INSTALLATION
from polyphonie.network.models import Organisation

from ...models.process import uids_in
from ...rules import ACTING


def bodies_of(viewer: Actor) -> list[Organisation]:
    """The organisations over which, or for which, the viewer holds a mandate."""
    wanted = uids_in(viewer.scopes() | viewer.organisations(), "organisation")
    return list(Organisation.objects.filter(uid__in=wanted).order_by("slug"))


def acts_for_a_body(viewer: Actor) -> bool:
    """Whether there is a body for which the viewer sends feedback and says what became of things."""
    scopes = viewer.scopes(*ACTING)
    return bool(uids_in(scopes, "organisation")) or (INSTALLATION in scopes and bool(viewer.organisations()))
