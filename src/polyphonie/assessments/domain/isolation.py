"""A computation in a process of its own, with limits of memory and time: what goes wrong there takes
nothing else with it, and stopping it is ending it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from ilsa import EstimateTable
from polyphonie.kernel.errors import Refusal

from ..models import Dataset
from .designs import DesignTerms
from .estimating import Cell, Filter, Job, Result, Specification, estimate
from .pupil_files import columns_path, unpacked
from .runs import BrokenOff

POLL_SECONDS = 0.1
OUT_OF_MEMORY = 77
REFUSED = 78


class RefusedThere(Refusal):
    """What the process refused, in its own words."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


def compute_apart(job: Job, dataset: Dataset, progress: Callable[[int], None]) -> Result:
    """Compute in another process. Its progress is handed on; when ``progress`` raises, or time is up, the
    process is ended. Raises :class:`~.runs.BrokenOff` where it ends without a result."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder)
        (kept / "job.json").write_text(json.dumps(_described(job, dataset)), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "polyphonie", "compute-apart", folder],
            env={**os.environ, **_threads()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _watch(process, kept, progress)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        if process.returncode == REFUSED:
            raise RefusedThere((kept / "refusal").read_text(encoding="utf-8"))
        if process.returncode != 0:
            raise BrokenOff("memory" if process.returncode == OUT_OF_MEMORY else "crashed")
        cells = json.loads((kept / "cells.json").read_text(encoding="utf-8"))
        table = EstimateTable.from_bytes((kept / "table.npz").read_bytes())
        return Result(tuple(Cell.read(cell) for cell in cells), table)


def _watch(process: subprocess.Popen[bytes], folder: Path, progress: Callable[[int], None]) -> None:
    until = time.monotonic() + settings.COMPUTE_SECONDS
    while process.poll() is None:
        if time.monotonic() > until:
            raise BrokenOff("time")
        try:
            percent = int((folder / "progress").read_text())
        except (FileNotFoundError, ValueError):
            percent = 0
        progress(percent)
        time.sleep(POLL_SECONDS)


def _described(job: Job, dataset: Dataset) -> dict[str, Any]:
    return {
        "terms": job.terms.as_dict(),
        "wanted": job.wanted.as_dict(job.terms),
        "source_sha256": job.source_sha256,
        "earlier": [list(where) for where in job.earlier],
        "columns": str(columns_path(dataset.sha256)),
        "columns_sha256": dataset.table_sha256,
    }


def _threads() -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return dict.fromkeys(names, str(settings.COMPUTE_THREADS))


def run_in_this_process(folder: Path) -> int:
    """The other side: read the job, compute within the limits, leave the result. Gives the exit code."""
    _follow_parent()
    limit = settings.COMPUTE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told = json.loads((folder / "job.json").read_text(encoding="utf-8"))
        job = _read(told)
        columns = unpacked(Path(told["columns"]).read_bytes(), expected=told["columns_sha256"])
        result = estimate(job, columns, progress=lambda percent: _tell(folder, percent))
        (folder / "table.npz").write_bytes(result.table.as_bytes())
        (folder / "cells.json").write_text(
            json.dumps([cell.as_dict() for cell in result.cells]), encoding="utf-8"
        )
    except MemoryError:
        return OUT_OF_MEMORY
    except Refusal as refusal:
        (folder / "refusal").write_text(str(refusal.sentence), encoding="utf-8")
        return REFUSED
    return 0


def _read(told: dict[str, Any]) -> Job:
    earlier: tuple[Filter, ...] = tuple(
        tuple((str(column), str(value)) for column, value in where) for where in told["earlier"]
    )
    return Job(
        DesignTerms.read(told["terms"]), Specification.read(told["wanted"]), told["source_sha256"], earlier
    )


def _tell(folder: Path, percent: int) -> None:
    (folder / "progress").write_text(str(percent))


def _follow_parent() -> None:
    """A computation whose worker was killed ends with it."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
