"""Models and migrations say the same, and an empty database reaches the same form by both of its ways: all
migrations one by one, and laid out at once. On every database that is here.

``check_migrations.py describe migrated|laid_out`` brings the database of the environment to its form in that
way and prints what is in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from run_tests import POSTGRES, answers

ROOT = Path(__file__).resolve().parent.parent
WAYS = ("migrated", "laid_out")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        said_otherwise = subprocess.call(
            [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
            cwd=ROOT,
            env={**os.environ, "POLYPHONIE_DATA_DIR": folder},
        )
    if said_otherwise:
        return said_otherwise
    for name in ("SQLite", "PostgreSQL") if answers(POSTGRES) else ("SQLite",):
        migrated, laid_out = (described(name, way) for way in WAYS)
        # Django's own migrations give the link tables of its groups, which nothing here uses, wider numbers
        # than its models do
        compared = {t for t in {*migrated, *laid_out} if not t.startswith("auth_")}
        differing = sorted(t for t in compared if migrated.get(t) != laid_out.get(t))
        for table in differing:
            print(f"{name}, {table}:\n  migrated {migrated.get(table)}\n  laid out {laid_out.get(table)}")
        if differing:
            return 1
        print(f"{name}: {len(migrated)} tables, the same by both ways.")
    return 0


def described(name: str, way: str) -> dict[str, Any]:
    with empty_database(name) as environment:
        said = subprocess.run(
            [sys.executable, __file__, "describe", way],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
    return dict(json.loads(said))


@contextmanager
def empty_database(name: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        if name == "SQLite":
            yield {"POLYPHONIE_DATA_DIR": folder, "POLYPHONIE_DATABASE_URL": ""}
            return
        import psycopg  # only where PostgreSQL is

        with psycopg.connect(POSTGRES.replace("postgres://", "postgresql://"), autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS polyphonie_migrations")
            server.execute("CREATE DATABASE polyphonie_migrations")
            address = POSTGRES.rpartition("/")[0] + "/polyphonie_migrations"
            try:
                yield {"POLYPHONIE_DATA_DIR": folder, "POLYPHONIE_DATABASE_URL": address}
            finally:
                server.execute("DROP DATABASE polyphonie_migrations WITH (FORCE)")


def describe(way: str) -> dict[str, Any]:
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "ilsa/src")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "polyphonie.config.settings"
    import django  # the path is set above

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from polyphonie.config.serving import prepare

    if way == "migrated":
        call_command("migrate", verbosity=0, interactive=False)
    else:
        prepare()
    tables = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, table)
            constraints = connection.introspection.get_constraints(cursor, table)
            tables[table] = {
                "columns": sorted([c.name, str(c.type_code), bool(c.null_ok), c.default] for c in columns),
                # names are made from a hash of the migration's own words; what they hold counts
                "constraints": sorted(
                    json.dumps({k: v for k, v in found.items() if k != "orders"}, sort_keys=True, default=str)
                    for found in constraints.values()
                ),
            }
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        tables["django_migrations"]["rows"] = [list(row) for row in cursor.fetchall()]
    connection.close()
    return tables


if __name__ == "__main__":
    if sys.argv[1:2] == ["describe"]:
        print(json.dumps(describe(sys.argv[2])))
        sys.exit(0)
    sys.exit(main())
