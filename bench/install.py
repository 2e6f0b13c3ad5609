"""What the demonstration weighs on the disk, and how long its starts take."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .row import Row

ROOT = Path(__file__).resolve().parent.parent


def measure() -> list[Row]:
    demo = ROOT / ".venv-demo"
    rows = []
    if demo.exists():
        size = sum(f.stat().st_size for f in demo.rglob("*") if f.is_file() and not f.is_symlink()) / 1e6
        rows.append(Row("installed size of what `make demo` uses", round(size), "MB", aim=400))
    with tempfile.TemporaryDirectory() as folder:
        for work, aim in (
            ("first start to the first page, without installing", 90.0),
            ("later start to the first page", 5.0),
        ):
            rows.append(Row(work, round(first_page(Path(folder)), 2), "s", aim=aim))
    return rows


def first_page(data: Path) -> float:
    """Seconds from the command to the first answered page."""
    import urllib.error  # only here
    import urllib.request

    port = 18_765
    begin = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "polyphonie", "demo", "--data", str(data), "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - begin < 120:
            try:
                with urllib.request.urlopen(f"http://localhost:{port}/fr/", timeout=5):
                    return time.perf_counter() - begin
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise TimeoutError("no page in 120 s")
    finally:
        server.terminate()
        server.wait(20)
