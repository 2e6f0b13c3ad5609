"""Where an uploaded schedule waits between its preview and its application: named by its hash."""

from __future__ import annotations

import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ..models import Conference
from .schedule_import import NotWhatWasShown

SHA256 = re.compile(r"[0-9a-f]{64}")


def _key(conference: Conference, sha256: str) -> str:
    return f"schedule-imports/{conference.uid}/{sha256}"


def keep(conference: Conference, sha256: str, content: bytes) -> None:
    """Keep the bytes of the last preview of a conference; those of earlier ones go."""
    forget(conference)
    default_storage.save(_key(conference, sha256), ContentFile(content))


def kept(conference: Conference, sha256: str) -> bytes:
    """The bytes that were previewed, or a refusal where they are no longer there."""
    if not SHA256.fullmatch(sha256) or not default_storage.exists(_key(conference, sha256)):
        raise NotWhatWasShown()
    with default_storage.open(_key(conference, sha256), "rb") as file:
        return bytes(file.read())


def forget(conference: Conference) -> None:
    """Delete what waits for a conference."""
    folder = f"schedule-imports/{conference.uid}"
    if default_storage.exists(folder):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
