"""Who may, in this room."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from rules.predicates import Predicate, predicate

from polyphonie.kernel.rights import declare

from .enums import INSTALLATION, Role


@dataclass(frozen=True, slots=True)
class MandateWanted:
    """A mandate before it exists: what the right to give it is asked about."""

    role: str
    scope: str
    organisation: str = ""


def holds_over(*roles: str, of: Callable[[Any], Iterable[str]], name: str) -> Predicate:
    """A predicate: the actor holds one of the roles over one of the urns that ``of`` names for a subject.

    A subject that names none is nobody's; a role held elsewhere never counts for it.
    """

    def held(actor, subject):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
        scopes = list(of(subject))
        return bool(scopes) and any(actor.holds(role, *scopes) for role in roles)

    return predicate(held, name=name)


def own_urn(subject: Any) -> tuple[str, ...]:
    """The object itself is the scope."""
    return (subject.urn,)


@predicate
def is_system(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.is_system


@predicate
def administers(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@predicate
def coordinates_a_host(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.HOST_COORDINATOR)


@predicate
def wants_administration(_actor, wanted):  # type: ignore[no-untyped-def]
    return wanted.role == Role.ADMINISTRATOR


coordinates_the_scope = holds_over(
    Role.HOST_COORDINATOR,
    of=lambda wanted: (wanted.scope, *filter(None, [wanted.organisation])),
    name="coordinates_the_scope",
)


@predicate
def is_oneself(actor, person):  # type: ignore[no-untyped-def]
    identity = getattr(person, "actor_identity", None)
    return actor.is_person and identity is not None and identity.actor_id == actor.id


@predicate
def is_at_work(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.is_person and bool(actor.claims)


@predicate
def works_for(actor, organisation):  # type: ignore[no-untyped-def]
    return organisation.urn in actor.organisations() or actor.holds(Role.HOST_COORDINATOR)


declare(
    "network.keep_reference_data",
    is_system | administers,
    sentence=_("Il faut le rôle « administration » ; demandez-le à qui administre cette installation."),
)
declare(
    "network.invite_person",
    is_system | administers | coordinates_a_host,
    sentence=_("Il faut le rôle « coordination » d'une instance hôte, ou « administration », pour inviter."),
)
declare(
    "network.give_mandate",
    is_system | administers | (coordinates_the_scope & ~wants_administration),
    sentence=_("Il faut coordonner l'instance ou la conférence dont il s'agit pour y donner un mandat."),
)
declare(
    "network.change_person",
    is_system | administers | is_oneself,
    sentence=_("Chacun change ses propres réglages ; demandez à la personne, ou à l'administration."),
)
declare(
    "network.notify",
    is_system | administers | is_at_work,
    sentence=_("Il faut un mandat en cours pour adresser un avis à quelqu'un."),
)
declare(
    "network.see_names",
    administers | is_at_work,
    sentence=_("Il faut un mandat en cours pour lire les noms ; la page publique donne les fonctions."),
)
declare(
    "network.see_contacts",
    administers | works_for,
    sentence=_("Il faut travailler pour cette instance pour lire ses contacts."),
)
