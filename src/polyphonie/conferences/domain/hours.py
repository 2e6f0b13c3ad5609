"""The same instant on three clocks: the host's, the site's, and the site's with its delay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from polyphonie.kernel.clock import local

NIGHT_ENDS = time(6)
NIGHT_BEGINS = time(22)
NO_DELAY = timedelta(0)


@dataclass(frozen=True, slots=True)
class Hours:
    """A slot of the programme as the host, the site and its delayed audience live it."""

    host_from: datetime
    host_until: datetime
    local_from: datetime
    local_until: datetime
    viewing_from: datetime
    viewing_until: datetime

    @property
    def local_shift(self) -> int:
        """By how many days the site's calendar differs from the host's when the slot begins."""
        return (self.local_from.date() - self.host_from.date()).days

    @property
    def viewing_shift(self) -> int:
        """The same for the hour at which the site watches."""
        return (self.viewing_from.date() - self.host_from.date()).days

    @property
    def is_at_night(self) -> bool:
        """Whether the site would watch before 06:00 or after 22:00, on its own clock."""
        return at_night(self.viewing_from, self.viewing_until)


def hours_of(
    start_at: datetime,
    end_at: datetime,
    *,
    host_zone: str,
    site_zone: str,
    delay: timedelta = NO_DELAY,
) -> Hours:
    """Each instant by the rules in force on its own date; the delay is elapsed time, whatever clocks do."""
    return Hours(
        host_from=local(start_at, host_zone),
        host_until=local(end_at, host_zone),
        local_from=local(start_at, site_zone),
        local_until=local(end_at, site_zone),
        viewing_from=local(start_at + delay, site_zone),
        viewing_until=local(end_at + delay, site_zone),
    )


def at_night(local_from: datetime, local_until: datetime) -> bool:
    """Whether any of it lies before 06:00 or after 22:00 on the clock of its zone."""
    if local_from.time() < NIGHT_ENDS:
        return True
    evening = datetime.combine(local_from.date(), NIGHT_BEGINS, tzinfo=local_from.tzinfo)
    return local_until > evening


def starts_at_night(local_from: datetime) -> bool:
    """Whether the hour lies outside 06:00 to 22:00."""
    return not NIGHT_ENDS <= local_from.time() < NIGHT_BEGINS
