"""Hours of distant places, by the rules in force on their date; and what is no zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from polyphonie.kernel import clock

pytestmark = pytest.mark.unit

PARIS = ZoneInfo("Europe/Paris")
SLOTS = (
    datetime(2017, 11, 9, 9, 30, tzinfo=PARIS),
    datetime(2018, 11, 8, 9, 30, tzinfo=PARIS),
    datetime(2019, 3, 13, 10, 0, tzinfo=PARIS),
)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Asia/Tokyo", ("17:30", "17:30", "18:00")),
        ("Europe/Vilnius", ("10:30", "10:30", "11:00")),
        ("Europe/Sofia", ("10:30", "10:30", "11:00")),
        ("Europe/Amsterdam", ("09:30", "09:30", "10:00")),
        ("Europe/Brussels", ("09:30", "09:30", "10:00")),
        ("Europe/Malta", ("09:30", "09:30", "10:00")),
        ("Europe/Lisbon", ("08:30", "08:30", "09:00")),
        ("Europe/Dublin", ("08:30", "08:30", "09:00")),
        ("Africa/Casablanca", ("08:30", "09:30", "10:00")),
        ("America/Santiago", ("05:30", "05:30", "06:00")),
        ("America/Santo_Domingo", ("04:30", "04:30", "05:00")),
        ("America/Toronto", ("03:30", "03:30", "05:00")),
    ],
)
def test_local_follows_the_rules_of_the_date(zone: str, hours: tuple[str, ...]) -> None:
    assert tuple(clock.local(slot, zone).strftime("%H:%M") for slot in SLOTS) == hours


def test_local_can_fall_on_the_next_day() -> None:
    primary = datetime(2019, 3, 13, 16, 30, tzinfo=PARIS)
    assert clock.local(primary, "Asia/Tokyo") == datetime(2019, 3, 14, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    "name",
    [
        "GMT+1",
        "Etc/GMT+1",
        "CET",
        "EST5EDT",
        "Europe/Rabat",
        "europe/paris",
        "../etc/passwd",
        "",
        "localtime",
    ],
)
def test_zone_refuses_what_is_no_place(name: str) -> None:
    with pytest.raises(clock.ZoneUnknown) as refused:
        clock.zone(name)
    assert refused.value.field == "time_zone"
    assert str(refused.value) == (
        f"Le fuseau « {name} » n'est pas un lieu de la base des fuseaux ; choisissez par exemple Africa/Casablanca."
    )


@pytest.mark.parametrize("name", ["UTC", "Africa/Casablanca", "America/Argentina/Buenos_Aires"])
def test_zone_takes_places_and_utc(name: str) -> None:
    assert clock.zone(name).key == name


def test_now_is_moved_and_wall_is_not() -> None:
    before = clock.wall()
    moved = clock.now(timedelta(days=-3000))
    after = clock.wall()
    assert before - timedelta(days=3000) <= moved <= after - timedelta(days=3000)
    assert clock.wall().tzinfo is UTC
