"""The strip that says whose eyes and which day these are, and changes both."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from polyphonie.kernel.actor import Actor

from . import moments
from .views import ENTERED_KEY, MOMENT_KEY


def demo_banner(request: Any, viewer: Actor, at: datetime) -> SafeString | None:
    if not request.session.get(ENTERED_KEY):
        return None
    return render_to_string(
        "demo/banner.html",
        {"at": at, "moments": moments.MOMENTS, "chosen": request.session.get(MOMENT_KEY, "today")},
        request=request,
    )
