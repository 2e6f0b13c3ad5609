"""Streams opened on the real ASGI application, stepped by hand: the loop runs only between queries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from polyphonie.conferences.domain.queries.live_log import apply
from polyphonie.conferences.live.app import LiveApp
from polyphonie.conferences.live.tokens import Claims, issue_stream


@dataclass
class Opened:
    """What a client received on one stream."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    raw: bytes = b""
    ended: bool = False
    task: Any = None
    leave: Any = None

    def frames(self) -> list[tuple[str, str, Any]]:
        """Each event as ``(name, id, data)``."""
        found = []
        for block in self.raw.decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            if "event" in lines:
                found.append((lines["event"], lines.get("id", ""), json.loads(lines["data"])))
        return found

    def named(self, name: str) -> list[Any]:
        return [data for event, _id, data in self.frames() if event == name]

    def events(self) -> list[dict[str, Any]]:
        return [event for batch in self.named("batch") for event in batch]

    def held(self, start: dict[int, dict[str, Any]] | None = None) -> dict[int, dict[str, Any]]:
        return apply(self.events(), dict(start or {}))

    @property
    def last_id(self) -> str:
        return next((i for _name, i, _data in reversed(self.frames()) if i), "")


class Server:
    """The application in a loop of the test's own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.app = LiveApp()
        self.app.attach(self.loop)
        self.run(self._start())
        self.opened: list[Opened] = []

    async def _start(self) -> None:
        self.app.hub.start()

    def run(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    def follow(self, conference: int) -> None:
        """What the tail's thread does when a conference is first asked for."""
        assert self.app.tail.watch(conference)
        self.run(asyncio.sleep(0))

    def look(self, **kinds: bool) -> None:
        """What the tail's thread does at each round, then time for the hub to tick."""
        self.app.tail.look(**kinds)
        self.step()

    def step(self, seconds: float = 0.12) -> None:
        self.run(asyncio.sleep(seconds))

    def open(self, claims: Claims | str, cursor: str = "", last_event_id: str = "") -> Opened:
        token = claims if isinstance(claims, str) else issue_stream(claims)
        query = f"t={token}" + (f"&c={cursor}" if cursor else "")
        headers = [(b"last-event-id", last_event_id.encode())] if last_event_id else []
        opened = self.request("/live/stream", query, headers)
        self.step(0.01)
        return opened

    def request(self, path: str, query: str = "", headers: Any = (), method: str = "GET") -> Opened:
        opened = Opened()
        left: asyncio.Event = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                opened.status = message["status"]
                opened.headers = dict(message["headers"])
            else:
                opened.raw += message.get("body", b"")
                opened.ended = not message.get("more_body", False)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": list(headers),
        }
        opened.task = self.loop.create_task(self.app(scope, receive, send))
        opened.leave = left.set
        self.opened.append(opened)
        self.step(0.01)
        return opened

    def until(self, condition: Callable[[], Any], seconds: float = 3.0) -> None:
        for _round in range(int(seconds / 0.02)):
            if condition():
                return
            self.step(0.02)
        raise AssertionError("it did not come in time")

    def close(self) -> None:
        for opened in self.opened:
            opened.leave()
        self.step(0.02)
        self.run(self.app.hub.stop())
        self.run(asyncio.gather(*(o.task for o in self.opened), return_exceptions=True))
        self.loop.close()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()
