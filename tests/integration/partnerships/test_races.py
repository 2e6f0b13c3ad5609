"""Forty at once: the ceiling holds, two agreements never overlap, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.factories.partnership_races import EXPECTED, run_all

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories.partnership_races import run_all
import json
print(json.dumps(run_all()))
"""


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_forty_at_once_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs POLYPHONIE_DATABASE_URL to name a PostgreSQL; the file test covers SQLite")
    assert run_all() == EXPECTED


@pytest.mark.integration
def test_forty_at_once_on_a_sqlite_file(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "POLYPHONIE_DATA_DIR": str(tmp_path),
        "POLYPHONIE_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "polyphonie.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "ilsa/src"), str(ROOT)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == EXPECTED
