"""What this room does when a figure below it is put out of date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from polyphonie.evidence.models import Figure
from polyphonie.evidence.signals import figure_superseded
from polyphonie.kernel.actor import Actor

from .domain.citing import tell_those_who_cite


@receiver(figure_superseded, dispatch_uid="recommendations.tell_those_who_cite")
def tell(sender: type[Figure], old: Figure, new: Figure, by: Actor, at: datetime, **_: Any) -> None:
    """Inside the verb, so that nobody is told of what was taken back."""
    tell_those_who_cite(old=old, new=new, by=by, at=at)
