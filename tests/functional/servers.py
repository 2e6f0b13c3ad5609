"""The product as a visitor starts it: ``polyphonie demo`` in a process of its own, on its own data."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from polyphonie.demo.domain.entry import make_entry_token

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "polyphonie.sqlite3"
PATIENCE = 60.0


def environment() -> dict[str, str]:
    """That of the tests without what they tell Django: the demonstration says it all itself."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("POLYPHONIE_", "DJANGO_", "PYTEST_"))}
    kept["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT / "ilsa/src"), str(ROOT)])
    kept["PYTHONUNBUFFERED"] = "1"
    return kept


def template(shelf: Path, **stage: bool) -> Path:
    """A data folder laid out once per run of the tests, whichever worker needs it first."""
    name = "-".join(f"{k}{int(v)}" for k, v in sorted(stage.items())) or "full"
    folder = shelf / f"stage-{name}"
    with (shelf / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "tests.functional.stages",
                    str(folder),
                    *(f"{k}={int(v)}" for k, v in stage.items()),
                ],
                cwd=ROOT,
                env=environment(),
                check=True,
            )
            (folder / "done").touch()
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One running demonstration. ``entry`` is the link that it printed, good for one browser."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.entry = ""
        self._process: subprocess.Popen[str] | None = None
        self._output = data.parent / f"{data.name}.log"

    @classmethod
    def on(cls, laid_out: Path, data: Path) -> Server:
        shutil.copytree(laid_out, data)
        server = cls(data)
        server.start()
        return server

    def start(self) -> None:
        with self._output.open("a") as output:
            start = output.tell()
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "polyphonie",
                    "demo",
                    "--data",
                    str(self.data),
                    "--port",
                    str(self.port),
                ],
                cwd=self.data.parent,
                env=environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            said = self._output.read_text()[start:]
            found = re.search(r"http://\S+/demo/entree/\S+", said)
            if found and self.answers():
                self.entry = found[0]
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"The demonstration did not start:\n{self._output.read_text()[-4000:]}")

    def new_entry(self) -> str:
        """Another link of the same kind, for one more browser; the one before no longer works."""
        return f"{self.origin}/fr/demo/entree/{make_entry_token(self.data)}"

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/robots.txt", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def said(self) -> str:
        """Everything that it wrote to the terminal."""
        return self._output.read_text()

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As when the power goes: no goodbye."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        # the group that this object started, and nobody else's
        for sign in (how, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sign)
            except ProcessLookupError:
                break
            try:
                self._process.wait(timeout=10)
                if sign == signal.SIGKILL:
                    break
            except subprocess.TimeoutExpired:
                continue
        self._process = None

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds now, read beside the server."""
        with sqlite3.connect(self.data / DATABASE, timeout=20) as connection:
            found = connection.execute(query, values).fetchall()
        connection.close()
        return found

    def count(self, table: str, where: str = "1=1", *values: Any) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {where}", *values)[0][0])

    def acts(self) -> int:
        """How many events the ledger holds."""
        return self.count("kernel_ledgerevent")
