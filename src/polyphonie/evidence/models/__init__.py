from .access import AccessGrant
from .conflict import Conflict, ConflictReading
from .figure import Figure, Indicator
from .resource import Resource, ResourceContext, ResourceKind, ResourceVersion
from .statement import EvidenceStatement, EvidenceStatementText, StatementFigure

__all__ = [
    "AccessGrant",
    "Conflict",
    "ConflictReading",
    "EvidenceStatement",
    "EvidenceStatementText",
    "Figure",
    "Indicator",
    "Resource",
    "ResourceContext",
    "ResourceKind",
    "ResourceVersion",
    "StatementFigure",
]
