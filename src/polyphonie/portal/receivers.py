"""The search follows the ledger: every verb leaves one event, so nothing that changes is missed."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from polyphonie.kernel.models import LedgerEvent

from .domain.search import concerns_search, is_rebuilding
from .tasks import refresh_entries


@receiver(post_save, sender=LedgerEvent)
def follow(sender: type[LedgerEvent], instance: LedgerEvent, created: bool, **_: Any) -> None:
    """After the verb's commit, a task reads again what the event is about."""
    if is_rebuilding():
        return
    urns = sorted({urn for urn in (instance.urn, instance.book) if concerns_search(urn)})
    if created and urns:
        transaction.on_commit(partial(refresh_entries.enqueue, urns), robust=True)
