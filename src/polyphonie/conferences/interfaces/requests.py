"""What the middleware has put on every request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from polyphonie.kernel.actor import Actor


class Seen(HttpRequest):
    """A request that knows its instant and who looks. Only a name for what is already there."""

    viewer: Actor
    at: datetime
    clock_offset: timedelta
