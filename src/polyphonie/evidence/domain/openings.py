"""When resources open: set, moved by some days, entered as public since long ago; and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.identity import Urn
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import may, permit
from polyphonie.network.domain.notice import send_notice, settle_notices_about
from polyphonie.network.domain.queries.standing import mandates_in_force, person_of
from polyphonie.network.models import Organisation, Person

from ..models import AccessGrant, Resource, ResourceContext
from ..rules import Context
from .citing import in_each_language
from .standing import ResourceChangedMeanwhile, locked

MOVE_LIMIT = 365


class OpeningInThePast(Refusal):
    """An opening cannot be set for an instant that has passed."""

    def __init__(self, public_at: datetime, zone: str, *, field: str = "public_at") -> None:
        super().__init__(
            _("L'ouverture du %(when)s est déjà passée ; choisissez un instant à venir.")
            % {"when": in_words(public_at, zone)},
            field=field,
        )


class EarlyAfterOpening(Refusal):
    """Early access comes before the public opening, or there is none."""

    def __init__(self, early_at: datetime, public_at: datetime, zone: str) -> None:
        super().__init__(
            _(
                "L'accès anticipé du %(early)s vient après l'ouverture du %(public)s ; "
                "avancez-le ou supprimez-le."
            )
            % {"early": in_words(early_at, zone), "public": in_words(public_at, zone)},
            field="early_days",
        )


class EarlyDaysOutOfRange(Refusal):
    def __init__(self, days: int) -> None:
        super().__init__(
            _("L'accès anticipé va de 0 à 365 jours avant l'ouverture ; vous avez saisi %(days)d.")
            % {"days": days},
            field="early_days",
        )


class AnnouncedAfterOpening(Refusal):
    """What is open is known: it is announced before, or at the same instant."""

    def __init__(self, announced_at: datetime, opens_at: datetime, zone: str) -> None:
        super().__init__(
            _("L'annonce du %(announced)s vient après l'ouverture du %(opens)s ; avancez-la ou effacez-la.")
            % {"announced": in_words(announced_at, zone), "opens": in_words(opens_at, zone)},
            field="announced_on",
        )


class SinceInTheFuture(Refusal):
    """What opens later is not public already."""

    def __init__(self, since: datetime, zone: str) -> None:
        super().__init__(
            _("Le %(when)s est à venir ; fixez plutôt une ouverture.") % {"when": in_words(since, zone)},
            field="public_at",
        )


class OpeningNotSet(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette ressource n'a pas encore de date d'ouverture ; fixez-la d'abord."))


class OpenedAlready(Refusal):
    """What everybody has read does not close again; it is withdrawn, or stays."""

    def __init__(self, public_at: datetime, zone: str) -> None:
        super().__init__(
            _("Cette ressource est ouverte à tout le monde depuis le %(when)s ; sa date ne se déplace plus.")
            % {"when": in_words(public_at, zone)}
        )


class MoveOutOfRange(Refusal):
    def __init__(self, days: int) -> None:
        super().__init__(
            _("Le déplacement va de 1 à %(limit)d jours, plus tard ou plus tôt ; vous avez saisi %(days)s.")
            % {"limit": MOVE_LIMIT, "days": str(days).replace("-", "−")},
            field="days",
        )


class NothingToMove(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Aucune ressource à ouvrir que vous teniez n'est rattachée ici ; il n'y a rien à déplacer.")
        )


@dataclass(frozen=True, kw_only=True)
class Opening:
    """When a resource opens, as ``set_opening`` takes it."""

    public_at: datetime
    zone: str = "Europe/Paris"
    early_days: int | None = None
    announced_at: datetime | None = None

    def as_fields(self) -> dict[str, Any]:
        return asdict(self)


def in_words(instant: datetime, zone: str) -> str:
    """``15 octobre 2024 à 09:00 (Paris)``, in the language of the reader."""
    local = clock.local(instant, zone)
    place = zone.rpartition("/")[2].replace("_", " ")
    return str(
        _("%(day)s à %(time)s (%(place)s)")
        % {
            "day": formats.date_format(local, "DATE_FORMAT"),
            "time": formats.date_format(local, "H:i"),
            "place": place,
        }
    )


def days_before(instant: datetime, days: int, zone: str) -> datetime:
    """The same hour on the clock of ``zone``, some days earlier, though clocks may change between."""
    local = clock.local(instant, zone)
    wanted = local.replace(tzinfo=None) - timedelta(days=days)
    return wanted.replace(tzinfo=clock.zone(zone)).astimezone(UTC)


def set_opening(
    *,
    resource: Resource,
    public_at: datetime,
    by: Actor,
    at: datetime,
    zone: str = "Europe/Paris",
    early_days: int | None = None,
    announced_at: datetime | None = None,
    version: int | None = None,
) -> Resource:
    """Say when a resource opens to everybody; from that follows when entitled partners read it.

    Early access opens ``early_days`` before (21 unless the setting says otherwise) at the same hour on
    the clock of ``zone``; none for a kind that does not open early, or where 0 is given. Moving the
    opening moves both instants, and tells those who read early. It is announced from now on, or from
    ``announced_at``.
    """
    with ledger.act("evidence.set_opening", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = locked(resource)
        if version is not None and row.version != version:
            raise ResourceChangedMeanwhile(theirs=row, mine=public_at)
        clock.zone(zone)
        if row.public_at is not None and row.public_at <= at:
            raise OpenedAlready(row.public_at, row.opening_zone)
        if public_at <= at:
            raise OpeningInThePast(public_at, zone)
        if early_days is None:
            early_days = settings.EARLY_ACCESS_DAYS if row.kind.opens_early else 0
        if early_days < 0:
            raise EarlyAfterOpening(days_before(public_at, early_days, zone), public_at, zone)
        if early_days > 365:
            raise EarlyDaysOutOfRange(early_days)
        early_at = days_before(public_at, early_days, zone) if early_days else None
        if announced_at is not None and announced_at > (early_at or public_at):
            raise AnnouncedAfterOpening(announced_at, early_at or public_at, zone)
        before = (row.early_at, row.public_at)
        row.public_at, row.early_at = public_at, early_at
        row.announced_at = announced_at or _announced(row, at)
        row.opening_zone = zone
        row.version += 1
        row.save(update_fields=["public_at", "early_at", "announced_at", "opening_zone", "version"])
        act.on(row.urn)
        told = 0
        if before[1] is not None and before != (row.early_at, row.public_at):
            told = _tell_who_reads_early([row], subject_urn=row.urn, by=by, at=at)
        act.note(public_at=row.public_at, early_at=row.early_at, announced_at=row.announced_at, told=told)
        return row


def move_opening(
    *, resource: Resource, days: int, by: Actor, at: datetime, version: int | None = None
) -> Resource:
    """Move the opening of a resource by some days, later or, with a minus, earlier: the public opening
    and the early access both keep their local hours. Who reads it early is told."""
    with ledger.act("evidence.move_opening", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = _move(locked(resource), days, at, version)
        told = _tell_who_reads_early([row], subject_urn=row.urn, by=by, at=at)
        act.on(row.urn)
        act.note(days=days, public_at=row.public_at, early_at=row.early_at, told=told)
        return row


def move_openings(*, context_urn: str, days: int, by: Actor, at: datetime) -> list[Resource]:
    """Move by some days the openings to come of all resources of a conference (by urn) that the person
    keeps; those lent by other bodies stay as these have set them. All move, or none. Each body that reads
    some of them early is told once."""
    with ledger.act("evidence.move_openings", by=by, at=at) as act:
        permit("evidence.move_openings", by, context_of(context_urn))
        kept = [
            resource
            for resource in to_open_in(context_urn, at)
            if may("evidence.keep_resource", by, resource)
        ]
        if not kept:
            raise NothingToMove()
        moved = []
        for resource in kept:
            with ledger.act("evidence.move_opening", by=by, at=at) as each:
                row = _move(locked(resource), days, at, None)
                each.on(row.urn)
                each.note(days=days, public_at=row.public_at, early_at=row.early_at)
                moved.append(row)
        told = _tell_who_reads_early(moved, subject_urn=context_urn, by=by, at=at)
        act.on(context_urn)
        act.note(days=days, resources=[row.urn for row in moved], told=told)
        return moved


def context_of(urn: str) -> Context:
    """What resources belong to under a urn, with the bodies that run it."""
    hosts = Organisation.objects.filter(
        pk__in=ResourceContext.objects.filter(urn=urn).order_by().values("host")
    )
    return Context(urn, tuple(hosts.order_by("slug")))


def to_open_in(context_urn: str, at: datetime) -> list[Resource]:
    """The resources under a urn that are not open to everybody yet, in the order of their opening."""
    rows = Resource.objects.filter(contexts__urn=context_urn, public_at__gt=at, withdrawn_at=None)
    return list(
        rows.select_related("kind", "issuer").prefetch_related("contexts__host").order_by("public_at", "pk")
    )


def record_as_public(
    *, resource: Resource, since: datetime, by: Actor, at: datetime, zone: str = "Europe/Paris"
) -> Resource:
    """A resource that its issuer published long ago is entered as public since then: no embargo to
    set, nothing to announce. ``set_opening`` refuses the past; this verb is for facts about it."""
    with ledger.act("evidence.record_as_public", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = locked(resource)
        clock.zone(zone)
        if since > at:
            raise SinceInTheFuture(since, zone)
        row.announced_at = row.public_at = since
        row.early_at = None
        row.opening_zone = zone
        row.version += 1
        row.save(update_fields=["public_at", "early_at", "announced_at", "opening_zone", "version"])
        act.on(row.urn)
        act.note(since=since)
        return row


def _announced(row: Resource, at: datetime) -> datetime:
    """As it was announced, but never later than it opens to the first readers."""
    first = row.early_at or row.public_at
    known = row.announced_at or at
    return known if first is None or known <= at else min(known, max(first, at))


def _move(row: Resource, days: int, at: datetime, version: int | None) -> Resource:
    if version is not None and row.version != version:
        raise ResourceChangedMeanwhile(theirs=row, mine=str(days))
    if days == 0 or abs(days) > MOVE_LIMIT:
        raise MoveOutOfRange(days)
    zone = row.opening_zone
    if row.public_at is None:
        raise OpeningNotSet()
    if row.public_at <= at:
        raise OpenedAlready(row.public_at, zone)
    public_at = days_before(row.public_at, -days, zone)
    if public_at <= at:
        raise OpeningInThePast(public_at, zone, field="days")
    row.public_at = public_at
    row.early_at = days_before(row.early_at, -days, zone) if row.early_at else None
    row.announced_at = _announced(row, at)
    row.version += 1
    row.save(update_fields=["public_at", "early_at", "announced_at", "version"])
    return row


def bodies_reading_early(resources: Sequence[Resource], at: datetime) -> dict[int, list[Resource]]:
    """For each body (by key) that holds a grant still to run, which of the resources it reads early."""
    scopes: dict[str, list[Resource]] = {}
    contexts = ResourceContext.objects.filter(resource__in=resources).order_by("pk")
    placed: dict[int, list[str]] = {}
    for context in contexts:
        placed.setdefault(context.resource_id, []).append(context.urn)
    for resource in resources:
        if resource.early_at is None:
            continue
        issuer = [resource.issuer.urn] if resource.issuer else []
        for scope in (resource.urn, *issuer, *placed.get(resource.pk, ())):
            scopes.setdefault(scope, []).append(resource)
    found: dict[int, list[Resource]] = {}
    for grant in AccessGrant.objects.filter(scope__in=list(scopes)).order_by("pk"):
        if grant.until_at is None or grant.until_at > at:
            mine = found.setdefault(grant.organisation_id, [])
            mine += [r for r in scopes[grant.scope] if r not in mine]
    return found


def _tell_who_reads_early(resources: Sequence[Resource], *, subject_urn: str, by: Actor, at: datetime) -> int:
    """Tell the people of each body that reads some of the resources early when these open now. What is
    only announced is named by its kind and its dates."""
    subject = Urn.parse(subject_urn)
    link = f"/id/{subject.kind}/{subject.uid}"
    bodies = bodies_reading_early(resources, at)
    if not bodies:
        return 0
    settle_notices_about(subject_urn=subject_urn, link=link, by=by, at=at)
    mandates = mandates_in_force(at).filter(organisation__in=list(bodies)).order_by("pk")
    reads: dict[int, list[Resource]] = {}
    for holder, body in mandates.values_list("person", "organisation"):
        mine = reads.setdefault(holder, [])
        mine += [r for r in bodies[body] if r not in mine]
    author = person_of(by)
    people = Person.objects.filter(pk__in=list(reads)).order_by("pk")
    told = [person for person in people if author is None or person.pk != author.pk]
    for person in told:
        mine = sorted(reads[person.pk], key=lambda r: (r.public_at or at, r.pk))
        send_notice(
            person=person,
            subject_urn=subject_urn,
            expectation=_new_dates(mine),
            link=link,
            by=by,
            at=at,
        )
    return len(told)


def _new_dates(resources: Sequence[Resource]) -> LocalisedText:
    def sentence() -> str:
        head = ngettext(
            "L'ouverture d'une ressource a été déplacée.",
            "L'ouverture de %(count)d ressources a été déplacée.",
            len(resources),
        ) % {"count": len(resources)}
        return " ".join([head, *dict.fromkeys(_dates_of(r) for r in resources)])

    return in_each_language(sentence)


def _dates_of(resource: Resource) -> str:
    zone = resource.opening_zone
    if resource.early_at is None or resource.public_at is None:
        return ""
    return gettext("%(kind)s : accès anticipé le %(early)s, ouverture à tout le monde le %(public)s.") % {
        "kind": str(resource.kind.label)[:1].upper() + str(resource.kind.label)[1:],
        "early": in_words(resource.early_at, zone),
        "public": in_words(resource.public_at, zone),
    }
