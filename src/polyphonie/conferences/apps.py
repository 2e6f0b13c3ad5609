from __future__ import annotations

from django.apps import AppConfig


class ConferencesConfig(AppConfig):
    name = "polyphonie.conferences"
    label = "conferences"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import rules  # noqa: F401  # declares the rights of the room
        from .interfaces import meeting_points

        meeting_points.open_room()
