"""What this room shows on pages of the rooms below."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from polyphonie.evidence.models import Figure
from polyphonie.kernel.actor import Actor
from polyphonie.web import permalinks

from ..domain.queries.computing import command_of, run_of_figure
from ..models import Dataset, EstimateRun, Round


def run_behind_figure(figure: Figure, viewer: Actor, at: datetime) -> SafeString | None:
    """What a figure about pupils stands on: scale, threshold, population; computed here, with the run's
    file, version and command, or taken from a report."""
    published = run_of_figure(figure)
    if published is None:
        return None
    run = published.run
    context = {
        "published": published,
        "run": run,
        "command": command_of(run) if run else "",
        "is_readable": run is not None
        and EstimateRun.objects.readable_by(viewer, at).filter(pk=run.pk).exists(),
        "viewer": viewer,
        "at": at,
    }
    return render_to_string("assessments/part_run.html", context)


def resolve_round(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    row = Round.objects.readable_by(viewer, at).select_related("assessment").filter(uid=uid).first()
    return row.get_absolute_url() if row else None


def resolve_dataset(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    """The page of a data set; one that was withdrawn and had been known is gone."""
    row: Any = Dataset.objects.announced_to(viewer, at).filter(uid=uid).first()
    if row is None and Dataset.objects.filter(uid=uid, state="withdrawn").exclude(access="closed").exists():
        raise permalinks.Gone()
    return row.get_absolute_url() if row else None


def resolve_run(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    row = EstimateRun.objects.readable_by(viewer, at).filter(uid=uid).first()
    return row.get_absolute_url() if row else None
