"""Who a body is today: the name that the source gives, and the one that took over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from polyphonie.network.models import Organisation


@dataclass(frozen=True)
class NamedBody:
    """A body as a record names it. ``today`` is its present successor, ``since`` the day it took over."""

    label: str
    organisation: Organisation | None = None
    today: Organisation | None = None
    since: date | None = None


def named(organisation: Organisation | None, label: str = "") -> NamedBody:
    """The body under the record's own words, resolved through its successors.

    A label that the source uses is kept even where the body is known under another name.
    """
    if organisation is None:
        return NamedBody(label)
    last, since, seen = organisation, None, {organisation.pk}
    while last.successor is not None and last.successor.pk not in seen:
        since = last.valid_until or last.successor.valid_from
        last = last.successor
        seen.add(last.pk)
    today = last if last.pk != organisation.pk else None
    return NamedBody(label or str(organisation.name), organisation, today, since)
