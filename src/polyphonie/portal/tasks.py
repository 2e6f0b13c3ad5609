"""Background work of the portal."""

from __future__ import annotations

from django_tasks import task

from .domain.search import refresh


@task()
def refresh_entries(urns: list[str]) -> int:
    """Bring the search up to date with some objects. Twice does no harm."""
    return refresh(urns)
