"""Where a body's own text comes from: said with the draft, published with the text.

A site answers the recommendations of its conference in its workshop (``contextualising``). A body that
decides in a process of its own says for each text from which published one it comes, or that it is new.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit

from ..enums import ONE_ANSWER, Relation, RevisionState
from ..models import Derivation, Recommendation, Revision
from .contextualising import proposal_for
from .contextualising_refusals import REASON_LIMIT as LIMIT
from .contextualising_refusals import (
    DerivationReasonMissing,
    LineageCircle,
    NothingAdapted,
    NotTheSameWording,
    ReasonTooLong,
    RelationWithoutText,
    SourceNotCurrent,
    SourceNotPublished,
)
from .drafting import PublishedByItsSite, lock, wordings
from .lineage import closes_a_circle
from .wording import is_blank

DECLARED = (Relation.ADOPTED, Relation.ADAPTED, Relation.DE_NOVO)


class OriginDeclaredAlready(Refusal):
    """A text says once where it comes from."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Le texte %(code)s a déjà dit d'où il vient ; retirez ce brouillon pour recommencer.")
            % {"code": code},
            field="source",
        )


class OriginTooLate(Refusal):
    """The text is out: its origin came out with it."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Le texte %(code)s est publié ; son origine se dit avant sa publication.") % {"code": code},
            field="source",
        )


class SourceTakenUp(Refusal):
    """Two texts of one process would answer the same point."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Le point %(code)s est déjà repris par un autre texte de ce processus ; complétez celui-là.")
            % {"code": code},
            field="source",
        )


def withdraw_origin(*, target: Revision, by: Actor, at: datetime, checked_above: bool = False) -> int:
    """A draft will not come out: what it said of its origin stands no more. Returns how many rows."""
    with ledger.act("recommendations.withdraw_origin", by=by, at=at) as act:
        process = target.recommendation.process
        if not checked_above:
            permit("recommendations.draft", by, process)
        count = Derivation.objects.working().filter(target=target, published_at=None).update(superseded_at=at)
        act.on(target.urn, book=process.urn)
        act.note(withdrawn=count)
        return count


def declare_origin(
    *,
    target: Revision,
    source: Revision | None,
    relation: str,
    reason: str,
    reason_language: str = "fr",
    by: Actor,
    at: datetime,
    checked_above: bool = False,
) -> Derivation:
    """Say from which published text a draft of a body's own process comes, and why; or, without a
    source, that it is new. What changed is computed and kept. It is confirmed and published with the
    text, by the same act."""
    with ledger.act("recommendations.declare_origin", by=by, at=at) as act:
        recommendation = target.recommendation
        process = recommendation.process
        if not checked_above:
            permit("recommendations.draft", by, process)
        relation = Relation(relation)
        if relation not in DECLARED or (relation == Relation.DE_NOVO) != (source is None):
            raise RelationWithoutText(str(relation.label))
        if getattr(process, "site_process", None) is not None:
            raise PublishedByItsSite(recommendation.code)
        if is_blank(reason):
            raise DerivationReasonMissing(relation, recommendation.code)
        if len(reason) > LIMIT:
            raise ReasonTooLong(len(reason))
        about = None
        if source is not None:
            about = Recommendation.objects.select_for_update().get(pk=source.recommendation_id)
        held = lock(recommendation)
        target = Revision.objects.select_for_update().get(pk=target.pk)
        if target.state != RevisionState.DRAFT:
            raise OriginTooLate(held.code)
        working = Derivation.objects.working().filter(target__recommendation=held)
        if working.exists():
            raise OriginDeclaredAlready(held.code)
        if (
            about is not None
            and Derivation.objects.working()
            .filter(process=process, about=about, relation__in=ONE_ANSWER)
            .exists()
        ):
            raise SourceTakenUp(about.code)
        changed_fields: list[str] = []
        if source is not None and about is not None:
            changed_fields = _checked(source, about, target, relation, at)
        derivation = Derivation.objects.create(
            process=process,
            about=about,
            source=source,
            target=target,
            relation=relation,
            reason=reason.replace("\r\n", "\n").strip(),
            reason_language=reason_language,
            changed_fields=changed_fields,
            answered_at=at,
            answered_by=by.id,
            at_version=held.version,
        )
        act.on(derivation.urn, book=process.urn)
        act.note(relation=str(relation), source=source.urn if source else None, target=target.urn)
        return derivation


def _checked(
    source: Revision, about: Recommendation, target: Revision, relation: str, at: datetime
) -> list[str]:
    current = Revision.objects.current(at).filter(recommendation=about).order_by("-number").first()
    if current is None or about.removed_at is not None:
        raise SourceNotPublished()
    if current.pk != source.pk:
        raise SourceNotCurrent(about.code, current.number)
    proposal = proposal_for(source, wordings(target), direction=target.direction, strength=target.strength)
    if relation == Relation.ADAPTED and proposal.relation == Relation.ADOPTED:
        raise NothingAdapted(about.code)
    if relation == Relation.ADOPTED and proposal.relation != Relation.ADOPTED:
        raise NotTheSameWording(about.code)
    edges = Derivation.objects.filter(
        source__isnull=False, target__isnull=False, superseded_at=None
    ).order_by("pk")
    if closes_a_circle(edges.values_list("source_id", "target_id"), source.pk, target.pk):
        raise LineageCircle(about.code)
    return list(proposal.changed_fields)
