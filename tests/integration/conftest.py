"""What integration tests share."""

from __future__ import annotations

import pytest


@pytest.fixture
def rooms_above_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slots of a page stay empty: this room's own questions are counted, not those of others."""
    from polyphonie.web import slots

    monkeypatch.setattr(slots, "_PROVIDERS", {})
