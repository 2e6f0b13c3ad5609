"""What is configured, what can be reached, what is missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from polyphonie.kernel.domain.ledger import verify_chains

from .environment import environment


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    is_wrong: bool
    sentence: str

    def __str__(self) -> str:
        return f"{'✗' if self.is_wrong else '✓'} {self.subject}: {self.sentence}"


def examine() -> list[Finding]:
    """Every part of the installation with one sentence."""
    return list(_examinations())


def _examinations() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
        plan = MigrationExecutor(connection).migration_plan(
            MigrationExecutor(connection).loader.graph.leaf_nodes()
        )
    except Exception as error:
        yield Finding(
            "database", True, f"cannot be reached ({type(error).__name__}); see POLYPHONIE_DATABASE_URL"
        )
    else:
        if plan:
            yield Finding(
                "database", True, f"{len(plan)} migrations are waiting; `polyphonie serve` applies them"
            )
        else:
            yield Finding("database", False, f"{connection.vendor} answers and is up to date")
    try:
        name = default_storage.save("doctor/probe", ContentFile(b"probe"))
        default_storage.delete(name)
    except OSError as error:
        yield Finding(
            "files", True, f"the folder cannot be written ({error.strerror}); see POLYPHONIE_DATA_DIR"
        )
    else:
        free = shutil.disk_usage(environment.data_dir).free // 1_000_000
        yield Finding("files", free < 200, f"can be written, {free} MB free")
    yield _bus()
    if environment.mail_url:
        yield Finding("mail", False, "is handed to the server of POLYPHONIE_MAIL_URL")
    else:
        yield Finding(
            "mail", False, f"is written to {environment.data_dir / 'mail'}; POLYPHONIE_MAIL_URL is not set"
        )
    if environment.secret_key:
        yield Finding("signing key", False, "is given by POLYPHONIE_SECRET_KEY")
    else:
        yield Finding("signing key", False, f"is kept in {environment.data_dir / 'secret-key'}")
    if environment.debug:
        yield Finding("debug", True, "is on; never on a server that others reach")
    if environment.demo:
        yield Finding("demonstration", False, "is on: the clock can be moved and identities can be changed")


def _bus() -> Finding:
    if not environment.bus_url:
        return Finding("live bus", False, "in process; more than one web process wants POLYPHONIE_BUS_URL")
    import redis  # only where a bus is configured

    try:
        redis.Redis.from_url(environment.bus_url, socket_timeout=2).ping()
    except (redis.RedisError, OSError, ValueError) as error:
        return Finding(
            "live bus", True, f"cannot be reached ({type(error).__name__}); see POLYPHONIE_BUS_URL"
        )
    return Finding("live bus", False, "answers")


def examine_ledger() -> list[Finding]:
    """Recompute every chain; one finding for the whole, or one for each break."""
    count, breaks = verify_chains()
    if not breaks:
        return [Finding("ledger", False, f"{count} events, every chain holds")]
    return [Finding(f"ledger {b.book} #{b.seq}", True, b.reason) for b in breaks]
