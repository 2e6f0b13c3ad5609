from .collection import CollectionRound, Submission, SubmissionCell, bodies_answered_for_by
from .measure import Determinant, Measure, keeps_measures

__all__ = [
    "CollectionRound",
    "Determinant",
    "Measure",
    "Submission",
    "SubmissionCell",
    "bodies_answered_for_by",
    "keeps_measures",
]
