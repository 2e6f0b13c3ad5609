"""For which body evidence is written."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation

from ..rules import writing_bodies


class KeeperMissing(Refusal):
    """Somebody who works for several bodies says for which one this is written."""

    def __init__(self, bodies: int) -> None:
        super().__init__(
            _("Vous écrivez pour %(bodies)d instances ; dites pour laquelle est cette fiche.")
            % {"bodies": bodies},
            field="keeper",
        )


def bodies_written_for(by: Actor) -> list[Organisation]:
    """The bodies for which somebody writes evidence, in the order of their names. One that another of
    them took over keeps what it has, and gets nothing new."""
    bodies = writing_bodies(by)
    return list(
        Organisation.objects.filter(uid__in=bodies).exclude(successor__uid__in=bodies).order_by("slug")
    )


def keeper_for(by: Actor, wanted: Organisation | None) -> Organisation | None:
    """The body that will keep what is written: the one named, where the person writes for it, or the only
    one there is. None for a role that is held for no body, and for a task."""
    permit("evidence.write_evidence", by, wanted)
    if wanted is not None:
        return wanted
    bodies = bodies_written_for(by)
    if len(bodies) > 1:
        raise KeeperMissing(len(bodies))
    return bodies[0] if bodies else None
