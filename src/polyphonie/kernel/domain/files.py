"""Files: stored by content, served only after the owning room has been asked."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from ..actor import Actor
from ..errors import Refusal, Unknown
from ..identity import Urn
from ..models import StoredFile

Gate = Callable[[StoredFile, Actor, datetime], bool]
_GATES: dict[str, Gate] = {}

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
)
OFFICE_SUFFIXES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OFFICE_PARTS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
TEXT_SUFFIXES = {".txt": "text/plain", ".csv": "text/csv", ".vtt": "text/vtt", ".json": "application/json"}
# all bytes but the control characters that no text has; a CSV may be in an older encoding than UTF-8
PRINTABLE = bytes({*range(32, 256), *b"\t\n\r\f"} - {127})


class FileTooLarge(Refusal):
    """More bytes than the setting allows."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            _("Ce fichier pèse %(size)d Mo ; la limite est %(limit)d Mo. Réduisez-le ou donnez son lien.")
            % {"size": -(-size // 1_000_000), "limit": limit // 1_000_000},
            field="file",
        )


class FileKindUnknown(Refusal):
    """The content is not of a kind that can be served safely."""

    def __init__(self, filename: str) -> None:
        super().__init__(
            _(
                "« %(name)s » n'est pas un PDF, une image, un document bureautique ou un texte ; convertissez-le."
            )
            % {"name": filename},
            field="file",
        )


def register_gate(room: str, gate: Gate) -> None:
    """The room that owns files says who reads them: ``gate(file, viewer, at)``."""
    _GATES[room] = gate


def media_type_of(content: bytes, filename: str) -> str:
    """The media type by content, never by what the sender claims. Raises :class:`FileKindUnknown`.

    An office document is an archive that has its own parts inside; a text has no control characters.
    """
    suffix = "." + filename.rpartition(".")[2].lower()
    for signature, media_type in SIGNATURES:
        if content.startswith(signature):
            if media_type != "application/zip":
                return media_type
            if suffix in OFFICE_SUFFIXES and _is_office(content, suffix):
                return OFFICE_SUFFIXES[suffix]
    if suffix in TEXT_SUFFIXES and content and not content.translate(None, delete=PRINTABLE):
        return TEXT_SUFFIXES[suffix]
    raise FileKindUnknown(filename)


def _is_office(content: bytes, suffix: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return False
    return "[Content_Types].xml" in names and any(n.startswith(OFFICE_PARTS[suffix]) for n in names)


def harmless_name(filename: str) -> str:
    """The last part of the name, with nothing in it that a header or a disk would read as an order."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = get_valid_filename(last).rpartition(".")
    return f"{stem[: 199 - len(suffix)]}{dot}{suffix}"


def store_file(
    *, content: BinaryIO, filename: str, owner_urn: str, at: datetime, limit: int = 50_000_000
) -> StoredFile:
    """Keep the bytes under their hash; the same bytes twice are stored once. Called inside a verb."""
    data = content.read(limit + 1)
    if len(data) > limit:
        raise FileTooLarge(len(data), limit)
    media_type = media_type_of(data, filename)
    digest = hashlib.sha256(data).hexdigest()
    key = f"{digest[:2]}/{digest}"
    if not default_storage.exists(key):
        default_storage.save(key, ContentFile(data))
    return StoredFile.objects.create(
        sha256=digest,
        size=len(data),
        media_type=media_type,
        filename=harmless_name(filename),
        storage_key=key,
        owner_urn=owner_urn,
        stored_at=at,
    )


def open_for(file: StoredFile, *, viewer: Actor, at: datetime) -> File[Any]:
    """The bytes, once the owning room has said yes; otherwise :class:`Unknown`, as for no file at all."""
    gate = _GATES.get(Urn.parse(file.owner_urn).room)
    if gate is None or not gate(file, viewer, at):
        raise Unknown()
    return default_storage.open(file.storage_key, "rb")
