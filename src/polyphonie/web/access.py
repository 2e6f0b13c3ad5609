"""Closed until opened: a view is public only where it says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required

View = Callable[..., Any]


def public(view: View) -> View:
    """Everybody may call this view; what it shows is still cut by ``readable_by``."""
    return login_not_required(view)


def is_public(view: Any) -> bool:
    return not getattr(view, "login_required", True)
