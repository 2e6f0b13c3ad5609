"""Where the permanent addresses of this room lead."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.web import permalinks

from ..domain.queries.reading import RecommendationWithdrawn, find_recommendation
from ..models import ActionLink, Derivation, FeedbackReport, Recommendation, Revision, SiteProcess


def recommendation(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    try:
        found = find_recommendation(uid, viewer, at)
    except RecommendationWithdrawn as withdrawn:
        raise permalinks.Gone() from withdrawn
    except Unknown:
        return None
    readable = Recommendation.objects.readable_by(viewer, at).filter(pk=found.pk).exists()
    return found.get_absolute_url() if readable else None


def revision(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = Revision.objects.readable_by(viewer, at).filter(uid=uid).select_related("recommendation").first()
    return found.get_absolute_url() if found else None


def derivation(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = Derivation.objects.readable_by(viewer, at).filter(uid=uid).first()
    return found.get_absolute_url() if found else None


def feedback(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = FeedbackReport.objects.readable_by(viewer, at).filter(uid=uid).first()
    return found.get_absolute_url() if found else None


def site_process(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = SiteProcess.objects.readable_by(viewer, at).filter(uid=uid).select_related("site").first()
    return found.get_absolute_url() if found else None


def action_link(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = (
        ActionLink.objects.readable_by(viewer, at).filter(uid=uid).select_related("recommendation").first()
    )
    return f"{found.recommendation.get_absolute_url()}#actions" if found else None


def register() -> None:
    for kind, resolver in (
        ("recommendation", recommendation),
        ("revision", revision),
        ("derivation", derivation),
        ("feedback", feedback),
        ("site_process", site_process),
        ("action_link", action_link),
    ):
        permalinks.register(kind, resolver)
