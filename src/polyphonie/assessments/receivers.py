"""A run that waits is handed to the worker once its verb has been written."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from .models import EstimateRun
from .signals import run_queued


@receiver(run_queued, dispatch_uid="assessments.hand_to_worker")
def hand_to_worker(sender: type[EstimateRun], run: EstimateRun, **_: Any) -> None:
    """After the commit: a worker must find the run."""

    def enqueue() -> None:
        # late: declaring a task reads the backend, which tests and commands choose after start-up
        from .tasks import compute_run

        compute_run.enqueue(str(run.uid))

    transaction.on_commit(enqueue, robust=True)
