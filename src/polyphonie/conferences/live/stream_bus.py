"""The bus of several processes: Redis or Valkey Streams."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from time import monotonic

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from .bus import ProcessBus

log = structlog.get_logger(__name__)

LONGEST_STREAM = 100_000
"""Entries kept per conference; wake-ups need only the newest."""

AWAY_SECONDS = 5.0
"""How long a bus that did not answer is left alone."""


class StreamBus:
    """Any number of processes and machines on one Redis or Valkey."""

    poll_seconds = 1.0

    def __init__(self, url: str) -> None:
        # publishing stands in somebody's request: it never waits long, nor tries again
        once = Retry(NoBackoff(), 0)
        self._publisher = redis.Redis.from_url(
            url, socket_connect_timeout=0.5, socket_timeout=0.5, retry=once
        )
        self._reader = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=5, retry=once)
        self._away_until = 0.0
        self._grown = threading.Event()

    @staticmethod
    def stream(key: str) -> str:
        return f"live:{key}"

    def publish(self, key: str, seq: int) -> None:
        self._grown.set()
        if monotonic() < self._away_until:
            return
        try:
            self._publisher.xadd(
                self.stream(key), {"w": 1}, id=f"{seq}-0", maxlen=LONGEST_STREAM, approximate=True
            )
        except redis.ResponseError as refusal:
            # the id is not above the last one: published before, or overtaken by a later event
            if "equal or smaller" not in str(refusal):
                log.warning("live_bus_refused", conference=key, seq=seq, reason=str(refusal))
        except redis.RedisError as failure:
            # the readers look at the counters meanwhile
            self._away_until = monotonic() + AWAY_SECONDS
            log.warning("live_bus_unreachable", conference=key, seq=seq, reason=type(failure).__name__)

    def wait(self, heads: Mapping[str, int], timeout: float) -> None:
        if not heads:
            self._grown.wait(timeout)
            self._grown.clear()
            return
        try:
            self._reader.xread(
                {self.stream(key): f"{head}-0" for key, head in heads.items()},
                count=1,
                block=max(1, int(timeout * 1000)),
            )
        except redis.RedisError as failure:
            log.warning("live_bus_unreachable", reason=type(failure).__name__)
            # the bus is away: readers are served by looking, as in one process
            self._grown.wait(min(timeout, ProcessBus.poll_seconds))
        self._grown.clear()

    def interrupt(self) -> None:
        self._grown.set()
