from .grid import Criterion, GridElement, GridTheme, GridVersion
from .observation import Observation, ObservationQuerySet
from .practice import ActionPlan, ActionPlanQuerySet, PracticeCard, PracticeCardQuerySet
from .programme import ExpectedResult, Flow, Programme, Stage
from .visit import CellNote, Consent, Debrief, Host, Slot, Visit, VisitQuerySet

__all__ = [
    "ActionPlan",
    "ActionPlanQuerySet",
    "CellNote",
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
    "PracticeCard",
    "PracticeCardQuerySet",
    "Programme",
    "Slot",
    "Stage",
    "Visit",
    "VisitQuerySet",
]
