"""Mail: queued in the verb's transaction, sent by a task, with nothing confidential in it."""

from __future__ import annotations

from datetime import datetime

from django.core.mail import send_mail
from django.db import transaction

from ..models import OutboxMessage

GIVE_UP_AFTER = 8


def queue_mail(*, to: str, subject: str, body: str, cause_urn: str, at: datetime) -> OutboxMessage:
    """Write the mail into the outbox. It leaves only if the transaction around it is committed."""
    return OutboxMessage.objects.create(to=to, subject=subject, body=body, cause_urn=cause_urn, queued_at=at)


def send_due(*, at: datetime, batch: int = 50) -> int:
    """Send what waits, one row per transaction; a failure is kept with its reason and tried again."""
    sent = 0
    waiting = OutboxMessage.objects.filter(sent_at=None, attempts__lt=GIVE_UP_AFTER).order_by(
        "queued_at", "pk"
    )
    for pk in list(waiting.values_list("pk", flat=True)[:batch]):
        with transaction.atomic():
            message = OutboxMessage.objects.select_for_update().get(pk=pk)
            if message.sent_at is not None:
                continue
            message.attempts += 1
            try:
                send_mail(message.subject, message.body, None, [message.to])
            except OSError as error:
                message.last_error = type(error).__name__
            else:
                message.sent_at = at
                message.last_error = ""
                sent += 1
            message.save()
    return sent
