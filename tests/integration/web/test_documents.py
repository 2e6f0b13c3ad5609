"""The base of every document: characters, pictures, whole files."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from polyphonie.web.documents import glyphs
from polyphonie.web.documents.docx import WordDocument
from polyphonie.web.documents.pdf import make_pdf
from polyphonie.web.documents.whole import DiskFull, whole, write_whole
from tests.factories.recommendations import LATER

pytestmark = pytest.mark.integration
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def test_the_face_knows_the_languages_of_the_house() -> None:
    for sample in ("éàçœÉŒ«»’–…", "ñ¿¡", "ãõ", "العربية", "ăâîșț", "ɓɗŋ", "ẹọ", "čšž", "Ελληνικά", "Русский"):
        assert {c for c in sample if ord(c) not in glyphs.shown()} == set()


def test_what_the_face_lacks_becomes_a_visible_box() -> None:
    assert glyphs.printable("a日b") == "a▯b"
    assert glyphs.printable("\ud800x\ue000") == "▯x▯"
    assert glyphs.printable("a\u202eb\x00c\td") == "abc d"


def test_long_runs_get_places_to_break() -> None:
    assert max(len(part) for part in glyphs.printable("x" * 500).split("\u200b")) <= 24
    assert "\u200b" not in glyphs.printable("des mots de longueur habituelle")


def test_every_character_that_is_let_through_can_be_drawn() -> None:
    """The whole set, in one tagged document: the compiler refuses a character without a drawing."""
    every = "".join(chr(c) for c in sorted(glyphs.shown()) if glyphs.printable(chr(c)) == chr(c) and c > 32)
    template = Path(glyphs.__file__).parent / "sample.typ"
    lines = [every[n : n + 40] for n in range(0, len(every), 40)]
    assert make_pdf(template, {"title": "Échantillon", "lines": lines}, at=LATER).startswith(b"%PDF")


def test_a_picture_needs_its_sentence() -> None:
    document = WordDocument(title="T", language="fr", author="A", at=LATER)
    with pytest.raises(ValueError, match="sentence"):
        document.picture(PIXEL, description=" ")
    document.picture(PIXEL, description="Une courbe qui baisse")
    import docx

    made = docx.Document(io.BytesIO(document.to_bytes()))
    assert made.inline_shapes[0]._inline.docPr.get("descr") == "Une courbe qui baisse"


def test_a_full_disk_leaves_nothing_half_and_says_so(tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does."""
    with pytest.raises(DiskFull) as caught, whole(), open("/dev/full", "wb", buffering=0) as full:
        full.write(b"x")
    assert caught.value.status_code == 507
    kept = tmp_path / "note.pdf"
    kept.write_bytes(b"before")
    write_whole(kept, b"after")
    assert kept.read_bytes() == b"after"
    assert os.listdir(tmp_path) == ["note.pdf"]


def test_a_file_cut_short_by_its_limit_leaves_the_old_one(tmp_path: Path) -> None:
    """A real limit of the system on a file's size, in a process of its own."""
    import resource
    import signal

    kept = tmp_path / "note.pdf"
    kept.write_bytes(b"before")
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        code = 1
        try:
            write_whole(kept, b"x" * 100_000)
        except DiskFull:
            code = 0
        os._exit(code)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert kept.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["note.pdf"]
