"""What a notebook takes along before the network ends, and what waits to be settled after it is back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.models import StoredFile
from polyphonie.kernel.rights import may, permit
from polyphonie.network.domain.queries.standing import person_of

from ...enums import EditOutcome
from ...models import Criterion, Host, Observation, Photo, SentEdit, Visit
from .visits import audience_of, visit_found


@dataclass(frozen=True)
class Notebook:
    """The visit as a member takes it along: grid, hosts by function, their own drafts."""

    visit: Visit
    criteria: tuple[Criterion, ...]
    hosts: tuple[Host, ...]
    drafts: tuple[Observation, ...]


def notebook_of(uid: UUID, viewer: Actor, at: datetime) -> Notebook:
    """What the viewer's notebook of a visit holds; only for its team."""
    visit = visit_found(uid, viewer, at)
    permit("mobility.observe", viewer, visit)
    person = person_of(viewer)
    return Notebook(
        visit,
        tuple(
            visit.grid.criteria.select_related("theme", "element").order_by("theme__order", "element__order")
        ),
        tuple(visit.hosts.order_by("order", "pk")),
        tuple(
            Observation.objects.readable_by(viewer, at)
            .filter(visit=visit, author=person, state="draft")
            .select_related("criterion", "host")
            .order_by("pk")
        ),
    )


def edits_to_settle(observation: Observation) -> list[SentEdit]:
    """The versions of a sheet that were kept aside, oldest first."""
    return list(
        observation.edits.filter(outcome=EditOutcome.KEPT, settled_at=None)
        .select_related("visit")
        .order_by("pk")
    )


def edit_found(uid: UUID, viewer: Actor) -> SentEdit:
    """A version kept aside: its author's, and unknown to everybody else."""
    person = person_of(viewer)
    found = (
        SentEdit.objects.filter(uid=uid, observation__author=person, observation__author__isnull=False)
        .select_related("visit__team", "visit__grid", "observation__criterion", "observation__visit")
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def photos_of(observation: Observation, viewer: Actor, at: datetime) -> list[Photo]:
    """The pictures of a sheet, as far as those shown consented."""
    in_team = may("mobility.observe", viewer, observation.visit)
    audience = audience_of(observation.visit, viewer, in_team=in_team)
    rows = observation.photos.select_related("file", "consent").order_by("pk")
    return [photo for photo in rows if photo.consent.reaches(audience, at)]


def file_is_readable(file: StoredFile, viewer: Actor, at: datetime) -> bool:
    """A picture is served to those who read its sheet and whom the consent reaches."""
    photo = (
        Photo.objects.filter(file=file)
        .select_related("observation__visit__flow__programme", "observation__visit__team", "consent")
        .first()
    )
    if photo is None:
        return False
    if not Observation.objects.readable_by(viewer, at).filter(pk=photo.observation_id).exists():
        return False
    return photo in photos_of(photo.observation, viewer, at)
