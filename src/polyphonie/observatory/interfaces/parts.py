"""What this room shows on pages of the rooms below."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from polyphonie.evidence.models import Figure, Indicator
from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Territory

from ..domain.queries.indicators import has_profile, measure_of_figure
from ..models import CollectionRound, Submission


def measure_behind_figure(figure: Figure, viewer: Actor, at: datetime) -> SafeString | None:
    """Of which indicator a figure is a measure, and where its neighbours are."""
    measure = measure_of_figure(figure, viewer, at)
    if measure is None:
        return None
    return render_to_string("observatory/part_measure.html", {"measure": measure, "viewer": viewer, "at": at})


def profile_of_territory(territory: Territory, viewer: Actor, at: datetime) -> SafeString | None:
    """The way from a territory to its profile."""
    if not has_profile(territory, viewer, at):
        return None
    return render_to_string(
        "observatory/part_profile.html", {"territory": territory, "viewer": viewer, "at": at}
    )


def resolve_indicator(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    """What is measured is public, whoever measures it."""
    indicator = Indicator.objects.filter(uid=uid).first()
    return reverse("indicator", args=[indicator.code]) if indicator else None


def resolve_collection(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    row = CollectionRound.objects.readable_by(viewer, at).filter(uid=uid).first()
    return row.get_absolute_url() if row else None


def resolve_submission(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    row = Submission.objects.readable_by(viewer, at).filter(uid=uid).first()
    return row.get_absolute_url() if row else None
