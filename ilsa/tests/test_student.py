"""Student's t against closed forms and printed tables."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest

from ilsa.student import half_width, incomplete_beta, two_sided_p

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("df", "printed"),
    [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980), (1e12, 1.960)],
)
def test_half_width_as_printed(df: float, printed: float) -> None:
    assert half_width(0.95, df) == pytest.approx(printed, abs=5e-4)


def test_closed_forms() -> None:
    for t in (0.1, 1.0, 3.0, 40.0):
        assert two_sided_p(t, 1) == pytest.approx(1 - 2 * math.atan(t) / math.pi, rel=1e-11)
        assert two_sided_p(-t, 2) == pytest.approx(1 - t / math.sqrt(2 + t * t), rel=1e-11)
        assert two_sided_p(t, 1e9) == pytest.approx(2 * NormalDist().cdf(-t), rel=1e-5, abs=1e-300)
    assert two_sided_p(0, 7.3) == 1


@pytest.mark.parametrize("df", [0.2, 0.9, 3.7, 17.2364, 400.0, 1e8])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_half_width_turns_two_sided_p_round(df: float, confidence: float) -> None:
    assert two_sided_p(half_width(confidence, df), df) == pytest.approx(1 - confidence, rel=1e-9)


def test_incomplete_beta_at_its_ends_and_in_closed_form() -> None:
    assert (incomplete_beta(2, 3, 0), incomplete_beta(2, 3, 1)) == (0, 1)
    for x in (0.01, 0.3, 0.9):
        assert incomplete_beta(1, 4.5, x) == pytest.approx(1 - (1 - x) ** 4.5, rel=1e-12)
        assert incomplete_beta(4.5, 1, x) == pytest.approx(x**4.5, rel=1e-12)
