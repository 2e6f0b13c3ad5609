"""Evidence statements: one claim each, with its source, the place in it, and its strength."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Theme

from ..enums import Strength, Translation
from ..models import EvidenceStatement, EvidenceStatementText, Figure, Resource, StatementFigure
from .keepers import keeper_for


class StatementTextMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez le constat dans une langue au moins."), field="text")


class StatementLanguageUnknown(Refusal):
    def __init__(self, tag: str) -> None:
        super().__init__(
            _("« %(tag)s » n'est pas un code de langue ; écrivez par exemple fr, en, pt-BR ou ar.")
            % {"tag": tag},
            field="language",
        )


class StatementWithoutSource(Refusal):
    """A claim says where it comes from: a resource of ours, or a document and its address."""

    def __init__(self) -> None:
        super().__init__(
            _("Dites d'où vient ce constat : choisissez une ressource ou nommez le document et son adresse."),
            field="source_label",
        )


class StrengthUnknown(Refusal):
    def __init__(self, strength: str) -> None:
        super().__init__(
            _("« %(strength)s » n'est pas un degré de force ; choisissez dans la liste.")
            % {"strength": strength},
            field="strength",
        )


class StatementTranslatedAlready(Refusal):
    """A wording is immutable: another one is another statement."""

    def __init__(self, language: str) -> None:
        super().__init__(
            _(
                "Ce constat a déjà son texte en « %(language)s », qui ne change plus ; "
                "écrivez un autre constat et retirez celui-ci."
            )
            % {"language": language},
            field="language",
        )


class TranslationUnknown(Refusal):
    def __init__(self, translation: str) -> None:
        super().__init__(
            _("« %(translation)s » n'est pas une sorte de traduction ; choisissez dans la liste.")
            % {"translation": translation},
            field="translation",
        )


class StatementNeverCorrected(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Ce constat est publié et ne change plus ; écrivez-en un autre et retirez celui-ci.")
        )


class StatementWithdrawn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce constat a été retiré ; il ne change plus. Écrivez-en un autre."))


class StatementChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, *, theirs: EvidenceStatement, mine: object) -> None:
        super().__init__(
            _("Quelqu'un a modifié ce constat entre-temps ; relisez les deux versions, puis recommencez."),
            theirs=theirs,
            mine=mine,
        )


class StatementPublishedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce constat est déjà publié ; il n'y a rien à faire."))


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """What a claim says and where it was read. The first language, or ``original_language``, is the
    original; figures stand in the order in which the claim gives them."""

    texts: Mapping[str, str]
    original_language: str = ""
    resource: Resource | None = None
    figures: Sequence[Figure] = ()
    page: str = ""
    timecode: timedelta | None = None
    strength: str = Strength.UNRATED
    code: str = ""
    themes: Sequence[Theme] = ()
    source_label: str = ""
    source_url: str = ""
    source_read_date: date | None = None
    is_fictitious: bool = False

    def as_fields(self) -> dict[str, Any]:
        """What ``state_evidence`` takes."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def written(self) -> dict[str, str]:
        return {tag: text.strip() for tag, text in self.texts.items() if text.strip()}

    def check(self) -> None:
        """Pass, or refuse what can never be a claim."""
        if not self.written:
            raise StatementTextMissing()
        for tag in self.written:
            if not LANGUAGE_TAG.match(tag):
                raise StatementLanguageUnknown(tag)
        if self.strength not in Strength.values:
            raise StrengthUnknown(self.strength)
        if not (self.resource or self.source_label.strip() or self.is_fictitious):
            raise StatementWithoutSource()


COLUMNS = (
    "code",
    "resource",
    "page",
    "timecode",
    "strength",
    "source_label",
    "source_url",
    "source_read_date",
    "is_fictitious",
)


def state_evidence(
    *,
    texts: Mapping[str, str],
    by: Actor,
    at: datetime,
    keeper: Organisation | None = None,
    publish: bool = True,
    **details: Any,
) -> EvidenceStatement:
    """State one claim (:class:`Claimed`), in one or several languages, with where it was read, for the
    body that keeps it. Published at once unless ``publish`` says no."""
    claimed = Claimed(texts=texts, **details)
    with ledger.act("evidence.state_evidence", by=by, at=at) as act:
        body = keeper_for(by, keeper)
        claimed.check()
        statement = EvidenceStatement(keeper=body, published_at=at if publish else None)
        _write(statement, claimed)
        act.on(statement.urn)
        act.note(languages=sorted(claimed.written), strength=claimed.strength, published=publish)
        return statement


def revise_draft_statement(
    *,
    statement: EvidenceStatement,
    version: int,
    claimed: Claimed,
    by: Actor,
    at: datetime,
    publish: bool = False,
) -> EvidenceStatement:
    """Write a claim anew that is not published yet, and publish it where that is asked."""
    with ledger.act("evidence.revise_draft_statement", by=by, at=at) as act:
        row = _locked(statement)
        permit("evidence.keep_evidence", by, row)
        if row.published_at is not None:
            raise StatementNeverCorrected()
        if row.version != version:
            raise StatementChangedMeanwhile(theirs=row, mine=claimed)
        claimed.check()
        row.version += 1
        row.texts.all().delete()
        row.citations.all().delete()
        _write(row, claimed)
        act.on(row.urn)
        act.note(languages=sorted(claimed.written), strength=claimed.strength, published=publish)
        return publish_statement(statement=row, by=by, at=at) if publish else row


def _write(row: EvidenceStatement, claimed: Claimed) -> None:
    for name in COLUMNS:
        setattr(row, name, getattr(claimed, name))
    row.save()
    row.themes.set(claimed.themes)
    StatementFigure.objects.bulk_create(
        StatementFigure(statement=row, figure=figure, order=order)
        for order, figure in enumerate(dict.fromkeys(claimed.figures))
    )
    written = claimed.written
    original = claimed.original_language if claimed.original_language in written else next(iter(written))
    EvidenceStatementText.objects.bulk_create(
        EvidenceStatementText(
            statement=row,
            language=tag,
            text=text,
            translation=Translation.ORIGINAL if tag == original else Translation.REVIEWED,
        )
        for tag, text in written.items()
    )


def _locked(statement: EvidenceStatement) -> EvidenceStatement:
    row = (
        EvidenceStatement.objects.select_for_update(of=("self",))
        .select_related("keeper__successor__successor")
        .get(pk=statement.pk)
    )
    if row.withdrawn_at is not None:
        raise StatementWithdrawn()
    return row


def translate_statement(
    *,
    statement: EvidenceStatement,
    language: str,
    text: str,
    by: Actor,
    at: datetime,
    translation: str = Translation.REVIEWED,
) -> EvidenceStatementText:
    """Add the claim in one more language. A language that it has already is refused."""
    with ledger.act("evidence.translate_statement", by=by, at=at) as act:
        row = _locked(statement)
        permit("evidence.keep_evidence", by, row)
        if not LANGUAGE_TAG.match(language):
            raise StatementLanguageUnknown(language)
        if not text.strip():
            raise StatementTextMissing()
        if translation not in Translation.values:
            raise TranslationUnknown(translation)
        if row.texts.filter(language=language).exists():
            raise StatementTranslatedAlready(language)
        added = row.texts.create(language=language, text=text.strip(), translation=translation)
        act.on(row.urn)
        act.note(language=language, translation=translation)
        return added


def publish_statement(*, statement: EvidenceStatement, by: Actor, at: datetime) -> EvidenceStatement:
    """Let everybody who may read its source read the claim."""
    with ledger.act("evidence.publish_statement", by=by, at=at) as act:
        row = _locked(statement)
        permit("evidence.keep_evidence", by, row)
        if row.published_at is not None:
            raise StatementPublishedAlready()
        row.published_at = at
        row.version += 1
        row.save(update_fields=["published_at", "version"])
        act.on(row.urn)
        return row


def withdraw_statement(*, statement: EvidenceStatement, by: Actor, at: datetime) -> EvidenceStatement:
    """Take a claim back. Its page says that it is gone, without saying what it was."""
    with ledger.act("evidence.withdraw_statement", by=by, at=at) as act:
        row = _locked(statement)
        permit("evidence.keep_evidence", by, row)
        row.withdrawn_at = at
        row.version += 1
        row.save(update_fields=["withdrawn_at", "version"])
        act.on(row.urn)
        return row
