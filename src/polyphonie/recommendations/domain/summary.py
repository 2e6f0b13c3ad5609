"""How much of a text is shown where two pages are all there is.

Pure. A text is cut at a word, with a sign that it was, and the whole of it has an address beside it;
what does not fit at all is counted, never dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

from .wording import SPACES


@dataclass(frozen=True, slots=True)
class FirstPage:
    """How many signs of each part of the first page are shown, and how many points."""

    problem: int
    title: int
    text: int
    reason: int
    points: int


@dataclass(frozen=True, slots=True)
class SecondPage:
    """The same for the second page."""

    wording: int
    source: int
    statements: int
    figures: int
    next_step: int


FIRST_PAGE = (
    FirstPage(3000, 400, 1200, 1500, 60),
    FirstPage(1500, 400, 500, 600, 40),
    FirstPage(1000, 300, 250, 320, 40),
    FirstPage(700, 220, 120, 200, 40),
    FirstPage(500, 160, 0, 130, 24),
    FirstPage(350, 110, 0, 80, 14),
    FirstPage(200, 70, 0, 40, 8),
)
SECOND_PAGE = (
    SecondPage(2000, 300, 60, 20, 600),
    SecondPage(700, 200, 40, 12, 400),
    SecondPage(350, 160, 24, 10, 300),
    SecondPage(220, 120, 16, 8, 250),
    SecondPage(140, 90, 10, 6, 200),
    SecondPage(80, 60, 5, 4, 120),
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as shown, and whether there is more of it."""

    text: str
    is_cut: bool


def cut(text: str, limit: int) -> Cut:
    """At most ``limit`` signs, ended at a word where one ends in the last third."""
    flat = SPACES.sub(" ", text).strip()
    if len(flat) <= limit:
        return Cut(flat, False)
    if limit <= 1:
        return Cut("", True)
    head = flat[: limit - 1]
    space = head.rfind(" ")
    if space > limit * 2 // 3:
        head = head[:space]
    return Cut(head.rstrip(" ,;:.–-") + "…", True)


def lines_needed(text: str, width: int = 92) -> int:
    """An estimate of how many lines a text takes, for a format whose reader lays it out."""
    return sum(max(1, -(-len(part) // width)) for part in text.split("\n"))
