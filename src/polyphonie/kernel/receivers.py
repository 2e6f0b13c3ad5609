"""What the kernel does when something has happened in it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from .signals import mail_queued
from .tasks import send_outbox


@receiver(mail_queued, dispatch_uid="kernel.send_outbox")
def send_what_waits(sender: Any, **_: Any) -> None:
    send_outbox.enqueue()
