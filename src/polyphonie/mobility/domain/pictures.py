"""A picture leaves without what the device wrote into it: place, hour, model, name of its owner."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import Refusal

JPEG, PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# what a JPEG needs to be drawn: everything but comments and the application's own segments, of which
# APP0 (JFIF) and APP14 (how colours are coded) say nothing of who took it
_DROPPED_MARKERS = frozenset({0xFE, *range(0xE1, 0xEE), 0xEF})
_KEPT_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"}
)


class PictureUnreadable(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Ce fichier n'est ni un JPEG ni un PNG entiers ; prenez la photo de nouveau, ou convertissez-la."
            ),
            field="file",
        )


def without_metadata(data: bytes) -> bytes:
    """The same picture with its pixels alone. Raises :class:`PictureUnreadable` for anything else."""
    if data.startswith(JPEG):
        return _jpeg(data)
    if data.startswith(PNG):
        return _png(data)
    raise PictureUnreadable()


def _jpeg(data: bytes) -> bytes:
    """Segments are ``FF marker length content`` until the scan; what follows it is copied to its end."""
    kept = bytearray(JPEG)
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise PictureUnreadable()
        marker = data[at + 1]
        if marker == 0xFF:  # a byte of filling
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise PictureUnreadable()
        if marker == 0xDA:
            close = data.rfind(b"\xff\xd9")
            if close < end:
                raise PictureUnreadable()
            return bytes(kept + data[at : close + 2])  # what is appended after the picture goes too
        if marker not in _DROPPED_MARKERS:
            kept += data[at:end]
        at = end
    raise PictureUnreadable()


def _png(data: bytes) -> bytes:
    kept = bytearray(PNG)
    at = len(PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise PictureUnreadable()
        if kind in _KEPT_CHUNKS:
            kept += data[at:end]
        if kind == b"IEND":
            return bytes(kept)
        at = end
    raise PictureUnreadable()
