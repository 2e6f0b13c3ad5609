"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, override

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import direction

from . import navigation


def in_language(path: str, tag: str) -> str:
    """The address of the same page in another language of the interface."""
    head, _, rest = path.lstrip("/").partition("/")
    if head in dict(settings.LANGUAGES):
        return f"/{tag}/{rest}"
    return f"/{tag}/"  # what machines read has no language of its own


def languages(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The languages of the interface, each named in itself, with this page's address in it."""
    found = []
    for tag, _name in settings.LANGUAGES:
        with override(tag):
            found.append(
                {
                    "tag": tag,
                    "name": {"fr": "Français", "en": "English"}.get(tag, tag),
                    "href": in_language(request.get_full_path(), tag),
                    "address": request.build_absolute_uri(in_language(request.path, tag)),
                    "current": tag == current,
                }
            )
    return found


def page(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or "fr"
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "at": getattr(request, "at", None),
        "page_language": language,
        "page_direction": direction(language),
        "page_languages": languages(request, language),
        "page_navigation": lambda: navigation.links(viewer or Actor.visitor(), request.path),
        "demo": settings.DEMO,
    }
