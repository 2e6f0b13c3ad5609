"""A value that cannot be given says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Stands where a value would; ``reason`` is a sentence for the reader. Never zero, never empty."""

    reason: Any

    def __str__(self) -> str:
        return str(self.reason)

    def __bool__(self) -> bool:
        return False
