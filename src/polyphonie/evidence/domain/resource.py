"""Resources: how they come, what is said of them, in which versions, and that they are taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Theme

from ..enums import Translation
from ..models import Resource, ResourceContext, ResourceKind, ResourceVersion
from ..rules import Placing
from .openings import Opening, record_as_public, set_opening
from .standing import ResourceChangedMeanwhile, locked

RECORD_FIELDS = frozenset(
    {
        "kind",
        "title",
        "summary",
        "authors",
        "issuer",
        "dated",
        "link",
        "licence",
        "locator",
        "source_label",
        "source_url",
        "source_read_date",
        "is_fictitious",
    }
)


class ResourceTitleMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Donnez un titre dans une langue au moins."), field="title")


class KindTaken(Refusal):
    def __init__(self, slug: str) -> None:
        super().__init__(
            _("Le genre « %(slug)s » existe déjà ; choisissez-le dans la liste.") % {"slug": slug},
            field="slug",
        )


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
    opening: Opening | None = None,
    public_since: datetime | None = None,
    opening_zone: str = "",
) -> Resource:
    """Enter a resource. Nobody but its host knows of it until its opening is set, by ``opening`` or later
    by ``set_opening``; one that is public already says so by ``public_since`` or ``record_as_public``."""
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
        if opening is not None:
            return set_opening(resource=resource, **opening.as_fields(), by=by, at=at)
        if public_since is not None:
            zone = opening_zone or resource.opening_zone
            return record_as_public(resource=resource, since=public_since, zone=zone, by=by, at=at)
        return resource


def revise_resource(
    *,
    resource: Resource,
    version: int,
    by: Actor,
    at: datetime,
    themes: Iterable[Theme] | None = None,
    **changes: Any,
) -> Resource:
    """Correct what is said of a resource: kind, title, issuer, authors, licence, link, source … Its
    versions and its opening have verbs of their own. Another issuer must be one's own as well."""
    if set(changes) - RECORD_FIELDS:
        raise TypeError(f"Not a field of a resource: {sorted(set(changes) - RECORD_FIELDS)}.")
    with ledger.act("evidence.revise_resource", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = locked(resource)
        if "issuer" in changes and changes["issuer"] != row.issuer:
            permit("evidence.add_resource", by, changes["issuer"])
        if row.version != version:
            raise ResourceChangedMeanwhile(theirs=row, mine=changes)
        changed = sorted(name for name, value in changes.items() if getattr(row, name) != value)
        for name, value in changes.items():
            setattr(row, name, value)
        if not row.title:
            raise ResourceTitleMissing()
        row.version += 1
        row.save(update_fields=[*changes, "version"])
        if themes is not None:
            row.themes.set(themes)
        act.on(row.urn)
        act.note(version=row.version, changed=changed)
        return row


def place_resource(
    *,
    resource: Resource,
    context_urn: str,
    label: LocalisedText,
    by: Actor,
    at: datetime,
    host: Organisation | None = None,
) -> ResourceContext:
    """Say what a resource belongs to (a conference, by urn and label, with the body that runs it). Called
    by the room above, which has its own link to the resource; grants over that urn, and coordinators of
    it or of its host, then reach the resource. Placing opens nothing to who places it: one lends what one
    can read."""
    with ledger.act("evidence.place_resource", by=by, at=at) as act:
        is_readable = Resource.objects.readable_by(by, at).filter(pk=resource.pk).exists()
        permit("evidence.place_resource", by, Placing(resource, context_urn, host, is_readable))
        context, created = ResourceContext.objects.update_or_create(
            resource=resource, urn=context_urn, defaults={"label": label, "host": host}
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
        row = locked(resource)
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


def withdraw_resource(*, resource: Resource, by: Actor, at: datetime) -> Resource:
    """Take a resource back: its page says that it is gone, its files answer no more. What was
    written from it keeps its wording and the name of its source."""
    with ledger.act("evidence.withdraw_resource", by=by, at=at) as act:
        permit("evidence.keep_resource", by, resource)
        row = locked(resource)
        row.withdrawn_at = at
        row.version += 1
        row.save(update_fields=["withdrawn_at", "version"])
        act.on(row.urn)
        return row
