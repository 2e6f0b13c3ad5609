"""What the portal shows on pages of the rooms below."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Theme


def resolve_theme(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    """The page behind a permalink."""
    theme = Theme.objects.readable_by(viewer, at).filter(uid=uid).first()
    return theme.get_absolute_url() if theme else None
