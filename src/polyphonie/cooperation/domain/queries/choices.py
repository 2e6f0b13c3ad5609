"""What the forms of the room offer to choose from."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation
from polyphonie.recommendations.models import Recommendation

from ...models import uids_of
from ...rules import is_installer


def owners_open_to(viewer: Actor) -> QuerySet[Organisation]:
    """The bodies for which the viewer may record a project, with those that they took over from."""
    bodies = Organisation.objects.order_by("slug")
    if is_installer.test(viewer):
        return bodies
    served = uids_of(viewer.scopes(Role.COOPERATION_OFFICER), "organisation")
    return bodies.filter(uid__in=served)


def linkable_recommendations(viewer: Actor, at: datetime) -> QuerySet[Recommendation]:
    """The recommendations to which a project can be linked: those that the viewer may read."""
    return Recommendation.objects.readable_by(viewer, at).order_by("process", "order", "pk")
