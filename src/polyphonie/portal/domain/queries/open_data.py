"""What the public API reads: the same rules as the pages, cut into pages of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from polyphonie.conferences.models import Conference, Session, Site
from polyphonie.cooperation.domain.queries.projects import projects_behind
from polyphonie.evidence.domain.queries.claims import figures_cited
from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.network.models import Theme
from polyphonie.recommendations.models import ActionLink, Derivation, Revision


@dataclass(frozen=True)
class RecommendationRecord:
    """A published recommendation, what others made of it, and who acts."""

    revision: Revision
    sources: tuple[Derivation, ...]
    derivations: tuple[tuple[Derivation, bool], ...]
    actions: tuple[ActionLink, ...]


def themes(viewer: Actor, at: datetime) -> QuerySet[Theme]:
    return Theme.objects.readable_by(viewer, at).select_related("parent").order_by("order", "slug")


def conferences(viewer: Actor, at: datetime, theme: str = "") -> QuerySet[Conference]:
    rows = Conference.objects.readable_by(viewer, at)
    if theme:
        rows = rows.filter(themes__slug=theme)
    return rows.select_related("host").prefetch_related("partners", "themes").order_by("start_date", "pk")


def conference_named(slug: str, viewer: Actor, at: datetime) -> Conference:
    found = conferences(viewer, at).filter(slug=slug).first()
    if found is None:
        raise Unknown()
    return found


def sessions(slug: str, viewer: Actor, at: datetime) -> QuerySet[Session]:
    conference = conference_named(slug, viewer, at)
    rows = Session.objects.readable_by(viewer, at).filter(conference=conference)
    return rows.select_related("conference").order_by("start_at", "pk")


def sites(slug: str, viewer: Actor, at: datetime) -> QuerySet[Site]:
    conference = conference_named(slug, viewer, at)
    rows = Site.objects.readable_by(viewer, at).filter(conference=conference)
    return rows.select_related("conference", "organisation").order_by("organisation__slug", "pk")


def standing_revisions(viewer: Actor, at: datetime) -> QuerySet[Revision]:
    """The wording in force of each published recommendation; drafts are no open data."""
    readable = Revision.objects.readable_by(viewer, at).order_by().values("pk")
    return (
        Revision.objects.current(at)
        .filter(pk__in=readable)
        .select_related("recommendation__issuer", "recommendation__process__conference")
        .prefetch_related("texts", "recommendation__themes")
        .order_by("recommendation__process", "recommendation__order", "recommendation__pk")
    )


def recommendations(viewer: Actor, at: datetime, theme: str = "") -> QuerySet[Revision]:
    rows = standing_revisions(viewer, at)
    return rows.filter(recommendation__themes__slug=theme) if theme else rows


def recommendation(uid: UUID, viewer: Actor, at: datetime) -> RecommendationRecord:
    """One published recommendation with its derivations and the actions that can be read."""
    revision = standing_revisions(viewer, at).filter(recommendation__uid=uid).first()
    if revision is None:
        raise Unknown()
    answers = (
        Derivation.objects.readable_by(viewer, at)
        .in_force(at)
        .select_related("process__issuer", "target__recommendation", "about")
        .order_by("pk")
    )
    derived = list(answers.filter(about=revision.recommendation_id))
    targets = set(
        Revision.objects.readable_by(viewer, at)
        .filter(pk__in=[d.target_id for d in derived if d.target_id])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    links = list(
        ActionLink.objects.readable_by(viewer, at)
        .filter(recommendation=revision.recommendation_id)
        .select_related("organisation")
        .order_by("relation", "pk")
    )
    projects = projects_behind((link.action_urn for link in links), viewer, at)
    readable = standing_revisions(viewer, at).order_by().values("recommendation")
    return RecommendationRecord(
        revision,
        tuple(answers.filter(target__recommendation=revision.recommendation_id, about__in=readable)),
        tuple((d, d.target_id in targets) for d in derived),
        tuple(
            link
            for link in links
            if link.action_urn in projects or not link.action_urn.startswith("cooperation:")
        ),
    )


def statements(viewer: Actor, at: datetime, theme: str = "") -> QuerySet[EvidenceStatement]:
    rows = EvidenceStatement.objects.readable_by(viewer, at).filter(published_at__lte=at)
    if theme:
        rows = rows.filter(themes__slug=theme)
    return (
        rows.select_related("resource")
        .prefetch_related("texts", "themes", figures_cited(viewer, at))
        .order_by("pk")
    )


def figures(viewer: Actor, at: datetime, theme: str = "") -> QuerySet[Figure]:
    rows = Figure.objects.readable_by(viewer, at).filter(published_at__lte=at)
    if theme:
        rows = rows.filter(themes__slug=theme)
    return rows.select_related("territory").prefetch_related("themes").order_by("pk")


def one(rows: QuerySet[Figure] | QuerySet[EvidenceStatement], uid: UUID) -> Figure | EvidenceStatement:
    """The row of this id among readable ones. Raises :class:`Unknown`."""
    found = rows.filter(uid=uid).first()
    if found is None:
        raise Unknown()
    return found
