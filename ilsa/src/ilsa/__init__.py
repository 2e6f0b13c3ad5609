"""Statistics of large-scale assessments: sampling designs, replicate weights, sampling variance."""

from ilsa import irt
from ilsa._version import __version__
from ilsa.design import AssessmentDesign, ReplicateWeights
from ilsa.errors import (
    ColumnError,
    DesignError,
    EstimateError,
    IlsaError,
    ReplicateError,
    WeightError,
    ZoneError,
)
from ilsa.estimate.mean import ReplicatedMean, weighted_mean
from ilsa.provenance import Note, Provenance
from ilsa.unavailable import Unavailable
from ilsa.variance import replicate_variance
from ilsa.weighted import WeightedFile, WeightedSample

__all__ = [
    "AssessmentDesign",
    "ColumnError",
    "DesignError",
    "EstimateError",
    "IlsaError",
    "Note",
    "Provenance",
    "ReplicateError",
    "ReplicateWeights",
    "ReplicatedMean",
    "Unavailable",
    "WeightError",
    "WeightedFile",
    "WeightedSample",
    "ZoneError",
    "__version__",
    "irt",
    "replicate_variance",
    "weighted_mean",
]
