"""Mail: queued in the verb's transaction, sent by a task, with nothing confidential in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q

from ..models import OutboxMessage
from ..signals import mail_queued

GIVE_UP_AFTER = 8
FIRST_WAIT = timedelta(minutes=2)


def queue_mail(
    *, to: str, subject: str, body: str, cause_urn: str, at: datetime, forget_body: bool = False
) -> OutboxMessage:
    """Write the mail into the outbox. It leaves only if the transaction around it is committed.

    ``forget_body``: the text is of no use once sent, such as a sign-in code, and is then erased.
    """
    message = OutboxMessage.objects.create(
        to=to, subject=subject, body=body, cause_urn=cause_urn, queued_at=at, forget_body=forget_body
    )
    transaction.on_commit(lambda: mail_queued.send(sender=OutboxMessage))
    return message


def send_due(*, at: datetime, batch: int = 50) -> int:
    """Send what waits. A failure is kept with its reason and tried again, later each time.

    Each message is first claimed by setting its next attempt, in a statement of its own, so that no
    database lock is held while the mail server thinks, and two senders never send the same one.
    """
    sent = 0
    waiting = OutboxMessage.objects.filter(
        Q(next_attempt_at=None) | Q(next_attempt_at__lte=at), sent_at=None, attempts__lt=GIVE_UP_AFTER
    ).order_by("queued_at", "pk")
    for message in list(waiting[:batch]):
        claimed = OutboxMessage.objects.filter(pk=message.pk, attempts=message.attempts, sent_at=None).update(
            attempts=F("attempts") + 1, next_attempt_at=at + FIRST_WAIT * 2**message.attempts
        )
        if not claimed:
            continue
        try:
            send_mail(message.subject, message.body, None, [message.to])
        except OSError as error:  # smtplib's errors are of this family
            OutboxMessage.objects.filter(pk=message.pk).update(last_error=type(error).__name__)
        else:
            kept = {"body": ""} if message.forget_body else {}
            OutboxMessage.objects.filter(pk=message.pk).update(sent_at=at, last_error="", **kept)
            sent += 1
    return sent
