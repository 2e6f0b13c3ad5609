"""Which characters our embedded typeface can show, and what stands for the others.

A document that has to be readable everywhere must not hold a character without a drawing: the PDF
standard forbids it, and the compiler refuses. People write emoji and languages for which no face is
shipped; each such character becomes a visible box, never silence.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
FACE = FONTS / "DejaVuSansCondensed.ttf"
SUBSTITUTE = "▯"
LONGEST_RUN = 24
KEPT = frozenset("\n\u200c\u200d")  # the joiners decide how Arabic letters meet
SPACED = {"\t": " ", "\u2028": " ", "\u2029": " ", "\x85": " ", "\x0b": " ", "\x0c": " "}


def _tables(data: bytes) -> dict[bytes, int]:
    (count,) = struct.unpack_from(">H", data, 4)
    return {
        data[12 + 16 * n : 16 + 16 * n]: struct.unpack_from(">I", data, 20 + 16 * n)[0] for n in range(count)
    }


def _read_segments(data: bytes, at: int) -> set[int]:
    """A character map of format 4 (segments of the first plane)."""
    (doubled,) = struct.unpack_from(">H", data, at + 6)
    ends, starts = at + 14, at + 16 + doubled
    deltas, offsets = starts + doubled, starts + 2 * doubled
    found = set()
    for n in range(0, doubled, 2):
        (end,) = struct.unpack_from(">H", data, ends + n)
        (start,) = struct.unpack_from(">H", data, starts + n)
        (delta,) = struct.unpack_from(">H", data, deltas + n)
        (offset,) = struct.unpack_from(">H", data, offsets + n)
        for code in range(start, end + 1):
            if offset:
                (glyph,) = struct.unpack_from(">H", data, offsets + n + offset + 2 * (code - start))
            else:
                glyph = (code + delta) & 0xFFFF
            if glyph and code != 0xFFFF:
                found.add(code)
    return found


def _read_groups(data: bytes, at: int) -> set[int]:
    """A character map of format 12 (groups over all planes)."""
    (count,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for n in range(count):
        start, end, _glyph = struct.unpack_from(">III", data, at + 16 + 12 * n)
        found.update(range(start, end + 1))
    return found


def characters_of(font: Path) -> frozenset[int]:
    """The code points for which a TrueType file has a drawing, from its ``cmap`` table."""
    data = font.read_bytes()
    cmap = _tables(data)[b"cmap"]
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    found: set[int] = set()
    for n in range(count):
        platform, _encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * n)
        (form,) = struct.unpack_from(">H", data, cmap + offset)
        if platform in (0, 3) and form == 4:
            found |= _read_segments(data, cmap + offset)
        elif platform in (0, 3) and form == 12:
            found |= _read_groups(data, cmap + offset)
    return frozenset(found)


@cache
def shown() -> frozenset[int]:
    """What can be shown in any of our documents."""
    return characters_of(FACE)


def legible(text: str) -> str:
    """Without control characters and without marks that turn the direction of what follows."""
    kept = []
    for character in unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n"):
        character = SPACED.get(character, character)
        category = unicodedata.category(character)
        if character in KEPT or category not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            kept.append(character)
        elif category in ("Co", "Cn", "Cs"):
            kept.append(SUBSTITUTE)
    return "".join(kept)


def printable(text: str) -> str:
    """The text with a visible box for each character that the typeface lacks, and with places to
    break in runs too long for a line."""
    out: list[str] = []
    run = 0
    for character in legible(text):
        if character not in (*KEPT, " ") and ord(character) not in shown():
            if unicodedata.combining(character):
                continue
            character = SUBSTITUTE
        out.append(character)
        run = 0 if character.isspace() or character in "-/" else run + 1
        if run >= LONGEST_RUN:
            out.append("\u200b")
            run = 0
    return "".join(out)
