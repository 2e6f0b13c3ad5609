"""The sprite: every icon that a page asks for is drawn, and every drawing is asked for."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/polyphonie"
SPRITE = SOURCE / "web/static/web/icons.svg"
ASKED = re.compile(
    r"""<c-icon\b[^>]*?(?<![:\w])name="([a-z-]+)"|(?<![:\w])icon="([a-z-]+)"|icons\.svg[^"']*#([a-z-]+)"""
)


def drawn() -> list[str]:
    return [s.get("id", "") for s in etree.parse(str(SPRITE)).getroot()]


def asked() -> dict[str, str]:
    found = {}
    for path in [*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py"), *SOURCE.rglob("*.js")]:
        for names in ASKED.findall(path.read_text()):
            found[next(filter(None, names))] = str(path.relative_to(ROOT))
    return found


def test_every_icon_is_drawn_once() -> None:
    assert len(drawn()) == len(set(drawn()))


def test_no_page_asks_for_an_icon_that_is_not_drawn() -> None:
    assert {name: place for name, place in asked().items() if name not in drawn()} == {}


def test_no_icon_is_drawn_that_nobody_asks_for() -> None:
    assert set(drawn()) - set(asked()) == set()
