"""Lays out a data folder of the demonstration: ``python -m tests.functional.stages FOLDER [with_rabat=0 …]``."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def lay_out(folder: Path, **stage: bool) -> None:
    """Make the database and load the demonstration at the stage asked for."""
    from polyphonie.demo.running import prepare_environment  # before Django reads its settings

    prepare_environment(data=folder, port=8000, fresh=False)
    os.environ["DJANGO_SETTINGS_MODULE"] = "polyphonie.config.settings"
    import django

    django.setup()
    from django.db import connection

    from polyphonie.config.serving import prepare
    from polyphonie.demo.domain.loading import Stage, load_demonstration
    from polyphonie.kernel import clock

    prepare()
    load_demonstration(at=clock.wall(), stage=Stage(**stage))
    with connection.cursor() as cursor:
        # one file to copy
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


if __name__ == "__main__":
    chosen = dict(part.split("=") for part in sys.argv[2:])
    lay_out(Path(sys.argv[1]), **{name: value == "1" for name, value in chosen.items()})
