from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "polyphonie.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from polyphonie.kernel.actor import Actor
        from polyphonie.kernel.domain.files import register_gate
        from polyphonie.kernel.rights import may
        from polyphonie.web import navigation, permalinks, slots

        from . import rules  # noqa: F401  # declares the rights
        from .domain.queries.opening import file_is_readable
        from .models import EvidenceStatement, Figure, Resource

        slots.declare("evidence.resource", "evidence.statement", "evidence.figure")
        register_gate("evidence", file_is_readable)

        def writes(viewer: Actor) -> bool:
            return may("evidence.write_evidence", viewer)

        navigation.register(_("Preuves"), "evidence_desk", order=65, visible=writes)

        def page_of(model: Any) -> permalinks.Resolver:
            def resolve(uid: UUID, viewer: Actor, at: datetime) -> str | None:
                rows = model.objects.filter(uid=uid)
                row = rows.announced_to(viewer, at).first()
                if row is not None:
                    return str(row.get_absolute_url())
                if hasattr(rows, "withdrawn_from") and rows.withdrawn_from(viewer, at).exists():
                    raise permalinks.Gone()
                return None

            return resolve

        for model in (Resource, EvidenceStatement, Figure):
            permalinks.register(model.urn_kind, page_of(model))
