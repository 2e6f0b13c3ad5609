"""What a body keeps: the claims, figures and disagreements that were written for it."""

from __future__ import annotations

from django.db.models import Q

from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import INSTALLATION, Role

from ..rules import WRITING, writing_bodies


def edits_evidence(viewer: Actor) -> bool:
    """Whether somebody writes claims and figures, for whichever body."""
    return any(viewer.holds(role) for role in WRITING) or viewer.holds(Role.ADMINISTRATOR, INSTALLATION)


def kept_by(viewer: Actor) -> Q:
    """What the bodies of somebody keep, or the bodies that theirs took over from. What was written for
    no body is kept by all who write evidence; everything by who administers the installation."""
    if viewer.is_system or viewer.holds(Role.ADMINISTRATOR, INSTALLATION):
        return Q(pk__isnull=False)
    if not edits_evidence(viewer):
        return Q(pk__in=[])
    bodies = writing_bodies(viewer)
    return (
        Q(keeper=None)
        | Q(keeper__uid__in=bodies)
        | Q(keeper__successor__uid__in=bodies)
        | Q(keeper__successor__successor__uid__in=bodies)
    )
