"""What the portal shows and searches, without knowing how this room keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Organisation, Theme

from ...models import Derivation, FeedbackReport, Recommendation, Revision
from .reading import Line, answers_with_texts, lines


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One text of one recommendation, for the index. Only what the public reads is ever indexed."""

    urn: str
    kind: str
    language: str
    title: str
    text: str
    code: str
    issuer: str
    address: str
    published_at: datetime
    is_fictitious: bool
    themes: tuple[str, ...]


def recommendations_on_theme(
    theme: Theme, viewer: Actor, at: datetime, language: str, *, limit: int | None = None
) -> list[Line]:
    """The host's recommendations on a theme, by conference and in the host's order."""
    rows = (
        Recommendation.objects.published(at)
        .filter(pk__in=Recommendation.objects.readable_by(viewer, at).values("pk"), themes=theme, site=None)
        .order_by("process", "order", "pk")
    )
    return lines(rows[:limit] if limit else rows, viewer, at, language)


def latest_published(viewer: Actor, at: datetime, language: str, *, limit: int = 6) -> list[Line]:
    """The recommendations published last, hosts' and sites', newest first."""
    current = list(
        Revision.objects.readable_by(viewer, at)
        .current(at)
        .order_by("-published_at", "recommendation__order", "pk")
        .values_list("recommendation_id", flat=True)[:limit]
    )
    place = {pk: number for number, pk in enumerate(current)}
    found = lines(Recommendation.objects.filter(pk__in=current).order_by("pk"), viewer, at, language)
    return sorted(found, key=lambda line: place[line.recommendation.pk])


def of_organisation(organisation: Organisation, viewer: Actor, at: datetime, language: str) -> list[Line]:
    """What a body has issued."""
    rows = (
        Recommendation.objects.published(at)
        .filter(pk__in=Recommendation.objects.readable_by(viewer, at).values("pk"), issuer=organisation)
        .order_by("process", "order", "pk")
    )
    return lines(rows, viewer, at, language)


def answers_on_theme(theme: Theme, viewer: Actor, at: datetime) -> list[Derivation]:
    """What sites made of the recommendations on a theme, newest first."""
    return list(
        answers_with_texts()
        .filter(
            pk__in=Derivation.objects.readable_by(viewer, at)
            .in_force(at)
            .filter(about__themes=theme)
            .values("pk")
        )
        .order_by("-published_at", "pk")
    )


def feedback_on_theme(theme: Theme, viewer: Actor, at: datetime) -> list[FeedbackReport]:
    """What came back on a theme, newest first."""
    return list(
        FeedbackReport.objects.readable_by(viewer, at)
        .filter(themes=theme)
        .select_related("organisation", "recommendation")
        .order_by("-submitted_at", "pk")
    )


def search_documents(at: datetime, *, only: Recommendation | None = None) -> Iterator[SearchDocument]:
    """The public texts, one document per recommendation and language. The viewer is the public: a
    closed deliberation and a draft are never in the index."""
    visitor = Actor.visitor()
    revisions = (
        Revision.objects.readable_by(visitor, at)
        .current(at)
        .select_related("recommendation__issuer")
        .prefetch_related("texts", "recommendation__themes")
        .order_by("pk")
    )
    if only is not None:
        revisions = revisions.filter(recommendation=only)
    for revision in revisions:
        recommendation = revision.recommendation
        for language, text in sorted(revision.texts_by_language().items()):
            assert revision.published_at is not None  # current(): published
            yield SearchDocument(
                urn=recommendation.urn,
                kind="recommendation",
                language=language,
                title=text.title,
                text="\n".join(b["text"] for b in text.blocks),
                code=recommendation.code,
                issuer=recommendation.issuer.name.read(language),
                address=recommendation.get_absolute_url(),
                published_at=revision.published_at,
                is_fictitious=recommendation.is_fictitious,
                themes=tuple(t.slug for t in recommendation.themes.all()),
            )
