from .body import Attestation, InstanceRules, StatedFact
from .decision import Ballot, Decision, FollowUpProof, FollowUpReport, Objection
from .document import LanguageVersion, OfficialDocument
from .meeting import (
    AgendaItem,
    AgendaWording,
    Credential,
    Delegate,
    Delegation,
    Meeting,
    MeetingQuerySet,
    RollCall,
    uids,
)

__all__ = [
    "AgendaItem",
    "AgendaWording",
    "Attestation",
    "Ballot",
    "Credential",
    "Decision",
    "Delegate",
    "Delegation",
    "FollowUpProof",
    "FollowUpReport",
    "InstanceRules",
    "LanguageVersion",
    "Meeting",
    "MeetingQuerySet",
    "Objection",
    "OfficialDocument",
    "RollCall",
    "StatedFact",
    "uids",
]
