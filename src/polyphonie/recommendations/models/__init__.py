from .action import ActionLink, FeedbackReport, FollowUp
from .brief import Brief, BriefFigure
from .derivation import Derivation, ReasonEvidence
from .panel import Decision, Panel, PanelMember, Presence
from .process import Process, SiteProcess
from .recommendation import EvidenceLink, Recommendation, Revision, RevisionText

__all__ = [
    "ActionLink",
    "Brief",
    "BriefFigure",
    "Decision",
    "Derivation",
    "EvidenceLink",
    "FeedbackReport",
    "FollowUp",
    "Panel",
    "PanelMember",
    "Presence",
    "Process",
    "ReasonEvidence",
    "Recommendation",
    "Revision",
    "RevisionText",
    "SiteProcess",
]
