"""The invented pupil file behind the `small_*.csv` that come with the package."""

from __future__ import annotations

from typing import Any

import pytest

from ilsa.reference.pupils import pupil_file


@pytest.fixture(scope="session")
def pupils() -> dict[str, Any]:
    return pupil_file()
