"""All tests: the whole suite on SQLite, then what touches the database on PostgreSQL.

What needs a system part runs where the part is present and is named where it is not; the parts listed
in POLYPHONIE_REQUIRE must be there.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from urllib.parse import urlsplit

POSTGRES = os.environ.get("POLYPHONIE_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("POLYPHONIE_TEST_REDIS", "redis://127.0.0.1:6379/9")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def answers(address: str) -> bool:
    """Whether something listens at the address."""
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), timeout=2):
            return True
    except OSError:
        return False


def pytest(arguments: list[str], **environment: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.call(command, cwd=ROOT, env={**os.environ, **environment})


def main(arguments: list[str]) -> int:
    present = {
        "chromium": any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
        "postgres": answers(POSTGRES),
        "redis": answers(REDIS),
    }
    required = {part for part in os.environ.get("POLYPHONIE_REQUIRE", "").split(",") if part}
    missing = sorted(required - {part for part, there in present.items() if there})
    if missing:
        print(f"Required and not there: {', '.join(missing)}.", file=sys.stderr)
        return 1
    environment = {"POLYPHONIE_TEST_REDIS": REDIS} if present["redis"] else {}
    workers = [] if any(a.startswith("-n") for a in arguments) else ["-n", str(os.cpu_count() or 2)]
    spread = [*workers, "--dist", "loadgroup"]
    chosen = any(a.startswith("-m") for a in arguments)
    code = 5
    # browsers apart: they keep an event loop, and leave the processors to the servers that they watch
    for part in ([],) if chosen else (["-m", "not functional"], ["-m", "functional"]):
        outcome = pytest([*spread, *part, *arguments], **environment)
        if outcome not in (0, 5):
            return outcome
        code = min(code, outcome)
    if present["postgres"] and not chosen:
        print("\nOn PostgreSQL:", flush=True)
        again = pytest(
            [*spread, "-m", "database and not functional", *arguments],
            POLYPHONIE_DATABASE_URL=POSTGRES,
            **environment,
        )
        if again not in (0, 5):
            return again
        code = min(code, again)
    for part, there in present.items():
        if not there:
            print(f"Not run: what needs {part}, which is not on this machine.")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
