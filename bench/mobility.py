"""The comparison of five countries over a full grid, with as many sheets as a programme may bring back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from .row import Row

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
AIM = 200.0


def measure() -> list[Row]:
    from run_tests import POSTGRES, answers  # the path is set above

    rows: list[Row] = []
    databases = {"SQLite": ""} | ({"PostgreSQL": POSTGRES} if answers(POSTGRES) else {})
    for name, address in databases.items():
        output = subprocess.run(
            [sys.executable, "-m", "bench.mobility_worker"],
            cwd=ROOT,
            env={**os.environ, "BENCH_DATABASE": address},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        for work in json.loads(output.splitlines()[-1]):
            rows.append(
                Row(
                    f"{work['work']}, {name}, median",
                    work["median"],
                    "ms",
                    "the same page without sheets",
                    work["frame"],
                    AIM,
                )
            )
            rows.append(Row(f"{work['work']}, {name}, 95th percentile", work["p95"], "ms", aim=AIM))
    return rows
