"""What the kernel does when something has happened in it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from .signals import mail_queued


@receiver(mail_queued, dispatch_uid="kernel.send_outbox")
def send_what_waits(sender: Any, **_: Any) -> None:
    # late: declaring a task reads the backend, which tests and commands choose after start-up
    from .tasks import send_outbox

    send_outbox.enqueue()
