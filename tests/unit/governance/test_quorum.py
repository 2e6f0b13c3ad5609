"""Shares of seats and of votes, by hand-worked numbers."""

from __future__ import annotations

import pytest

from polyphonie.governance.domain.quorum import Share, Tally

pytestmark = pytest.mark.unit

MORE_THAN_HALF = Share(1, 2, strict=True)
TWO_THIRDS = Share(2, 3, strict=False)


@pytest.mark.parametrize(
    ("share", "seats", "least"),
    [
        (MORE_THAN_HALF, 44, 23),
        (MORE_THAN_HALF, 17, 9),
        (MORE_THAN_HALF, 1, 1),
        (MORE_THAN_HALF, 2, 2),
        (TWO_THIRDS, 44, 30),
        (TWO_THIRDS, 17, 12),
        (TWO_THIRDS, 3, 2),
        (TWO_THIRDS, 1, 1),
        (Share(1, 1, strict=False), 7, 7),
        (Share(1, 44, strict=False), 0, 1),
    ],
)
def test_least_of_a_share(share: Share, seats: int, least: int) -> None:
    assert share.least_of(seats) == least


@pytest.mark.parametrize(
    ("choices", "present", "tally"),
    [
        ("yny", 3, (2, 1, 0, 0)),
        ("yaa", 5, (1, 0, 2, 2)),
        ("", 4, (0, 0, 0, 4)),
    ],
)
def test_tally_counts_each_answer(choices: str, present: int, tally: tuple[int, ...]) -> None:
    words = {"y": "yes", "n": "no", "a": "abstain"}
    found = Tally.of([words[c] for c in choices], present)
    assert (found.yes, found.no, found.abstain, found.absent) == tally


@pytest.mark.parametrize(
    ("tally", "carries"),
    [
        (Tally(2, 1, 0, 0), True),
        (Tally(1, 1, 5, 0), False),
        (Tally(1, 0, 8, 0), True),  # an abstention is not a no
        (Tally(0, 0, 9, 0), False),
        (Tally(0, 0, 0, 9), False),
    ],
)
def test_simple_majority_of_what_was_expressed(tally: Tally, carries: bool) -> None:
    assert tally.carries(MORE_THAN_HALF) is carries


def test_two_thirds_of_what_was_expressed() -> None:
    assert Tally(2, 1, 0, 0).carries(TWO_THIRDS)
    assert not Tally(3, 2, 0, 0).carries(TWO_THIRDS)
