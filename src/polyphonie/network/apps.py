from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "polyphonie.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from polyphonie.kernel.actor import Actor
        from polyphonie.web import permalinks, slots

        from . import rules  # noqa: F401  # declares the rights
        from .models import Organisation, Territory, Theme

        slots.declare("network.organisation", "network.members", "network.territory", "network.account")

        def page_of(model: Any) -> permalinks.Resolver:
            def resolve(uid: UUID, viewer: Actor, at: datetime) -> str | None:
                row = model.objects.readable_by(viewer, at).filter(uid=uid).first()
                return row.get_absolute_url() if row else None

            return resolve

        for model in (Organisation, Territory, Theme):
            permalinks.register(model.urn_kind, page_of(model))
