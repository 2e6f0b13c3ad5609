"""Evidence statements: one claim each, with its source, the place in it, and its strength."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Theme

from ..enums import Strength, Translation
from ..models import EvidenceStatement, EvidenceStatementText, Figure, Resource, StatementFigure


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


class StatementPublishedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce constat est déjà publié ; il n'y a rien à faire."))


def state_evidence(
    *,
    texts: Mapping[str, str],
    by: Actor,
    at: datetime,
    original_language: str = "",
    resource: Resource | None = None,
    figures: Iterable[Figure] = (),
    page: str = "",
    timecode: timedelta | None = None,
    strength: str = Strength.UNRATED,
    code: str = "",
    themes: Iterable[Theme] = (),
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
    publish: bool = True,
) -> EvidenceStatement:
    """State one claim, in one or several languages, with where it was read. Published at once unless
    ``publish`` says no; the first language, or ``original_language``, is the original."""
    with ledger.act("evidence.state_evidence", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        written = {tag: text.strip() for tag, text in texts.items() if text.strip()}
        if not written:
            raise StatementTextMissing()
        for tag in written:
            if not LANGUAGE_TAG.match(tag):
                raise StatementLanguageUnknown(tag)
        if strength not in Strength.values:
            raise StrengthUnknown(strength)
        if not (resource or source_label.strip() or is_fictitious):
            raise StatementWithoutSource()
        original = original_language if original_language in written else next(iter(written))
        statement = EvidenceStatement.objects.create(
            code=code,
            resource=resource,
            page=page,
            timecode=timecode,
            strength=strength,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
            published_at=at if publish else None,
        )
        statement.themes.set(themes)
        StatementFigure.objects.bulk_create(
            StatementFigure(statement=statement, figure=figure, order=order)
            for order, figure in enumerate(dict.fromkeys(figures))
        )
        EvidenceStatementText.objects.bulk_create(
            EvidenceStatementText(
                statement=statement,
                language=tag,
                text=text,
                translation=Translation.ORIGINAL if tag == original else Translation.REVIEWED,
            )
            for tag, text in written.items()
        )
        act.on(statement.urn)
        act.note(languages=sorted(written), strength=strength, published=publish)
        return statement


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
        permit("evidence.write_evidence", by)
        if not LANGUAGE_TAG.match(language):
            raise StatementLanguageUnknown(language)
        if not text.strip():
            raise StatementTextMissing()
        row = EvidenceStatement.objects.select_for_update().get(pk=statement.pk)
        if row.texts.filter(language=language).exists():
            raise StatementTranslatedAlready(language)
        added = row.texts.create(language=language, text=text.strip(), translation=translation)
        act.on(row.urn)
        act.note(language=language, translation=translation)
        return added


def publish_statement(*, statement: EvidenceStatement, by: Actor, at: datetime) -> EvidenceStatement:
    """Let everybody who may read its source read the claim."""
    with ledger.act("evidence.publish_statement", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        row = EvidenceStatement.objects.select_for_update().get(pk=statement.pk)
        if row.published_at is not None:
            raise StatementPublishedAlready()
        row.published_at = at
        row.save(update_fields=["published_at"])
        act.on(row.urn)
        return row


def withdraw_statement(*, statement: EvidenceStatement, by: Actor, at: datetime) -> EvidenceStatement:
    """Take a claim back. Its page says that it is gone, without saying what it was."""
    with ledger.act("evidence.withdraw_statement", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        row = EvidenceStatement.objects.select_for_update().get(pk=statement.pk)
        row.withdrawn_at = row.withdrawn_at or at
        row.save(update_fields=["withdrawn_at"])
        act.on(row.urn)
        return row
