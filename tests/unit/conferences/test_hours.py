"""Local hours: the checked table of three conferences, the traps, and the round trip of any instant."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyphonie.conferences.domain.hours import at_night, hours_of, starts_at_night

pytestmark = pytest.mark.unit

DROPOUT = (datetime(2017, 11, 9, 9, 30), datetime(2017, 11, 9, 11, 0))  # noqa: DTZ001  # clocks on a wall
GUIDANCE = (datetime(2018, 11, 8, 9, 30), datetime(2018, 11, 8, 11, 0))  # noqa: DTZ001
LANGUAGES = (datetime(2019, 3, 13, 10, 0), datetime(2019, 3, 13, 11, 10))  # noqa: DTZ001

TABLE = {
    "Asia/Tokyo": ("17:30", "17:30", "18:00"),
    "Europe/Vilnius": ("10:30", "10:30", "11:00"),
    "Europe/Sofia": ("10:30", "10:30", "11:00"),
    "Europe/Amsterdam": ("09:30", "09:30", "10:00"),
    "Europe/Brussels": ("09:30", "09:30", "10:00"),
    "Europe/Malta": ("09:30", "09:30", "10:00"),
    "Europe/Lisbon": ("08:30", "08:30", "09:00"),
    "Europe/Dublin": ("08:30", "08:30", "09:00"),
    "Africa/Casablanca": ("08:30", "09:30", "10:00"),
    "America/Santiago": ("05:30", "05:30", "06:00"),
    "America/Santo_Domingo": ("04:30", "04:30", "05:00"),
    "America/Toronto": ("03:30", "03:30", "05:00"),
}


def of(slot, zone, delay=0):
    paris = ZoneInfo("Europe/Paris")
    start, end = (moment.replace(tzinfo=paris) for moment in slot)
    return hours_of(start, end, host_zone="Europe/Paris", site_zone=zone, delay=timedelta(minutes=delay))


@pytest.mark.parametrize("zone", sorted(TABLE))
@pytest.mark.parametrize(("column", "slot"), list(enumerate((DROPOUT, GUIDANCE, LANGUAGES))))
def test_hours_of_gives_the_checked_table(zone, column, slot):
    hours = of(slot, zone)
    assert hours.local_from.strftime("%H:%M") == TABLE[zone][column]
    assert hours.host_from.time() == slot[0].time()
    assert hours.local_shift == 0


def test_hours_of_rabat_in_2017_with_90_minutes():
    hours = of(DROPOUT, "Africa/Casablanca", 90)
    assert [
        moment.strftime("%H:%M") for moment in (hours.host_from, hours.local_from, hours.viewing_from)
    ] == ["09:30", "08:30", "10:00"]


def test_hours_of_the_afternoon_of_tokyo_in_november():
    hours = of((datetime(2018, 11, 8, 14), datetime(2018, 11, 8, 18)), "Asia/Tokyo")  # noqa: DTZ001
    assert (hours.local_from.strftime("%H:%M"), hours.local_until.strftime("%H:%M")) == ("22:00", "02:00")
    assert hours.local_until.date() == datetime(2018, 11, 9, tzinfo=UTC).date()
    assert hours.is_at_night


def test_hours_of_tokyo_for_the_slot_of_1630_fall_on_the_next_day():
    hours = of((datetime(2019, 3, 13, 16, 30), datetime(2019, 3, 13, 18)), "Asia/Tokyo")  # noqa: DTZ001
    assert (hours.local_from.strftime("%H:%M"), hours.local_until.strftime("%H:%M")) == ("00:30", "02:00")
    assert hours.local_shift == hours.viewing_shift == 1


def test_hours_of_a_delay_are_elapsed_time_when_clocks_change():
    """On the night of 25 March 2018 Paris jumps from two to three: nine hours later is ten hours later."""
    hours = hours_of(
        datetime(2018, 3, 24, 23, 0, tzinfo=UTC),
        datetime(2018, 3, 25, 0, 0, tzinfo=UTC),
        host_zone="Europe/Paris",
        site_zone="Europe/Paris",
        delay=timedelta(hours=9),
    )
    assert (hours.local_from.strftime("%d %H:%M"), hours.viewing_from.strftime("%d %H:%M")) == (
        "25 00:00",
        "25 10:00",
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((6, 0), (22, 0), False),
        ((5, 59), (7, 0), True),
        ((21, 0), (22, 0), False),
        ((21, 0), (22, 1), True),
        ((22, 0), (23, 0), True),
        ((0, 30), (2, 0), True),
    ],
)
def test_at_night_is_before_six_or_after_twenty_two(start, end, expected):
    zone = ZoneInfo("America/Santiago")
    day = datetime(2018, 11, 8, tzinfo=zone)
    assert at_night(day.replace(hour=start[0], minute=start[1]), day.replace(hour=end[0], minute=end[1])) is (
        expected
    )


def test_starts_at_night_takes_both_ends():
    day = datetime(2018, 11, 8, tzinfo=UTC)
    found = [starts_at_night(day.replace(hour=h, minute=m)) for h, m in ((5, 59), (6, 0), (21, 59), (22, 0))]
    assert found == [True, False, False, True]


ZONES = st.sampled_from(sorted({*TABLE, "Europe/Paris", "Asia/Kathmandu", "Pacific/Apia", "UTC"}))
INSTANTS = st.datetimes(
    min_value=datetime(2005, 1, 1),  # noqa: DTZ001  # Hypothesis adds the zone itself
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(start=INSTANTS, length=st.integers(1, 24 * 60), delay=st.integers(0, 10_080), host=ZONES, site=ZONES)
def test_hours_of_any_instant_come_back(start, length, delay, host, site):
    """Whatever the zones, each local hour names the instant it came from, and the delay is what it was."""
    end = start + timedelta(minutes=length)
    hours = hours_of(start, end, host_zone=host, site_zone=site, delay=timedelta(minutes=delay))
    assert hours.host_from.astimezone(UTC) == hours.local_from.astimezone(UTC) == start
    assert hours.host_until.astimezone(UTC) == hours.local_until.astimezone(UTC) == end
    assert hours.viewing_from.astimezone(UTC) - start == timedelta(minutes=delay)
    assert abs(hours.local_shift) <= 1
    assert 0 <= hours.viewing_shift - hours.local_shift <= 9  # Apia once skipped a day


@settings(max_examples=40)
@given(start=INSTANTS, length=st.integers(1, 16 * 60), zone=ZONES)
def test_at_night_agrees_with_each_minute(start, length, zone):
    """A session is at night exactly when one of its minutes is."""
    local = start.astimezone(ZoneInfo(zone))
    end = (start + timedelta(minutes=length)).astimezone(ZoneInfo(zone))
    minutes = ((start + timedelta(minutes=m)).astimezone(ZoneInfo(zone)).time() for m in range(length))
    assert at_night(local.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)) is any(
        not time(6) <= t.replace(second=0, microsecond=0) < time(22) for t in minutes
    )
