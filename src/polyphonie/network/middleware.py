"""Each request knows its instant and who looks: ``request.at`` and ``request.viewer``."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from polyphonie.kernel import clock

from .domain.queries.standing import actor_of

OFFSET_KEY = "clock_offset_seconds"


class StandingMiddleware:
    """Reads the clock once per request. A demonstration moves it by an offset kept in the session."""

    def __init__(self, get_response):  # type: ignore[no-untyped-def]  # Django's middleware protocol
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offset = timedelta(seconds=request.session.get(OFFSET_KEY, 0)) if settings.DEMO else timedelta(0)
        request.clock_offset = offset  # type: ignore[attr-defined]  # read by every interface
        request.at = clock.now(offset)  # type: ignore[attr-defined]
        request.viewer = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        with timezone.override(_zone_of_reader(request)):
            response: HttpResponse = self.get_response(request)
            return response


def _zone_of_reader(request: HttpRequest) -> str | None:
    """The zone that a signed-in person has set; the public reads each hour with its zone named."""
    if SESSION_KEY not in request.session:
        return None
    person = getattr(request.user, "person", None)
    return person.time_zone if person else None
