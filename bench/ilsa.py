"""Statistics of a pupil file of 250,500 rows, beside the same work in NumPy and beside ``svy`` where it is there.

Aims are the times of a prototype on two cores of an AMD EPYC with AVX-512 (R's ``BIFIEsurvey`` needs seconds to a
minute for each); a machine with other people on it misses them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from .row import Row

ROOT = Path(__file__).resolve().parent.parent
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")


def measure() -> list[Row]:
    output = subprocess.run(
        [sys.executable, "-m", "bench.ilsa_worker"],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return [Row(**row) for row in json.loads(output.splitlines()[-1])]
