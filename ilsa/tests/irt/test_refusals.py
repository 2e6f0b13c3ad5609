"""Every refusal has its sentence, and every sentence is used and tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ilsa.irt
from ilsa.irt.notes import NOTES
from ilsa.irt.refusals import SENTENCES

pytestmark = pytest.mark.unit

SOURCE = Path(ilsa.irt.__file__).parent
TESTS = Path(__file__).parent


def text(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))


def test_every_code_that_is_raised_has_a_sentence_and_every_sentence_is_raised() -> None:
    assert set(re.findall(r'IrtError\(\s*"(\w+)"', text(SOURCE))) == set(SENTENCES)


def test_every_note_that_is_made_has_a_sentence() -> None:
    assert set(re.findall(r'IrtNote\(\s*"(\w+)"', text(SOURCE))) == set(NOTES)


@pytest.mark.parametrize("code", SENTENCES)
def test_sentences_are_whole(code: str) -> None:
    assert SENTENCES[code].endswith((".", ";"))
    assert SENTENCES[code][0].isupper() or SENTENCES[code].startswith("{")


def test_public_names_exist_once() -> None:
    assert [name for name in ilsa.irt.__all__ if not hasattr(ilsa.irt, name)] == []
    assert len(set(ilsa.irt.__all__)) == len(ilsa.irt.__all__)
    assert ilsa.irt.calibrate is ilsa.irt.calibration.calibrate
