"""What a recommendation rests on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.models import EvidenceStatement
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit

from ..enums import RevisionState, Stance
from ..models import EvidenceLink, Revision
from .drafting import lock


class StatementNotReadable(Refusal):
    """A statement that is not published, withdrawn, or that the person cannot read."""

    def __init__(self) -> None:
        super().__init__(
            _("Ce constat n'est pas publié, ou vous ne pouvez pas le lire ; choisissez un constat publié."),
            field="evidence",
        )


class EvidenceAlreadyLinked(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce constat est déjà lié à cet endroit du texte."), field="evidence")


class BlockUnknown(Refusal):
    def __init__(self, block_id: str) -> None:
        super().__init__(
            _("Le passage « %(block)s » n'est pas dans cette révision ; choisissez-en un autre.")
            % {"block": block_id},
            field="block_id",
        )


class EvidenceOfPublished(Refusal):
    """What readers have seen as the ground of a published text is not taken away silently."""

    def __init__(self) -> None:
        super().__init__(_("Cette révision est publiée : révisez-la pour changer les constats qu'elle cite."))


def published_statements(
    statements: list[EvidenceStatement], by: Actor, at: datetime
) -> list[EvidenceStatement]:
    """The same statements, each once, or a refusal where one is not published or not readable."""
    wanted = {s.pk: s for s in statements}
    readable = set(
        EvidenceStatement.objects.readable_by(by, at)
        .filter(pk__in=list(wanted), published_at__lte=at, withdrawn_at=None)
        .values_list("pk", flat=True)
    )
    if readable != set(wanted):
        raise StatementNotReadable()
    return list(wanted.values())


def link_evidence(
    *,
    revision: Revision,
    statement: EvidenceStatement,
    stance: str = Stance.SUPPORTS,
    block_id: str = "",
    locator: str = "",
    by: Actor,
    at: datetime,
) -> EvidenceLink:
    """Say that a revision, or one block of it, rests on a published statement, and how."""
    with ledger.act("recommendations.link_evidence", by=by, at=at) as act:
        permit("recommendations.draft", by, revision.recommendation.process)
        lock(revision.recommendation)
        published_statements([statement], by, at)
        known = {b["block_id"] for text in revision.texts.all() for b in text.blocks}
        if block_id and block_id not in known:
            raise BlockUnknown(block_id)
        if revision.evidence_links.filter(statement=statement, block_id=block_id).exists():
            raise EvidenceAlreadyLinked()
        link = EvidenceLink.objects.create(
            revision=revision,
            statement=statement,
            stance=Stance(stance),
            block_id=block_id,
            locator=locator[:60],
        )
        act.on(revision.urn, book=revision.recommendation.process.urn)
        act.note(statement=statement.urn, stance=str(link.stance), block=block_id)
        return link


def unlink_evidence(*, link: EvidenceLink, by: Actor, at: datetime) -> None:
    """Take a statement away from a draft."""
    with ledger.act("recommendations.unlink_evidence", by=by, at=at) as act:
        revision = link.revision
        permit("recommendations.draft", by, revision.recommendation.process)
        lock(revision.recommendation)
        if Revision.objects.get(pk=revision.pk).state != RevisionState.DRAFT:
            raise EvidenceOfPublished()
        act.on(revision.urn, book=revision.recommendation.process.urn)
        act.note(statement=link.statement.urn)
        link.delete()
