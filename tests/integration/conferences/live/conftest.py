from __future__ import annotations

import pytest

from tests.factories.live import Stage, build


@pytest.fixture
def stage(db: None) -> Stage:
    return build()
