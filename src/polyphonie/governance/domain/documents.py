"""Official documents: a symbol, languages, a deadline; issued, replaced, withdrawn. Late is computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.notice import settle_notices_about
from polyphonie.network.models import Organisation

from ..enums import Distribution, DocumentKind, SymbolSuffix, VersionState
from ..models import AgendaItem, LanguageVersion, Meeting, OfficialDocument
from ..states import LANGUAGE_VERSION
from .correspondents import tell_correspondents
from .entitlement import rules_of
from .meetings import locked


class RulesMissing(Refusal):
    """The instance has no rules yet: no symbols, no quorum."""

    def __init__(self, instance: str) -> None:
        super().__init__(
            _(
                "Les règles de « %(instance)s » ne sont pas fixées (sièges, quorum, langues, cotes) ; "
                "demandez-les à l'administration du site."
            )
            % {"instance": instance}
        )


class DocumentTitleMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Donnez le titre du document dans une langue au moins."), field="title")


class DeadlineAfterMeeting(Refusal):
    def __init__(self, due_at: datetime, end: str) -> None:
        super().__init__(
            _("L'échéance du %(due)s vient après la fin de la réunion (%(end)s) ; avancez-la.")
            % {"due": date_format(due_at, "DATE_FORMAT"), "end": end},
            field="due_at",
        )


class LanguageNotAsked(Refusal):
    def __init__(self, language: str) -> None:
        super().__init__(
            _("« %(language)s » n'est pas une langue (BCP 47) ; écrivez par exemple « fr » ou « pt-BR ».")
            % {"language": language},
            field="languages",
        )


class SuffixWithoutSubject(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites quel document celui-ci remplace, complète ou corrige."), field="about")


class DocumentWithdrawn(Refusal):
    def __init__(self, symbol: str) -> None:
        super().__init__(
            _("%(symbol)s est retiré : sa cote ne sert plus. Inscrivez un nouveau document.")
            % {"symbol": symbol}
        )


class VersionEmpty(Refusal):
    def __init__(self, symbol: str, language: str) -> None:
        super().__init__(
            _(
                "%(symbol)s n'a encore ni fichier ni lien en « %(language)s » ; déposez-le, puis faites-le paraître."
            )
            % {"symbol": symbol, "language": language},
            field="file",
        )


class VersionIssued(Refusal):
    def __init__(self, symbol: str, language: str) -> None:
        super().__init__(
            _(
                "%(symbol)s est paru en « %(language)s » et ne change plus : "
                "inscrivez une révision (Rev) ou un rectificatif (Corr)."
            )
            % {"symbol": symbol, "language": language}
        )


class DocumentChanged(ChangedMeanwhile):
    """Somebody else changed the document first."""


def symbol_of(prefix: str, series: str, number: int, suffix: str = "", suffix_number: int = 0) -> str:
    """``CONFEMEN/SM/59/DOC.3 Rev.1``: body and instance, session, number, suffix."""
    tail = f" {suffix}.{suffix_number}" if suffix else ""
    return f"{prefix}/{series}/DOC.{number}{tail}"


def announce_document(
    *,
    meeting: Meeting,
    kind: str,
    title: LocalisedText,
    due_at: datetime,
    by: Actor,
    at: datetime,
    item: AgendaItem | None = None,
    about: OfficialDocument | None = None,
    suffix: str = SymbolSuffix.NONE,
    languages: Sequence[str] = (),
    original_language: str = "fr",
    author: Organisation | None = None,
    distribution: str = Distribution.LIMITED,
    is_fictitious: bool = False,
    source_label: str = "",
    source_url: str = "",
) -> OfficialDocument:
    """Give a document its symbol, its languages and its deadline, before it is there. A symbol is given
    once: the number under the meeting's lock, the suffix under that of what it is about. The
    correspondents of the member that writes it read by when it is expected."""
    with ledger.act("governance.announce_document", by=by, at=at) as act:
        permit("governance.keep_meeting", by, meeting)
        held = locked(meeting)
        rules = rules_of(held.instance)
        if rules is None:
            raise RulesMissing(str(held.instance))
        if not title:
            raise DocumentTitleMissing()
        last_day = held.conference.end_date
        if clock.local(due_at, held.conference.time_zone).date() > last_day:
            raise DeadlineAfterMeeting(
                clock.local(due_at, held.conference.time_zone), date_format(last_day, "DATE_FORMAT")
            )
        wanted = list(dict.fromkeys([original_language, *(languages or rules.languages)]))
        for tag in wanted:
            if not LANGUAGE_TAG.match(tag):
                raise LanguageNotAsked(tag)
        suffix = SymbolSuffix(suffix)
        if bool(suffix) != (about is not None):
            raise SuffixWithoutSubject()
        if about is not None:
            number = about.number
            same = held.documents.filter(number=number, suffix=suffix)
            suffix_number = (same.aggregate(last=Max("suffix_number"))["last"] or 0) + 1
        else:
            number = (held.documents.aggregate(last=Max("number"))["last"] or 0) + 1
            suffix_number = 0
        document = OfficialDocument.objects.create(
            meeting=held,
            item=item or (about.item if about else None),
            kind=DocumentKind(kind),
            symbol=symbol_of(rules.symbol_prefix, held.series, number, suffix, suffix_number),
            number=number,
            suffix=suffix,
            suffix_number=suffix_number,
            about=about,
            title=title,
            author=author,
            distribution=Distribution(distribution),
            original_language=original_language,
            due_at=due_at,
            announced_at=at,
            is_fictitious=is_fictitious,
            source_label=source_label,
            source_url=source_url,
        )
        for tag in wanted:
            LanguageVersion.objects.create(document=document, language=tag)
        if author is not None:
            tell_correspondents(
                members=[author],
                subject_urn=document.urn,
                expectation=LocalisedText(
                    fr=f"Remettre {document.symbol} : {title.read('fr')}",
                    en=f"Hand in {document.symbol}: {title.read('en')}",
                ),
                link=held.permalink,
                due_at=due_at,
                by=by,
                at=at,
            )
        act.on(document.urn, book=held.urn)
        act.note(symbol=document.symbol, due_at=due_at, languages=wanted)
        return document


def move_deadline(
    *, document: OfficialDocument, due_at: datetime, version: int, by: Actor, at: datetime
) -> OfficialDocument:
    """Set another deadline. What came between the two is late or not by the new one."""
    with ledger.act("governance.move_deadline", by=by, at=at) as act:
        permit("governance.keep_meeting", by, document.meeting)
        row = _locked(document)
        if row.version != version:
            raise DocumentChanged(
                _("%(symbol)s a changé entre-temps ; relisez son échéance.") % {"symbol": row.symbol},
                theirs=row.due_at,
                mine=due_at,
            )
        zone = row.meeting.conference.time_zone
        if clock.local(due_at, zone).date() > row.meeting.conference.end_date:
            raise DeadlineAfterMeeting(
                clock.local(due_at, zone), date_format(row.meeting.conference.end_date, "DATE_FORMAT")
            )
        act.on(row.urn, book=row.meeting.urn)
        act.note(before=row.due_at, after=due_at)
        row.due_at = due_at
        row.version += 1
        row.save(update_fields=["due_at", "version"])
        return row


def _locked(document: OfficialDocument) -> OfficialDocument:
    row = (
        OfficialDocument.objects.select_for_update(of=("self",))
        .select_related("meeting__conference", "meeting__instance")
        .get(pk=document.pk)
    )
    if row.withdrawn_at is not None:
        raise DocumentWithdrawn(row.symbol)
    return row


def _version(document: OfficialDocument, language: str) -> LanguageVersion:
    row = LanguageVersion.objects.select_for_update().filter(document=document, language=language).first()
    if row is None:
        if not LANGUAGE_TAG.match(language):
            raise LanguageNotAsked(language)
        row = LanguageVersion.objects.create(document=document, language=language)
    if row.state == VersionState.ISSUED:
        raise VersionIssued(document.symbol, language)
    return row


def deposit_version(
    *,
    document: OfficialDocument,
    language: str,
    by: Actor,
    at: datetime,
    content: BinaryIO | None = None,
    filename: str = "",
    link: str = "",
) -> LanguageVersion:
    """Deposit the document in one language, as a file or as an address. The secretariat alone reads it
    until it is issued."""
    with ledger.act("governance.deposit_version", by=by, at=at) as act:
        permit("governance.keep_meeting", by, document.meeting)
        held = _locked(document)
        row = _version(held, language)
        LANGUAGE_VERSION.check(row.state, VersionState.DRAFT, row)
        if content is None and not link:
            raise VersionEmpty(held.symbol, language)
        row.file = (
            store_file(content=content, filename=filename, owner_urn=row.urn, at=at) if content else None
        )
        row.link = "" if content else link
        row.state = VersionState.DRAFT
        row.save()
        act.on(row.urn, book=held.meeting.urn)
        act.note(symbol=held.symbol, language=language, sha256=row.file.sha256 if row.file else None)
        return row


def proofread_version(
    *, document: OfficialDocument, language: str, by: Actor, at: datetime
) -> LanguageVersion:
    """Say that the text in this language has been read again against the original."""
    with ledger.act("governance.proofread_version", by=by, at=at) as act:
        permit("governance.keep_meeting", by, document.meeting)
        held = _locked(document)
        row = _version(held, language)
        LANGUAGE_VERSION.check(row.state, VersionState.PROOFREAD, row)
        row.state = VersionState.PROOFREAD
        row.save(update_fields=["state"])
        act.on(row.urn, book=held.meeting.urn)
        act.note(symbol=held.symbol, language=language)
        return row


def issue_version(*, document: OfficialDocument, language: str, by: Actor, at: datetime) -> LanguageVersion:
    """Issue the document in one language: those to whom it is distributed read it from now on, and the
    correspondents of the invited members who read that language are told. After its deadline it says so."""
    with ledger.act("governance.issue_version", by=by, at=at) as act:
        permit("governance.keep_meeting", by, document.meeting)
        held = _locked(document)
        row = _version(held, language)
        if row.file_id is None and not row.link:
            raise VersionEmpty(held.symbol, language)
        LANGUAGE_VERSION.check(row.state, VersionState.ISSUED, row)
        row.state = VersionState.ISSUED
        row.issued_at = at
        row.save(update_fields=["state", "issued_at"])
        if held.author is not None and language == held.original_language:
            settle_notices_about(subject_urn=held.urn, by=by, at=at)
        if held.distribution != Distribution.RESTRICTED:
            _tell_readers(held, language, by=by, at=at)
        act.on(row.urn, book=held.meeting.urn)
        act.note(symbol=held.symbol, language=language, late=row.is_late(held.due_at, at))
        return row


def _tell_readers(document: OfficialDocument, language: str, *, by: Actor, at: datetime) -> None:
    """Those who read this language; who reads one in which the document is not asked for gets the
    original."""
    asked = set(document.versions.values_list("language", flat=True))
    delegations = document.meeting.delegations.select_related("member").order_by("pk")
    conference = document.meeting.conference
    first = conference.start_date
    tell_correspondents(
        members=[d.member for d in delegations],
        subject_urn=document.urn,
        expectation=LocalisedText(
            fr=f"Lire {document.symbol} : {document.title.read('fr')}",
            en=f"Read {document.symbol}: {document.title.read('en')}",
        ),
        link=document.meeting.permalink,
        due_at=datetime(first.year, first.month, first.day, tzinfo=clock.zone(conference.time_zone)),
        reading=lambda person: (
            language == (person.language if person.language in asked else document.original_language)
        ),
        by=by,
        at=at,
    )


def withdraw_document(
    *, document: OfficialDocument, version: int, by: Actor, at: datetime
) -> OfficialDocument:
    """Withdraw a document: its readers find it no more, its files are closed, its symbol is never given
    again."""
    with ledger.act("governance.withdraw_document", by=by, at=at) as act:
        permit("governance.keep_meeting", by, document.meeting)
        row = _locked(document)
        if row.version != version:
            raise DocumentChanged(
                _("%(symbol)s a changé entre-temps ; relisez-le avant de le retirer.")
                % {"symbol": row.symbol},
                theirs=row.symbol,
            )
        row.withdrawn_at = at
        row.version += 1
        row.save(update_fields=["withdrawn_at", "version"])
        settle_notices_about(subject_urn=row.urn, by=by, at=at)
        act.on(row.urn, book=row.meeting.urn)
        act.note(symbol=row.symbol)
        return row
