"""How a process learns that the log of a conference has grown.

The database is the log; the bus only wakes readers, and it carries no body, so that nothing has to be
erased from it. In one process a condition is enough. Several processes meet on Redis or Valkey Streams:
the entry of an event has the id ``<seq>-0``, so publishing twice is refused by the server and changes
nothing. There is no consumer group, since every process needs every event. An event that never reaches
the bus (a process killed between commit and publication) is found by the periodic look at the counter.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache
from typing import Protocol

from django.conf import settings


class Bus(Protocol):
    """What the log publishes to, and what the tail waits on."""

    poll_seconds: float
    """How often a tail looks at the counters on its own, besides being woken."""

    def publish(self, key: str, seq: int) -> None:
        """Say that event ``seq`` of the conference ``key`` is committed. Never raises."""
        ...

    def wait(self, heads: Mapping[str, int], timeout: float) -> None:
        """Return when one of the conferences may have grown beyond the head given, or after ``timeout``."""
        ...

    def interrupt(self) -> None:
        """Let a waiting thread of this process go on."""
        ...


class ProcessBus:
    """One process. A second one on the same database is served by looking every 200 ms."""

    poll_seconds = 0.2

    def __init__(self) -> None:
        self._grown = threading.Event()

    def publish(self, key: str, seq: int) -> None:
        self._grown.set()

    def wait(self, heads: Mapping[str, int], timeout: float) -> None:
        self._grown.wait(timeout)
        self._grown.clear()

    def interrupt(self) -> None:
        self._grown.set()


@cache
def bus() -> Bus:
    """The bus of this process, as the settings name it."""
    if not settings.BUS_URL:
        return ProcessBus()
    from .stream_bus import StreamBus  # the client takes a third of a second to load; one process needs none

    return StreamBus(settings.BUS_URL)
