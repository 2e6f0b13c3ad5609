"""Measures for tests, made by the room's own verbs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from polyphonie.evidence.models import Indicator
from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import Role
from polyphonie.network.models import Territory
from polyphonie.observatory.domain.measures import publish_measure, record_measure
from polyphonie.observatory.models import Measure

from .evidence import IndicatorFactory
from .network import OrganisationFactory, TerritoryFactory, coordinator_of

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
SYSTEM = Actor.system("tests")


def keeper() -> Actor:
    return coordinator_of(OrganisationFactory.create(), Role.OBSERVATORY)


def recorded(
    indicator: Indicator | None = None,
    territory: Territory | None = None,
    *,
    value: str | None = "8.8",
    by: Actor = SYSTEM,
    at: datetime = AT,
    **fields: Any,
) -> Measure:
    values = {"year": 2016, "decimals": 1, "source_label": "Eurostat", **fields}
    return record_measure(
        indicator=indicator or IndicatorFactory.create(),
        territory=territory or TerritoryFactory.create(),
        value=Decimal(value) if value is not None else None,
        by=by,
        at=at,
        **values,
    )


def published(*args: Any, **fields: Any) -> Measure:
    return publish_measure(measure=recorded(*args, **fields), by=SYSTEM, at=fields.get("at", AT))
