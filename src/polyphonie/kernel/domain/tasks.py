"""Background work that a killed worker has left half-way is put back into the queue."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django_tasks_db.models import DBTaskResult

ABANDONED_AFTER = timedelta(minutes=10)


def put_back_abandoned(*, at: datetime) -> int:
    """Tasks marked as running for too long run again; a task is written so that twice does no harm."""
    with transaction.atomic():
        abandoned = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=at - ABANDONED_AFTER)
        return abandoned.update(status="READY", started_at=None, worker_ids=[])
