"""The notebook between a device and the house: what it takes along, what it sends, as JSON."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText

from ..domain.notebook import Sent
from ..domain.observations import Sheet
from ..domain.queries.coverage import STANDING
from ..domain.queries.notebook import Notebook
from ..domain.refusals import TEXT_LIMIT
from ..models import Observation, SentEdit, Visit

TEXTS = (
    "fact",
    "interpretation",
    "evidence",
    "preconditions",
    "change_needed",
    "decided_by",
    "verdict",
    "verdict_reason",
    "effect_evidence",
    "source_role",
    "language",
)


class SendingUnreadable(Refusal):
    """Not what a notebook sends."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _("Cet envoi est illisible (%(what)s) ; rouvrez le carnet en ligne, rien n'y est perdu.")
            % {"what": what}
        )


def pack(notebook: Notebook, token: str) -> dict[str, Any]:
    """What a device keeps: the grid in the reader's language, hosts by function, the reader's drafts.

    No name is in it: neither of hosts nor of the team.
    """
    visit = notebook.visit
    return {
        "visit": str(visit.uid),
        "title": _read(visit.title),
        "grid": visit.grid.version,
        "days": [day.isoformat() for day in visit.days],
        "zone": visit.time_zone,
        "token": token,
        "cells": [
            {
                "code": criterion.code,
                "theme": _read(criterion.theme.label),
                "element": _read(criterion.element.label),
                "question": _read(criterion.question),
                "guidance": _read(criterion.guidance),
                "scale": [[value, _read(text)] for value, text in criterion.scale],
            }
            for criterion in notebook.criteria
        ],
        "observed": sorted(
            set(
                visit.observations.filter(state__in=STANDING)
                .order_by("pk")
                .values_list("criterion__code", flat=True)
            )
        ),
        "hosts": [{"id": str(host.uid), "function": _read(host.function)} for host in notebook.hosts],
        "drafts": [
            {
                "number": str(draft.client_uuid),
                "cell": draft.criterion.code,
                "version": draft.version,
                "said": said(draft),
            }
            for draft in notebook.drafts
        ],
    }


def said(observation: Observation) -> dict[str, Any]:
    """The words of a sheet as a device writes them; the hour is that of the host's clock."""
    local = clock.local(observation.observed_at, observation.visit.time_zone)
    return {
        **{name: getattr(observation, name) for name in TEXTS},
        "rating": observation.rating,
        "day": local.date().isoformat(),
        "hour": local.strftime("%H:%M"),
        "host": str(observation.host.uid) if observation.host else "",
    }


def sent_from(request: HttpRequest, visit: Visit) -> Sent:
    """What a request sends, read with care: anything could be in it."""
    try:
        data = json.loads(request.body)
    except (ValueError, UnicodeDecodeError):
        raise SendingUnreadable("JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("said"), dict):
        raise SendingUnreadable("said")
    words = data["said"]
    base = data.get("base", 0)
    if not isinstance(base, int) or isinstance(base, bool) or base < 0:
        raise SendingUnreadable("base")
    return Sent(
        edit=_uuid(data, "edit"),
        number=_uuid(data, "sheet"),
        base=base,
        grid_version=str(data.get("grid", ""))[:20],
        cell=str(data.get("cell", ""))[:130],
        sheet=sheet_from(words, visit),
        said={
            name: value for name, value in words.items() if name in {*TEXTS, "rating", "day", "hour", "host"}
        },
    )


def sheet_from(words: dict[str, Any], visit: Visit) -> Sheet:
    """The sheet that some words make, on the visit's clock."""
    texts = {}
    for name in TEXTS:
        value = words.get(name, "")
        if not isinstance(value, str) or len(value) > TEXT_LIMIT:
            raise SendingUnreadable(name)
        texts[name] = value
    rating = words.get("rating")
    if rating is not None and (not isinstance(rating, int) or isinstance(rating, bool)):
        raise SendingUnreadable("rating")
    try:
        day = date.fromisoformat(str(words.get("day", "")))
        hour = time.fromisoformat(str(words.get("hour") or "12:00"))
    except ValueError:
        raise SendingUnreadable("day") from None
    host = None
    if words.get("host"):
        host = visit.hosts.filter(uid=_uuid(words, "host")).first()
    texts["language"] = texts["language"] or "fr"
    return Sheet(
        observed_at=datetime.combine(day, hour.replace(tzinfo=None), clock.zone(visit.time_zone)),
        host=host,
        rating=rating,
        **texts,
    )


def answer(edit: SentEdit) -> dict[str, Any]:
    """What became of a sending, for the device that made it."""
    return {
        "edit": str(edit.edit_uuid),
        "outcome": edit.outcome,
        "version": edit.version,
        "address": edit.observation.get_absolute_url(),
    }


def _uuid(data: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(str(data.get(name, "")))
    except ValueError:
        raise SendingUnreadable(name) from None


def _read(text: LocalisedText) -> str:
    return text.read(get_language() or "fr")
