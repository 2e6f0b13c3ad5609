"""WCAG 2.2 AA contrast of every pair of tokens that meet, in each scheme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from polyphonie.web import charts

pytestmark = pytest.mark.unit

TOKENS = (Path(charts.__file__).parent / "static/web/css/tokens.css").read_text()
TEXT = [
    *(
        (ink, ground)
        for ink in ("ink", "muted", "accent", "signal")
        for ground in ("paper", "surface", "sunken")
    ),
    ("accent-strong", "paper"),
    ("accent-strong", "accent-soft"),
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("muted", "accent-soft"),
    ("ink", "signal-soft"),
    ("muted", "signal-soft"),
    ("accent", "signal-soft"),
    ("signal", "signal-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-signal", "signal"),
    ("paper", "series-1"),
    ("paper", "series-2"),
    ("ink", "series-3"),
    ("ink", "series-4"),
    ("ink", "series-5"),
    ("ink", "series-6"),
    ("ink", "land"),
]
# borders of inputs, focus, marks: three to one
SIGNS = [
    *((sign, ground) for sign in ("edge", "accent", "signal") for ground in ("paper", "surface", "sunken")),
    ("mark", "paper"),
    ("mark-strong", "paper"),
    ("ink", "mark"),
    ("ink", "mark-strong"),
    ("accent", "land"),
    ("signal", "land"),
]


def schemes() -> dict[str, dict[str, str]]:
    plain, _, contrast = TOKENS.partition("prefers-contrast: more")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", plain)
    light, dark = {n: a for n, a, _ in pairs}, {n: b for n, _, b in pairs}
    more = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", contrast)
    return {
        "light": light,
        "dark": dark,
        "light, more contrast": light | {n: a for n, a, _ in more},
        "dark, more contrast": dark | {n: b for n, _, b in more},
    }


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", schemes())
def test_every_pair_of_colours_can_be_read(scheme: str) -> None:
    tokens = schemes()[scheme]
    weak = [
        f"{ink} on {ground}: {contrast(tokens[ink], tokens[ground]):.2f}"
        for pairs, least in ((TEXT, 4.5), (SIGNS, 3.0))
        for ink, ground in pairs
        if contrast(tokens[ink], tokens[ground]) < least
    ]
    assert weak == []
