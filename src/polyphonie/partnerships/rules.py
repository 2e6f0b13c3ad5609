"""Who may, in this room."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role

from .enums import HOST_ROLES, PARTNER_ROLES


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@rules.predicate
def is_manager(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.PARTNERSHIP_MANAGER)


@rules.predicate
def manages_for(actor, host):  # type: ignore[no-untyped-def]
    return actor.holds(Role.PARTNERSHIP_MANAGER, *body_urns(host))


@rules.predicate
def manages_agreement(actor, agreement):  # type: ignore[no-untyped-def]
    return manages_for.test(actor, agreement.host)


@rules.predicate
def acts_for_body(actor, organisation):  # type: ignore[no-untyped-def]
    return any(actor.holds(role, *body_urns(organisation)) for role in PARTNER_ROLES)


@rules.predicate
def acts_for_partner(actor, agreement):  # type: ignore[no-untyped-def]
    return acts_for_body.test(actor, agreement.partner)


@rules.predicate
def is_trainer_somewhere(actor, _subject=None):  # type: ignore[no-untyped-def]
    return any(actor.holds(role) for role in PARTNER_ROLES)


@rules.predicate
def works_on_amendment(actor, amendment):  # type: ignore[no-untyped-def]
    host = body_urns(amendment.agreement.host)
    return any(actor.holds(role, *host) for role in (Role.EXPERT, Role.PARTNERSHIP_MANAGER))


@rules.predicate
def works_for_a_host(actor, _subject=None):  # type: ignore[no-untyped-def]
    return any(actor.holds(role) for role in (Role.EXPERT, *HOST_ROLES))


@rules.predicate
def works_with_agreements(actor, _subject=None):  # type: ignore[no-untyped-def]
    return any(actor.holds(role) for role in (*HOST_ROLES, *PARTNER_ROLES))


def body_urns(organisation: Any) -> list[str]:
    """The urns of a body and of its successors: whoever took over keeps what was agreed before."""
    urns: list[str] = []
    while organisation is not None and organisation.urn not in urns:
        urns.append(organisation.urn)
        organisation = organisation.successor
    return urns


MANAGER = _("Il faut le rôle « partenariats » de l'instance hôte ; demandez-le à sa coordination.")
declare("partnerships.open_form", is_manager | is_installer, sentence=MANAGER)
declare(
    "partnerships.read_agreements",
    works_with_agreements | is_installer,
    sentence=_(
        "Il faut un rôle de l'instance hôte ou du partenaire (partenariats, coordination, formation) pour lire "
        "des conventions."
    ),
)
declare("partnerships.draft_agreement", manages_for | is_installer, sentence=MANAGER)
declare("partnerships.keep_agreement", manages_agreement | is_installer, sentence=MANAGER)
declare(
    "partnerships.record_proof",
    acts_for_partner | manages_agreement | is_installer,
    sentence=_(
        "Il faut le rôle « coordination » ou « formation » du partenaire pour remettre un justificatif ; demandez-le-lui."
    ),
)
declare(
    "partnerships.open_training_form",
    is_trainer_somewhere | is_installer,
    sentence=_("Il faut le rôle « formation » ou « coordination » d'une académie ; demandez-le-lui."),
)
declare(
    "partnerships.keep_training",
    acts_for_body | is_installer,
    sentence=_("Il faut le rôle « formation » ou « coordination » de cette instance ; demandez-le-lui."),
)
declare(
    "partnerships.log_time",
    works_on_amendment | is_installer,
    sentence=_("Il faut le rôle « expertise » ou « partenariats » de l'instance hôte pour noter un temps."),
)
declare(
    "partnerships.accept_deliverable",
    acts_for_partner | is_installer,
    sentence=_(
        "Il faut le rôle « coordination » ou « formation » du partenaire pour constater le service fait."
    ),
)
declare(
    "partnerships.read_services",
    works_for_a_host | works_with_agreements | is_installer,
    sentence=_("Il faut un rôle de l'instance hôte ou d'un partenaire pour lire les prestations à la carte."),
)
