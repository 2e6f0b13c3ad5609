"""Server time of the heaviest pages on SQLite and PostgreSQL, beside a page of the same frame without data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from .row import Row

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
AIM = 50.0


def measure() -> list[Row]:
    from run_tests import POSTGRES, answers  # the path is set above

    rows: list[Row] = []
    databases = {"SQLite": ""} | ({"PostgreSQL": POSTGRES} if answers(POSTGRES) else {})
    for name, address in databases.items():
        output = subprocess.run(
            [sys.executable, "-m", "bench.pages_worker"],
            cwd=ROOT,
            env={**os.environ, "BENCH_DATABASE": address},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        for page in json.loads(output.splitlines()[-1]):
            for share in ("median", "p95"):
                rows.append(
                    Row(
                        f"{page['work']}, {name}, {share}",
                        page[share],
                        "ms",
                        "the same frame without data",
                        page["frame"],
                        AIM if share == "p95" else None,
                    )
                )
    return rows
