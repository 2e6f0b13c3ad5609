"""What the forms of the room offer to choose from."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.rights import may, permit
from polyphonie.network.models import Person

from ...models import Criterion, Flow, Programme, Visit
from ..visits import team_persons
from .visits import roster_of


def flows_open_to(programme: Programme, viewer: Actor) -> QuerySet[Flow]:
    """The flows of a programme whose visits the viewer may plan; a refusal where there are none."""
    flows = list(programme.flows.select_related("organiser__successor", "territory").order_by("order"))
    own = [flow for flow in flows if may("mobility.plan_visit", viewer, flow.organiser)]
    if not own:
        permit("mobility.plan_visit", viewer, flows[0].organiser if flows else None)
    return (
        Flow.objects.filter(pk__in=[flow.pk for flow in own])
        .select_related("organiser", "territory")
        .order_by("order")
    )


def persons_open_to(programme: Programme, viewer: Actor, at: datetime) -> QuerySet[Person]:
    """Who may sit in the teams that the viewer forms."""
    persons = {
        person.pk
        for flow in flows_open_to(programme, viewer)
        for person in roster_of(flow.organiser, programme, at)
    }
    return Person.objects.filter(pk__in=persons).order_by("family_name", "given_name", "pk")


def cell_named(visit: Visit, code: str) -> Criterion | None:
    """The cell of the visit's grid under this short name, if there is one."""
    return visit.grid.criteria.select_related("theme", "element").filter(code=code).first() if code else None


def team_choices(visit: Visit, at: datetime) -> QuerySet[Person]:
    """The members of a visit's team on the day."""
    return Person.objects.filter(pk__in=[person.pk for person in team_persons(visit, at)]).order_by(
        "family_name", "given_name", "pk"
    )
