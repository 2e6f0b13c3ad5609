"""Running the demonstration: where it lies, on which port, from which link."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path


def choose_port(wanted: int) -> int:
    """The port asked for, or a free one; 8000 where nobody has it."""
    for port in (wanted,) if wanted else (8000, 0):
        with socket.socket() as probe:
            # what a server that has just stopped leaves behind is no other server
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    sys.exit(f"Port {wanted} is taken; leave --port out and a free one is chosen.")


def choose_folder(wanted: Path | None, *, passing: bool) -> Path:
    """The folder asked for; else ``.demo``, or for a walk a new one that goes with the process."""
    if wanted is not None:
        return wanted
    if not passing:
        return Path(".demo")
    folder = tempfile.mkdtemp(prefix="polyphonie-check-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def prepare_environment(*, data: Path, port: int, fresh: bool) -> None:
    """Say where the demonstration lies before Django reads its settings."""
    if fresh and (data / "polyphonie.sqlite3").exists():
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        {
            "POLYPHONIE_DATA_DIR": str(data.absolute()),
            "POLYPHONIE_DEMO": "1",
            "POLYPHONIE_DATABASE_URL": "",
            "POLYPHONIE_BUS_URL": "",
            # passkeys work on localhost, never on 127.0.0.1
            "POLYPHONIE_ORIGIN": f"http://localhost:{port}",
        }
    )


def prepare_data() -> str:
    """Load what is missing, set the clocks; the path of the one entry link."""
    from django.conf import settings  # Django is set up by the caller
    from django.urls import reverse

    from polyphonie.kernel import clock

    from .domain.entry import make_entry_token
    from .domain.loading import load_demonstration, set_clocks

    load_demonstration(at=clock.wall())
    set_clocks(at=clock.wall())
    return reverse("demo_enter", args=[make_entry_token(settings.DATA_DIR)])


def announce(path: str) -> str:
    """What the terminal says: the link, where the data lies, what to try next."""
    from django.conf import settings  # Django is set up by the caller

    return f"""
  Polyphonie – démonstration / demonstration

  →  {settings.ORIGIN}{path}

     Ce lien sert une fois. This link works once.
     Données / data : {settings.DATA_DIR}
     À essayer / try next : devenir la coordination à Rabat – become the coordinator in Rabat.
     Arrêter / stop : Ctrl+C
"""
