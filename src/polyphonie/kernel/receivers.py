"""What the kernel does when something has happened in it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver

from .signals import mail_queued


@receiver(mail_queued, dispatch_uid="kernel.send_outbox")
def send_what_waits(sender: Any, **_: Any) -> None:
    # late: declaring a task reads the backend, which tests and commands choose after start-up
    from .tasks import send_outbox

    send_outbox.enqueue()


@receiver(connection_created, dispatch_uid="kernel.fold_case_of_all_letters")
def fold_case_of_all_letters(sender: Any, connection: Any, **_: Any) -> None:
    """SQLite's LIKE knows the case of ASCII letters alone; ``élèves`` must find ``Élèves`` there too."""
    if connection.vendor == "sqlite":
        for arguments in (2, 3):
            connection.connection.create_function("like", arguments, _like, deterministic=True)


def _like(pattern: str | None, text: Any, escape: str = "") -> bool | None:
    if pattern is None or text is None:
        return None
    return _expression(pattern.lower(), escape).fullmatch(str(text).lower()) is not None


@lru_cache(maxsize=256)
def _expression(pattern: str, escape: str) -> re.Pattern[str]:
    """A LIKE pattern as a regular expression: ``%`` any text, ``_`` any character, the escape before both."""
    parts, letters = [], iter(pattern)
    for letter in letters:
        if escape and letter == escape:
            parts.append(re.escape(next(letters, "")))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter, re.escape(letter)))
    return re.compile("".join(parts), re.DOTALL)
