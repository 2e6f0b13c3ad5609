"""Where a resource stands for a reader, and why not yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Refusal, Unknown
from polyphonie.kernel.identity import Urn
from polyphonie.kernel.models import StoredFile

from ... import explanations
from ...explanations import Explanation
from ...models import AccessGrant, Resource
from ..openings import in_words


class ReadingNotOpenYet(Refusal):
    """The reader knows of the resource and may not read it yet; the sentence says when."""

    status_code = 403


class Withdrawn(Unknown):
    """The resource was there for the reader and was taken back."""

    status_code = 410

    def __init__(self) -> None:
        super().__init__(_("Ce document a été retiré par l'instance qui le publiait."))


def known_resource(uid: UUID, *, viewer: Actor, at: datetime) -> Resource:
    """The resource, for who may know of it: announced, early or public. Otherwise :class:`Unknown`, or
    :class:`Withdrawn` for who could have known of it."""
    rows = Resource.objects.select_related("kind", "issuer").prefetch_related("contexts__host")
    resource = rows.announced_to(viewer, at).filter(uid=uid).first()
    if resource is not None:
        return resource
    if Resource.objects.withdrawn_from(viewer, at).filter(uid=uid).exists():
        raise Withdrawn()
    raise Unknown()


def is_readable(resource: Resource, *, viewer: Actor, at: datetime) -> bool:
    return Resource.objects.readable_by(viewer, at).filter(pk=resource.pk).exists()


def require_readable(resource: Resource, *, viewer: Actor, at: datetime) -> None:
    """Pass, or say when it opens to a reader who knows of it (:class:`ReadingNotOpenYet`)."""
    if is_readable(resource, viewer=viewer, at=at):
        return
    if not Resource.objects.announced_to(viewer, at).filter(pk=resource.pk).exists():
        raise Unknown()
    raise ReadingNotOpenYet(why_not_yet(resource, viewer, at)[0].sentence)


def entitled_from(resource: Resource, viewer: Actor) -> datetime | None:
    """From when the viewer's bodies read the resource early, by the grants as they are written now."""
    if resource.early_at is None:
        return None
    starts = [
        max(g.from_at, resource.early_at)
        for g in _grants(resource, viewer)
        if g.until_at is None or g.until_at > resource.early_at
    ]
    return min(starts, default=None)


def grants_that_open(resource: Resource, *, viewer: Actor, at: datetime) -> list[AccessGrant]:
    """The rights by which the viewer reads the resource before the public: what opened each file."""
    if resource.early_at is None or resource.early_at > at:
        return []
    return [
        g for g in _grants(resource, viewer) if g.from_at <= at and (g.until_at is None or at < g.until_at)
    ]


def why_not_yet(resource: Resource, viewer: Actor, at: datetime) -> list[Explanation]:
    """Why the viewer does not read the resource now: when it opens to their bodies or to everybody,
    then what the rooms above know of it. Empty where it is readable."""
    if is_readable(resource, viewer=viewer, at=at):
        return []
    zone = resource.opening_zone
    reasons: list[Explanation] = []
    mine = entitled_from(resource, viewer)
    if mine is not None and mine > at:
        reasons.append(
            Explanation(
                _("Cette ressource s'ouvre à vos équipes le %(when)s.") % {"when": in_words(mine, zone)},
                until=mine,
            )
        )
    elif _ended_grants(resource, viewer, at):
        reasons.append(
            Explanation(_("L'accès anticipé de vos équipes est fermé ; la raison est dite ci-dessous."))
        )
    elif resource.early_at is not None and viewer.is_person:
        reasons.append(
            Explanation(
                _(
                    "L'accès anticipé est réservé aux partenaires dont la convention est en cours ; "
                    "votre instance n'en a pas pour cette ressource."
                ),
                until=resource.public_at,
            )
        )
    if resource.public_at is not None:
        reasons.append(
            Explanation(
                _("Elle s'ouvre à tout le monde le %(when)s.") % {"when": in_words(resource.public_at, zone)},
                until=resource.public_at,
            )
        )
    elif not reasons:
        reasons.append(Explanation(_("Sa date d'ouverture n'est pas encore fixée.")))
    return reasons + explanations.registered(resource, viewer, at)


def _scopes(resource: Resource) -> list[str]:
    issuer = [resource.issuer.urn] if resource.issuer else []
    return [resource.urn, *issuer, *(c.urn for c in resource.contexts.all())]


def _grants(resource: Resource, viewer: Actor) -> list[AccessGrant]:
    if not viewer.organisations():
        return []
    rows = AccessGrant.objects.held_by(viewer).filter(scope__in=_scopes(resource))
    return list(rows.select_related("organisation").order_by("from_at", "pk"))


def _ended_grants(resource: Resource, viewer: Actor, at: datetime) -> bool:
    return any(g.until_at is not None and g.until_at <= at for g in _grants(resource, viewer))


def file_is_readable(file: StoredFile, viewer: Actor, at: datetime) -> bool:
    """Whoever reads the resource reads its files, each by its own address; nobody else does."""
    uid = Urn.parse(file.owner_urn).uid
    return Resource.objects.readable_by(viewer, at).filter(uid=uid).exists()
