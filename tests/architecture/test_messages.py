"""Every sentence has its English, and what is compiled says what is written."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools/messages.py"


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("polyphonie_messages", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks itself up
    spec.loader.exec_module(module)
    return module


def rooms() -> list[str]:
    source = TOOL.parents[1] / "src/polyphonie"
    return sorted(p.name for p in source.iterdir() if (p / "__init__.py").exists())


@pytest.mark.parametrize("room", rooms())
def test_every_sentence_has_its_english(messages: ModuleType, room: str) -> None:
    assert messages.missing([room]) == []


def test_every_catalogue_is_compiled(messages: ModuleType) -> None:
    assert messages.uncompiled() == []


def test_tool_finds_sentences_of_modules_and_templates(messages: ModuleType, tmp_path: Path) -> None:
    module = "from django.utils.translation import gettext_lazy as _\nA = _('Un') % {}\nB = _('a'\n 'b')\n"
    assert {s.text for s in messages._in_module("x", "x.py", module)} == {"Un", "ab"}
    template = (
        """<c-card title="{% translate 'Un' %}" />{% translate "Deux" context "lieu" %}"""
        """{% blocktranslate count n=n %}{{ n }} jour{% plural %}{{ n }} jours{% endblocktranslate %}"""
    )
    found = {(s.text, s.context, s.plural) for s in messages._in_template("x", "x.html", template)}
    assert found == {("Un", "", ""), ("Deux", "lieu", ""), ("%(n)s jour", "", "%(n)s jours")}


def test_tool_sees_a_value_that_the_translation_forgets(
    messages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = messages.Sentence("web", "x.py:1", "Le %(day)s")
    monkeypatch.setattr(messages, "translation", lambda sentence, language: ("The day",))
    assert len(list(messages.problems_of(sentence, "en"))) == 1
