"""What a reader finds on the page of a recommendation, of an answer, of a feedback report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from polyphonie.conferences.models import Conference
from polyphonie.evidence.domain.queries.claims import figures_cited
from polyphonie.evidence.models import Conflict, EvidenceStatement, Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Refusal, Unknown

from ...enums import ProcessKind
from ...models import (
    ActionLink,
    Derivation,
    EvidenceLink,
    FeedbackReport,
    FollowUp,
    Process,
    ReasonEvidence,
    Recommendation,
    Revision,
    RevisionText,
)
from ..wording import BlockChange, differences, read_stored


class RecommendationWithdrawn(Refusal):
    """Said to those who could have read it; to the others the address leads to nothing."""

    status_code = 410

    def __init__(self) -> None:
        super().__init__(_("Cette recommandation a été retirée par l'instance qui l'avait émise."))


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement that a text or a reason rests on, as the reader may see it."""

    statement: EvidenceStatement
    stance: str
    stance_label: str
    locator: str = ""
    block_id: str = ""
    conflicts: tuple[Conflict, ...] = ()

    @property
    def tone(self) -> str:
        return {"supports": "good", "qualifies": "info"}.get(self.stance, "warn")


@dataclass(frozen=True, slots=True)
class Step:
    """One revision of the history, with what changed since the one before."""

    revision: Revision
    text: RevisionText | None
    changes: list[BlockChange]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything on the page of a recommendation."""

    recommendation: Recommendation
    revision: Revision
    text: RevisionText
    texts: dict[str, RevisionText]
    is_draft: bool
    is_current: bool
    evidence: list[Cited]
    origins: list[Derivation]
    answers: list[Derivation]
    actions: list[ActionLink]
    feedback: list[FeedbackReport]
    follow_ups: list[FollowUp]
    history: list[Step] = field(default_factory=list)


def find_recommendation(uid: UUID, viewer: Actor, at: datetime) -> Recommendation:
    """The recommendation, :class:`RecommendationWithdrawn`, or nothing at all."""
    found = (
        Recommendation.objects.known_to(viewer, at)
        .filter(uid=uid)
        .select_related("issuer", "site__organisation", "process__conference__host", "process__issuer")
        .first()
    )
    if found is None:
        raise Unknown()
    if found.removed_at is not None:
        raise RecommendationWithdrawn()
    return found


def text_of(revision: Revision | None, language: str) -> RevisionText:
    """The text for a reader; a revision always has one."""
    text = revision.text_for(language) if revision is not None else None
    if text is None:
        raise Unknown()
    return text


def statements_with_source(viewer: Actor, at: datetime) -> QuerySet[EvidenceStatement]:
    return EvidenceStatement.objects.select_related("resource__kind").prefetch_related(
        figures_cited(viewer, at), "texts"
    )


def cited_evidence(revision: Revision, viewer: Actor, at: datetime) -> list[Cited]:
    """The statements that a revision, or the answer which made it, rests on; each once, as far as
    the viewer may read them."""
    links: list[EvidenceLink | ReasonEvidence] = [
        *EvidenceLink.objects.filter(revision=revision).order_by("pk"),
        *ReasonEvidence.objects.filter(derivation__target=revision).order_by("pk"),
    ]
    wanted = {link.statement_id for link in links}
    readable = {
        s.pk: s
        for s in statements_with_source(viewer, at)
        .filter(pk__in=EvidenceStatement.objects.readable_by(viewer, at).filter(pk__in=wanted).values("pk"))
        .order_by("pk")
    }
    found: dict[int, Cited] = {}
    for link in links:
        statement = readable.get(link.statement_id)
        if statement is not None and statement.pk not in found:
            found[statement.pk] = Cited(
                statement,
                link.stance,
                link.get_stance_display(),
                getattr(link, "locator", ""),
                getattr(link, "block_id", ""),
            )
    return list(found.values())


def reason_evidence(derivation: Derivation, viewer: Actor, at: datetime) -> list[Cited]:
    """The statements that the reason of an answer rests on."""
    links = list(ReasonEvidence.objects.filter(derivation=derivation).order_by("pk"))
    readable = EvidenceStatement.objects.readable_by(viewer, at).filter(
        pk__in=[link.statement_id for link in links]
    )
    statements = {
        s.pk: s
        for s in statements_with_source(viewer, at).filter(pk__in=readable.values("pk")).order_by("pk")
    }
    return [
        Cited(statements[link.statement_id], link.stance, link.get_stance_display())
        for link in links
        if link.statement_id in statements
    ]


def conflicts_about(figures: Iterable[Figure], viewer: Actor, at: datetime) -> dict[int, list[Conflict]]:
    """For each figure, the disagreements of sources, recorded by then, in which it is one of the readings."""
    wanted = {f.pk for f in figures}
    found: dict[int, list[Conflict]] = {pk: [] for pk in wanted}
    conflicts = (
        Conflict.objects.readable_by(viewer, at)
        .filter(readings__figure__in=wanted)
        .distinct()
        .prefetch_related("readings__figure")
        .order_by("pk")
    )
    for conflict in conflicts:
        for pk in {r.figure_id for r in conflict.readings.all() if r.figure_id in wanted}:
            if pk is not None:
                found[pk].append(conflict)
    return found


def _conflicts_of(statement: EvidenceStatement, conflicts: dict[int, list[Conflict]]) -> tuple[Conflict, ...]:
    """The disagreements around any of the figures of a claim, each once."""
    around = (c for figure in statement.cited_figures for c in conflicts.get(figure.pk, ()))
    return tuple(dict.fromkeys(around))


def answers_with_texts() -> QuerySet[Derivation]:
    """Answers with all that a line about them shows."""
    return Derivation.objects.select_related(
        "about",
        "source__recommendation",
        "target__recommendation__issuer",
        "process__issuer",
        "process__site_process__site__organisation",
    ).prefetch_related(Prefetch("target__texts"), Prefetch("source__texts"))


def recommendation_page(
    uid: UUID, viewer: Actor, at: datetime, language: str, number: int | None = None
) -> Reading:
    """The page of a recommendation: its newest readable revision, or the one asked for by number. A
    draft is found only by those who work on it; for all others there is nothing at that address."""
    recommendation = find_recommendation(uid, viewer, at)
    revisions = list(
        Revision.objects.readable_by(viewer, at)
        .filter(recommendation=recommendation)
        .prefetch_related("texts")
        .order_by("number")
    )
    public = [r for r in revisions if r.published_at is not None and r.published_at <= at]
    chosen = [r for r in revisions if r.number == number] if number is not None else public or revisions
    if not chosen:
        raise Unknown()
    revision = chosen[-1]
    revision.recommendation = recommendation
    text = text_of(revision, language)
    evidence = cited_evidence(revision, viewer, at)
    figures = [figure for c in evidence for figure in c.statement.cited_figures]
    conflicts = conflicts_about(figures, viewer, at)
    evidence = [replace(c, conflicts=_conflicts_of(c.statement, conflicts)) for c in evidence]
    readable = Derivation.objects.readable_by(viewer, at).in_force(at)
    return Reading(
        recommendation=recommendation,
        revision=revision,
        text=text,
        texts=revision.texts_by_language(),
        is_draft=revision not in public,
        is_current=bool(public) and revision == public[-1],
        evidence=evidence,
        origins=list(
            answers_with_texts()
            .filter(
                pk__in=readable.filter(target__recommendation=recommendation, source__isnull=False).values(
                    "pk"
                )
            )
            .order_by("pk")
        ),
        answers=list(
            answers_with_texts()
            .filter(pk__in=readable.filter(about=recommendation).values("pk"))
            .order_by("published_at", "pk")
        ),
        actions=list(
            ActionLink.objects.readable_by(viewer, at)
            .filter(recommendation=recommendation)
            .select_related("organisation")
            .order_by("started", "pk")
        ),
        feedback=list(
            FeedbackReport.objects.readable_by(viewer, at)
            .filter(recommendation=recommendation)
            .select_related("organisation")
            .order_by("-submitted_at", "pk")
        ),
        follow_ups=list(
            FollowUp.objects.filter(recommendation=recommendation, recorded_at__lte=at)
            .select_related("organisation")
            .order_by("-dated", "pk")
        ),
        history=_history(revisions, text.language),
    )


def _history(revisions: list[Revision], language: str) -> list[Step]:
    """The revisions, newest first, each with its differences from the one before in one language."""
    steps: list[Step] = []
    before: RevisionText | None = None
    for revision in revisions:
        text = revision.texts_by_language().get(language)
        changes: list[BlockChange] = []
        if text is not None and before is not None:
            changes = differences(
                read_stored(before.title, before.blocks, before.translation),
                read_stored(text.title, text.blocks, text.translation),
            )
        steps.append(Step(revision, text, [c for c in changes if c.change != "kept"]))
        before = text or before
    return list(reversed(steps))


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """An answer with both its ends side by side."""

    derivation: Derivation
    source: RevisionText | None
    target: RevisionText | None
    changes: list[BlockChange]
    evidence: list[Cited]
    newer: RevisionText | None
    earlier: list[Derivation]


def answer_page(uid: UUID, viewer: Actor, at: datetime, language: str) -> AnswerReading:
    """What a site made of a source: both texts, what differs, the reason, the evidence, and the
    source's newer text where it has changed since."""
    derivation = (
        answers_with_texts()
        .filter(pk__in=Derivation.objects.readable_by(viewer, at).filter(uid=uid).values("pk"))
        .order_by("pk")
        .first()
    )
    if derivation is None:
        raise Unknown()
    target = None
    if derivation.target is not None and derivation.target.recommendation.removed_at is None:
        target = derivation.target.text_for(language)
    source = None
    if derivation.source is not None:
        wanted = target.language if target is not None else language
        source = derivation.source.text_for(wanted)
    changes: list[BlockChange] = []
    if source is not None and target is not None and source.language == target.language:
        changes = differences(
            read_stored(source.title, source.blocks, source.translation),
            read_stored(target.title, target.blocks, target.translation),
        )
    newer = None
    if derivation.source_changed and derivation.about is not None:
        revision = (
            Revision.objects.current(at)
            .filter(recommendation=derivation.about)
            .prefetch_related("texts")
            .order_by("-number")
            .first()
        )
        if revision is not None and revision.pk != derivation.source_id:
            newer = revision.text_for(source.language if source else language)
    earlier = list(
        Derivation.objects.readable_by(viewer, at)
        .filter(process=derivation.process, about=derivation.about, about__isnull=False, pk__lt=derivation.pk)
        .order_by("-pk")
    )
    return AnswerReading(
        derivation, source, target, changes, reason_evidence(derivation, viewer, at), newer, earlier
    )


def find_feedback(uid: UUID, viewer: Actor, at: datetime) -> FeedbackReport:
    report = (
        FeedbackReport.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related("organisation", "recommendation__issuer", "recommendation__process__conference__host")
        .first()
    )
    if report is None:
        raise Unknown()
    return report


@dataclass(frozen=True, slots=True)
class Line:
    """A recommendation in a list: with the text for the reader."""

    recommendation: Recommendation
    revision: Revision
    text: RevisionText
    is_draft: bool = False


def lines(
    recommendations: QuerySet[Recommendation], viewer: Actor, at: datetime, language: str
) -> list[Line]:
    """The recommendations of a query, in its order, each with its newest readable text: two queries
    and one for the texts, however many there are."""
    rows = list(recommendations.select_related("issuer", "site__organisation"))
    newest: dict[int, Revision] = {}
    public: dict[int, Revision] = {}
    for revision in (
        Revision.objects.readable_by(viewer, at)
        .filter(recommendation__in=[r.pk for r in rows])
        .prefetch_related("texts")
        .order_by("number")
    ):
        newest[revision.recommendation_id] = revision
        if revision.published_at is not None and revision.published_at <= at:
            public[revision.recommendation_id] = revision
    found = []
    for row in rows:
        revision_ = public.get(row.pk) or newest.get(row.pk)
        text = revision_.text_for(language) if revision_ is not None else None
        if revision_ is not None and text is not None:
            revision_.recommendation = row
            found.append(Line(row, revision_, text, row.pk not in public))
    return found


def of_conference(conference: Conference, viewer: Actor, at: datetime, language: str) -> list[Line]:
    """The host's recommendations of a conference, in the host's order."""
    return lines(
        Recommendation.objects.readable_by(viewer, at)
        .filter(process__conference=conference, site=None)
        .order_by("process", "order", "pk"),
        viewer,
        at,
        language,
    )


def processes_of(conference: Conference) -> list[Process]:
    """The host's processes of a conference; that they exist is known, what they write is not. What an
    instance decides is written in its meeting."""
    return list(
        Process.objects.filter(conference=conference, site_process=None)
        .exclude(kind=ProcessKind.MEETING)
        .select_related("issuer", "conference__host")
        .order_by("pk")
    )


def citing(statements: Sequence[EvidenceStatement], viewer: Actor, at: datetime, language: str) -> list[Line]:
    """Who cites any of these statements: recommendations whose current text, or whose reason, rests on it."""
    current = Revision.objects.readable_by(viewer, at).current(at)
    by_text = current.filter(evidence_links__statement__in=statements).values("recommendation")
    by_reason = (
        Derivation.objects.readable_by(viewer, at)
        .in_force(at)
        .filter(evidence__statement__in=statements, target__isnull=False)
        .values("target__recommendation")
    )
    rows = Recommendation.objects.readable_by(viewer, at)
    return lines(
        (rows.filter(pk__in=by_text) | rows.filter(pk__in=by_reason)).order_by("process", "order", "pk"),
        viewer,
        at,
        language,
    )


def refusals_citing(statements: Sequence[EvidenceStatement], viewer: Actor, at: datetime) -> list[Derivation]:
    """Answers without a text (not taken over, postponed) whose reason rests on one of these."""
    return list(
        answers_with_texts()
        .filter(
            pk__in=Derivation.objects.readable_by(viewer, at)
            .in_force(at)
            .filter(evidence__statement__in=statements, target=None)
            .values("pk")
        )
        .order_by("pk")
    )
