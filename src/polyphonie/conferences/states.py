"""What may follow what in this room."""

from polyphonie.kernel.states import Transition, TransitionTable

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
        Transition("invited", "accepted", "accept_invitation"),
        Transition("invited", "declined", "decline_invitation"),
        Transition("declined", "invited", "invite_site"),
        Transition("proposed", "withdrawn", "withdraw_site"),
        Transition("invited", "withdrawn", "withdraw_site"),
        Transition("accepted", "withdrawn", "withdraw_site"),
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
