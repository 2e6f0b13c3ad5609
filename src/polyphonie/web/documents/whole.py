"""A document leaves whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import Refusal

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class DiskFull(Refusal):
    """There is no room left to make the document."""

    status_code = 507

    def __init__(self) -> None:
        super().__init__(
            _(
                "Le disque de ce serveur est plein : le document n'a pas été produit et rien n'en reste à moitié. "
                "Vos données sont intactes ; prévenez l'administration, puis recommencez."
            )
        )


@contextmanager
def whole() -> Iterator[None]:
    """Say that the disk is full where it is; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull() from error
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under its name only once all of it is on the disk; otherwise leave what was there."""
    with whole():
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
