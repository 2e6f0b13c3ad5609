"""What runs beside the requests. Tasks use wall time, whatever the clock of a demonstration says."""

from __future__ import annotations

from django_tasks import task

from . import clock
from .domain.outbox import send_due


@task()
def send_outbox() -> int:
    """Send the mail that waits; gives back how many left."""
    return send_due(at=clock.wall())
