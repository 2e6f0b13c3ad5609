from .project import FundingLine, Milestone, Participation, Project

__all__ = ["FundingLine", "Milestone", "Participation", "Project"]
