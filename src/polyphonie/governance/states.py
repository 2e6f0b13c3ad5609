"""What may follow what in this room."""

from polyphonie.kernel.states import Transition, TransitionTable

from .enums import CredentialState, DecisionState, MeetingState, VersionState

MEETING = TransitionTable(
    "meeting",
    "called",
    (
        Transition("called", "documents_open", "advance_meeting"),
        Transition("documents_open", "experts", "advance_meeting"),
        Transition("documents_open", "ministers", "advance_meeting"),
        Transition("experts", "ministers", "advance_meeting"),
        Transition("ministers", "adopted", "advance_meeting"),
        Transition("adopted", "acts_published", "advance_meeting"),
        Transition("acts_published", "followed", "advance_meeting"),
        Transition("followed", "archived", "advance_meeting"),
    ),
    dict(MeetingState.choices),
)

CREDENTIAL = TransitionTable(
    "credential",
    "expected",
    (
        Transition("expected", "received", "receive_credential"),
        Transition("queried", "received", "receive_credential"),
        Transition("received", "checked", "settle_credential"),
        Transition("received", "queried", "settle_credential"),
        Transition("received", "refused", "settle_credential"),
        Transition("checked", "accepted", "settle_credential"),
        Transition("checked", "provisional", "settle_credential"),
        Transition("checked", "queried", "settle_credential"),
        Transition("checked", "refused", "settle_credential"),
        Transition("provisional", "accepted", "settle_credential"),
        Transition("provisional", "refused", "settle_credential"),
        Transition("accepted", "refused", "settle_credential"),
    ),
    dict(CredentialState.choices),
)

LANGUAGE_VERSION = TransitionTable(
    "language_version",
    "awaited",
    (
        Transition("awaited", "draft", "deposit_version"),
        Transition("draft", "draft", "deposit_version"),
        Transition("proofread", "draft", "deposit_version"),
        Transition("draft", "proofread", "proofread_version"),
        Transition("draft", "issued", "issue_version"),
        Transition("proofread", "issued", "issue_version"),
    ),
    dict(VersionState.choices),
)

DECISION = TransitionTable(
    "decision",
    "draft",
    (
        Transition("draft", "tabled", "table_decision"),
        Transition("tabled", "in_debate", "open_debate"),
        Transition("deferred", "in_debate", "open_debate"),
        Transition("in_debate", "tabled", "reword_decision"),
        Transition("in_debate", "adopted", "adopt_decision"),
        Transition("in_debate", "adopted_with_reservations", "adopt_decision"),
        Transition("in_debate", "not_adopted", "set_aside_decision"),
        Transition("tabled", "deferred", "set_aside_decision"),
        Transition("in_debate", "deferred", "set_aside_decision"),
        Transition("draft", "withdrawn", "set_aside_decision"),
        Transition("tabled", "withdrawn", "set_aside_decision"),
        Transition("in_debate", "withdrawn", "set_aside_decision"),
        Transition("deferred", "withdrawn", "set_aside_decision"),
        Transition("adopted", "in_follow_up", "report_follow_up"),
        Transition("adopted_with_reservations", "in_follow_up", "report_follow_up"),
        Transition("adopted", "closed", "close_follow_up"),
        Transition("adopted_with_reservations", "closed", "close_follow_up"),
        Transition("in_follow_up", "closed", "close_follow_up"),
    ),
    dict(DecisionState.choices),
)
