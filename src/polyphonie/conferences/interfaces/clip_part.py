"""What the page of a clip says of its place in the programme."""

from __future__ import annotations

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from polyphonie.evidence.models import Resource
from polyphonie.kernel.actor import Actor

from ..models import Clip


def clip_of(resource: Resource, viewer: Actor, at: datetime) -> SafeString | None:
    """From when until when of which conference; nothing on the page of another resource."""
    clip = Clip.objects.select_related("conference").filter(resource=resource).first()
    if clip is None:
        return None
    return render_to_string(
        "conferences/clip.html", {"clip": clip, "conference": clip.conference, "viewer": viewer, "at": at}
    )
