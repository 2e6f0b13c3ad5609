"""Each page answers, in both languages, with what it must show and without what it must not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from polyphonie.evidence.models import EvidenceStatement
from polyphonie.network.enums import Role
from polyphonie.recommendations.enums import Relation
from tests.factories import recommendations as made
from tests.factories.conferences import ConferenceFactory
from tests.factories.evidence import (
    ConflictFactory,
    ConflictReadingFactory,
    EvidenceStatementFactory,
    FigureFactory,
)
from tests.factories.network import ThemeFactory, actor_with, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]
LANGUAGES = ("fr", "en")


def address(language: str, name: str, *args: Any) -> str:
    with translation.override(language):
        return reverse(name, args=args)


def statement_with_figure() -> EvidenceStatement:
    figure = FigureFactory.create()
    ConflictReadingFactory.create(conflict=ConflictFactory.create(), figure=figure)
    return EvidenceStatementFactory.create(figures=[figure])


@pytest.fixture
def world(at_later: Any) -> dict[str, Any]:
    """A host with two points, a statement, a site that answered both, an action, a report."""
    theme = ThemeFactory.create(slug="decrochage")
    conference = ConferenceFactory.create(slug="decrochage-2017")
    process = made.host_process(conference)
    statement = statement_with_figure()
    texts = made.wordings(
        "Chercher d'autres réponses", "Look for other answers", body="Un.\n\n- deux\n- trois"
    )
    kept = made.published(
        process,
        "1a",
        themes=[theme],
        heading=text("Agir en urgence"),
        recipients=text("Chefs d'établissement"),
    )
    adapted = made.published(process, "1b", themes=[theme], texts=texts, heading=text("Agir en urgence"))
    from polyphonie.recommendations.domain.evidence_links import link_evidence

    link_evidence(revision=adapted.revisions.get(), statement=statement, by=made.TESTS, at=made.LATER)
    site_process = made.published_site(
        process, {kept: Relation.ADOPTED, adapted: Relation.ADAPTED}, evidence=[statement]
    )
    made.action(adapted)
    report = made.feedback(adapted)
    from polyphonie.recommendations.domain.actions import publish_feedback

    publish_feedback(report=report, version=1, by=made.TESTS, at=made.LATER)
    made.follow_up(adapted)
    return {
        "theme": theme,
        "conference": conference,
        "process": process,
        "statement": statement,
        "kept": kept,
        "adapted": adapted,
        "site_process": site_process,
        "report": report,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_recommendation_page_shows_the_circuit(world: dict[str, Any], client: Client, language: str) -> None:
    adapted = world["adapted"]
    page = client.get(address(language, "recommendation", adapted.uid)).content.decode()
    answer = adapted.answers.get()
    for wanted in (
        "Look for other answers" if language == "en" else "Chercher d'autres réponses".replace("'", "&#x27;"),
        world["statement"].code,
        "Baisse depuis 2007" if language == "fr" else "Fall since 2007",
        answer.reason,
        "Projet de test" if language == "fr" else "Test project",
        "Moins d&#x27;exclusions",
        str(adapted.permalink),
        "Exemple fictif" if language == "fr" else "Fictitious example",
    ):
        assert wanted in page, wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_answers(world: dict[str, Any], client: Client, language: str) -> None:
    site = world["site_process"].site
    pages = [
        address(language, "recommendation", world["kept"].uid),
        address(language, "recommendation_revision", world["kept"].uid, 1),
        address(language, "recommendation_json", world["kept"].uid),
        address(language, "recommendation_csv", world["adapted"].uid),
        address(language, "derivation", world["adapted"].answers.get().uid),
        address(language, "conference_recommendations", "decrochage-2017"),
        address(language, "theme_tree", "decrochage"),
        address(language, "theme_tree_csv", "decrochage"),
        address(language, "feedback", world["report"].uid),
        *(
            address(language, "brief", site.uid, tag, fmt)
            for tag in LANGUAGES
            for fmt in ("html", "pdf", "docx")
        ),
        address(language, "conference", "decrochage-2017"),
        address(language, "site", site.uid),
        address(language, "statement", world["statement"].uid),
        address(language, "figure", world["statement"].cited_figures[0].uid),
    ]
    for page in pages:
        assert client.get(page).status_code == 200, page


@pytest.mark.parametrize("language", LANGUAGES)
def test_workshop_pages_answer_to_the_coordinator(
    world: dict[str, Any], client: Client, language: str
) -> None:
    site_process = world["site_process"]
    made.answered(site_process, None)
    signed_in(client, made.coordinator(site_process))
    site = site_process.site
    for page in (
        address(language, "workshop", site.uid),
        address(language, "workshop_answer", site.uid, world["adapted"].uid),
        address(language, "workshop_new", site.uid),
        address(language, "workshop_panel", site.uid),
        address(language, "brief_edit", site.uid),
        address(language, "brief", site.uid, "fr", "html"),
        address(language, "submit_feedback", world["adapted"].uid),
        address(language, "record_follow_up", world["adapted"].uid),
    ):
        response = client.get(page)
        assert response.status_code in (200, 403), page
    assert client.get(address(language, "workshop", site.uid)).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_host_desk_answers_to_the_host(world: dict[str, Any], client: Client, language: str) -> None:
    host = world["conference"].host
    signed_in(client, actor_with(Role.HOST_COORDINATOR, host.urn, organisation=host, at=made.LATER))
    for name, key in (
        ("new_recommendation", "decrochage-2017"),
        ("recommendation_revise", world["kept"].uid),
        ("recommendation_evidence", world["kept"].uid),
        ("recommendation", world["kept"].uid),
        ("submit_feedback", world["kept"].uid),
        ("record_follow_up", world["kept"].uid),
    ):
        assert client.get(address(language, name, key)).status_code == 200, name
