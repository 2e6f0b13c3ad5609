"""From a signed-in account, or a site's short code, to the actor with the claims in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from polyphonie.kernel.actor import Actor, ActorKind, Claim

from ...models import ActorIdentity, Mandate, Organisation, Person

PARTICIPANT_KEY = "participant"


def mandates_in_force(at: datetime) -> QuerySet[Mandate]:
    """Mandates whose period holds on the day of ``at`` (UTC)."""
    day = at.date()
    return Mandate.objects.filter(
        Q(from_date=None) | Q(from_date__lte=day), Q(until_date=None) | Q(until_date__gt=day)
    )


def person_actor(person: Person, at: datetime) -> Actor:
    """The actor of a person at an instant: pseudonymous id and the claims of the mandates in force.

    Who holds a role for a body holds it for those that the body took over from, in every room: what was
    theirs is kept by their successor.
    """
    identity, _ = ActorIdentity.objects.get_or_create(person=person)
    mandates = list(mandates_in_force(at).filter(person=person).select_related("organisation").order_by("pk"))
    claims = {Claim(m.role, m.scope, m.organisation.urn if m.organisation else "") for m in mandates}
    own = [m for m in mandates if m.organisation is not None and m.scope == m.organisation.urn]
    before = Organisation.objects.taken_over([m.organisation_id for m in own if m.organisation_id], at.date())
    for mandate in own:
        for body in before.get(mandate.organisation_id or 0, ()):
            claims.add(Claim(mandate.role, body.urn, body.urn))
    return Actor(ActorKind.PERSON, identity.actor_id, frozenset(claims))


def holders_of(role: str, scopes: Iterable[str], at: datetime) -> QuerySet[Person]:
    """Everybody who holds a role over one of the scopes at an instant, each once."""
    held = mandates_in_force(at).filter(role=role, scope__in=list(scopes)).order_by()
    return Person.objects.filter(pk__in=held.values("person")).order_by("pk")


def person_of(actor: Actor) -> Person | None:
    """The person behind an actor, unless the bridge has been erased."""
    if not actor.is_person:
        return None
    return Person.objects.filter(actor_identity__actor_id=actor.id).first()


def actor_of(request: HttpRequest) -> Actor:
    """Who looks: a person with mandates, a participant of a hall, or the public."""
    user: Any = request.user
    if user.is_authenticated and user.person_id:
        return person_actor(user.person, request.at)  # type: ignore[attr-defined]  # set by the middleware
    participant = request.session.get(PARTICIPANT_KEY)
    if participant:
        return Actor.participant(UUID(participant["id"]), participant["site"])
    return Actor.visitor()
