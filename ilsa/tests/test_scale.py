"""Scales, thresholds and levels."""

from __future__ import annotations

import numpy as np
import pytest

from ilsa import PlausibleValues, ProficiencyScale, Scale, Threshold

pytestmark = pytest.mark.unit


def test_columns_from_a_pattern() -> None:
    assert PlausibleValues.from_pattern("PV{m}MATH", 3) == PlausibleValues(
        ("PV1MATH", "PV2MATH", "PV3MATH"), "PV4MATH"
    )
    assert PlausibleValues.from_pattern("x_{m}", 2, first=0).columns == ("x_0", "x_1")


def test_a_level_begins_at_its_threshold() -> None:
    scale = Scale("reading", pv="p{m}", m=5, unit="PASEC2014", cuts=(365.0, 441.7, 518.37, 595.05))
    assert scale.levels is not None
    below = np.nextafter(518.37, 0)
    np.testing.assert_array_equal(
        scale.levels.level(np.array([[0, 365.0, 441.7], [below, 518.37, 900]])), [[0, 1, 2], [2, 3, 4]]
    )
    assert scale.levels.labels == (0, 1, 2, 3, 4)
    assert scale.levels.bounds == (
        "below 365",
        "from 365 to below 441.7",
        "from 441.7 to below 518.37",
        "from 518.37 to below 595.05",
        "from 595.05",
    )


def test_thresholds_say_whose_they_are() -> None:
    pasec = Threshold(518.37, "PASEC", "World Bank, GLAD", "sufficient")
    assert str(pasec) == "518.37 (sufficient, PASEC)"
    assert pasec != Threshold(518.37, "World Bank")
    levels = ProficiencyScale.from_cuts((1, pasec), owner="us", source="here", names=("a", "b", "c"))
    assert levels.thresholds == (Threshold(1.0, "us", "here"), pasec)
    assert levels.labels == ("a", "b", "c")


def test_a_scale_without_levels() -> None:
    assert Scale("x", pv=PlausibleValues(("a", "b"))).levels is None
