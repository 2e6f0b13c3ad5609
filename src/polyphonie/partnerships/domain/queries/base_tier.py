"""Reading the lists of the base tier."""

from __future__ import annotations

from ...models import Benefit, CommitmentType


def has_base_tier() -> bool:
    """Whether there is a list from which an agreement can be drafted."""
    return Benefit.objects.exists() and CommitmentType.objects.exists()
