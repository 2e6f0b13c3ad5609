"""Who may, in this room."""

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role
from polyphonie.network.rules import holds_over, own_urn

is_host_coordinator = holds_over(
    Role.HOST_COORDINATOR,
    of=lambda conference: (conference.urn, conference.host.urn),
    name="is_host_coordinator",
)
is_site_coordinator = holds_over(
    Role.SITE_COORDINATOR, of=lambda site: (site.urn, site.organisation.urn), name="is_site_coordinator"
)
coordinates_host_of = holds_over(
    Role.HOST_COORDINATOR,
    of=lambda site: (site.conference.urn, site.conference.host.urn),
    name="coordinates_host_of",
)
coordinates_for_body = holds_over(Role.SITE_COORDINATOR, of=own_urn, name="coordinates_for_body")
is_moderator = holds_over(Role.MODERATOR, of=own_urn, name="is_moderator")
is_expert = holds_over(Role.EXPERT, of=own_urn, name="is_expert")
takes_minutes = holds_over(Role.RAPPORTEUR, of=own_urn, name="takes_minutes")
is_in_hall = holds_over("participant", Role.DECISION_MAKER, of=own_urn, name="is_in_hall")
works_for_conference_of = holds_over(
    Role.MODERATOR,
    Role.EXPERT,
    Role.INTERPRETER,
    Role.RAPPORTEUR,
    of=lambda site: (site.conference.urn,),
    name="works_for_conference_of",
)


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@rules.predicate
def reads_a_board(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.HOST_COORDINATOR) or actor.holds(Role.SITE_COORDINATOR)


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
