"""Territories: countries, governments, académies, communes, and who took over from whom."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..models import Territory
from .reference import CodeTaken, NameMissing, check_languages, check_period, end_on


def register_territory(
    *,
    kind: str,
    code: str,
    name: LocalisedText,
    by: Actor,
    at: datetime,
    parent: Territory | None = None,
    iso_code: str = "",
    time_zone: str = "",
    languages: list[str] | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Territory:
    """Enter a territory. Its zone must be a place of the zone data; an ISO code is never required."""
    with ledger.act("network.register_territory", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        if not name:
            raise NameMissing()
        if Territory.objects.filter(code=code).exists():
            raise CodeTaken(code, field="code")
        if time_zone:
            clock.zone(time_zone)
        check_languages(languages or [])
        check_period(valid_from, valid_until, field="valid_until")
        territory = Territory.objects.create(
            kind=kind,
            code=code,
            name=name,
            parent=parent,
            iso_code=iso_code,
            time_zone=time_zone,
            languages=languages or [],
            latitude=latitude,
            longitude=longitude,
            valid_from=valid_from,
            valid_until=valid_until,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(territory.urn)
        act.note(kind=kind, code=code)
        return territory


def end_territory(
    *, territory: Territory, on: date, by: Actor, at: datetime, successor: Territory | None = None
) -> Territory:
    """Say from which day a territory is no more, and which one took over. Its row and history stay."""
    with ledger.act("network.end_territory", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        row = Territory.objects.select_for_update().get(pk=territory.pk)
        end_on(act, row, on=on, successor=successor)
        row.save(update_fields=["valid_until", "successor"])
        return row
