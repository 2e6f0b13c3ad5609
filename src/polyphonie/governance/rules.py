"""Who may, in this room."""

import rules
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.rights import declare
from polyphonie.network.enums import INSTALLATION, Role

IN_THE_ROOM = (Role.MEMBER, Role.CHAIR, Role.RAPPORTEUR)


@rules.predicate
def is_installer(actor, _subject=None):  # type: ignore[no-untyped-def]  # rules' predicates are duck-typed
    return actor.is_system or actor.holds(Role.ADMINISTRATOR, INSTALLATION)


@rules.predicate
def keeps_instance(actor, instance):  # type: ignore[no-untyped-def]
    return actor.holds(Role.HOST_COORDINATOR, instance.urn)


@rules.predicate
def keeps_secretariat(actor, meeting):  # type: ignore[no-untyped-def]
    return actor.holds(Role.HOST_COORDINATOR, meeting.instance.urn, meeting.conference.urn)


@rules.predicate
def sits_in_room(actor, meeting):  # type: ignore[no-untyped-def]
    return meeting.group is not None and any(actor.holds(role, meeting.group.urn) for role in IN_THE_ROOM)


@rules.predicate
def presides(actor, meeting):  # type: ignore[no-untyped-def]
    return meeting.group is not None and actor.holds(Role.CHAIR, meeting.group.urn)


@rules.predicate
def reports_in_room(actor, meeting):  # type: ignore[no-untyped-def]
    return meeting.group is not None and actor.holds(Role.RAPPORTEUR, meeting.group.urn)


@rules.predicate
def is_open(_actor, meeting):  # type: ignore[no-untyped-def]
    return not meeting.is_closed


@rules.predicate
def is_correspondent_of(actor, member):  # type: ignore[no-untyped-def]
    return actor.holds(Role.NATIONAL_CORRESPONDENT, member.urn)


@rules.predicate
def is_correspondent(actor, _subject=None):  # type: ignore[no-untyped-def]
    return actor.holds(Role.NATIONAL_CORRESPONDENT)


@rules.predicate
def is_correspondent_of_delegation(actor, delegation):  # type: ignore[no-untyped-def]
    return is_correspondent_of.test(actor, delegation.member)


@rules.predicate
def leads_delegation(actor, delegation):  # type: ignore[no-untyped-def]
    """Head, minister or alternate whose credentials were accepted: a chair of the delegation's group."""
    return actor.holds(Role.CHAIR, delegation.group.urn)


@rules.predicate
def keeps_secretariat_of_delegation(actor, delegation):  # type: ignore[no-untyped-def]
    return keeps_secretariat.test(actor, delegation.meeting)


@rules.predicate
def conducts_for_delegation(actor, delegation):  # type: ignore[no-untyped-def]
    return conducts.test(actor, delegation.meeting)


drafts = sits_in_room | (keeps_secretariat & is_open) | is_installer
conducts = presides | (keeps_secretariat & (is_open | sits_in_room)) | is_installer

SECRETARIAT = _("Il faut tenir le secrétariat de cette instance ; demandez-le à son secrétariat permanent.")

declare("governance.call_meeting", keeps_instance | is_installer, sentence=SECRETARIAT)
declare("governance.keep_meeting", keeps_secretariat | is_installer, sentence=SECRETARIAT)
declare(
    "governance.set_rules",
    is_installer,
    sentence=_("Il faut le rôle « administration » pour fixer les règles d'une instance ; demandez-le."),
)
declare(
    "governance.keep_members",
    is_installer,
    sentence=_("Il faut le rôle « administration » pour inscrire un membre ; demandez-le."),
)
declare(
    "governance.name_delegation",
    is_correspondent_of_delegation | keeps_secretariat_of_delegation | is_installer,
    sentence=_("Il faut être correspondant national de ce membre pour nommer sa délégation."),
)
declare(
    "governance.draft_decision",
    drafts,
    sentence=_(
        "Il faut siéger dans cette réunion pour y rédiger une décision ; demandez-le à son secrétariat."
    ),
)
declare(
    "governance.conduct_meeting",
    conducts,
    sentence=_("Il faut présider cette réunion, ou en tenir le secrétariat dans la salle, pour décider."),
)
declare(
    "governance.speak_for_member",
    leads_delegation | conducts_for_delegation | is_installer,
    sentence=_("Il faut conduire la délégation de ce membre, pouvoirs acceptés, pour parler en son nom."),
)
declare(
    "governance.report_follow_up",
    is_correspondent_of | is_installer,
    sentence=_("Il faut être correspondant national de ce membre pour dire où il en est."),
)
declare(
    "governance.open_dossier",
    is_correspondent,
    sentence=_("Il faut être correspondant national d'un membre pour ouvrir ce dossier."),
)
