"""Who may, in this room."""

from __future__ import annotations

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role

from .enums import Access


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@rules.predicate
def is_analyst(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.ANALYST)


@rules.predicate
def is_analyst_of(actor, body):  # type: ignore[no-untyped-def]
    return actor.holds(Role.ANALYST, body.urn)


@rules.predicate
def is_analyst_of_its_owner(actor, subject):  # type: ignore[no-untyped-def]
    """Of the body that owns the assessment or the data set."""
    return actor.holds(Role.ANALYST, subject.owner.urn)


@rules.predicate
def may_compute_on(actor, dataset):  # type: ignore[no-untyped-def]
    """By access level: every analyst, those named to the data set, or those of its owner."""
    if actor.holds(Role.ANALYST, dataset.owner.urn):
        return True
    if dataset.access == Access.RESTRICTED:
        return actor.holds(Role.ANALYST, dataset.urn)
    return dataset.access in {Access.OPEN, Access.RESULTS} and actor.holds(Role.ANALYST)


_OWNER = _("Il faut le rôle « analyse » de l'instance propriétaire ; demandez-le-lui.")
declare(
    "assessments.open_form",
    is_analyst | is_installer,
    sentence=_("Il faut le rôle « analyse » d'une instance ; demandez-le à l'administration du site."),
)
declare("assessments.open_assessment", is_analyst_of | is_installer, sentence=_OWNER)
declare("assessments.keep_assessment", is_analyst_of_its_owner | is_installer, sentence=_OWNER)
declare("assessments.receive_dataset", is_analyst_of | is_installer, sentence=_OWNER)
declare("assessments.keep_dataset", is_analyst_of_its_owner | is_installer, sentence=_OWNER)
declare("assessments.review_table", is_analyst_of_its_owner | is_installer, sentence=_OWNER)
declare(
    "assessments.compute",
    may_compute_on | is_installer,
    sentence=_(
        "Ce jeu de données est restreint ou fermé ; demandez à son instance propriétaire d'y être désigné."
    ),
)
