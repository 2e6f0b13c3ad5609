"""What the two-page brief of a site says, read from the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from polyphonie.conferences.models import Site
from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown

from ...enums import Relation
from ...models import Brief, BriefFigure, Derivation, EvidenceLink, Process, ReasonEvidence, SiteProcess
from .reading import answers_with_texts, statements_with_source
from .workshop import find_site, site_process_of

ORDER = (
    Relation.ADOPTED,
    Relation.ADAPTED,
    Relation.DE_NOVO,
    Relation.MERGED,
    Relation.SPLIT,
    Relation.DEFERRED,
    Relation.NOT_ADOPTED,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One answer of the site, in the brief's language as far as there is a text in it. ``language`` is
    that of title and text; a language left empty is the brief's."""

    code: str
    relation: str
    title: str
    text: str
    reason: str
    review_on: date | None
    permalink: str
    source_changed: bool
    language: str = ""
    reason_language: str = ""


@dataclass(frozen=True, slots=True)
class BriefContent:
    """All of the record that a brief may show; what fits is decided where it is drawn."""

    site: Site
    site_process: SiteProcess
    language: str
    is_draft: bool
    version: int
    dated: datetime | None
    problem: str
    next_step: str
    next_date: date | None
    points: list[Point]
    statements: list[EvidenceStatement]
    figures: list[Figure]
    total: int
    problem_language: str = ""
    next_step_language: str = ""

    @property
    def is_fictitious(self) -> bool:
        return self.site_process.process.is_fictitious or self.site.is_fictitious


def brief_content(uid: UUID, viewer: Actor, at: datetime, language: str) -> BriefContent:
    """The brief as the viewer may see it: the team reads its work in progress, everybody else what
    the site has published. Before that there is nothing at this address."""
    site = find_site(uid, viewer, at)
    site_process = site_process_of(site)
    if site_process is None:
        raise Unknown()
    inside = Process.objects.worked_on_by(viewer).filter(pk=site_process.process_id).exists()
    rows = Derivation.objects.readable_by(viewer, at).filter(process=site_process.process)
    rows = rows.working() if inside else rows.in_force(at)
    answers = list(
        answers_with_texts().filter(pk__in=rows.values("pk")).order_by("about__order", "about", "pk")
    )
    if not answers and not inside:
        raise Unknown()
    answers.sort(key=lambda a: ORDER.index(Relation(a.relation)))
    brief = Brief.objects.filter(site_process=site_process).first()
    public = [a.published_at for a in answers if a.published_at is not None]
    readable_figures = Figure.objects.readable_by(viewer, at).filter(published_at__lte=at).values("pk")
    figures = [
        link.figure
        for link in BriefFigure.objects.filter(brief__site_process=site_process, figure__in=readable_figures)
        .select_related("figure__territory")
        .order_by("order", "pk")
    ]
    statements = _statements(answers, viewer, at)
    shown = {f.pk for f in figures}
    for statement in statements:
        for figure in statement.cited_figures:
            if figure.pk not in shown:
                figures.append(figure)
            shown.add(figure.pk)
    return BriefContent(
        site=site,
        site_process=site_process,
        language=language,
        is_draft=any(a.published_at is None for a in answers) or not answers,
        version=site_process.published_version,
        dated=max(public) if public else None,
        problem=brief.problem.read(language) if brief else "",
        next_step=brief.next_step.read(language) if brief else "",
        next_date=brief.next_date if brief else None,
        points=[_point(a, language) for a in answers],
        statements=statements,
        figures=figures,
        total=site_process.source_process.recommendations.published(at).count(),
        problem_language=brief.problem.language_for(language) if brief else "",
        next_step_language=brief.next_step.language_for(language) if brief else "",
    )


def _point(answer: Derivation, language: str) -> Point:
    revision = answer.target or answer.source
    text = revision.text_for(language) if revision is not None else None
    recommendation = answer.about or (answer.target.recommendation if answer.target else None)
    return Point(
        code=recommendation.code if recommendation else "",
        relation=answer.relation,
        title=text.title if text else "",
        text=text.body if text is not None and answer.target is not None else "",
        reason=answer.reason,
        review_on=answer.review_on,
        permalink=answer.permalink,
        source_changed=answer.source_changed,
        language=text.language if text else "",
        reason_language=answer.reason_language,
    )


def _statements(answers: list[Derivation], viewer: Actor, at: datetime) -> list[EvidenceStatement]:
    """What the answers rest on: their reasons' statements first, then those that the texts cite."""
    wanted: dict[int, None] = {}
    for pk in (
        ReasonEvidence.objects.filter(derivation__in=[a.pk for a in answers])
        .order_by("derivation", "pk")
        .values_list("statement_id", flat=True)
    ):
        wanted[pk] = None
    revisions = [r for a in answers for r in (a.target_id, a.source_id) if r is not None]
    for pk in (
        EvidenceLink.objects.filter(revision__in=revisions)
        .order_by("revision", "pk")
        .values_list("statement_id", flat=True)
    ):
        wanted[pk] = None
    readable = EvidenceStatement.objects.readable_by(viewer, at).filter(pk__in=wanted, published_at__lte=at)
    found = {
        s.pk: s
        for s in statements_with_source(viewer, at).filter(pk__in=readable.values("pk")).order_by("pk")
    }
    return [found[pk] for pk in wanted if pk in found]


def figures_for(site_process: SiteProcess, viewer: Actor, at: datetime) -> list[Figure]:
    """The published figures that a brief may show: those on the themes of the host's points, and
    those of the statements that these cite."""
    about = site_process.source_process.recommendations.order_by()
    cited = EvidenceLink.objects.filter(revision__recommendation__in=about.values("pk")).order_by()
    readable = Figure.objects.readable_by(viewer, at).filter(published_at__lte=at)
    fitting = readable.filter(
        pk__in=Figure.objects.filter(themes__in=about.values("themes")).order_by().values("pk")
    ) | readable.filter(pk__in=cited.values("statement__figures"))
    return list(Figure.objects.filter(pk__in=fitting.values("pk")).order_by("pk"))
