"""The desk's people, and its day: 1 October 2024, before the clocks of Paris change."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import Role
from tests.factories.network import HostFactory, coordinator_of

PARIS = ZoneInfo("Europe/Paris")
DESK_DAY = datetime(2024, 10, 1, 10, 0, tzinfo=PARIS)


@pytest.fixture
def desk_day() -> Any:
    with time_machine.travel(DESK_DAY, tick=False):
        yield DESK_DAY


@pytest.fixture
def body() -> Any:
    return HostFactory.create(slug="hote")


@pytest.fixture
def desk_analyst(body: Any) -> Actor:
    return coordinator_of(body, Role.ANALYST)


@pytest.fixture
def desk_host(body: Any) -> Actor:
    return coordinator_of(body, Role.HOST_COORDINATOR)
