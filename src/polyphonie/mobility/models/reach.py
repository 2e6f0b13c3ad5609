"""Which bodies, teams and programmes a viewer works in."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from polyphonie.conferences.models.reach import uids
from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import Role

from ..rules import FOR_THE_BODY, INSIDE


def teams_of(viewer: Actor) -> list[UUID]:
    """The groups in which the viewer sits."""
    return uids(viewer.scopes(*INSIDE), "group")


def programmes_of(viewer: Actor) -> list[UUID]:
    """The programmes in which the viewer takes part, in whichever team."""
    return uids(viewer.scopes(Role.TEAM_MEMBER), "programme")


def organised_by(viewer: Actor) -> list[UUID]:
    """The bodies whose visits the viewer organises."""
    return uids(viewer.scopes(Role.TEAM_MEMBER), "organisation")


def served_by(viewer: Actor) -> list[UUID]:
    """The bodies for which the viewer may act at home."""
    return uids(viewer.scopes(*FOR_THE_BODY), "organisation")


def body_is_one_of(prefix: str, bodies: list[UUID]) -> Q:
    """The body under ``prefix`` is one of these, or one that a body of these took over from."""
    return (
        Q(**{f"{prefix}__uid__in": bodies})
        | Q(**{f"{prefix}__successor__uid__in": bodies})
        | Q(**{f"{prefix}__successor__successor__uid__in": bodies})
    )
