"""What several verbs of the room check in the same way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import ChangedMeanwhile, Refusal

from ..models import Project

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100


class YearImpossible(Refusal):
    """A year outside of what a cooperation project can have."""

    def __init__(self, year: int, field: str) -> None:
        super().__init__(
            _("L'année %(year)s n'est pas possible ; donnez une année entre %(first)s et %(last)s.")
            % {"year": str(year), "first": str(EARLIEST_YEAR), "last": str(LATEST_YEAR)},
            field=field,
        )


class ProjectChanged(ChangedMeanwhile):
    """Somebody else wrote into this record since it was read."""


def check_year(year: int | None, field: str) -> None:
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise YearImpossible(year, field)


def lock(project: Project) -> Project:
    """The row as it stands now, held until the end of the verb."""
    return Project.objects.select_for_update().get(pk=project.pk)
