"""The theme hub: evidence, conferences, family tree of recommendations, actions, feedback, on one page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from polyphonie.conferences.models import Conference, Site
from polyphonie.cooperation.domain.queries.projects import ProjectCard, projects_acting
from polyphonie.evidence.models import Conflict, ConflictReading, EvidenceStatement, Figure, Resource
from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Theme
from polyphonie.recommendations.models import ActionLink, FeedbackReport

from .families import SHOWN_AT_ONCE, Trunk, families
from .themes import ThemeTree, keys, theme_tree


@dataclass(frozen=True)
class Evidence:
    """What is known: claims, figures, where sources disagree, documents open and still to open."""

    statements: tuple[EvidenceStatement, ...]
    figures: tuple[Figure, ...]
    conflicts: tuple[tuple[Conflict, tuple[ConflictReading, ...]], ...]
    resources: tuple[Resource, ...]
    announced: tuple[Resource, ...]

    def __bool__(self) -> bool:
        return bool(self.statements or self.figures or self.conflicts or self.resources or self.announced)


@dataclass(frozen=True)
class ConferenceCard:
    """A conference and how many bodies share it."""

    conference: Conference
    sites: int


@dataclass(frozen=True)
class Action:
    """What somebody does about a recommendation, or on the theme alone (``link`` is None)."""

    link: ActionLink | None
    project: ProjectCard | None


@dataclass(frozen=True)
class ThemeHub:
    """Everything on a theme that one viewer may read."""

    theme: Theme
    above: tuple[Theme, ...]
    children: tuple[Theme, ...]
    evidence: Evidence
    conferences: tuple[ConferenceCard, ...]
    trunks: tuple[Trunk, ...]
    actions: tuple[Action, ...]
    feedback: tuple[FeedbackReport, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How much there is of each, for the page's own table of contents."""
        evidence = self.evidence
        return {
            "evidence": len(evidence.statements) + len(evidence.figures) + len(evidence.resources),
            "conferences": len(self.conferences),
            "recommendations": sum(len(t.nodes) for t in self.trunks),
            "actions": len(self.actions),
            "feedback": len(self.feedback),
        }


def theme_hub(
    slug: str, viewer: Actor, at: datetime, *, answers_shown: int | None = SHOWN_AT_ONCE
) -> ThemeHub:
    """The hub of a theme and of all that hangs under it, in a constant number of queries. Under each
    recommendation stand its first answers, or all of them where ``answers_shown`` is None."""
    tree = theme_tree(viewer, at)
    theme = tree.named(slug)
    under = tree.under(theme)
    trunks, published = families(under, viewer, at, answers_shown=answers_shown)
    return ThemeHub(
        theme,
        tree.above(theme),
        tuple(t for t in tree.themes if t.parent_id == theme.pk),
        evidence_on(under, viewer, at),
        conferences_on(under, viewer, at),
        trunks,
        actions_on(under, published, viewer, at),
        feedback_on(under, published, viewer, at),
    )


def evidence_on(themes: tuple[Theme, ...], viewer: Actor, at: datetime) -> Evidence:
    """The evidence under some themes. A resource that is only announced shows its kind and dates."""
    wanted = keys(themes)
    figures = Figure.objects.readable_by(viewer, at).filter(published_at__lte=at)
    statements = EvidenceStatement.objects.readable_by(viewer, at).filter(published_at__lte=at)
    resources = (
        Resource.objects.announced_to(viewer, at)
        .with_readability(viewer, at)
        .filter(themes__in=wanted)
        .select_related("kind", "issuer")
        .distinct()
        .order_by("kind__order", "-dated", "pk")
    )
    closed = [r for r in resources if not r.is_readable]
    return Evidence(
        tuple(
            statements.filter(themes__in=wanted).prefetch_related("texts").distinct().order_by("code", "pk")
        ),
        tuple(
            figures.filter(themes__in=wanted, superseded_by=None)
            .select_related("territory")
            .distinct()
            .order_by("-year", "pk")
        ),
        conflicts_on(wanted, viewer, at),
        tuple(r for r in resources if r.is_readable),
        tuple(sorted(closed, key=lambda r: (r.public_at is None, r.public_at or at))),
    )


def conflicts_on(
    wanted: list[int], viewer: Actor, at: datetime
) -> tuple[tuple[Conflict, tuple[ConflictReading, ...]], ...]:
    """Where two readable sources disagree. With fewer than two readings left there is nothing to show."""
    readings = ConflictReading.objects.filter(
        Q(figure=None) | Q(figure__in=Figure.objects.readable_by(viewer, at).order_by().values("pk")),
        Q(statement=None)
        | Q(statement__in=EvidenceStatement.objects.readable_by(viewer, at).order_by().values("pk")),
    ).order_by("order", "pk")
    conflicts = (
        Conflict.objects.readable_by(viewer, at)
        .filter(themes__in=wanted)
        .prefetch_related(Prefetch("readings", queryset=readings))
        .distinct()
        .order_by("pk")
    )
    shown = ((c, tuple(c.readings.all())) for c in conflicts)
    return tuple((c, rows) for c, rows in shown if len(rows) > 1)


def conferences_on(themes: tuple[Theme, ...], viewer: Actor, at: datetime) -> tuple[ConferenceCard, ...]:
    """The conferences under some themes, the latest first."""
    conferences = list(
        Conference.objects.announced_to(viewer, at)
        .filter(themes__in=keys(themes))
        .select_related("host")
        .distinct()
        .order_by("-start_date", "pk")
    )
    return with_sites(conferences, viewer, at)


def with_sites(conferences: list[Conference], viewer: Actor, at: datetime) -> tuple[ConferenceCard, ...]:
    """The conferences with the number of sites that the viewer may read."""
    sites = Counter(
        Site.objects.readable_by(viewer, at)
        .filter(conference__in=[c.pk for c in conferences])
        .order_by("pk")
        .values_list("conference_id", flat=True)
    )
    return tuple(ConferenceCard(c, sites[c.pk]) for c in conferences)


def actions_on(
    themes: tuple[Theme, ...], recommendations: list[int], viewer: Actor, at: datetime
) -> tuple[Action, ...]:
    """What is done about these recommendations, then what is done on the theme without naming one."""
    links = list(
        ActionLink.objects.readable_by(viewer, at)
        .filter(recommendation__in=recommendations)
        .select_related("recommendation", "organisation")
        .order_by("recommendation__process", "recommendation__order", "relation", "pk")
    )
    acting = projects_acting((link.action_urn for link in links), themes, viewer, at)
    behind = {card.project.urn: card for card in acting}
    # a link to a project that the viewer may not read goes with the project
    linked = [
        Action(link, behind.get(link.action_urn))
        for link in links
        if link.action_urn in behind or not link.action_urn.startswith("cooperation:")
    ]
    named = {link.action_urn for link in links}
    alone = [Action(None, card) for card in acting if card.project.urn not in named]
    return tuple(linked + alone)


def feedback_on(
    themes: tuple[Theme, ...], recommendations: list[int], viewer: Actor, at: datetime
) -> tuple[FeedbackReport, ...]:
    """What happened, as the bodies that acted tell it."""
    return tuple(
        FeedbackReport.objects.readable_by(viewer, at)
        .filter(
            Q(themes__in=keys(themes)) | Q(recommendation__in=recommendations),
            published_at__lte=at,
        )
        .select_related("organisation", "recommendation")
        .distinct()
        .order_by("-published_at", "pk")
    )


__all__ = ["ThemeHub", "ThemeTree", "theme_hub"]
