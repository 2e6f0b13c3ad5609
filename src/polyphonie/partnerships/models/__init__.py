from .agreement import Agreement, AgreementQuerySet, Clause, EntitlementRule, OpenedAccess
from .amendment import Amendment, Deliverable, EstimateLine, TimeEntry
from .base_tier import Benefit, CommitmentType
from .commitment import Commitment, Proof
from .committee import CommitteeDecision, CommitteeMeeting
from .service import Service, ServicePhase, Tariff
from .training import TrainingAction

__all__ = [
    "Agreement",
    "AgreementQuerySet",
    "Amendment",
    "Benefit",
    "Clause",
    "Commitment",
    "CommitmentType",
    "CommitteeDecision",
    "CommitteeMeeting",
    "Deliverable",
    "EntitlementRule",
    "EstimateLine",
    "OpenedAccess",
    "Proof",
    "Service",
    "ServicePhase",
    "Tariff",
    "TimeEntry",
    "TrainingAction",
]
