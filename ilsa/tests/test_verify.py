"""Verification passes here, and fails when a reference value is another or cannot be computed."""

from __future__ import annotations

import json
from importlib import resources

import pytest

import ilsa.verify
from ilsa import reference
from ilsa.verify import Verification, verify

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def found() -> Verification:
    return verify()


def test_every_reference_value_is_reached(found: Verification) -> None:
    assert [check.statistic for check in found.checks if not check.passed] == []
    assert found.passed
    assert [check.values for check in found.checks] == [7, 8, 16, 16, 40, 8, 4, 4, 20, 20, 2, 16]


def test_it_is_told_as_json(found: Verification) -> None:
    told = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert told["passed"] is True
    assert all(0 <= check["largest_relative_difference"] <= check["tolerance"] for check in told["checks"])


def test_a_wrong_value_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(name: str) -> list[dict[str, str]]:
        kept = reference.rows(name)
        if name == "small_univar.csv":
            kept[2]["M_SE"] = repr(float(kept[2]["M_SE"]) * (1 + 1e-8))
        return kept

    monkeypatch.setattr(ilsa.verify, "rows", changed)
    broken = verify()
    assert not broken.passed
    (check,) = [check for check in broken.checks if not check.passed]
    assert check.statistic == "mean and standard deviation, with standard errors"
    assert check.difference == pytest.approx(1e-8, rel=1e-3)


def test_what_cannot_be_computed_fails_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_school(name: str) -> list[dict[str, str]]:
        return (
            [{**row, "method": "JK9"} for row in reference.rows(name)]
            if name == "two_zones.csv"
            else reference.rows(name)
        )

    monkeypatch.setattr(ilsa.verify, "rows", without_school)
    first = verify().checks[0]
    assert (first.passed, first.values, first.problem) == (False, 0, "KeyError: 'JK9'")
    assert first.as_dict()["largest_relative_difference"] is None


def test_every_table_has_its_origin_told() -> None:
    folder = resources.files("ilsa.reference")
    origin = folder.joinpath("ORIGIN.md").read_text(encoding="utf-8")
    for entry in folder.iterdir():
        if entry.name.endswith(".csv"):
            general = "LSAT6_*.csv" if entry.name.startswith("LSAT") else entry.name
            assert f"`{general}`" in origin, entry.name
