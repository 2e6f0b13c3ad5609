"""What this room shows on pages of the rooms below and above."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Organisation, Territory
from polyphonie.recommendations.models import ActionLink, Recommendation
from polyphonie.web import permalinks

from ..domain.queries.practices import plans_behind
from ..domain.queries.visits import (
    programmes_of_organisation,
    visits_of_organisation,
    visits_to_territory,
)


def plans_on_recommendation(recommendation: Recommendation, viewer: Actor, at: datetime) -> SafeString | None:
    """The actions at home that are linked to a recommendation, with their state and their measure."""
    links = list(
        ActionLink.objects.readable_by(viewer, at)
        .filter(recommendation=recommendation, action_urn__startswith="mobility:action_plan:")
        .order_by("relation", "pk")
    )
    plans = plans_behind([link.action_urn for link in links], viewer, at)
    rows = [
        {"relation": link.get_relation_display(), "plan": plans[link.action_urn]}
        for link in links
        if link.action_urn in plans
    ]
    if not rows:
        return None
    return render_to_string("mobility/part_plans.html", {"rows": rows, "viewer": viewer, "at": at})


def visits_of_body(organisation: Organisation, viewer: Actor, at: datetime) -> SafeString | None:
    """The visits that a body organised or received, and the programmes in which it takes part."""
    visits = visits_of_organisation(organisation, viewer, at)
    programmes = programmes_of_organisation(organisation, viewer, at)
    if not visits and not programmes:
        return None
    context = {"visits": visits, "programmes": programmes, "viewer": viewer, "at": at}
    return render_to_string("mobility/part_visits.html", context)


def visits_to(territory: Territory, viewer: Actor, at: datetime) -> SafeString | None:
    """The visits that went to a territory."""
    visits = visits_to_territory(territory, viewer, at)
    if not visits:
        return None
    context = {"visits": visits, "programmes": [], "viewer": viewer, "at": at}
    return render_to_string("mobility/part_visits.html", context)


def page_of(model: Any) -> permalinks.Resolver:
    """The page behind a permalink, for those who may read it; what is withdrawn is gone."""

    def resolve(uid: UUID, viewer: Actor, at: datetime) -> str | None:
        row = model.objects.readable_by(viewer, at).filter(uid=uid).first()
        if row is None or getattr(row, "state", "") == "withdrawn":
            return None
        return str(row.get_absolute_url())

    return resolve
