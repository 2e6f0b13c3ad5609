"""Who may, in this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rules.predicates import predicate

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role


@predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@predicate
def coordinates_the_issuer(actor, issuer):  # type: ignore[no-untyped-def]
    return issuer is not None and actor.holds(Role.HOST_COORDINATOR, issuer.urn)


@predicate
def coordinates_the_resource(actor, resource):  # type: ignore[no-untyped-def]
    """Over its issuer, or over what it belongs to."""
    scopes = [resource.issuer.urn] if resource.issuer else []
    return actor.holds(
        Role.HOST_COORDINATOR, resource.urn, *scopes, *(c.urn for c in resource.contexts.all())
    )


@predicate
def coordinates_the_scope(actor, scope_urn):  # type: ignore[no-untyped-def]
    return actor.holds(Role.HOST_COORDINATOR, scope_urn)


@predicate
def writes_evidence(actor, _subject=None):  # type: ignore[no-untyped-def]
    return any(actor.holds(r) for r in (Role.HOST_COORDINATOR, Role.ANALYST, Role.OBSERVATORY))


_HOST = _("Il faut le rôle « coordination » de l'instance qui publie cette ressource ; demandez-le-lui.")
declare("evidence.add_resource", coordinates_the_issuer | is_installer, sentence=_HOST)
declare("evidence.keep_resource", coordinates_the_resource | is_installer, sentence=_HOST)
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
