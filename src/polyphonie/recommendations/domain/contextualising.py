"""What a site makes of the host's recommendations: keep, adapt, refuse, postpone, write anew.

Each answer is a Derivation with its reason. The source is locked beside it; nothing here changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.models import EvidenceStatement
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Theme

from ..enums import ONE_ANSWER, WITH_TEXT, RecommendationKind, Relation, RevisionState, SiteProcessState
from ..models import Derivation, Process, ReasonEvidence, Recommendation, Revision, SiteProcess
from ..states import SITE_PROCESS
from .answer_notices import answer_replaced
from .contextualising_refusals import (
    REASON_LIMIT,
    AlreadyAnswered,
    DerivationReasonMissing,
    EvidenceMissing,
    LineageCircle,
    NothingAdapted,
    NotTheSameWording,
    ReasonTooLong,
    RelationWithoutText,
    ReviewDateMissing,
    ReviewDatePast,
    SourceNotCurrent,
    SourceNotOffered,
    SourceNotPublished,
)
from .drafting import LanguageUnknown, check_texts, make_recommendation, take_out, wordings, write_revision
from .evidence_links import published_statements
from .lineage import Position, Proposal, closes_a_circle, propose_relation
from .wording import Wording, clean, hash_of_originals, is_blank


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person has prepared; shown beside the other's when two answer at once."""

    relation: str
    reason: str
    texts: Mapping[str, Wording]
    review_on: date | None = None


def position(revision: Revision, *, question: str) -> Position:
    """A revision as what :func:`propose_relation` compares."""
    return Position(
        question=question,
        texts=wordings(revision),
        direction=revision.direction,
        strength=revision.strength,
    )


def proposal_for(
    source: Revision,
    texts: Mapping[str, Wording],
    *,
    direction: str | None = None,
    strength: str | None = None,
) -> Proposal:
    """The relation that a site's text to the same question would have to its source."""
    question = str(source.recommendation_id)
    target = Position(
        question=question,
        texts=texts,
        direction=source.direction if direction is None else direction,
        strength=source.strength if strength is None else strength,
    )
    return propose_relation(position(source, question=question), target)


def _check_reason(relation: str, code: str, reason: str) -> str:
    if is_blank(reason):
        raise DerivationReasonMissing(relation, code)
    reason = reason.replace("\r\n", "\n").strip()
    if len(reason) > REASON_LIMIT:
        raise ReasonTooLong(len(reason))
    return reason


def _check_source(held: SiteProcess, source: Revision, at: datetime) -> None:
    recommendation = source.recommendation
    if source.state != RevisionState.PUBLISHED or source.published_at is None or source.published_at > at:
        raise SourceNotPublished()
    if recommendation.process_id != held.source_process_id:
        raise SourceNotOffered(recommendation.code)
    current = Revision.objects.current(at).filter(recommendation=recommendation).order_by("-number").first()
    if current is None:
        raise SourceNotPublished()
    if current.pk != source.pk:
        raise SourceNotCurrent(recommendation.code, current.number)


def _refuse_circle(source: Revision, target: Revision) -> None:
    edges = Derivation.objects.filter(
        source__isnull=False, target__isnull=False, superseded_at=None
    ).order_by("pk")
    pairs = list(edges.values_list("source_id", "target_id"))
    if closes_a_circle(pairs, source.pk, target.pk):
        raise LineageCircle(source.recommendation.code)


def _standing_recommendation(process: Process, about: Recommendation | None) -> Recommendation | None:
    """The site's own text on this point, as long as it has not been withdrawn."""
    if about is None:
        return None
    return (
        Recommendation.objects.select_for_update()
        .filter(
            pk__in=Derivation.objects.filter(process=process, about=about, target__isnull=False)
            .order_by()
            .values("target__recommendation"),
            removed_at=None,
        )
        .order_by("-pk")
        .first()
    )


def _target(
    held: SiteProcess,
    *,
    own: Recommendation | None,
    source: Revision | None,
    texts: Mapping[str, Wording],
    code: str,
    heading: LocalisedText | None,
    themes: Iterable[Theme],
    direction: str,
    strength: str,
    is_fictitious: bool,
    at: datetime,
) -> Revision:
    """The revision that carries the site's text: a new recommendation, a new revision of its own, or
    the one that already says the same."""
    if own is None:
        made = make_recommendation(
            held.process,
            code=code,
            texts=texts,
            kind=RecommendationKind.CONTEXTUALISED,
            heading=heading if source is None else source.recommendation.heading,
            recipients=None,
            themes=themes if source is None else source.recommendation.themes.order_by("pk"),
            order=None if source is None else source.recommendation.order,
            direction=direction,
            strength=strength,
            sourced={},
            is_fictitious=is_fictitious or held.site.is_fictitious,
            at=at,
        )
        return made.revisions.get()
    latest = own.revisions.prefetch_related("texts").latest("number")
    unchanged = (
        latest.sha256 == hash_of_originals(texts)
        and (latest.direction, latest.strength) == (direction, strength)
        and wordings(latest) == dict(texts)
    )
    if unchanged:
        return latest
    own.version += 1
    own.save(update_fields=["version"])
    return write_revision(own, texts, parent=latest, direction=direction, strength=strength, at=at)


def _write(
    act: ledger.Act,
    *,
    site_process: SiteProcess,
    source: Revision | None,
    answer: Answer,
    evidence: Sequence[EvidenceStatement],
    reason_language: str,
    version: int | None,
    previous: Derivation | None,
    code: str = "",
    heading: LocalisedText | None = None,
    themes: Iterable[Theme] = (),
    direction: str | None = None,
    strength: str | None = None,
    is_fictitious: bool = False,
    by: Actor,
    at: datetime,
) -> Derivation:
    """The one place where an answer is written, inside the act of its verb."""
    process = site_process.process
    permit("recommendations.contextualise", by, process)
    if source is not None:
        source = Revision.objects.select_related("recommendation").get(pk=source.pk)
    about = source.recommendation if source is not None else None
    code = about.code if about is not None else clean(code)
    relation = Relation(answer.relation)
    reason = _check_reason(relation, code, answer.reason)
    if about is not None:
        # before the site's own row, as publishing a newer source does: neither misses the other
        Recommendation.objects.select_for_update().get(pk=about.pk)
    held = SiteProcess.objects.select_for_update().select_related("process", "site").get(pk=site_process.pk)
    own: Recommendation | None = None
    if source is not None and about is not None:
        _check_source(held, source, at)
        standing = (
            Derivation.objects.working()
            .filter(process=process, about=about, relation__in=ONE_ANSWER)
            .select_related("about", "target__recommendation")
            .order_by("-pk")
            .first()
        )
        if standing is not None and (previous is None or previous.pk != standing.pk):
            if previous is not None or (version is not None and standing.at_version > version):
                raise ChangedMeanwhile(
                    _("Quelqu'un a répondu au point %(code)s entre-temps ; lisez les deux réponses.")
                    % {"code": code},
                    theirs=standing,
                    mine=answer,
                )
            raise AlreadyAnswered(standing)
        own = _standing_recommendation(process, about)
    elif previous is not None:
        assert previous.target is not None  # the table's check: new texts have a target
        own = previous.target.recommendation
    if previous is not None:
        fresh = Derivation.objects.select_for_update().get(pk=previous.pk)
        if fresh.superseded_at is not None:
            raise ChangedMeanwhile(
                _("Cette réponse au point %(code)s a été changée entre-temps ; lisez les deux.")
                % {"code": code},
                theirs=getattr(fresh, "superseded_by", None),
                mine=answer,
            )
    reason_language = reason_language or held.site.language
    if not LANGUAGE_TAG.match(reason_language):
        raise LanguageUnknown(reason_language, field="reason_language")
    statements = published_statements(list(evidence), by, at)
    if process.requires_evidence and not statements:
        raise EvidenceMissing(code)

    target: Revision | None = None
    changed: Proposal = Proposal(relation)
    if relation in WITH_TEXT:
        check_texts(answer.texts)
        if source is not None:
            direction = source.direction if direction is None else direction
            strength = source.strength if strength is None else strength
            changed = proposal_for(source, answer.texts, direction=direction, strength=strength)
            if relation == Relation.ADAPTED and changed.relation == Relation.ADOPTED:
                raise NothingAdapted(code)
            if relation == Relation.ADOPTED and changed.relation != Relation.ADOPTED:
                raise NotTheSameWording(code)
        target = _target(
            held,
            own=own,
            source=source,
            texts=answer.texts,
            code=code,
            heading=heading,
            themes=themes,
            direction=direction or "",
            strength=strength or "",
            is_fictitious=is_fictitious,
            at=at,
        )
        if source is not None:
            _refuse_circle(source, target)
    elif own is not None and not own.revisions.exclude(published_at=None).exists():
        take_out(own, at=at)  # a text that nobody outside has read goes with the answer that held it

    if previous is not None:
        Derivation.objects.filter(pk=previous.pk).update(superseded_at=at)
        answer_replaced(previous, at=at)
    SITE_PROCESS.check(held.state, SiteProcessState.CONTEXTUALISING, held)
    held.state = SiteProcessState.CONTEXTUALISING
    held.version += 1
    held.save(update_fields=["state", "version"])
    derivation = Derivation.objects.create(
        process=process,
        about=about,
        source=source,
        target=target,
        relation=relation,
        reason=reason,
        reason_language=reason_language,
        changed_fields=list(changed.changed_fields),
        changed_criteria=list(changed.changed_criteria),
        review_on=answer.review_on,
        answered_at=at,
        answered_by=by.id,
        at_version=held.version,
        supersedes=previous,
    )
    ReasonEvidence.objects.bulk_create(ReasonEvidence(derivation=derivation, statement=s) for s in statements)
    act.on(derivation.urn, book=process.urn)
    act.note(
        relation=str(relation),
        source=source.urn if source else None,
        target=target.urn if target else None,
        evidence=[s.urn for s in statements],
        supersedes=previous.urn if previous else None,
        version=held.version,
    )
    return derivation


def _answer(
    verb: str,
    answer: Answer,
    *,
    source: Revision,
    site_process: SiteProcess,
    evidence: Sequence[EvidenceStatement],
    reason_language: str,
    version: int | None,
    by: Actor,
    at: datetime,
    direction: str | None = None,
    strength: str | None = None,
    is_fictitious: bool = False,
) -> Derivation:
    """The first answer to a source, as the act of its verb."""
    with ledger.act(f"recommendations.{verb}", by=by, at=at) as act:
        return _write(
            act,
            site_process=site_process,
            source=source,
            answer=answer,
            evidence=evidence,
            reason_language=reason_language,
            version=version,
            previous=None,
            direction=direction,
            strength=strength,
            is_fictitious=is_fictitious,
            by=by,
            at=at,
        )


def adopt_recommendation(
    *,
    source: Revision,
    site_process: SiteProcess,
    reason: str,
    evidence: Sequence[EvidenceStatement] = (),
    reason_language: str = "",
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Derivation:
    """Keep a recommendation as it is: the site gets a text of its own with the same words, and says
    why. ``version`` is that of the site's process as the person saw it; with it, an answer that
    somebody else gave meanwhile is shown, not overwritten."""
    return _answer(
        "adopt_recommendation",
        Answer(Relation.ADOPTED, reason, wordings(source)),
        source=source,
        site_process=site_process,
        evidence=evidence,
        reason_language=reason_language,
        version=version,
        by=by,
        at=at,
    )


def adapt_recommendation(
    *,
    source: Revision,
    site_process: SiteProcess,
    texts: Mapping[str, Wording],
    reason: str,
    relation: str = Relation.ADAPTED,
    evidence: Sequence[EvidenceStatement] = (),
    direction: str | None = None,
    strength: str | None = None,
    reason_language: str = "",
    is_fictitious: bool = False,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Derivation:
    """Adapt a recommendation to the site's context, in the site's own words. What changed (wording,
    conditions, public, direction, strength) is computed and kept; a text that says the same is not
    an adaptation."""
    if relation not in (Relation.ADAPTED, Relation.ADOPTED):
        raise RelationWithoutText(str(Relation(relation).label))
    return _answer(
        "adapt_recommendation",
        Answer(relation, reason, dict(texts)),
        source=source,
        site_process=site_process,
        evidence=evidence,
        reason_language=reason_language,
        version=version,
        direction=direction,
        strength=strength,
        is_fictitious=is_fictitious,
        by=by,
        at=at,
    )


def refuse_recommendation(
    *,
    source: Revision,
    site_process: SiteProcess,
    reason: str,
    evidence: Sequence[EvidenceStatement] = (),
    reason_language: str = "",
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Derivation:
    """Do not take a recommendation over, and say why: the reason is published as the others are."""
    return _answer(
        "refuse_recommendation",
        Answer(Relation.NOT_ADOPTED, reason, {}),
        source=source,
        site_process=site_process,
        evidence=evidence,
        reason_language=reason_language,
        version=version,
        by=by,
        at=at,
    )


def _check_review_date(code: str, review_on: date | None, at: datetime) -> None:
    if review_on is None:
        raise ReviewDateMissing(code)
    if review_on <= at.date():
        raise ReviewDatePast(code, review_on)


def defer_recommendation(
    *,
    source: Revision,
    site_process: SiteProcess,
    reason: str,
    review_on: date | None,
    evidence: Sequence[EvidenceStatement] = (),
    reason_language: str = "",
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Derivation:
    """Put the decision on a recommendation off to a date, and say why."""
    _check_review_date(source.recommendation.code, review_on, at)
    return _answer(
        "defer_recommendation",
        Answer(Relation.DEFERRED, reason, {}, review_on),
        source=source,
        site_process=site_process,
        evidence=evidence,
        reason_language=reason_language,
        version=version,
        by=by,
        at=at,
    )


def write_de_novo(
    *,
    site_process: SiteProcess,
    code: str,
    texts: Mapping[str, Wording],
    reason: str,
    heading: LocalisedText | None = None,
    themes: Iterable[Theme] = (),
    evidence: Sequence[EvidenceStatement] = (),
    reason_language: str = "",
    is_fictitious: bool = False,
    by: Actor,
    at: datetime,
) -> Derivation:
    """Write what no source covers, and say why it is new here."""
    with ledger.act("recommendations.write_de_novo", by=by, at=at) as act:
        return _write(
            act,
            site_process=site_process,
            source=None,
            answer=Answer(Relation.DE_NOVO, reason, dict(texts)),
            evidence=evidence,
            reason_language=reason_language,
            version=None,
            previous=None,
            code=code,
            heading=heading,
            themes=themes,
            is_fictitious=is_fictitious,
            by=by,
            at=at,
        )


def change_answer(
    *,
    previous: Derivation,
    relation: str,
    reason: str,
    texts: Mapping[str, Wording] | None = None,
    review_on: date | None = None,
    source: Revision | None = None,
    evidence: Sequence[EvidenceStatement] = (),
    direction: str | None = None,
    strength: str | None = None,
    reason_language: str = "",
    by: Actor,
    at: datetime,
) -> Derivation:
    """Change an answer: the old one is kept in the history with its reason, the new one waits for
    the panel; what was published stays before the public until the new set is out.

    ``source`` is the source's newest revision where it has changed since; by default the one that the
    old answer stood on. Of two who change the same answer at once, the second is shown the first's.
    """
    with ledger.act("recommendations.change_answer", by=by, at=at) as act:
        relation = Relation(relation)
        site_process = SiteProcess.objects.select_related("process").get(process=previous.process_id)
        if previous.relation == Relation.DE_NOVO or relation == Relation.DE_NOVO:
            if previous.relation != relation:
                raise RelationWithoutText(str(relation.label))
            source = None
        else:
            source = source or previous.source
        if relation == Relation.DEFERRED:
            _check_review_date(previous.code, review_on, at)
        given: dict[str, Any] = dict(texts or {})
        if relation == Relation.ADOPTED and source is not None:
            given = dict(wordings(source))
        return _write(
            act,
            site_process=site_process,
            source=source,
            answer=Answer(relation, reason, given, review_on if relation == Relation.DEFERRED else None),
            evidence=evidence,
            reason_language=reason_language,
            version=None,
            previous=previous,
            code=previous.code,
            direction=direction,
            strength=strength,
            by=by,
            at=at,
        )
