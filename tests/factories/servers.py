"""Real servers on a real file database, for what no test in one process can show."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], seconds: float = 10.0, pause: float = 0.02) -> Any:
    """The first true answer, or a failure after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError("it did not come in time")


@dataclass
class Installation:
    """A data folder with its database, in which scripts run and servers start."""

    folder: Path
    stage: dict[str, Any] = field(default_factory=dict)

    def environment(self, bus_url: str = "") -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("POLYPHONIE_")},
            "POLYPHONIE_DATA_DIR": str(self.folder),
            "POLYPHONIE_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-0123",
            "POLYPHONIE_DEMO": "1",
            "POLYPHONIE_BUS_URL": bus_url,
            "DJANGO_SETTINGS_MODULE": "polyphonie.config.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "ilsa/src"), str(ROOT)]),
        }

    def run(self, script: str) -> str:
        """Run a script with Django set up; what it prints."""
        return subprocess.run(
            [sys.executable, "-c", "import django; django.setup()\n" + script],
            env=self.environment(),
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout

    @contextmanager
    def servers(self, count: int, bus_url: str = "") -> Iterator[list[RunningServer]]:
        """Some web processes on this database, started together."""
        running = [self._start(bus_url) for _each in range(count)]
        try:
            for server in running:
                wait_until(server.answers, 60, 0.1)
            yield running
        finally:
            for server in running:
                if server.process.poll() is None:
                    server.process.send_signal(signal.SIGTERM)
            for server in running:
                try:
                    server.process.wait(15)
                except subprocess.TimeoutExpired:
                    server.process.kill()
                    server.process.wait()
                if server.process.stderr:
                    server.process.stderr.close()

    def _start(self, bus_url: str) -> RunningServer:
        port = free_port()
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "polyphonie.config.asgi:application"),
                *("--port", str(port), "--log-level", "warning", "--timeout-graceful-shutdown", "8"),
            ],
            env=self.environment(bus_url),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        return RunningServer(port, process)


@dataclass
class RunningServer:
    port: int
    process: subprocess.Popen[bytes]

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def client(self) -> Browser:
        return Browser(self.port)


class Browser:
    """As much of a browser as a hall needs: cookies, forms, one open stream."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: SimpleCookie = SimpleCookie()

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{k}={m.value}" for k, m in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies["csrftoken"].value
            headers["Accept"] = "application/json"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        content = answer.read()
        connection.close()
        return answer.status, answer.getheader("Location") or "", content

    def enter(self, code: str, uid: str) -> dict[str, Any]:
        """Enter a hall; the data of its room's page."""
        assert self.request("GET", f"/fr/s/{code}/")[0] == 200
        assert self.request("POST", f"/fr/s/{code}/", {})[0] == 302
        _status, _location, page = self.request("GET", f"/fr/sites/{uid}/salle/")
        found = re.search(r'id="room-data" type="application/json">(.*?)</script>', page.decode(), re.DOTALL)
        assert found is not None
        data: dict[str, Any] = json.loads(found[1])
        self.uid = uid
        return data

    def say(self, text: str) -> int:
        status, _location, body = self.request(
            "POST", f"/fr/sites/{self.uid}/salle/messages/", {"message-text": text}
        )
        assert status == 200, body
        return int(json.loads(body)["seq"])

    def follow(self, data: dict[str, Any]) -> OpenStream:
        return OpenStream(self.port, f"{data['stream']}?t={data['streamToken']}&c={data['cursor']}")


class OpenStream:
    """A stream read in a thread of its own, with the instant at which each piece came."""

    def __init__(self, port: int, path: str) -> None:
        self.text = ""
        self.ended = threading.Event()
        self._connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self._connection.request("GET", path)
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            while True:
                line = self._answer.readline()
                if not line:
                    break
                self.text += line.decode()
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # closed from the other thread, at whatever point it was reading
        self.ended.set()

    def receives(self, text: str, seconds: float = 5.0) -> float:
        """How long it took until ``text`` came."""
        began = time.monotonic()
        wait_until(lambda: text in self.text, seconds, 0.005)
        return time.monotonic() - began

    def close(self) -> None:
        if self._connection.sock is not None:
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._answer.close()
        self._connection.close()


SEED = """
import json
from concurrent.futures import ThreadPoolExecutor
from django.db import connection, transaction
from polyphonie.conferences.domain.live_log import append_event
from polyphonie.conferences.models import LiveEvent
from tests.factories.live import build

stage, crowded = build(), build("ecrivains").conference

def write(writer):
    for number in range(25):
        with transaction.atomic():
            append_event(conference=crowded, kind="message", body={"n": number})
            if number % 5 == 4:
                transaction.set_rollback(True)
    connection.close()

with ThreadPoolExecutor(4) as threads:
    list(threads.map(write, range(4)))
rows = list(LiveEvent.objects.filter(conference=crowded).order_by("seq"))
times = [row.programme_time for row in rows]
print(json.dumps({
    "ireland": str(stage.ireland.uid), "ireland_code": stage.ireland.short_code,
    "chile": str(stage.chile.uid), "chile_code": stage.chile.short_code,
    "seqs": [row.seq for row in rows], "increasing": times == sorted(times),
}))
"""


def install(folder: Path) -> Installation:
    """A copy of the tests' migrated database in a file, with one conference on air, and another that four
    threads have written to at once."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "polyphonie.sqlite3")])
    installation = Installation(folder)
    installation.stage = json.loads(installation.run(SEED))
    return installation


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes] | None]]:
    """A Redis of the test's own where the program is there, otherwise the one that the environment names."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        named = os.environ.get("POLYPHONIE_TEST_REDIS", "")
        if named:
            yield named, None
            return
        if "redis" in os.environ.get("POLYPHONIE_REQUIRE", "").split(","):
            pytest.fail("redis is required and not there: install redis-server or valkey-server")
        pytest.skip("needs redis: install redis-server or valkey-server, or set POLYPHONIE_TEST_REDIS")
    port = free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        url = f"redis://127.0.0.1:{port}/0"
        import redis

        def is_up() -> bool:
            try:
                with redis.Redis.from_url(url) as client:
                    return bool(client.ping())
            except redis.RedisError:
                return False

        wait_until(is_up)
        yield url, process
    finally:
        process.terminate()
        process.wait(10)
