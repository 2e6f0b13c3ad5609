"""What may follow what in this room."""

from polyphonie.kernel.states import Transition, TransitionTable

from .enums import ObservationState, PlanState, VisitState

VISIT = TransitionTable(
    "visit",
    "planned",
    (
        Transition("planned", "debriefed", "close_debriefs"),
        Transition("debriefed", "planned", "reopen_visit"),
        Transition("debriefed", "synthesised", "publish_synthesis"),
        Transition("synthesised", "closed", "close_visit"),
    ),
    {state.value: state.label for state in VisitState},
)

OBSERVATION = TransitionTable(
    "observation",
    "draft",
    (
        Transition("draft", "shared", "share_observation"),
        Transition("shared", "shared", "share_observation"),
        Transition("draft", "withdrawn", "withdraw_observation"),
        Transition("shared", "withdrawn", "withdraw_observation"),
    ),
    {state.value: state.label for state in ObservationState},
)

ACTION_PLAN = TransitionTable(
    "action_plan",
    "draft",
    (
        Transition("draft", "adopted", "adopt_action_plan"),
        Transition("adopted", "running", "start_action_plan"),
        Transition("running", "evaluated", "evaluate_action_plan"),
        Transition("evaluated", "adjusted", "adjust_action_plan"),
        Transition("adjusted", "running", "start_action_plan"),
        Transition("adjusted", "closed", "close_action_plan"),
        Transition("evaluated", "closed", "close_action_plan"),
    ),
    {state.value: state.label for state in PlanState},
)
