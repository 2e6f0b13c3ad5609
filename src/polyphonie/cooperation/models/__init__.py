from .project import FundingLine, Milestone, Participation, Project, ProjectQuerySet, uids_of

__all__ = ["FundingLine", "Milestone", "Participation", "Project", "ProjectQuerySet", "uids_of"]
