"""Statistics of large-scale assessments: designs, replicate weights, plausible values, estimates."""

from ilsa import irt, sampling
from ilsa._version import __version__
from ilsa.assessment import Assessment
from ilsa.combine import Combined, Rule, rubin
from ilsa.contrast import combination, published, stacked
from ilsa.design import AssessmentDesign, ReplicateWeights
from ilsa.errors import (
    ColumnError,
    DesignError,
    EstimateError,
    IlsaError,
    ReplicateError,
    ScaleError,
    WeightError,
    ZoneError,
)
from ilsa.estimate.mean import ReplicatedMean, weighted_mean
from ilsa.joint import JointTest, joint_test
from ilsa.provenance import EstimateProvenance, Note, Provenance
from ilsa.results import Estimate, EstimateTable, Part
from ilsa.scale import Composite, PlausibleValues, ProficiencyScale, Scale, Threshold
from ilsa.unavailable import Unavailable
from ilsa.variance import replicate_variance
from ilsa.weighted import WeightedFile, WeightedSample

__all__ = [
    "Assessment",
    "AssessmentDesign",
    "ColumnError",
    "Combined",
    "Composite",
    "DesignError",
    "Estimate",
    "EstimateError",
    "EstimateProvenance",
    "EstimateTable",
    "IlsaError",
    "JointTest",
    "Note",
    "Part",
    "PlausibleValues",
    "ProficiencyScale",
    "Provenance",
    "ReplicateError",
    "ReplicateWeights",
    "ReplicatedMean",
    "Rule",
    "Scale",
    "ScaleError",
    "Threshold",
    "Unavailable",
    "WeightError",
    "WeightedFile",
    "WeightedSample",
    "ZoneError",
    "__version__",
    "combination",
    "irt",
    "joint_test",
    "published",
    "replicate_variance",
    "rubin",
    "sampling",
    "stacked",
    "weighted_mean",
]
