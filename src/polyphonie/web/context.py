"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from polyphonie.kernel.localised import direction


def page(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or "fr"
    return {
        "viewer": getattr(request, "viewer", None),
        "at": getattr(request, "at", None),
        "page_language": language,
        "page_direction": direction(language),
        "demo": settings.DEMO,
    }
