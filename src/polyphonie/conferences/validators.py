"""What people write is kept as text: no control character enters, no markup is ever read as markup."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from polyphonie.kernel.errors import Refusal

KEPT = frozenset("\n\t")
# marks that turn the reading direction of what stands around them, and so can disguise a text
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class TextEmpty(Refusal):
    """Nothing was written, or nothing that can be seen."""

    def __init__(self) -> None:
        super().__init__(_("Écrivez quelque chose : ce texte est vide."), field="text")


class TextTooLong(Refusal):
    """More characters than the limit, which is named."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            _("Ce texte a %(length)s signes ; la limite est de %(limit)s. Raccourcissez-le.")
            % {"length": _spaced(length), "limit": _spaced(limit)},
            field="text",
        )
        self.length = length
        self.limit = limit


class TooManyAtOnce(Refusal):
    """More than the burst within the window; the wait is named."""

    def __init__(self, burst: int, window_seconds: int, wait_seconds: int) -> None:
        super().__init__(
            ngettext_lazy(
                "Vous avez déjà envoyé %(burst)d textes en %(minutes)d min ; attendez encore %(wait)d seconde.",
                "Vous avez déjà envoyé %(burst)d textes en %(minutes)d min ; attendez encore %(wait)d secondes.",
                "wait",
            )
            % {"burst": burst, "minutes": -(-window_seconds // 60), "wait": wait_seconds},
            field="text",
        )
        self.wait_seconds = wait_seconds


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def plain_text(text: str, *, limit: int) -> str:
    """The text in its composed form without control characters. Raises when empty or over the limit.

    The length is measured before anything else is done, so that a very long text costs nothing.
    """
    if len(text) > limit * 2:
        raise TextTooLong(len(text), limit)
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        c
        for c in lines
        if c in KEPT or (c not in TURNING and unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    ).strip()
    if not any(not c.isspace() and unicodedata.category(c) not in ("Cf", "Mn") for c in kept):
        raise TextEmpty()
    if len(kept) > limit:
        raise TextTooLong(len(kept), limit)
    return kept
