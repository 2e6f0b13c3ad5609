"""What is true of a project today, said honestly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ...enums import DeclaredStatus
from ...models import Project


class Standing(StrEnum):
    """Computed from what was declared and from the dates; never stored."""

    UNKNOWN = "unknown"
    PLANNED = "planned"
    ONGOING = "ongoing"
    ENDED = "ended"
    SUSPENDED = "suspended"
    ENDED_UNCONFIRMED = "ended_unconfirmed"
    START_UNCONFIRMED = "start_unconfirmed"


@dataclass(frozen=True)
class ProjectStanding:
    """The standing, with the day or year that contradicts the declaration where one does."""

    standing: Standing
    declared: str
    end_on: date | None = None
    start_year: int | None = None

    @property
    def is_contradicted(self) -> bool:
        return self.standing in {Standing.ENDED_UNCONFIRMED, Standing.START_UNCONFIRMED}


def standing_of(project: Project, at: datetime) -> ProjectStanding:
    """*Ongoing* after the end date, or *planned* after the start year, is shown as unconfirmed.

    The end date belongs to the project: it is over on the day after (UTC).
    """
    declared, today = project.declared_status, at.date()
    over = project.end_on is not None and project.end_on < today
    begun = project.start_year is not None and project.start_year < today.year
    if declared == DeclaredStatus.ENDED or (not declared and over):
        found = Standing.ENDED
    elif over:
        found = Standing.ENDED_UNCONFIRMED
    elif declared == DeclaredStatus.PLANNED:
        found = Standing.START_UNCONFIRMED if begun else Standing.PLANNED
    elif declared in DeclaredStatus.values:
        found = Standing(declared)
    else:
        found = Standing.UNKNOWN
    return ProjectStanding(found, declared, project.end_on, project.start_year)
