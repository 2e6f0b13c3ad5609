"""Who may, in this room. A team is a group: its members hold a mandate over it, and nothing else opens it."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role

INSIDE = (Role.MEMBER, Role.CHAIR, Role.RAPPORTEUR)
FOR_THE_BODY = (Role.TEAM_MEMBER, Role.TRAINING_ENGINEER)


@rules.predicate
def is_task(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@rules.predicate
def organises_for(actor, organisation):  # type: ignore[no-untyped-def]
    """Holds the role of visiting teams for the body, or for the one that took over from it."""
    return actor.holds(Role.TEAM_MEMBER, *organisation_urns(organisation))


@rules.predicate
def acts_for(actor, organisation):  # type: ignore[no-untyped-def]
    return any(actor.holds(role, *organisation_urns(organisation)) for role in FOR_THE_BODY)


@rules.predicate
def organises_visit(actor, visit):  # type: ignore[no-untyped-def]
    return organises_for.test(actor, visit.flow.organiser)


@rules.predicate
def sits_in_team(actor, visit):  # type: ignore[no-untyped-def]
    return any(actor.holds(role, visit.team.urn) for role in INSIDE)


@rules.predicate
def chairs_team(actor, visit):  # type: ignore[no-untyped-def]
    return actor.holds(Role.CHAIR, visit.team.urn)


@rules.predicate
def keeps_card(actor, card):  # type: ignore[no-untyped-def]
    return sits_in_team.test(actor, card.visit) or organises_visit.test(actor, card.visit)


@rules.predicate
def acts_for_its_body(actor, plan):  # type: ignore[no-untyped-def]
    return acts_for.test(actor, plan.organisation)


@rules.predicate
def organises_in(actor, programme):  # type: ignore[no-untyped-def]
    """Organises the visits of one of the programme's flows."""
    flows = programme.flows.select_related("organiser__successor").order_by("pk")
    return any(organises_for.test(actor, flow.organiser) for flow in flows)


@rules.predicate
def serves_a_body(actor, _subject=None):  # type: ignore[no-untyped-def]
    """Holds one of the roles over a body, rather than over a programme."""
    return any(":organisation:" in scope for scope in actor.scopes(*FOR_THE_BODY))


def organisation_urns(organisation: Any) -> list[str]:
    """The urns of a body and of its successors: whoever took over keeps what was done before."""
    urns: list[str] = []
    while organisation is not None and organisation.urn not in urns:
        urns.append(organisation.urn)
        organisation = organisation.successor
    return urns


TEAM_SENTENCE = _("Il faut être membre de l'équipe de cette visite ; demandez-le à qui la coordonne.")

declare(
    "mobility.keep_programme",
    is_installer | is_task,
    sentence=_("Il faut le rôle « administration » pour tenir un programme ; demandez-le à ce site."),
)
declare(
    "mobility.record_stage",
    organises_in | is_installer | is_task,
    sentence=_("Il faut organiser un flux de ce programme pour dire ce qui a eu lieu ; demandez-le-leur."),
)
declare(
    "mobility.plan_visit",
    organises_for | is_installer | is_task,
    sentence=_(
        "Il faut le rôle « équipe de visite » de l'académie organisatrice ; demandez-le à cette académie."
    ),
)
declare(
    "mobility.run_visit",
    chairs_team | organises_visit | is_task,
    sentence=_(
        "Il faut coordonner l'équipe de cette visite ou l'académie qui l'organise ; demandez-le-leur."
    ),
)
declare("mobility.observe", sits_in_team | is_task, sentence=TEAM_SENTENCE)
declare("mobility.keep_practice", keeps_card | is_task, sentence=TEAM_SENTENCE)
declare("mobility.draft_practice", sits_in_team | organises_visit | is_task, sentence=TEAM_SENTENCE)
declare(
    "mobility.draft_action_plan",
    acts_for | is_task,
    sentence=_(
        "Il faut agir pour cette académie (équipe de visite ou ingénierie de formation) ; demandez-le-lui."
    ),
)
declare(
    "mobility.keep_action_plan",
    acts_for_its_body | is_task,
    sentence=_(
        "Il faut agir pour l'académie de cette action (équipe de visite ou ingénierie de formation) ; "
        "demandez-le-lui."
    ),
)
declare(
    "mobility.act_at_home",
    serves_a_body,
    sentence=_(
        "Il faut agir pour une académie (équipe de visite ou ingénierie de formation) ; demandez-le-lui."
    ),
)
