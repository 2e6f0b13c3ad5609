from .grid import Criterion, GridElement, GridTheme, GridVersion
from .observation import (
    Assignment,
    Observation,
    ObservationQuerySet,
    Photo,
    Reconciliation,
    SentEdit,
)
from .practice import ActionPlan, ActionPlanQuerySet, PracticeCard, PracticeCardQuerySet
from .programme import ExpectedResult, Flow, Programme, Stage
from .synthesis import Claim, Synthesis, SynthesisQuerySet
from .visit import CellNote, Consent, Debrief, Host, Slot, Visit, VisitQuerySet

__all__ = [
    "ActionPlan",
    "ActionPlanQuerySet",
    "Assignment",
    "CellNote",
    "Claim",
    "Consent",
    "Criterion",
    "Debrief",
    "ExpectedResult",
    "Flow",
    "GridElement",
    "GridTheme",
    "GridVersion",
    "Host",
    "Observation",
    "ObservationQuerySet",
    "Photo",
    "PracticeCard",
    "PracticeCardQuerySet",
    "Programme",
    "Reconciliation",
    "SentEdit",
    "Slot",
    "Stage",
    "Synthesis",
    "SynthesisQuerySet",
    "Visit",
    "VisitQuerySet",
]
