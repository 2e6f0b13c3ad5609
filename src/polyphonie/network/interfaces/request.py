"""What a view is given: a request that knows its instant, who looks, and how the clock was moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

from polyphonie.kernel.actor import Actor


class Asked(HttpRequest):
    """A request after :class:`~polyphonie.network.middleware.StandingMiddleware`; a type, never made."""

    at: datetime
    viewer: Actor
    clock_offset: timedelta
