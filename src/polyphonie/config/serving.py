"""Serving: the web processes and the background worker beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import structlog
import uvicorn
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from polyphonie.assessments.domain.runs import fail_abandoned_runs
from polyphonie.kernel import clock
from polyphonie.kernel.domain.outbox import send_due
from polyphonie.kernel.domain.tasks import put_back_abandoned

from .environment import environment

log = structlog.get_logger()
BESIDE = "POLYPHONIE_WORKER_BESIDE_SERVER"


def prepare() -> None:
    """Make the data folder and bring the database to the present form; on PostgreSQL one process does."""
    Path(environment.data_dir).mkdir(parents=True, exist_ok=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(728113)")
            try:
                _present_form()
            finally:
                cursor.execute("SELECT pg_advisory_unlock(728113)")
    else:
        _present_form()
    connection.close()


def _present_form() -> None:
    if not connection.introspection.table_names():
        lay_out()
    call_command("migrate", verbosity=0, interactive=False)


def lay_out() -> None:
    """Make all tables of an empty database at once, as the last migration leaves them, and record every
    migration as done. Going through them one by one takes twenty times as long and ends at the same place:
    ``tools/check_migrations.py`` compares the two. One transaction: interrupted, the database is still empty.
    """
    recorder = MigrationRecorder(connection)
    done = MigrationLoader(None).disk_migrations
    with connection.schema_editor() as editor:
        editor.create_model(recorder.Migration)
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        recorder.Migration.objects.bulk_create(
            recorder.Migration(app=app, name=name) for app, name in sorted(done)
        )


def start_worker() -> subprocess.Popen[bytes]:
    """The background worker as a process of its own, that ends with its parent."""
    return subprocess.Popen([sys.executable, "-m", "polyphonie", "worker"], env={**os.environ, BESIDE: "1"})


def run_worker() -> None:
    """Do tasks until told to stop; beside them, twice a minute, what no single task can see to."""
    threading.Thread(target=_see_to_the_rest, daemon=True).start()
    call_command("db_worker", interval=1.0, verbosity=0)


def _see_to_the_rest() -> None:
    """Tasks that a killed worker left half-way, and mails that could not leave at once.

    A worker started beside a server ends with it, also when the server was killed and could say nothing.
    """
    parent = os.getppid()
    while True:
        if os.environ.get(BESIDE) and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
        close_old_connections()
        try:
            put_back_abandoned(at=clock.wall())
            fail_abandoned_runs(at=clock.wall())
            send_due(at=clock.wall())
        except OperationalError:
            log.warning("database busy, trying again in half a minute")
        time.sleep(5)


def run(*, host: str, port: int, processes: int, worker: bool) -> None:
    """Serve until told to stop; streams are told to say goodbye first."""
    beside = start_worker() if worker else None
    try:
        uvicorn.run(
            settings.ASGI_APPLICATION.replace(".application", ":application"),
            host=host,
            port=port,
            workers=processes if processes > 1 else None,
            log_level="warning",
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=5,
            ws="none",
        )
    finally:
        if beside is not None:
            beside.terminate()
            beside.wait(timeout=10)
