"""An empty database is laid out at once; one that is cut off in the middle is still empty."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PREPARE = "import django; django.setup(); from polyphonie.config.serving import prepare; prepare()"
CUT_OFF = """
import os, django
django.setup()
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from polyphonie.config.serving import prepare
make, made = BaseDatabaseSchemaEditor.create_model, []
def create_model(self, model):
    made.append(model)
    if len(made) == 40:
        os._exit(9)
    make(self, model)
BaseDatabaseSchemaEditor.create_model = create_model
prepare()
"""
pytestmark = pytest.mark.integration


def run(program: str, data: Path) -> int:
    environment = {
        **os.environ,
        "POLYPHONIE_DATA_DIR": str(data),
        "POLYPHONIE_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "polyphonie.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "ilsa/src")]),
    }
    return subprocess.call([sys.executable, "-c", program], env=environment, cwd=ROOT)


def rows(data: Path, query: str) -> list[str]:
    with sqlite3.connect(data / "polyphonie.sqlite3") as connection:
        found = [str(row[0]) for row in connection.execute(query)]
    connection.close()
    return found


def test_interrupted_layout_leaves_an_empty_database_and_the_next_start_makes_it_whole(
    tmp_path: Path,
) -> None:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    assert run(CUT_OFF, tmp_path) == 9
    assert rows(tmp_path, tables) == []
    assert run(PREPARE, tmp_path) == 0
    assert "network_organisation" in rows(tmp_path, tables)
    applied = rows(tmp_path, "SELECT app FROM django_migrations WHERE name = '0001_initial'")
    assert {"kernel", "network", "evidence", "conferences", "recommendations"} <= set(applied)
    assert rows(tmp_path, "SELECT count(*) FROM django_content_type") != ["0"]
    assert run(PREPARE, tmp_path) == 0, "a second start finds everything there"
