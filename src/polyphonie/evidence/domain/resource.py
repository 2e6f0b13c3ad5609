"""Resources: how they come, in which versions, when they open, and that they are taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db.models import Max
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation, Theme

from ..enums import Translation
from ..models import Resource, ResourceContext, ResourceKind, ResourceVersion


class ResourceTitleMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Donnez un titre dans une langue au moins."), field="title")


class KindTaken(Refusal):
    def __init__(self, slug: str) -> None:
        super().__init__(
            _("Le genre « %(slug)s » existe déjà ; choisissez-le dans la liste.") % {"slug": slug},
            field="slug",
        )


class OpeningInThePast(Refusal):
    """An opening cannot be set for an instant that has passed."""

    def __init__(self, public_at: datetime, zone: str) -> None:
        super().__init__(
            _("L'ouverture du %(when)s est déjà passée ; choisissez un instant à venir.")
            % {"when": in_words(public_at, zone)},
            field="public_at",
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


class ResourceWithdrawn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette ressource a été retirée ; elle ne s'ouvre plus et ne change plus."))


class VersionWithoutContent(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Joignez un fichier ou donnez un lien, l'un des deux : une version est l'un ou l'autre."),
            field="file",
        )


class VersionReleasedAlready(Refusal):
    def __init__(self, number: int, language: str) -> None:
        super().__init__(
            _(
                "La version %(number)d existe déjà en « %(language)s » ; une correction est une version nouvelle."
            )
            % {"number": number, "language": language},
            field="language",
        )


class LanguageOfVersionUnknown(Refusal):
    def __init__(self, tag: str) -> None:
        super().__init__(
            _("« %(tag)s » n'est pas un code de langue ; écrivez par exemple fr, en, pt-BR ou ar.")
            % {"tag": tag},
            field="language",
        )


class ResourceChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, *, theirs: Resource, mine: object) -> None:
        super().__init__(
            _(
                "Quelqu'un a modifié cette ressource entre-temps ; relisez les deux versions, puis recommencez."
            ),
            theirs=theirs,
            mine=mine,
        )


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


def add_resource_kind(
    *, slug: str, label: LocalisedText, by: Actor, at: datetime, order: int = 0, opens_early: bool = False
) -> ResourceKind:
    """Add a kind to the list; ``opens_early`` says whether partners read it before the public does."""
    with ledger.act("evidence.add_resource_kind", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        if ResourceKind.objects.filter(slug=slug).exists():
            raise KindTaken(slug)
        kind = ResourceKind.objects.create(slug=slug, label=label, order=order, opens_early=opens_early)
        act.on("evidence:resource_kinds")
        act.note(slug=slug, opens_early=opens_early)
        return kind


def add_resource(
    *,
    kind: ResourceKind,
    title: LocalisedText,
    by: Actor,
    at: datetime,
    issuer: Organisation | None = None,
    summary: LocalisedText | None = None,
    authors: str = "",
    themes: Iterable[Theme] = (),
    dated: date | None = None,
    link: str = "",
    licence: str = "",
    locator: str = "",
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Resource:
    """Enter a resource. Nobody but its host knows of it until its opening is set (``set_opening``)
    or, for one that is public already, until ``record_as_public``."""
    with ledger.act("evidence.add_resource", by=by, at=at) as act:
        permit("evidence.add_resource", by, issuer)
        if not title:
            raise ResourceTitleMissing()
        resource = Resource.objects.create(
            kind=kind,
            title=title,
            summary=summary or LocalisedText(),
            authors=authors,
            issuer=issuer,
            dated=dated,
            link=link,
            licence=licence,
            locator=locator,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        resource.themes.set(themes)
        act.on(resource.urn)
        act.note(kind=kind.slug, issuer=issuer.urn if issuer else None)
        return resource


def place_resource(
    *, resource: Resource, context_urn: str, label: LocalisedText, by: Actor, at: datetime
) -> ResourceContext:
    """Say what a resource belongs to (a conference, by urn and label). Called by the room above, which
    has its own link to the resource; grants and coordinators of that urn then reach it."""
    with ledger.act("evidence.place_resource", by=by, at=at) as act:
        # a coordinator may show in a conference what they can read; placing must not open what they cannot
        lent = by.holds(Role.HOST_COORDINATOR, context_urn) and (
            Resource.objects.readable_by(by, at).filter(pk=resource.pk).exists()
        )
        if not lent:
            permit("evidence.keep_resource", by, resource)
        context, created = ResourceContext.objects.update_or_create(
            resource=resource, urn=context_urn, defaults={"label": label}
        )
        act.on(resource.urn)
        act.note(context=context_urn, created=created)
        return context


def release_version(
    *,
    resource: Resource,
    language: str,
    by: Actor,
    at: datetime,
    file: BinaryIO | None = None,
    filename: str = "",
    link: str = "",
    translation: str = Translation.ORIGINAL,
    number: int | None = None,
) -> ResourceVersion:
    """Release one state of a resource in one language: a file of ours, or an address elsewhere.

    Without a number, a language that the latest version lacks is its translation; one that it has
    is a new version. A released version is never changed.
    """
    with ledger.act("evidence.release_version", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = _locked(resource)
        if not LANGUAGE_TAG.match(language):
            raise LanguageOfVersionUnknown(language)
        if (file is None) == (not link.strip()):
            raise VersionWithoutContent()
        if number is None:
            latest = row.versions.aggregate(n=Max("number"))["n"] or 0
            has_language = row.versions.filter(number=latest, language=language).exists()
            number = max(1, latest + 1 if has_language else latest)
        elif row.versions.filter(number=number, language=language).exists():
            raise VersionReleasedAlready(number, language)
        stored = None
        if file is not None:
            stored = store_file(
                content=file, filename=filename, owner_urn=row.urn, at=at, limit=settings.UPLOAD_LIMIT
            )
        version = ResourceVersion.objects.create(
            resource=row,
            number=number,
            language=language,
            translation=translation,
            file=stored,
            link=link.strip(),
            released_at=at,
        )
        act.on(version.urn, book=row.urn)
        act.note(number=number, language=language, sha256=stored.sha256 if stored else None)
        return version


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
    opening moves both instants. It is announced from now on, or from ``announced_at``.
    """
    with ledger.act("evidence.set_opening", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = _locked(resource)
        if version is not None and row.version != version:
            raise ResourceChangedMeanwhile(theirs=row, mine=public_at)
        clock.zone(zone)
        if public_at <= at:
            raise OpeningInThePast(public_at, zone)
        if early_days is None:
            early_days = settings.EARLY_ACCESS_DAYS if row.kind.opens_early else 0
        if early_days < 0:
            raise EarlyAfterOpening(days_before(public_at, early_days, zone), public_at, zone)
        if early_days > 365:
            raise EarlyDaysOutOfRange(early_days)
        row.public_at = public_at
        row.early_at = days_before(public_at, early_days, zone) if early_days else None
        row.announced_at = announced_at or row.announced_at or at
        row.opening_zone = zone
        row.version += 1
        row.save(update_fields=["public_at", "early_at", "announced_at", "opening_zone", "version"])
        act.on(row.urn)
        act.note(public_at=row.public_at, early_at=row.early_at, announced_at=row.announced_at)
        return row


def record_as_public(
    *, resource: Resource, since: datetime, by: Actor, at: datetime, zone: str = "Europe/Paris"
) -> Resource:
    """A resource that its issuer published long ago is entered as public since then: no embargo to
    set, nothing to announce. ``set_opening`` refuses the past; this verb is for facts about it."""
    with ledger.act("evidence.record_as_public", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = _locked(resource)
        clock.zone(zone)
        row.announced_at = row.public_at = since
        row.early_at = None
        row.opening_zone = zone
        row.version += 1
        row.save(update_fields=["public_at", "early_at", "announced_at", "opening_zone", "version"])
        act.on(row.urn)
        act.note(since=since)
        return row


def withdraw_resource(*, resource: Resource, by: Actor, at: datetime) -> Resource:
    """Take a resource back: its page says that it is gone, its files answer no more. What was
    written from it keeps its wording and the name of its source."""
    with ledger.act("evidence.withdraw_resource", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = _locked(resource)
        row.withdrawn_at = at
        row.version += 1
        row.save(update_fields=["withdrawn_at", "version"])
        act.on(row.urn)
        return row


def _locked(resource: Resource) -> Resource:
    row = Resource.objects.select_for_update(of=("self",)).select_related("kind").get(pk=resource.pk)
    if row.withdrawn_at is not None:
        raise ResourceWithdrawn()
    return row
