"""Who may, in this room."""

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role


@rules.predicate
def is_host_coordinator(actor, conference):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.holds(Role.HOST_COORDINATOR, conference.urn, conference.host.urn)


@rules.predicate
def is_site_coordinator(actor, site):  # type: ignore[no-untyped-def]
    return actor.holds(Role.SITE_COORDINATOR, site.urn, site.organisation.urn)


@rules.predicate
def coordinates_host_of(actor, site):  # type: ignore[no-untyped-def]
    return is_host_coordinator.test(actor, site.conference)


@rules.predicate
def is_moderator(actor, conference):  # type: ignore[no-untyped-def]
    return actor.holds(Role.MODERATOR, conference.urn)


@rules.predicate
def is_expert(actor, conference):  # type: ignore[no-untyped-def]
    return actor.holds(Role.EXPERT, conference.urn)


@rules.predicate
def is_in_hall(actor, site):  # type: ignore[no-untyped-def]
    return actor.holds("participant", site.urn) or actor.holds(Role.DECISION_MAKER, site.urn)


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@rules.predicate
def coordinates_for_body(actor, organisation):  # type: ignore[no-untyped-def]
    return actor.holds(Role.SITE_COORDINATOR, organisation.urn)


@rules.predicate
def reads_a_board(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.HOST_COORDINATOR) or actor.holds(Role.SITE_COORDINATOR)


@rules.predicate
def takes_minutes(actor, conference):  # type: ignore[no-untyped-def]
    return actor.holds(Role.RAPPORTEUR, conference.urn)


@rules.predicate
def works_for_conference_of(actor, site):  # type: ignore[no-untyped-def]
    conference = site.conference
    return any(
        actor.holds(role, conference.urn)
        for role in (Role.MODERATOR, Role.EXPERT, Role.INTERPRETER, Role.RAPPORTEUR)
    )


declare(
    "conferences.run_conference",
    is_host_coordinator | is_installer,
    sentence=_(
        "Il faut le rôle « coordination » de l'instance hôte de cette conférence ; demandez-le à l'instance hôte."
    ),
)
declare(
    "conferences.associate_site",
    coordinates_for_body | is_installer,
    sentence=_("Il faut le rôle « coordination » pour cette instance ; demandez-le à l'instance hôte."),
)
declare(
    "conferences.coordinate_site",
    is_site_coordinator | coordinates_host_of | is_installer,
    sentence=_("Il faut le rôle « coordination » de ce site ; demandez-le à l'instance hôte."),
)
declare(
    "conferences.speak_at_site",
    is_in_hall | is_site_coordinator,
    sentence=_("Il faut être dans la salle de ce site : entrez par son code court."),
)
declare(
    "conferences.moderate",
    is_moderator | is_host_coordinator,
    sentence=_("Il faut le rôle « modération » de cette conférence ; demandez-le à l'instance hôte."),
)
declare(
    "conferences.answer",
    is_expert | is_moderator | takes_minutes,
    sentence=_("Il faut le rôle « expertise » de cette conférence ; demandez-le à l'instance hôte."),
)
declare(
    "conferences.answer_invitation",
    is_site_coordinator | is_installer,
    sentence=_("Il faut le rôle « coordination » de ce site ; l'instance invitée répond elle-même."),
)
declare(
    "conferences.read_board",
    reads_a_board | is_installer,
    sentence=_(
        "Il faut le rôle « coordination » de l'instance hôte ou d'un site ; demandez-le à l'instance hôte."
    ),
)
declare(
    "conferences.follow_site",
    is_in_hall | is_site_coordinator | coordinates_host_of | works_for_conference_of | is_installer,
    sentence=_("Il faut être dans la salle de ce site : entrez par son code court."),
)
declare(
    "conferences.handle_questions",
    is_moderator | is_expert | takes_minutes | is_host_coordinator | is_installer,
    sentence=_("Il faut le rôle « modération » ou « expertise » de cette conférence."),
)
declare(
    "conferences.speak_for_host",
    is_moderator | is_expert | is_host_coordinator,
    sentence=_("Il faut le rôle « modération » ou « expertise » de cette conférence."),
)
