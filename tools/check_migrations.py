"""Models and migrations say the same, and an empty database migrates, on every database that is here."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from run_tests import POSTGRES, answers

ROOT = Path(__file__).resolve().parent.parent


def manage(*arguments: str, **environment: str) -> int:
    return subprocess.call(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env={**os.environ, **environment}
    )


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        code = manage("makemigrations", "--check", "--dry-run", POLYPHONIE_DATA_DIR=folder)
        code = code or manage("migrate", "-v", "0", POLYPHONIE_DATA_DIR=folder)
        if code == 0 and answers(POSTGRES):
            import psycopg  # only where PostgreSQL is

            with psycopg.connect(POSTGRES.replace("postgres://", "postgresql://"), autocommit=True) as server:
                server.execute("DROP DATABASE IF EXISTS polyphonie_migrations")
                server.execute("CREATE DATABASE polyphonie_migrations")
                fresh = POSTGRES.rpartition("/")[0] + "/polyphonie_migrations"
                code = manage("migrate", "-v", "0", POLYPHONIE_DATABASE_URL=fresh, POLYPHONIE_DATA_DIR=folder)
                server.execute("DROP DATABASE polyphonie_migrations WITH (FORCE)")
    return code


if __name__ == "__main__":
    sys.exit(main())
