"""The only place that tells the time. Interfaces read it; verbs are handed ``at``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext_lazy as _

from .errors import Refusal


class ZoneUnknown(Refusal):
    """A zone that is not a place of the zone data, such as ``GMT+1``, which has no summer time."""

    def __init__(self, zone: str) -> None:
        super().__init__(
            _(
                "Le fuseau « %(zone)s » n'est pas un lieu de la base des fuseaux ; "
                "choisissez par exemple Africa/Casablanca."
            )
            % {"zone": zone},
            field="time_zone",
        )


def wall() -> datetime:
    """The instant now, in UTC, never shifted: signatures, session expiry and tasks use it."""
    return datetime.now(UTC)


def now(offset: timedelta = timedelta(0)) -> datetime:
    """The instant now, moved by ``offset``: a demonstration may live in November 2017."""
    return wall() + offset


@cache
def places() -> frozenset[str]:
    """Every place of the zone data, as ``Area/Location``; read from disk once."""
    return frozenset(z for z in available_timezones() if "/" in z and not z.startswith("Etc/"))


def zone(name: str) -> ZoneInfo:
    """The zone ``name``: a place (``Area/Location``) or ``UTC``. Raises :class:`ZoneUnknown`."""
    if name != "UTC" and name not in places():
        raise ZoneUnknown(name)
    return ZoneInfo(name)


def local(instant: datetime, zone_name: str) -> datetime:
    """``instant`` on the clock of ``zone_name``, by the rules in force on its own date."""
    return instant.astimezone(zone(zone_name))
