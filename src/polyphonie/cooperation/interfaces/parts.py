"""What this room shows on pages of the rooms below."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Organisation
from polyphonie.recommendations.models import ActionLink, Recommendation

from ..domain.queries.projects import projects_behind, projects_of_organisation
from ..enums import Relation
from ..models import Project


def actions_on_recommendation(
    recommendation: Recommendation, viewer: Actor, at: datetime
) -> SafeString | None:
    """The projects linked to a recommendation, with what is true of them today."""
    links = list(
        ActionLink.objects.readable_by(viewer, at)
        .filter(recommendation=recommendation, action_urn__startswith="cooperation:")
        .order_by("relation", "pk")
    )
    cards = projects_behind((link.action_urn for link in links), viewer, at)
    rows = [
        {"relation": Relation(link.relation).label, "code": link.relation, "card": cards[link.action_urn]}
        for link in links
        if link.action_urn in cards
    ]
    if not rows:
        return None
    return render_to_string("cooperation/part_actions.html", {"rows": rows, "viewer": viewer, "at": at})


def projects_of_body(organisation: Organisation, viewer: Actor, at: datetime) -> SafeString | None:
    """The projects of a body and of those that it took over from."""
    cards = projects_of_organisation(organisation, viewer, at)
    if not cards:
        return None
    return render_to_string("cooperation/part_projects.html", {"cards": cards, "viewer": viewer, "at": at})


def resolve_project(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    """The page behind a permalink."""
    project = Project.objects.readable_by(viewer, at).filter(uid=uid).first()
    return project.get_absolute_url() if project else None
