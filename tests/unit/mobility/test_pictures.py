"""A picture keeps its pixels and loses what the device wrote into it."""

from __future__ import annotations

import struct
import zlib

import pytest

from polyphonie.mobility.domain.pictures import PictureUnreadable, without_metadata

pytestmark = [pytest.mark.unit]

SECRET = b"GPS 48.2082 16.3738 Anna"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
TABLE = segment(0xDB, bytes(65))
SCAN = segment(0xDA, b"\1\1\0\0?\0") + b"\x12\xff\x00\x34"
JPEG = (
    b"\xff\xd8"
    + JFIF
    + segment(0xE1, b"Exif\0\0" + SECRET)
    + segment(0xED, b"Photoshop" + SECRET)
    + segment(0xFE, SECRET)
    + TABLE
    + b"\xff"  # filling before a marker
    + SCAN
    + b"\xff\xd9"
)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PIXELS = [
    chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
    chunk(b"IDAT", zlib.compress(b"\0\x7f")),
    chunk(b"IEND", b""),
]
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + PIXELS[0]
    + chunk(b"tEXt", b"Author\0" + SECRET)
    + chunk(b"eXIf", SECRET)
    + chunk(b"tIME", b"\x07\xe2\x03\x0f\x0a\0\0")
    + PIXELS[1]
    + PIXELS[2]
)


def test_jpeg_loses_what_the_camera_wrote() -> None:
    assert without_metadata(JPEG) == b"\xff\xd8" + JFIF + TABLE + SCAN + b"\xff\xd9"


def test_png_keeps_its_pixels_alone() -> None:
    assert without_metadata(PNG) == b"\x89PNG\r\n\x1a\n" + b"".join(PIXELS)


@pytest.mark.parametrize("picture", [JPEG, PNG])
def test_what_is_appended_goes_too(picture: bytes) -> None:
    assert without_metadata(picture + SECRET) == without_metadata(picture)


@pytest.mark.parametrize("picture", [JPEG, PNG])
def test_a_broken_picture_is_refused(picture: bytes) -> None:
    for end in range(1, len(picture)):
        with pytest.raises(PictureUnreadable):
            without_metadata(picture[:end])


def test_what_is_no_picture_is_refused() -> None:
    for other in (b"", b"%PDF-1.7", b"GIF89a", b"\xff\xd8\x00\x00\x00\x00"):
        with pytest.raises(PictureUnreadable) as refused:
            without_metadata(other)
    assert str(refused.value) == (
        "Ce fichier n'est ni un JPEG ni un PNG entiers ; prenez la photo de nouveau, ou convertissez-la."
    )
