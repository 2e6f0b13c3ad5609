"""The site clock: constant delay, lunch, hold, jump, epochs, and that it never decreases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyphonie.conferences.relay.site_clock import (
    BeforeOpening,
    ClockWouldGoBack,
    DelayOutOfRange,
    NaiveInstant,
    NotGoingBack,
    NotPaused,
    PausesOverlap,
    PauseWithoutLength,
    Piece,
    SiteClock,
    SitePlan,
    delay_of,
    utc,
)

pytestmark = pytest.mark.unit

OPEN = datetime(2017, 11, 9, 7, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2017, 11, 9, hour, minute, tzinfo=UTC)


def plan(delay: float = 0) -> SitePlan:
    return SitePlan.open(at=OPEN, delay=minutes(delay))


def test_rabat_reads_at_ten_what_sevres_said_at_half_past_nine() -> None:
    clock = plan(90).clock
    rabat_at_ten = datetime(2017, 11, 9, 10, 0, tzinfo=ZoneInfo("Africa/Casablanca"))
    sevres = datetime(2017, 11, 9, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert clock.site_now(rabat_at_ten) == sevres
    assert clock.lag(rabat_at_ten) == minutes(90)


def test_constant_delay_holds_before_the_opening_too() -> None:
    assert plan(90).clock.site_now(at(3)) == at(1, 30)


def test_instants_come_out_in_utc_whatever_zone_goes_in() -> None:
    paris = ZoneInfo("Europe/Paris")
    # the night of 25 March 2018 has no 02:30 in Paris; wall arithmetic would be an hour off
    before = SitePlan.open(at=datetime(2018, 3, 25, 1, 30, tzinfo=paris), delay=minutes(0))
    told = before.clock.site_now(datetime(2018, 3, 25, 3, 30, tzinfo=paris))
    assert told == datetime(2018, 3, 25, 1, 30, tzinfo=UTC)
    assert told.tzinfo is UTC


def test_lunch_stands_still_and_stays_in_the_delay() -> None:
    clock = plan(90).pause(at=at(12), until=at(13, 30)).clock
    assert clock.site_now(at(12)) == clock.site_now(at(13)) == at(10, 30)
    assert not clock.is_running(at(13))
    assert clock.site_now(at(14)) == at(11)
    assert clock.lag(at(14)) == minutes(180)


def test_pause_without_known_end_lasts_until_the_site_resumes() -> None:
    paused = plan(30).pause(at=at(12))
    assert paused.clock.site_now(at(20)) == at(11, 30)
    resumed = paused.resume(at=at(12, 20))
    assert resumed.clock.site_now(at(13)) == at(12, 10)


def test_open_pause_covers_a_planned_one_and_gives_it_back() -> None:
    lunch = plan().pause(at=at(12), until=at(13)).pause(at=at(15), until=at(16))
    stopped = lunch.pause(at=at(11))
    assert stopped.clock.site_now(at(18)) == at(11)
    resumed = stopped.resume(at=at(12, 30))
    assert resumed.clock.lag(at(14)) == minutes(90)
    assert resumed.clock.lag(at(17)) == minutes(150)


def test_planned_pause_can_end_early() -> None:
    clock = plan().pause(at=at(12), until=at(13)).resume(at=at(12, 30)).clock
    assert clock.lag(at(15)) == minutes(30)


def test_longer_delay_holds_until_caught_up() -> None:
    clock = plan(10).change_delay(at=at(9), delay=minutes(40)).clock
    assert clock.site_now(at(9)) == clock.site_now(at(9, 29)) == at(8, 50)
    assert clock.site_now(at(9, 31)) == at(8, 51)


def test_shorter_delay_jumps_forward() -> None:
    clock = plan(40).change_delay(at=at(9), delay=minutes(10)).clock
    assert clock.site_now(at(9) - minutes(1)) == at(8, 19)
    assert clock.site_now(at(9)) == at(8, 50)


def test_decision_during_a_hold_overtakes_its_end() -> None:
    held = plan(10).change_delay(at=at(9), delay=minutes(60))
    clock = held.change_delay(at=at(9, 5), delay=minutes(10)).clock
    assert clock.site_now(at(9, 5)) == at(8, 55)
    paused = held.pause(at=at(9, 10), until=at(9, 20)).clock
    # the pause lies within the hold: the site still ends at sixty minutes, not more
    assert paused.site_now(at(9, 50)) == at(8, 50)
    assert paused.lag(at(12)) == minutes(60)


def test_delay_changed_during_a_pause_counts_when_the_site_resumes() -> None:
    clock = plan(10).pause(at=at(12), until=at(13)).change_delay(at=at(12, 30), delay=minutes(20)).clock
    assert clock.site_now(at(12, 59)) == at(11, 50)
    assert clock.site_now(at(13)) == at(12, 40)


def test_going_back_opens_a_new_epoch_and_keeps_pauses_to_come() -> None:
    before = plan(10).pause(at=at(12), until=at(13))
    after = before.go_back(at=at(10), programme_time=at(8))
    assert (before.epoch, after.epoch) == (1, 2)
    assert after.clock.epoch == 2
    assert after.clock.site_now(at(10)) == at(8)
    assert after.clock.lag(at(14)) == minutes(180)


def test_going_forward_is_no_new_epoch() -> None:
    with pytest.raises(NotGoingBack) as refusal:
        plan(10).go_back(at=at(10), programme_time=at(9, 50))
    assert (refusal.value.reached, refusal.value.asked) == (at(9, 50), at(9, 50))


def test_reaches_tells_the_wall_hour_of_a_programme_hour() -> None:
    clock = plan(90).pause(at=at(12), until=at(13)).change_delay(at=at(15), delay=minutes(30)).clock
    assert clock.reaches(at(9)) == at(10, 30)
    assert clock.reaches(at(11)) == at(13, 30)
    assert clock.reaches(at(14)) == at(15)  # jumped over at 15:00
    assert plan().pause(at=at(12)).clock.reaches(at(12, 1)) is None
    assert plan().pause(at=at(12)).clock.reaches(at(12)) == at(12)


@pytest.mark.parametrize("count", [0, 1, 90, 10_080])
def test_delay_of_accepts_zero_to_seven_days(count: int) -> None:
    assert delay_of(count) == minutes(count)


@pytest.mark.parametrize("count", [-1, 10_081, 10**30, -(10**30)])
def test_delay_of_refuses_others_with_the_bounds(count: int) -> None:
    with pytest.raises(DelayOutOfRange) as refusal:
        delay_of(count)
    assert (refusal.value.minimum, refusal.value.maximum) == (minutes(0), minutes(10_080))


@pytest.mark.parametrize("count", [True, 1.5, "90", None, float("nan")])
def test_delay_of_refuses_what_is_no_whole_number(count: object) -> None:
    with pytest.raises(TypeError):
        delay_of(count)  # type: ignore[arg-type]


def test_every_way_to_a_delay_checks_its_range() -> None:
    too_long = minutes(10_081)
    with pytest.raises(DelayOutOfRange):
        SitePlan.open(at=OPEN, delay=too_long)
    with pytest.raises(DelayOutOfRange):
        plan().change_delay(at=at(9), delay=-minutes(1))
    with pytest.raises(DelayOutOfRange) as refusal:
        plan(10_000).pause(at=at(9), until=at(11))
    assert refusal.value.delay == minutes(10_120)
    with pytest.raises(DelayOutOfRange):
        plan().go_back(at=at(9), programme_time=at(9) - too_long)


def test_refusals_of_pauses() -> None:
    lunch = plan().pause(at=at(12), until=at(13))
    with pytest.raises(PausesOverlap):
        lunch.pause(at=at(12, 59), until=at(14))
    with pytest.raises(PausesOverlap):
        lunch.pause(at=at(11), until=at(12, 1))
    with pytest.raises(PausesOverlap):
        plan().pause(at=at(12)).pause(at=at(14), until=at(15))
    assert lunch.pause(at=at(13), until=at(14)).clock.lag(at(15)) == minutes(120)
    with pytest.raises(PauseWithoutLength):
        plan().pause(at=at(12), until=at(12))
    for instant in (at(11), at(13), at(14)):
        with pytest.raises(NotPaused):
            lunch.resume(at=instant)
    with pytest.raises(BeforeOpening):
        plan().pause(at=OPEN - minutes(1))


def test_naive_instants_are_refused() -> None:
    naive = datetime(2017, 11, 9, 9)  # noqa: DTZ001
    with pytest.raises(NaiveInstant):
        utc(naive)
    with pytest.raises(NaiveInstant):
        plan().clock.site_now(naive)
    with pytest.raises(NaiveInstant):
        plan().change_delay(at=naive, delay=minutes(1))


def test_pieces_that_decrease_or_run_ahead_are_refused() -> None:
    with pytest.raises(ClockWouldGoBack):
        SiteClock(1, (Piece(at(9), at(9), 1), Piece(at(10), at(9, 59), 1)))
    with pytest.raises(ClockWouldGoBack):
        SiteClock(1, (Piece(at(9), at(9, 1), 1),))
    with pytest.raises(ClockWouldGoBack):
        SiteClock(1, (Piece(at(9), at(8), 1), Piece(at(8), at(8), 1)))
    with pytest.raises(ValueError, match="running piece"):
        SiteClock(1, (Piece(at(9), at(8), 0),))
    with pytest.raises(ValueError, match="running piece"):
        SiteClock(1, ())
    with pytest.raises(ValueError, match="stands still"):
        SiteClock(1, (Piece(at(9), at(8), 1), Piece(at(10), at(9), 2)))  # type: ignore[arg-type]


decisions = st.lists(
    st.tuples(
        st.integers(0, 40),  # minutes after the decision before
        st.sampled_from(["delay", "pause", "lunch", "resume", "back"]),
        st.integers(0, 180),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 180), decisions)
def test_any_decisions_leave_a_clock_that_never_decreases_and_a_past_that_never_changes(
    first_delay: int, asked: list[tuple[int, str, int]]
) -> None:
    current = plan(first_delay)
    now = OPEN
    for wait, verb, value in asked:
        now += minutes(wait)
        before = current
        try:
            match verb:
                case "delay":
                    current = current.change_delay(at=now, delay=minutes(value))
                case "pause":
                    current = current.pause(at=now)
                case "lunch":
                    current = current.pause(at=now, until=now + minutes(value))
                case "resume":
                    current = current.resume(at=now)
                case _:
                    current = current.go_back(at=now, programme_time=now - minutes(value))
        except (PausesOverlap, PauseWithoutLength, NotPaused, NotGoingBack):
            continue
        if current.epoch == before.epoch:
            for past in range(0, 120, 7):
                instant = now - minutes(past) - timedelta(microseconds=1)
                assert current.clock.site_now(instant) == before.clock.site_now(instant)
            assert current.clock.site_now(now) >= before.clock.site_now(now)
        assert SitePlan.from_data(json.loads(json.dumps(current.to_data()))) == current
    readings = [OPEN + minutes(m) for m in range(-60, 700, 5)]
    told = [current.clock.site_now(instant) for instant in readings]
    assert told == sorted(told)
    assert all(site_now <= now for site_now, now in zip(told, readings, strict=True))
    for site_now, instant in zip(told[::9], readings[::9], strict=True):
        wall = current.clock.reaches(site_now)
        assert wall is not None
        assert wall <= instant
        assert current.clock.site_now(wall) >= site_now
        assert current.clock.site_now(wall - timedelta(microseconds=1)) < site_now
