"""One link opens the demonstration. It works once; who has come in may change identity and clock."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import Refusal


class EntryUsed(Refusal):
    """The link was used, or another one has been printed since."""

    status_code = 403

    def __init__(self) -> None:
        super().__init__(
            _("Ce lien d'entrée a déjà servi ; relancez « make demo » : il en affiche un nouveau.")
        )


def make_entry_token(folder: Path) -> str:
    """A new token; only its hash is kept, and a token made before no longer works."""
    token = secrets.token_urlsafe(18)
    (folder / "entry").write_text(hashlib.sha256(token.encode()).hexdigest())
    return token


def use_entry_token(folder: Path, token: str) -> None:
    """Use up the token. Raises :class:`EntryUsed`. Two at once: the file is gone for the second."""
    kept = folder / "entry"
    digest = hashlib.sha256(token.encode()).hexdigest()
    try:
        fits = secrets.compare_digest(kept.read_text(), digest)
        if fits:
            kept.unlink()
    except FileNotFoundError:
        fits = False
    if not fits:
        raise EntryUsed()
