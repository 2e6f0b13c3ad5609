"""Who may, in this room."""

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@rules.predicate
def is_officer_of(actor, organisation):  # type: ignore[no-untyped-def]
    return actor.holds(Role.COOPERATION_OFFICER, organisation.urn)


@rules.predicate
def keeps_project(actor, project):  # type: ignore[no-untyped-def]
    scopes = actor.scopes(Role.COOPERATION_OFFICER)
    return bool(scopes) and bool(scopes & project.keeper_urns())


@rules.predicate
def is_officer(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.COOPERATION_OFFICER)


declare(
    "cooperation.open_form",
    is_officer | is_installer,
    sentence=_(
        "Il faut le rôle « coopération » d'une collectivité ; demandez-le à l'administration du site."
    ),
)
declare(
    "cooperation.record_project",
    is_officer_of | is_installer,
    sentence=_("Il faut le rôle « coopération » pour ce maître d'ouvrage ; demandez-le à cette instance."),
)
declare(
    "cooperation.keep_project",
    keeps_project | is_installer,
    sentence=_(
        "Il faut le rôle « coopération » pour un maître d'ouvrage ou un maître d'œuvre de ce projet ; "
        "demandez-le à cette instance."
    ),
)
