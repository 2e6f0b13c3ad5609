"""The number of queries of a page does not depend on how much is on it."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Theme
from polyphonie.recommendations.domain.queries import portal, reading, tree
from polyphonie.recommendations.domain.queries.brief import brief_content
from polyphonie.recommendations.domain.queries.workshop import workshop
from polyphonie.recommendations.enums import Relation
from polyphonie.recommendations.interfaces.tree_markup import draw
from polyphonie.recommendations.models import Derivation, Recommendation, Revision, RevisionText
from tests.factories import recommendations as made
from tests.factories.evidence import EvidenceStatementFactory, FigureFactory
from tests.factories.network import ThemeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]
VISITOR = Actor.visitor()
AT = made.LATER + timedelta(days=1)


def counted(call: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return len(captured)


def world(size: int) -> dict[str, Any]:
    """``size`` points, ``size`` sites that answer all of them, ``size`` of everything else on the first."""
    from polyphonie.recommendations.domain.actions import publish_feedback
    from polyphonie.recommendations.domain.evidence_links import link_evidence

    theme = ThemeFactory.create()
    process = made.host_process()
    points = [made.published(process, f"{n}a", themes=[theme]) for n in range(size)]
    statements = [EvidenceStatementFactory.create(figures=[FigureFactory.create()]) for _ in range(size)]
    for statement in statements:
        link_evidence(revision=made.current(points[0]), statement=statement, by=made.TESTS, at=made.LATER)
    sites = [
        made.published_site(process, dict.fromkeys(points, Relation.ADAPTED), evidence=statements)
        for _ in range(size)
    ]
    for number in range(size):
        made.action(points[0], urn=f"cooperation:project:00000000-0000-7000-8000-00000000000{number}")
        report = made.feedback(points[0], themes=[theme])
        publish_feedback(report=report, version=1, by=made.TESTS, at=made.LATER)
        made.follow_up(points[0])
    return {"theme": theme, "process": process, "points": points, "sites": sites, "statement": statements[0]}


EXPECTED = {
    "recommendation": 16,
    "answer": 8,
    "conference": 3,
    "tree": 8,
    "tree lines": 9,
    "workshop": 19,
    "brief": 13,
    "on theme": 3,
    "latest": 4,
    "feedback": 1,
    "citing": 3,
    "documents": 3,
}


@pytest.mark.parametrize("size", [1, 3])
def test_pages_take_a_constant_number_of_queries(size: int) -> None:
    w = world(size)
    point, site_process, theme = w["points"][0], w["sites"][0], w["theme"]
    coordinator = made.coordinator(site_process)
    answer = Derivation.objects.filter(process=site_process.process).order_by("pk").first()
    assert answer is not None
    calls = {
        "recommendation": lambda: reading.recommendation_page(point.uid, VISITOR, AT, "fr"),
        "answer": lambda: reading.answer_page(answer.uid, VISITOR, AT, "fr"),
        "conference": lambda: reading.of_conference(w["process"].conference, VISITOR, AT, "fr"),
        "tree": lambda: draw(tree.family_tree(theme.slug, VISITOR, AT, "fr")),
        "tree lines": lambda: tree.tree_lines(theme.slug, VISITOR, AT, "fr"),
        "workshop": lambda: workshop(site_process.site.uid, coordinator, AT, "fr"),
        "brief": lambda: brief_content(site_process.site.uid, VISITOR, AT, "fr"),
        "on theme": lambda: portal.recommendations_on_theme(theme, VISITOR, AT, "fr"),
        "latest": lambda: portal.latest_published(VISITOR, AT, "fr"),
        "feedback": lambda: portal.feedback_on_theme(theme, VISITOR, AT),
        "citing": lambda: reading.citing([w["statement"]], VISITOR, AT, "fr"),
        "documents": lambda: list(portal.search_documents(AT)),
    }
    assert {name: counted(call) for name, call in calls.items()} == EXPECTED


@pytest.mark.parametrize("size", [1, 3])
def test_rendering_a_recommendation_adds_no_query_per_line(
    size: int, client: Client, django_assert_num_queries: Any, rooms_above_silent: None
) -> None:
    import time_machine

    point = world(size)["points"][0]
    address = reverse("recommendation", args=[point.uid])
    with time_machine.travel(AT, tick=False):
        client.get(address)
        with django_assert_num_queries(19):
            client.get(address)


def grown(sites: int, points: int) -> Theme:
    """A full tree, written straight into the tables: what is measured is reading."""
    theme = ThemeFactory.create()
    process = made.host_process()
    sources = []
    for number in range(points):
        recommendation = made.published(process, f"{number}", themes=[theme])
        sources.append(made.current(recommendation))
    for _ in range(sites):
        opened = made.working_site(process)
        own = Recommendation.objects.bulk_create(
            Recommendation(
                process=opened.process,
                kind="contextualisee",
                code=s.recommendation.code,
                issuer=opened.site.organisation,
                site=opened.site,
                created_at=made.LATER,
            )
            for s in sources
        )
        revisions = Revision.objects.bulk_create(
            Revision(
                recommendation=r,
                number=1,
                state="published",
                sha256="0" * 64,
                created_at=made.LATER,
                published_at=made.LATER,
            )
            for r in own
        )
        RevisionText.objects.bulk_create(
            RevisionText(revision=r, language="fr", title="Notre texte", sha256="0" * 64) for r in revisions
        )
        Derivation.objects.bulk_create(
            Derivation(
                process=opened.process,
                about=source.recommendation,
                source=source,
                target=target,
                relation="adapted",
                reason="Notre contexte le demande.",
                answered_at=made.LATER,
                answered_by=made.TESTS.id,
                at_version=1,
                confirmed_at=made.LATER,
                published_at=made.LATER,
            )
            for source, target in zip(sources, revisions, strict=True)
        )
    return theme


def test_family_tree_of_44_sites_and_40_recommendations(
    client: Client, record_property: Any, capsys: Any
) -> None:
    """Measured, not asserted in milliseconds: machines differ. The numbers go into the report."""
    import time_machine

    theme = grown(44, 40)
    address = reverse("theme_tree", args=[theme.slug])
    with time_machine.travel(AT, tick=False):
        response = client.get(address)
        assert response.status_code == 200
        assert response.content.count(b'class="tree-cell adapted"') == 2 * 44 * 40
        took = []
        for _ in range(40):
            start = time.perf_counter()
            client.get(address)
            took.append((time.perf_counter() - start) * 1000)
        reads = []
        for _ in range(20):
            start = time.perf_counter()
            found = tree.family_tree(theme.slug, VISITOR, AT, "fr")
            middle = time.perf_counter()
            drawing = draw(found)
            end = time.perf_counter()
            reads.append(((middle - start) * 1000, (end - middle) * 1000))
    p95 = statistics.quantiles(took, n=20)[-1]
    record_property("tree_p95_ms", round(p95, 1))
    with capsys.disabled():
        print(
            f"\ntree 44 x 40: p95 {p95:.1f} ms, median {statistics.median(took):.1f} ms; "
            f"read {statistics.median(r[0] for r in reads):.1f} ms, draw {statistics.median(r[1] for r in reads):.1f} ms, "
            f"{len(response.content) / 1000:.0f} kB"
        )
    assert drawing.table
