"""What may follow what in this room."""

from polyphonie.kernel.states import Transition, TransitionTable

REVISION = TransitionTable(
    "revision",
    "draft",
    (
        Transition("draft", "published", "publish_revision"),
        Transition("draft", "withdrawn", "withdraw_recommendation"),
        Transition("published", "withdrawn", "withdraw_recommendation"),
    ),
)

SITE_PROCESS = TransitionTable(
    "site_process",
    "received",
    (
        Transition("received", "contextualising", "answer"),
        Transition("contextualising", "contextualising", "answer"),
        Transition("decided", "contextualising", "answer"),
        Transition("published", "contextualising", "answer"),
        Transition("review_needed", "contextualising", "answer"),
        Transition("contextualising", "decided", "decide_by_panel"),
        Transition("decided", "published", "publish_site_recommendations"),
        Transition("contextualising", "review_needed", "publish_revision"),
        Transition("decided", "review_needed", "publish_revision"),
        Transition("published", "review_needed", "publish_revision"),
    ),
)
