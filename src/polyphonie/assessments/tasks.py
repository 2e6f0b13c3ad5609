"""Background work of the room."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from .domain.isolation import compute_apart
from .domain.runs import carry_out
from .models import EstimateRun


@task()
def compute_run(uid: str) -> str:
    """Carry out a run. Twice does no harm: one that is no longer queued is left alone."""
    run = EstimateRun.objects.filter(uid=UUID(uid)).first()
    return carry_out(run=run, compute=compute_apart).state if run else ""
