from .dataset import Dataset, Design, Threshold, bodies_analysed_by
from .round import Assessment, Round, RoundDate, RoundQuerySet, RoundTerritory
from .run import EstimateRun, EstimateTable, PublishedFigure, RunRequest

__all__ = [
    "Assessment",
    "Dataset",
    "Design",
    "EstimateRun",
    "EstimateTable",
    "PublishedFigure",
    "Round",
    "RoundDate",
    "RoundQuerySet",
    "RoundTerritory",
    "RunRequest",
    "Threshold",
    "bodies_analysed_by",
]
