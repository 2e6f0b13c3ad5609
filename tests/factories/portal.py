"""Whole pieces of the circuit for tests of the portal and of actions."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from polyphonie.recommendations.models import (
    ActionLink,
    Derivation,
    FeedbackReport,
    Process,
    Recommendation,
    Revision,
    RevisionText,
)

from .network import HostFactory, OrganisationFactory, text

PUBLISHED = datetime(2017, 12, 8, 8, tzinfo=UTC)


def process(**fields: Any) -> Process:
    """A process of a host that is open."""
    values = {
        "kind": "international_comparison",
        "title": text("Processus"),
        "opened_at": PUBLISHED,
        **fields,
    }
    return Process.objects.create(**{"issuer": values.pop("issuer", None) or HostFactory.create(), **values})


def add_revision(
    recommendation: Recommendation,
    titles: dict[str, str],
    *,
    body: str = "",
    state: str = "published",
    published_at: datetime | None = PUBLISHED,
) -> Revision:
    """One more wording of a recommendation, with a text per language."""
    revision = Revision.objects.create(
        recommendation=recommendation,
        number=recommendation.revisions.count() + 1,
        state=state,
        sha256="0" * 64,
        created_at=PUBLISHED,
        published_at=published_at if state == "published" else None,
    )
    for language, title in titles.items():
        RevisionText.objects.create(
            revision=revision,
            language=language,
            title=title,
            blocks=[{"block_id": "b1", "type": "paragraph", "text": body}] if body else [],
            translation="original" if language == "fr" else "reviewed",
            sha256=hashlib.sha256(title.encode()).hexdigest(),
        )
    return revision


def published_recommendation(
    code: str = "1b",
    *,
    titles: dict[str, str] | None = None,
    body: str = "",
    themes: tuple[Any, ...] = (),
    in_process: Process | None = None,
    state: str = "published",
    **fields: Any,
) -> Recommendation:
    """A recommendation with one published wording. For a draft: ``state="draft"``."""
    home = in_process or process()
    recommendation = Recommendation.objects.create(
        **{
            "process": home,
            "code": code,
            "issuer": home.issuer,
            "created_at": PUBLISHED,
            "source_label": "Site de l'instance hôte",
            **fields,
        }
    )
    recommendation.themes.set(themes)
    add_revision(
        recommendation,
        titles
        or {"fr": f"Des alternatives à l'exclusion ({code})", "en": f"Alternatives to exclusion ({code})"},
        body=body,
        state=state,
    )
    return recommendation


def derived(
    source: Recommendation, relation: str = "adapted", *, published: bool = True, **fields: Any
) -> Derivation:
    """What another body made of a recommendation, with its own text where the relation has one."""
    body = OrganisationFactory.create()
    own = process(issuer=body, kind="workshop", is_fictitious=True)
    target = None
    if relation in {"adopted", "adapted", "merged", "split"}:
        target = published_recommendation(
            f"m-{source.code}",
            in_process=own,
            themes=tuple(source.themes.all()),
            is_fictitious=True,
            state="published" if published else "draft",
        ).revisions.get()
    return Derivation.objects.create(
        process=own,
        about=source,
        source=source.revisions.order_by("number").last(),
        target=target,
        relation=relation,
        reason=f"Raison de {body.slug}",
        answered_at=PUBLISHED,
        answered_by="00000000-0000-4000-8000-000000000001",
        at_version=1,
        confirmed_at=PUBLISHED,
        published_at=PUBLISHED if published else None,
        **fields,
    )


def action_link(recommendation: Recommendation, **fields: Any) -> ActionLink:
    values = {
        "relation": "illustrates",
        "action_urn": f"mobility:visit:{recommendation.uid}",
        "label": text("Visite à l'étranger"),
        "linked_at": PUBLISHED,
        **fields,
    }
    return ActionLink.objects.create(recommendation=recommendation, **values)


def feedback(recommendation: Recommendation | None = None, **fields: Any) -> FeedbackReport:
    values = {
        "organisation": fields.pop("organisation", None) or OrganisationFactory.create(),
        "modalities": "Une formation de deux jours",
        "effects": "Moins d'exclusions",
        "submitted_at": PUBLISHED,
        "published_at": PUBLISHED,
        **fields,
    }
    return FeedbackReport.objects.create(recommendation=recommendation, **values)
