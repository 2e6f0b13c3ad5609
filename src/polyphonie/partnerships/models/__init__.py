from .agreement import Agreement, AgreementQuerySet, Clause, EntitlementRule, OpenedAccess
from .base_tier import Benefit, CommitmentType
from .commitment import Commitment, Proof
from .training import TrainingAction

__all__ = [
    "Agreement",
    "AgreementQuerySet",
    "Benefit",
    "Clause",
    "Commitment",
    "CommitmentType",
    "EntitlementRule",
    "OpenedAccess",
    "Proof",
    "TrainingAction",
]
