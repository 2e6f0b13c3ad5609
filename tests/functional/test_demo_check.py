"""``make demo CHECK=1`` sees the whole main job; it needs no browser and leaves no folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.servers import environment, free_port

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("functional-demo-check")]


def test_check_walks_the_main_job_and_says_what_it_saw(tmp_path: Path) -> None:
    environment_ = environment() | {"TMPDIR": str(tmp_path)}
    walked = subprocess.run(
        [sys.executable, "-m", "polyphonie", "demo", "--check", "--port", str(free_port())],
        cwd=tmp_path,
        env=environment_,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout[-3000:] + walked.stderr[-3000:]
    assert "✗" not in walked.stdout
    assert walked.stdout.count("✓") == 27  # twenty-six facts and the sum
    assert list(tmp_path.iterdir()) == []
