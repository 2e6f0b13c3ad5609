"""What a site's programme clock says: *léger différé*, lunch, catching up, going back.

A site reads the conference through one function, ``site_now(now)``: the programme instant that it has
reached when the wall clock of the host says ``now``. The function is made of pieces that either run with
the wall clock or stand still, and it never decreases. What was decided about a site (its delay, its
pauses) is a :class:`SitePlan`; what follows from it is a :class:`SiteClock`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

MAXIMUM_DELAY_MINUTES = 10_080
NO_DELAY = timedelta(0)
MAXIMUM_DELAY = timedelta(minutes=MAXIMUM_DELAY_MINUTES)


class NaiveInstant(ValueError):
    """An instant without a time zone was given."""

    def __init__(self, value: datetime) -> None:
        super().__init__(f"instant without a time zone: {value!r}")
        self.value = value


class DelayOutOfRange(ValueError):
    """A delay below zero or above seven days was asked for, or would result from a pause."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"delay {delay} outside {NO_DELAY} .. {MAXIMUM_DELAY}")
        self.delay = delay
        self.minimum = NO_DELAY
        self.maximum = MAXIMUM_DELAY


class ClockWouldGoBack(ValueError):
    """Pieces were given that would make a site's clock decrease, or run ahead of the wall clock."""

    def __init__(self, wall: datetime, reached: datetime, asked: datetime) -> None:
        super().__init__(f"at {wall} the clock stands at {reached} and cannot be set to {asked}")
        self.wall = wall
        self.reached = reached
        self.asked = asked


class NotGoingBack(ValueError):
    """A new epoch was asked for an instant that the site has not passed: a shorter delay leads there."""

    def __init__(self, reached: datetime, asked: datetime) -> None:
        super().__init__(f"the site has reached {reached}, {asked} does not lie before it")
        self.reached = reached
        self.asked = asked


class BeforeOpening(ValueError):
    """A change was asked for an instant before the plan opened."""

    def __init__(self, opened_at: datetime, at: datetime) -> None:
        super().__init__(f"the plan opened at {opened_at}, after {at}")
        self.opened_at = opened_at
        self.at = at


class PauseWithoutLength(ValueError):
    """A pause was to end at its beginning or before."""

    def __init__(self, at: datetime, until: datetime) -> None:
        super().__init__(f"pause from {at} until {until}")
        self.at = at
        self.until = until


class PausesOverlap(ValueError):
    """A pause was asked for while another one lasts."""

    def __init__(self, first: Pause, second: Pause) -> None:
        super().__init__(f"pauses overlap: {first} and {second}")
        self.first = first
        self.second = second


class NotPaused(ValueError):
    """A site was to resume at an instant at which it is not paused."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"no pause at {at}")
        self.at = at


def utc(value: datetime) -> datetime:
    """The same instant in UTC; an instant without a time zone is refused.

    Subtracting two instants of one zone with summer time counts wall hours, not elapsed ones. All
    arithmetic of the relay is therefore done in UTC.
    """
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise NaiveInstant(value)
    return value.astimezone(UTC)


def delay_of(minutes: int) -> timedelta:
    """A delay given in minutes, refused outside 0 to 10,080."""
    if isinstance(minutes, bool) or not isinstance(minutes, int):
        raise TypeError(f"minutes must be a whole number, not {minutes!r}")
    try:
        delay = timedelta(minutes=minutes)
    except OverflowError:
        raise DelayOutOfRange(timedelta.max if minutes > 0 else timedelta.min) from None
    return _checked(delay)


def _checked(delay: timedelta) -> timedelta:
    if not NO_DELAY <= delay <= MAXIMUM_DELAY:
        raise DelayOutOfRange(delay)
    return delay


@dataclass(frozen=True, slots=True)
class Piece:
    """From ``wall_from`` on the clock says ``programme_from`` and runs (rate 1) or stands still (rate 0)."""

    wall_from: datetime
    programme_from: datetime
    rate: Literal[0, 1]

    def at(self, now: datetime) -> datetime:
        """What this piece says at ``now``."""
        return self.programme_from + (now - self.wall_from) if self.rate else self.programme_from


@dataclass(frozen=True, slots=True)
class SiteClock:
    """A site's clock within one epoch: pieces in order, never decreasing, never ahead of the wall.

    The first piece runs and also holds for every earlier instant, so that a constant delay is one piece.
    Playlists and cursors belong to an epoch; a clock that must go back is a new one.
    """

    epoch: int
    pieces: tuple[Piece, ...]
    _walls: tuple[datetime, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.pieces or self.pieces[0].rate != 1:
            raise ValueError("a site's clock begins with a running piece")
        pieces = tuple(Piece(utc(p.wall_from), utc(p.programme_from), p.rate) for p in self.pieces)
        for piece in pieces:
            if piece.rate not in (0, 1):
                raise ValueError(f"a piece runs (1) or stands still (0), not {piece.rate!r}")
            if piece.programme_from > piece.wall_from:
                raise ClockWouldGoBack(piece.wall_from, piece.wall_from, piece.programme_from)
        for before, after in pairwise(pieces):
            reached = before.at(after.wall_from)
            if after.wall_from < before.wall_from or after.programme_from < reached:
                raise ClockWouldGoBack(after.wall_from, reached, after.programme_from)
        object.__setattr__(self, "pieces", pieces)
        object.__setattr__(self, "_walls", tuple(p.wall_from for p in pieces))

    def _piece(self, now: datetime) -> Piece:
        return self.pieces[max(0, bisect_right(self._walls, now) - 1)]

    def site_now(self, now: datetime) -> datetime:
        """The programme instant that the site has reached at ``now``."""
        now = utc(now)
        return self._piece(now).at(now)

    def lag(self, now: datetime) -> timedelta:
        """How far the site stands behind the host at ``now``."""
        now = utc(now)
        return now - self._piece(now).at(now)

    def is_running(self, now: datetime) -> bool:
        """Whether the clock runs at ``now``; it stands still in a pause and while a longer delay is caught up."""
        return self._piece(utc(now)).rate == 1

    def reaches(self, programme_time: datetime) -> datetime | None:
        """The first wall instant at which the site reaches ``programme_time``; None if it never does as planned."""
        asked = utc(programme_time)
        for position, piece in enumerate(self.pieces):
            if position and piece.programme_from >= asked:
                return piece.wall_from
            if piece.rate:
                wall = piece.wall_from + (asked - piece.programme_from)
                if position + 1 == len(self.pieces) or wall < self.pieces[position + 1].wall_from:
                    return wall
        return None


@dataclass(frozen=True, slots=True)
class DelayChange:
    """From ``at`` on the site follows with another delay."""

    at: datetime
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Pause:
    """The site stands still from ``at`` until ``until``, or until it resumes where no end is known."""

    at: datetime
    until: datetime | None = None

    def overlaps(self, other: Pause) -> bool:
        """Whether both pauses last at some instant."""
        return (other.until is None or self.at < other.until) and (
            self.until is None or other.at < self.until
        )


@dataclass(frozen=True, slots=True)
class SitePlan:
    """What was decided about a site's delay, in order; each verb returns a new plan.

    A pause adds its length to the delay. A longer delay is a hold until it is caught up, a shorter one a
    jump forward. Decisions hold from their instant on, and none changes what the clock said before:
    the caller decides at the present instant or later, never earlier.
    """

    epoch: int
    opened_at: datetime
    delay: timedelta
    delay_changes: tuple[DelayChange, ...] = ()
    pauses: tuple[Pause, ...] = ()
    clock: SiteClock = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _checked(self.delay)
        object.__setattr__(self, "opened_at", utc(self.opened_at))
        object.__setattr__(
            self,
            "delay_changes",
            tuple(
                sorted(
                    (DelayChange(utc(c.at), _checked(c.delay)) for c in self.delay_changes),
                    key=lambda change: change.at,
                )
            ),
        )
        pauses = sorted(
            (Pause(utc(p.at), None if p.until is None else utc(p.until)) for p in self.pauses),
            key=lambda pause: pause.at,
        )
        object.__setattr__(self, "pauses", tuple(pauses))
        for at in (*(c.at for c in self.delay_changes), *(p.at for p in pauses)):
            if at < self.opened_at:
                raise BeforeOpening(self.opened_at, at)
        for pause in pauses:
            if pause.until is not None and pause.until <= pause.at:
                raise PauseWithoutLength(pause.at, pause.until)
        for first, second in pairwise(pauses):
            # a pause without an end covers those planned after it until the site resumes
            if first.until is not None and first.overlaps(second):
                raise PausesOverlap(first, second)
        object.__setattr__(self, "clock", SiteClock(self.epoch, _pieces(self)))

    @classmethod
    def open(cls, *, at: datetime, delay: timedelta) -> SitePlan:
        """Open the first epoch of a site that follows with ``delay``."""
        return cls(epoch=1, opened_at=at, delay=delay)

    def change_delay(self, *, at: datetime, delay: timedelta) -> SitePlan:
        """Follow with ``delay`` from ``at`` on: hold until a longer one is caught up, jump to a shorter one.

        During a pause the site stays paused and takes the new delay when it resumes.
        """
        return replace(self, delay_changes=(*self.delay_changes, DelayChange(utc(at), delay)))

    def pause(self, *, at: datetime, until: datetime | None = None) -> SitePlan:
        """Stand still from ``at``, for lunch until a known hour or until the site resumes."""
        asked = Pause(utc(at), None if until is None else utc(until))
        for pause in self.pauses:
            if pause.at <= asked.at and pause.overlaps(asked):
                raise PausesOverlap(pause, asked)
        return replace(self, pauses=(*self.pauses, asked))

    def resume(self, *, at: datetime) -> SitePlan:
        """End the pause that lasts at ``at``: its length stays in the delay unless the delay was changed in it.

        Pauses that were planned to begin while the site was paused anyway are dropped.
        """
        at = utc(at)
        current = next(
            (p for p in self.pauses if p.at < at and (p.until is None or at < p.until)),
            None,
        )
        if current is None:
            raise NotPaused(at)
        others = tuple(p for p in self.pauses if p.at < current.at or p.at >= at)
        return replace(self, pauses=(*others, replace(current, until=at)))

    def go_back(self, *, at: datetime, programme_time: datetime) -> SitePlan:
        """Open a new epoch that starts again from ``programme_time``; pauses still to come are kept."""
        at, asked = utc(at), utc(programme_time)
        reached = self.clock.site_now(at)
        if asked >= reached:
            raise NotGoingBack(reached, asked)
        return SitePlan(
            epoch=self.epoch + 1,
            opened_at=at,
            delay=at - asked,
            pauses=tuple(p for p in self.pauses if p.at >= at),
        )

    def to_data(self) -> dict[str, Any]:
        """The plan in plain values, ready for JSON."""
        return {
            "epoch": self.epoch,
            "opened_at": self.opened_at.isoformat(),
            "delay": self.delay.total_seconds(),
            "delay_changes": [
                {"at": c.at.isoformat(), "delay": c.delay.total_seconds()} for c in self.delay_changes
            ],
            "pauses": [
                {"at": p.at.isoformat(), "until": None if p.until is None else p.until.isoformat()}
                for p in self.pauses
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> SitePlan:
        """The plan that :meth:`to_data` wrote."""
        return cls(
            epoch=data["epoch"],
            opened_at=datetime.fromisoformat(data["opened_at"]),
            delay=timedelta(seconds=data["delay"]),
            delay_changes=tuple(
                DelayChange(datetime.fromisoformat(c["at"]), timedelta(seconds=c["delay"]))
                for c in data["delay_changes"]
            ),
            pauses=tuple(
                Pause(
                    datetime.fromisoformat(p["at"]),
                    None if p["until"] is None else datetime.fromisoformat(p["until"]),
                )
                for p in data["pauses"]
            ),
        )


def _pieces(plan: SitePlan) -> tuple[Piece, ...]:
    """The pieces that follow from a plan, by walking through its decisions in order of time.

    At one instant a pause ends first, then the delay changes, then another pause begins.
    """
    marks: list[tuple[datetime, int, timedelta | None]] = [(c.at, 1, c.delay) for c in plan.delay_changes]
    for pause in plan.pauses:
        marks.append((pause.at, 2, None))
        if pause.until is None:
            break
        marks.append((pause.until, 0, None))
    marks.sort(key=lambda mark: mark[:2])

    delay = plan.delay
    pieces = [Piece(plan.opened_at, plan.opened_at - delay, 1)]
    paused = changed_in_pause = False
    for at, kind, new_delay in marks:
        while len(pieces) > 1 and pieces[-1].wall_from > at:
            pieces.pop()  # the end of a hold that this decision overtakes
        reached = pieces[-1].at(at)
        if kind == 2:
            paused, changed_in_pause = True, False
            pieces.append(Piece(at, reached, 0))
            continue
        if new_delay is not None:
            delay = new_delay
            changed_in_pause = paused
        else:
            paused = False
            if not changed_in_pause:
                delay = _checked(max(delay, at - reached))
        if not paused:
            pieces.extend(_following(at, reached, delay))
    return tuple(pieces)


def _following(at: datetime, reached: datetime, delay: timedelta) -> tuple[Piece, ...]:
    """From ``reached`` on with ``delay``: ahead at once, or standing still until the delay is caught up."""
    if at - delay >= reached:
        return (Piece(at, at - delay, 1),)
    return (Piece(at, reached, 0), Piece(reached + delay, reached, 1))
