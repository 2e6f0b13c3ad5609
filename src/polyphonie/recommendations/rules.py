"""Who may, in this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.conferences.rules import coordinates_host_of, is_host_coordinator, is_site_coordinator
from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role
from polyphonie.network.rules import holds_over, own_urn

if TYPE_CHECKING:
    from .models import Process

INSIDE = (Role.MEMBER, Role.CHAIR, Role.RAPPORTEUR)
ACTING = (
    Role.COOPERATION_OFFICER,
    Role.SITE_COORDINATOR,
    Role.TRAINING_ENGINEER,
    Role.TEAM_MEMBER,
    Role.HOST_COORDINATOR,
    Role.NATIONAL_CORRESPONDENT,
)


@rules.predicate
def is_task(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.ADMINISTRATOR, INSTALLATION)


def host_scopes(process: Process) -> list[str]:
    """The urns over which the coordination of a process' host holds its role."""
    scopes = [process.issuer.urn]
    if process.conference:
        scopes += [process.conference.urn, process.conference.host.urn]
    return scopes


def _panels(process: Process) -> list[str]:
    return [panel.group.urn for panel in process.panels.select_related("group")]


coordinates_own_host = holds_over(Role.HOST_COORDINATOR, of=host_scopes, name="coordinates_own_host")
coordinates_body = holds_over(Role.HOST_COORDINATOR, of=own_urn, name="coordinates_body")
sits_on_panel = holds_over(*INSIDE, of=_panels, name="sits_on_panel")
chairs_panel = holds_over(Role.CHAIR, of=_panels, name="chairs_panel")
acts_for = holds_over(*ACTING, of=lambda organisation: (organisation.urn, INSTALLATION), name="acts_for")
coordinates_issuer = holds_over(
    Role.HOST_COORDINATOR,
    Role.SITE_COORDINATOR,
    of=lambda recommendation: (recommendation.issuer.urn,),
    name="coordinates_issuer",
)


@rules.predicate
def is_of_a_site(_actor, process):  # type: ignore[no-untyped-def]
    return getattr(process, "site_process", None) is not None


@rules.predicate
def coordinates_its_site(actor, process):  # type: ignore[no-untyped-def]
    own = getattr(process, "site_process", None)
    return own is not None and is_site_coordinator.test(actor, own.site)


@rules.predicate
def is_closed(_actor, process):  # type: ignore[no-untyped-def]
    return process.is_closed


# a site's process is not the host's
coordinates_host = ~is_of_a_site & coordinates_own_host


@rules.predicate
def issued_by_own(actor, recommendation):  # type: ignore[no-untyped-def]
    return coordinates_issuer.test(actor, recommendation) or coordinates_host.test(
        actor, recommendation.process
    )


HOST = _("Il faut le rôle « coordination » de l'instance hôte ; demandez-le à l'instance hôte.")
SITE = _("Il faut le rôle « coordination » de ce site ; demandez-le à l'instance hôte.")

declare("recommendations.open_conference_process", is_host_coordinator | is_task, sentence=HOST)
declare("recommendations.open_body_process", coordinates_body | is_task, sentence=HOST)
declare(
    "recommendations.open_site_process",
    is_site_coordinator | coordinates_host_of | is_installer | is_task,
    sentence=SITE,
)
declare("recommendations.contextualise", coordinates_its_site | is_task, sentence=SITE)
declare(
    "recommendations.draft",
    sits_on_panel | (coordinates_host & ~is_closed) | (coordinates_its_site & ~is_closed) | is_task,
    sentence=_("Il faut siéger au panel qui rédige, ou coordonner l'instance ; demandez-le à sa présidence."),
)
declare(
    "recommendations.publish",
    chairs_panel | (coordinates_host & ~is_closed) | coordinates_its_site | is_task,
    sentence=_("Il faut présider le panel ou coordonner l'instance pour publier ; demandez-le à l'instance."),
)
declare(
    "recommendations.seat_panel",
    coordinates_host | coordinates_its_site | is_task,
    sentence=_("Il faut coordonner l'instance pour installer un panel ; demandez-le à l'instance hôte."),
)
declare(
    "recommendations.run_panel",
    chairs_panel | coordinates_its_site | coordinates_host | is_task,
    sentence=_("Il faut présider ce panel ou coordonner ce site ; demandez-le à l'instance."),
)
declare(
    "recommendations.link_action",
    acts_for | is_task,
    sentence=_("Il faut agir pour cette instance (coopération, coordination, formation) ; demandez-le-lui."),
)
declare(
    "recommendations.submit_feedback",
    acts_for | is_task,
    sentence=_("Il faut agir pour cette instance (coordination, formation) ; demandez-le-lui."),
)
declare(
    "recommendations.publish_feedback",
    issued_by_own | is_task,
    sentence=_("Il faut coordonner l'instance qui a émis la recommandation pour publier ce retour."),
)
declare(
    "recommendations.publish_general_feedback",
    acts_for | is_task,
    sentence=_("Il faut agir pour l'instance qui a écrit ce retour pour le publier."),
)
declare(
    "recommendations.record_follow_up",
    acts_for | is_task,
    sentence=_("Il faut agir pour cette instance pour dire ce qu'est devenue la recommandation."),
)
