"""The clock of a site, from its relay pieces or its constant delay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal, cast

from ...models import Relay, Site
from ...relay.site_clock import ClockWouldGoBack, Piece, SiteClock

ANY_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
"""Where the one piece of a constant delay begins; it holds for every earlier instant too."""

HOST_CLOCK = SiteClock(1, (Piece(ANY_INSTANT, ANY_INSTANT, 1),))
"""The clock of those who follow without delay: moderators, experts, the host."""


def site_clock(site: Site) -> SiteClock:
    """The clock of the site in its newest epoch: a constant delay, then the pieces decided since.

    A prefetched ``relay_pieces`` is used as it is.
    """
    return clock_from(site.delay_minutes, site.relay_pieces.all())


def clock_from(delay_minutes: int, rows: Iterable[Relay]) -> SiteClock:
    """The clock from its parts; pieces that would make it go back are an error of their writer."""
    pieces = sorted(rows, key=lambda r: (r.epoch, r.wall_from))
    if not pieces:
        delay = timedelta(minutes=delay_minutes)
        return SiteClock(1, (Piece(ANY_INSTANT, ANY_INSTANT - delay, 1),))
    epoch = pieces[-1].epoch
    newest = [
        Piece(r.wall_from, r.programme_from, cast("Literal[0, 1]", r.rate))
        for r in pieces
        if r.epoch == epoch
    ]
    if newest[0].rate != 1:
        # the first decision was a pause: until it, the constant delay ran
        start = newest[0].wall_from
        newest.insert(0, Piece(start - timedelta(days=1), newest[0].programme_from - timedelta(days=1), 1))
    return SiteClock(epoch, tuple(newest))


__all__ = ["ANY_INSTANT", "HOST_CLOCK", "ClockWouldGoBack", "clock_from", "site_clock"]
