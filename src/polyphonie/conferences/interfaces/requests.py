"""What the middleware has put on every request, and where a written form leads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

if TYPE_CHECKING:
    from polyphonie.kernel.actor import Actor


class Seen(HttpRequest):
    """A request that knows its instant and who looks. Only a name for what is already there."""

    viewer: Actor
    at: datetime
    clock_offset: timedelta


def see_other(to: Any, **kwargs: Any) -> HttpResponse:
    """After a write: read that page (303), so that going back never writes twice."""
    response: HttpResponse = redirect(to, **kwargs)
    response.status_code = 303
    return response
