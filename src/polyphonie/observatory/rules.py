"""Who may, in this room."""

from __future__ import annotations

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@rules.predicate
def keeps_the_observatory(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.OBSERVATORY)


declare(
    "observatory.keep_measures",
    keeps_the_observatory | is_installer,
    sentence=_("Il faut le rôle « observatoire » ; demandez-le à l'instance qui le tient."),
)


@rules.predicate
def answers_for(actor, submission):  # type: ignore[no-untyped-def]
    return actor.holds(Role.NATIONAL_CORRESPONDENT, submission.organisation.urn)


declare(
    "observatory.answer",
    answers_for | is_installer,
    sentence=_("Il faut la correspondance nationale de ce membre pour répondre à cette collecte."),
)


@rules.predicate
def takes_part_in_collections(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.NATIONAL_CORRESPONDENT) or actor.holds(Role.OBSERVATORY)


declare(
    "observatory.read_collections",
    takes_part_in_collections | is_installer,
    sentence=_(
        "Il faut le rôle « observatoire », ou la correspondance nationale d'un membre, pour lire des collectes."
    ),
)
