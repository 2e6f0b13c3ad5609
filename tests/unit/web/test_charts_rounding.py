"""A number on a drawing is rounded, never cut off."""

from __future__ import annotations

import pytest
from django.utils import translation

from polyphonie.web.charts import number

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (46.579754, 1, "46,6", "46.6"),
        (-6.284218, 1, "−6,3", "−6.3"),
        (0.96, 0, "1", "1"),
        (8.8, 1, "8,8", "8.8"),
    ],
)
def test_number_is_rounded_in_both_languages(value: float, decimals: int, french: str, english: str) -> None:
    for language, written in (("fr", french), ("en", english)):
        with translation.override(language):
            assert number(value, decimals) == written
