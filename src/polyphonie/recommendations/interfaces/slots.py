"""What this room shows on the pages of the rooms below."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from polyphonie.conferences.models import Conference, Site
from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.rights import may

from ..domain.queries import reading
from ..domain.queries.workshop import site_process_of
from ..models import Derivation, Process


def _language() -> str:
    language = get_language() or "fr"
    return language if language in {"fr", "en"} else "fr"


def _render(template: str, context: dict[str, Any], viewer: Actor, at: datetime) -> SafeString:
    return render_to_string(
        template,
        {**context, "viewer": viewer, "at": at, "page_language": _language()},
    )


def conference(subject: Conference, viewer: Actor, at: datetime) -> SafeString | None:
    """The host's recommendations, grouped as the host groups them."""
    groups: list[tuple[Any, list[reading.Line]]] = []
    for line in reading.of_conference(subject, viewer, at, _language()):
        if not groups or groups[-1][0] != line.recommendation.heading:
            groups.append((line.recommendation.heading, []))
        groups[-1][1].append(line)
    return _render(
        "recommendations/slot_conference.html", {"groups": groups, "conference": subject}, viewer, at
    )


def site(subject: Site, viewer: Actor, at: datetime) -> SafeString | None:
    """What the site has published, and the way to its workshop for those who work there."""
    site_process = site_process_of(subject)
    answers: list[Derivation] = []
    may_work = may("recommendations.open_site_process", viewer, subject)
    if site_process is not None:
        published = Derivation.objects.readable_by(viewer, at).in_force(at)
        answers = list(
            reading.answers_with_texts()
            .filter(pk__in=published.filter(process=site_process.process).values("pk"))
            .order_by("about__order", "pk")
        )
        may_work = (
            may("recommendations.contextualise", viewer, site_process.process)
            or Process.objects.worked_on_by(viewer).filter(pk=site_process.process_id).exists()
        )
    return _render(
        "recommendations/slot_site.html",
        {
            "site": subject,
            "answers": answers,
            "may_work": may_work,
            "fictitious": site_process is not None and site_process.process.is_fictitious,
        },
        viewer,
        at,
    )


def statement(subject: EvidenceStatement, viewer: Actor, at: datetime) -> SafeString | None:
    """Who cites a statement; nothing where nobody does."""
    lines = reading.citing([subject], viewer, at, _language())
    refusals = reading.refusals_citing([subject], viewer, at)
    if not lines and not refusals:
        return None
    return _render("recommendations/slot_citing.html", {"lines": lines, "refusals": refusals}, viewer, at)


def figure(subject: Figure, viewer: Actor, at: datetime) -> SafeString | None:
    """Who cites a statement that carries the figure."""
    carrying = list(EvidenceStatement.objects.readable_by(viewer, at).filter(figures=subject).order_by("pk"))
    lines = reading.citing(carrying, viewer, at, _language())
    refusals = reading.refusals_citing(carrying, viewer, at)
    if not lines and not refusals:
        return None
    return _render("recommendations/slot_citing.html", {"lines": lines, "refusals": refusals}, viewer, at)
