"""What may follow what in this room."""

from django.db.models import TextChoices

from polyphonie.kernel.states import Transition, TransitionRefused, TransitionTable

CONFERENCE = TransitionTable(
    "conference",
    "draft",
    (
        Transition("draft", "announced", "announce_conference"),
        Transition("announced", "held", "close_conference"),
        Transition("draft", "cancelled", "cancel_conference"),
        Transition("announced", "cancelled", "cancel_conference"),
    ),
)

SITE = TransitionTable(
    "site",
    "proposed",
    (
        Transition("proposed", "invited", "invite_site"),
        Transition("proposed", "accepted", "accept_proposal"),
        Transition("invited", "accepted", "accept_invitation"),
        Transition("invited", "declined", "decline_invitation"),
        Transition("declined", "invited", "invite_site"),
        Transition("proposed", "withdrawn", "withdraw_site"),
        Transition("invited", "withdrawn", "withdraw_site"),
        Transition("accepted", "withdrawn", "withdraw_site"),
        Transition("withdrawn", "proposed", "associate_site"),
    ),
)

QUESTION = TransitionTable(
    "question",
    "submitted",
    (
        Transition("submitted", "grouped", "merge_questions"),
        Transition("submitted", "declined", "decline_question"),
        Transition("submitted", "withdrawn", "withdraw_question"),
        Transition("grouped", "forwarded", "forward_group"),
        Transition("grouped", "declined", "decline_group"),
        Transition("grouped", "submitted", "ungroup_question"),
        Transition("forwarded", "answered", "answer_group"),
        Transition("forwarded", "grouped", "send_back_group"),
        Transition("forwarded", "declined", "decline_group"),
        Transition("declined", "submitted", "reopen_question"),
    ),
)


def following_state(table: TransitionTable, labels: type[TextChoices], present: str, verb: str) -> str:
    """The state to which ``verb`` leads from ``present``, or a refusal that names states in words."""
    for transition in table.following(present):
        if transition.by_verb == verb:
            return transition.following
    wanted = next(t.following for t in table.transitions if t.by_verb == verb)
    raise TransitionRefused(labels(present).label, labels(wanted).label)
