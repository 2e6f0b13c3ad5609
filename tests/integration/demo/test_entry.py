"""The printed link works once; without it nobody changes identity or clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyphonie.demo.domain.entry import EntryUsed, make_entry_token, use_entry_token

pytestmark = pytest.mark.integration


def test_entry_token_works_once(tmp_path: Path) -> None:
    token = make_entry_token(tmp_path)
    use_entry_token(tmp_path, token)
    with pytest.raises(EntryUsed):
        use_entry_token(tmp_path, token)


def test_entry_token_ends_when_another_is_made(tmp_path: Path) -> None:
    first = make_entry_token(tmp_path)
    second = make_entry_token(tmp_path)
    with pytest.raises(EntryUsed):
        use_entry_token(tmp_path, first)
    use_entry_token(tmp_path, second)


def test_entry_token_is_not_kept_in_clear(tmp_path: Path) -> None:
    token = make_entry_token(tmp_path)
    assert token not in (tmp_path / "entry").read_text()
