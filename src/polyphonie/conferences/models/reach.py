"""Which rows the urns of an actor's claims name."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Urn
from polyphonie.network.enums import INSTALLATION, Role


def uids(urns: Iterable[str], kind: str) -> list[UUID]:
    """The public ids among the urns that are of one kind, in a stable order."""
    found = []
    for text in urns:
        try:
            urn = Urn.parse(text)
        except ValueError:
            continue  # the installation's own scope, or one of another form
        if urn.kind == kind:
            found.append(urn.uid)
    return sorted(found)


def sees_everything(viewer: Actor) -> bool:
    """A task of the house, or somebody who administers the installation."""
    return viewer.is_system or viewer.holds(Role.ADMINISTRATOR, INSTALLATION)
