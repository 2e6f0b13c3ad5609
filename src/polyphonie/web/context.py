"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

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
    try:
        origin = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        origin = ""  # the page that refuses a request is drawn without trusting what it refuses
    return [
        {
            "tag": tag,
            "name": get_language_info(tag)["name_local"].capitalize(),
            "href": in_language(request.get_full_path(), tag),
            "address": origin + in_language(request.path, tag),
            "current": tag == current,
        }
        for tag, _name in settings.LANGUAGES
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or "fr"
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "at": getattr(request, "at", None),
        "page_language": language,
        "page_direction": direction(language),
        "page_languages": lambda: languages(request, language),
        "page_navigation": lambda: navigation.links(viewer or Actor.visitor(), request.path),
        "demo": settings.DEMO,
    }
