"""Who may, in this room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rules.predicates import predicate

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Urn
from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role

if TYPE_CHECKING:
    from polyphonie.network.models import Organisation

    from .models import Resource


WRITING = (Role.HOST_COORDINATOR, Role.ANALYST, Role.OBSERVATORY)
"""The roles that write evidence for their body."""


def uids_of(urns: frozenset[str], kind: str) -> list[UUID]:
    """The ids of one kind among some urns."""
    return sorted(Urn.parse(u).uid for u in urns if u.split(":")[1:2] == [kind])


def writing_bodies(viewer: Actor) -> list[UUID]:
    """The bodies for which somebody writes evidence: the body of the mandate, or its scope where that
    is a body."""
    urns = {c.organisation or c.scope for c in viewer.claims if c.role in WRITING}
    return uids_of(frozenset(urns), "organisation")


def line_of(body: Organisation | None) -> list[Organisation]:
    """A body and those that took over from it, in their order."""
    line: list[Organisation] = []
    while body is not None and body not in line:
        line.append(body)
        body = body.successor
    return line


@dataclass(frozen=True, slots=True)
class Placing:
    """A resource about to be shown in a context (a conference, by urn) that a body runs;
    ``is_readable`` says whether who places it can read it now."""

    resource: Resource
    context_urn: str
    host: Organisation | None = None
    is_readable: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What resources belong to, by urn, and the bodies that run it."""

    urn: str
    hosts: tuple[Organisation, ...] = ()


@predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@predicate
def coordinates_the_issuer(actor, issuer):  # type: ignore[no-untyped-def]
    return issuer is not None and actor.holds(Role.HOST_COORDINATOR, issuer.urn)


@predicate
def coordinates_the_resource(actor, resource):  # type: ignore[no-untyped-def]
    """Over its issuer, or over what it belongs to where the same body runs that: a resource that
    another body lent to a conference stays that body's."""
    scopes = [resource.urn]
    if resource.issuer:
        scopes.append(resource.issuer.urn)
    for context in resource.contexts.all():
        if context.host is None or resource.issuer is None or context.host_id == resource.issuer_id:
            scopes += [context.urn, *([context.host.urn] if context.host else [])]
    return actor.holds(Role.HOST_COORDINATOR, *scopes)


@predicate
def places_what_is_theirs(actor, placing):  # type: ignore[no-untyped-def]
    return coordinates_the_resource.test(actor, placing.resource)


@predicate
def places_in_their_own(actor, placing):  # type: ignore[no-untyped-def]
    """Whoever coordinates a conference, or the body that runs it, shows in it what they can read."""
    scopes = [placing.context_urn, *([placing.host.urn] if placing.host else [])]
    return placing.is_readable and actor.holds(Role.HOST_COORDINATOR, *scopes)


@predicate
def coordinates_the_context(actor, context):  # type: ignore[no-untyped-def]
    return actor.holds(Role.HOST_COORDINATOR, context.urn, *(host.urn for host in context.hosts))


@predicate
def coordinates_the_scope(actor, scope_urn):  # type: ignore[no-untyped-def]
    return actor.holds(Role.HOST_COORDINATOR, scope_urn)


@predicate
def writes_evidence(actor, body=None):  # type: ignore[no-untyped-def]
    """For the body named; for whichever, with none named."""
    if not any(actor.holds(role) for role in WRITING):
        return False
    return body is None or bool({b.uid for b in line_of(body)} & set(writing_bodies(actor)))


@predicate
def keeps_the_row(actor, row):  # type: ignore[no-untyped-def]
    return writes_evidence.test(actor, row.keeper)


_HOST = _("Il faut le rôle « coordination » de l'instance qui publie cette ressource ; demandez-le-lui.")
declare("evidence.add_resource", coordinates_the_issuer | is_installer, sentence=_HOST)
declare("evidence.keep_resource", coordinates_the_resource | is_installer, sentence=_HOST)
declare(
    "evidence.place_resource",
    places_what_is_theirs | places_in_their_own | is_installer,
    sentence=_(
        "Il faut le rôle « coordination » de cette conférence ou de son instance hôte, et pouvoir lire "
        "la ressource, pour l'y rattacher."
    ),
)
declare(
    "evidence.move_openings",
    coordinates_the_context | is_installer,
    sentence=_(
        "Il faut le rôle « coordination » de cette conférence ou de son instance hôte pour déplacer ses ouvertures."
    ),
)
declare(
    "evidence.grant_access",
    coordinates_the_scope | is_installer,
    sentence=_("Il faut le rôle « coordination » de l'instance hôte pour ouvrir un accès anticipé."),
)
declare(
    "evidence.write_evidence",
    writes_evidence | is_installer,
    sentence=_(
        "Il faut le rôle « coordination » d'une instance hôte, ou « analyse », pour écrire un constat ou un chiffre."
    ),
)
declare(
    "evidence.keep_evidence",
    keeps_the_row | is_installer,
    sentence=_(
        "Il faut le rôle « coordination » ou « analyse » de l'instance qui a écrit ceci pour le changer ; "
        "demandez-le-lui."
    ),
)
