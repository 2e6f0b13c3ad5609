"""The pages of the documentation that are made from the code say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools/reference_pages.py"


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("polyphonie_reference_pages", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reference_pages_are_current(pages: ModuleType) -> None:
    assert pages.stale() == [], "python tools/reference_pages.py writes them anew"


def test_every_setting_says_what_it_is_for() -> None:
    from polyphonie.config.environment import Environment

    assert [name for name, field in Environment.model_fields.items() if not field.description] == []


def test_reference_index_names_every_page(pages: ModuleType) -> None:
    index = (pages.FOLDER / "index.md").read_text().split()
    assert (
        sorted(p.stem for p in pages.FOLDER.glob("*.md") if p.stem != "index" and p.stem not in index) == []
    )
