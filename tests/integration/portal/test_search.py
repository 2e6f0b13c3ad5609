"""Search: what must be found, however it is typed, and what is never found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.network.enums import Role
from polyphonie.portal.domain.queries.search import SearchPage, search
from polyphonie.portal.domain.search import refresh, reindex
from polyphonie.portal.models import SearchEntry, SearchPosting
from polyphonie.recommendations.models import Revision, RevisionText
from tests.factories.conferences import ClosedSessionFactory, ConferenceFactory
from tests.factories.cooperation import ProjectFactory, ProjectParticipationFactory
from tests.factories.evidence import EvidenceStatementFactory, FigureFactory, ResourceFactory
from tests.factories.network import (
    HostFactory,
    OrganisationFactory,
    OrganisationNameFactory,
    ThemeFactory,
    administrator,
    coordinator_of,
    text,
)
from tests.factories.portal import add_revision, process, published_recommendation

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = Actor.visitor()


def find(query: str, viewer: Actor = PUBLIC, *, language: str = "fr", **options: Any) -> SearchPage:
    return search(query, viewer, AT, language=language, **options)


def titles(query: str, viewer: Actor = PUBLIC, **options: Any) -> list[str]:
    return [hit.shown.title for hit in find(query, viewer, **options).hits]


@pytest.fixture
def tasks_at_once(settings: Any) -> None:
    """Background work done on the spot; the signal of the change resets what was read at start-up."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def dropout() -> None:
    """A small library on dropout, in two languages."""
    theme = ThemeFactory.create(
        slug="decrochage",
        title=text("Décrochage scolaire", "School dropout"),
        summary=text("Quitter l'école sans diplôme", "Leaving school without a qualification"),
    )
    theme.synonyms = {"fr": ["persévérance scolaire", "exclusion temporaire"], "en": ["early leaving"]}
    theme.save()
    host = HostFactory.create(name=text("Centre d'évaluation", "Evaluation centre"))
    home = process(issuer=host)
    published_recommendation(
        "1a",
        in_process=home,
        titles={"fr": "Repérer les premiers signes", "en": "Spot early signs"},
        body="Des outils et des formations pour le repérage des élèves.",
    )
    published_recommendation(
        "1b",
        in_process=home,
        titles={"fr": "Des alternatives à l'exclusion", "en": "Alternatives to exclusion"},
        body="Que la sanction intègre l'élève au lieu de l'éloigner.",
        themes=(theme,),
    )
    published_recommendation(
        "2e", in_process=home, titles={"fr": "La santé des élèves", "en": "Pupils' health"}
    )
    EvidenceStatementFactory.create(
        code="C1",
        texts={
            "fr": "Les exclusions répétées précèdent souvent le décrochage.",
            "en": "Repeated suspensions.",
        },
        resource=None,
    )
    FigureFactory.create(label=text("Sorties précoces", "Early leavers"))
    ResourceFactory.create(title=text("Rapport sur l'absentéisme", "Report on absenteeism"), authors="Baye")
    conference = ConferenceFactory.create(title=text("Agir face au décrochage", "Acting on dropout"))
    conference.themes.add(theme)
    OrganisationFactory.create(
        slug="evry-courcouronnes", name=text("Évry-Courcouronnes"), short_name=text("Évry-C.")
    )
    reindex()


RECALL = [
    ("exclusion", "1b"),
    ("exclusion temporaire", "1b"),
    ("Exclusions", "1b"),
    ("EXCLUSION TEMPORAIRE", "1b"),
    ("exlcusion", "1b"),
    ("exclusoin", "1b"),
    ("exclussion", "1b"),
    ("xclusion", "1b"),
    ("exlcusion temporaire", "1b"),
    ("1b", "1b"),
    ("alternatives to exclusion", "1b"),
    ("alternativ exclusion", "1b"),
    ("sanction", "1b"),
    ("sanctions", "1b"),
    ("eleves", "2e"),
    ("élève", "2e"),
    ("sante", "2e"),
    ("santé", "2e"),
    ("health", "2e"),
    ("reperer", "1a"),
    ("repérage", "1a"),
    ("signes precoces", "1a"),
    ("sortie precoce", "Sorties précoces|Early leavers"),
    ("early leaver", "Sorties précoces|Early leavers"),
    ("absenteisme", "Rapport sur l'absentéisme|Report on absenteeism"),
    ("absenteeism", "Rapport sur l'absentéisme|Report on absenteeism"),
    ("absentéïsme", "Rapport sur l'absentéisme|Report on absenteeism"),
    ("baye", "Rapport sur l'absentéisme|Report on absenteeism"),
    ("decrochage", "Agir face au décrochage|Acting on dropout"),
    ("dropout", "Agir face au décrochage|Acting on dropout"),
    ("decrochge", "Agir face au décrochage|Acting on dropout"),
    ("perseverance scolaire", "Agir face au décrochage|Acting on dropout"),
    ("evry", "Évry-Courcouronnes|[Évry-Courcouronnes]"),
    ("courcouronne", "Évry-Courcouronnes|[Évry-Courcouronnes]"),
]


@pytest.mark.usefixtures("dropout")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_search_finds(language: str) -> None:
    missed = {}
    for query, wanted in RECALL:
        found = titles(query, language=language)
        if not any(title.startswith(tuple(wanted.split("|"))) for title in found):
            missed[query] = found
    assert missed == {}


@pytest.mark.usefixtures("dropout")
def test_search_puts_the_best_first() -> None:
    assert titles("exclusion")[0].startswith("1b")
    assert titles("1b")[0].startswith("1b")
    assert titles("décrochage scolaire")[0] == "Décrochage scolaire"


@pytest.mark.usefixtures("dropout")
def test_search_says_what_it_corrected() -> None:
    assert find("exlcusion").corrected == (("exlcusion", ("exclusion",)),)
    assert find("exclusion").corrected == ()


@pytest.mark.usefixtures("dropout")
def test_search_survives_any_query(client: Client) -> None:
    for query in ("", "   ", "le la les", "%", "'\"", "\\", "a" * 5_000, "=", "(((", "\u0000", "*"):
        assert find(query).total == 0, query
        assert client.get(reverse("search"), {"q": query}).status_code == 200, query


@pytest.mark.usefixtures("dropout")
def test_search_marks_words_and_escapes_the_rest() -> None:
    published_recommendation("9z", titles={"fr": "Titre"}, body="<script>alert(1)</script> la discipline")
    reindex()
    excerpt = find("discipline").hits[0].excerpt
    assert "<mark>discipline</mark>" in excerpt
    assert "<script>" not in excerpt
    assert "&lt;script&gt;" in excerpt


def test_search_finds_bodies_and_projects_by_old_names() -> None:
    today = OrganisationFactory.create(name=text("France Éducation international"))
    OrganisationNameFactory.create(organisation=today, name=text("Centre international d'études"))
    old = OrganisationFactory.create(name=text("Courcouronnes"), successor=today)
    project = ProjectFactory.create(title=text("Approche comparée"))
    ProjectParticipationFactory.create(project=project, organisation=old)
    ProjectParticipationFactory.create(project=project, organisation=None, label="MRIF", role="partner")
    reindex()
    assert "France Éducation international" in titles("centre international études")
    assert set(titles("courcouronnes")) == {
        "Courcouronnes",
        "France Éducation international",
        "Approche comparée",
    }
    assert "Approche comparée" in titles("france education international")
    assert titles("mrif") == ["Approche comparée"]


def test_search_facets_count_what_is_found_and_narrow() -> None:
    for code in ("1a", "1b", "1c"):
        published_recommendation(code, titles={"fr": f"Orientation {code}", "en": f"Guidance {code}"})
    ConferenceFactory.create(title=text("Orientation", "Guidance"))
    reindex()
    page = find("orientation")
    assert {f.kind: f.count for f in page.facets} == {"recommendation": 3, "conference": 1}
    narrowed = find("orientation", wanted="conference")
    assert (narrowed.total, len(narrowed.facets)) == (1, 2)


def test_search_shows_a_recommendation_once_in_its_standing_wording() -> None:
    recommendation = published_recommendation("1b", titles={"fr": "Ancienne formulation"})
    add_revision(recommendation, {"fr": "Nouvelle formulation"})
    reindex()
    assert titles("formulation") == ["1b — Nouvelle formulation"]
    assert titles("ancienne") == []


def test_search_cuts_into_pages() -> None:
    for n in range(23):
        ConferenceFactory.create(title=text(f"Orientation {n}"))
    reindex()
    first, second = find("orientation"), find("orientation", number=2)
    assert (len(first.hits), len(second.hits), first.total, first.pages) == (20, 3, 23, 2)
    assert not {h.shown.urn for h in first.hits} & {h.shown.urn for h in second.hits}
    assert find("orientation", number=99).number == 2


# what is closed


def closed_things() -> dict[str, Any]:
    """One closed thing of each kind, each with the word *secretum* in it, and nothing open with it."""
    home = process(is_closed=True)
    draft = published_recommendation(
        "9x", in_process=home, titles={"fr": "Secretum brouillon"}, state="draft"
    )
    host = HostFactory.create()
    resource = ResourceFactory.create(
        title=text("Secretum ressource"),
        issuer=host,
        announced_at=AT,
        public_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    statement = EvidenceStatementFactory.create(
        texts={"fr": "Secretum constat"}, published_at=None, resource=None
    )
    figure = FigureFactory.create(label=text("Secretum chiffre"), published_at=None)
    conference = ConferenceFactory.create(title=text("Secretum conférence"), state="draft", announced_at=None)
    session = ClosedSessionFactory.create(title=text("Secretum délibération"))
    project = ProjectFactory.create(title=text("Secretum projet"), published_at=None)
    reindex()
    return {
        "draft": draft,
        "resource": resource,
        "statement": statement,
        "figure": figure,
        "conference": conference,
        "session": session,
        "project": project,
    }


@pytest.mark.parametrize("query", ["secretum", "secretums", "secertum", "secretum brouillon", "9x"])
def test_search_never_finds_what_is_closed(query: str) -> None:
    closed_things()
    assert SearchPosting.objects.filter(term__startswith="secret").exists()
    stranger = coordinator_of(OrganisationFactory.create())
    for viewer in (PUBLIC, stranger):
        page = find(query, viewer)
        assert (page.total, page.hits, page.facets, page.corrected) == (0, (), (), ())


def test_search_page_shows_nothing_closed(client: Client) -> None:
    closed_things()
    for query in ("secretum", "secertum"):
        page = client.get(reverse("search"), {"q": query}).content.decode()
        assert "Secretum" not in page
        assert page.replace(query, "").lower().count("secretum") == 0


def test_search_shows_what_is_closed_to_those_who_may_read_it() -> None:
    closed_things()
    everything = administrator()
    found = titles("secretum", everything)
    assert {"Secretum chiffre", "Secretum conférence", "Secretum constat", "Secretum projet"} <= set(found)


def test_search_finds_a_draft_for_its_writers_only() -> None:
    host = HostFactory.create()
    home = process(issuer=host)
    recommendation = published_recommendation("1b", in_process=home, titles={"fr": "Formulation publique"})
    add_revision(recommendation, {"fr": "Secretum reformulé"}, state="draft")
    reindex()
    assert titles("secretum") == []
    assert titles("formulation") == ["1b — Formulation publique"]
    assert titles("secretum", coordinator_of(host, Role.HOST_COORDINATOR)) == ["1b — Secretum reformulé"]


def test_search_asks_who_may_read_even_when_the_index_is_stale() -> None:
    project = ProjectFactory.create(title=text("Secretum projet"))
    resource = ResourceFactory.create(title=text("Secretum ressource"))
    recommendation = published_recommendation("1b", titles={"fr": "Secretum point"})
    reindex()
    assert find("secretum").total == 3
    type(project).objects.update(published_at=None)
    type(resource).objects.update(withdrawn_at=AT)
    type(recommendation).objects.update(removed_at=AT)
    assert SearchEntry.objects.count() >= 3
    page = find("secretum")
    assert (page.total, page.facets, page.corrected) == (0, (), ())


def test_search_never_counts_what_is_closed() -> None:
    ConferenceFactory.create(title=text("Orientation"))
    ConferenceFactory.create(title=text("Orientation fermée"), state="draft", announced_at=None)
    reindex()
    page = find("orientation")
    assert page.total == 1
    assert [(f.kind, f.count) for f in page.facets] == [("conference", 1)]


# keeping up


@pytest.mark.usefixtures("tasks_at_once")
def test_search_follows_the_ledger(django_capture_on_commit_callbacks: Any) -> None:
    project = ProjectFactory.create(title=text("Discipline"))
    assert find("discipline").total == 0
    with (
        django_capture_on_commit_callbacks(execute=True),
        ledger.act("cooperation.test", by=Actor.system("test"), at=AT) as act,
    ):
        act.on(project.urn)
    assert find("discipline").total == 1


@pytest.mark.usefixtures("tasks_at_once")
def test_search_follows_the_verbs(django_capture_on_commit_callbacks: Any) -> None:
    from polyphonie.cooperation.domain.projects import ProjectDetails, record_project

    owner = OrganisationFactory.create()
    keeper = coordinator_of(owner, Role.COOPERATION_OFFICER)
    with django_capture_on_commit_callbacks(execute=True):
        record_project(details=ProjectDetails(title=text("Discipline")), owner=owner, by=keeper, at=AT)
    assert find("discipline").total == 0
    assert find("discipline", keeper).total == 1


def test_refresh_takes_removed_words_away() -> None:
    project = ProjectFactory.create(title=text("Discipline"))
    reindex()
    project.title = text("Orientation")
    project.save()
    assert refresh([project.urn]) == 2
    assert find("discipline").total == 0
    assert find("orientation").total == 1
    project.delete()
    assert refresh([project.urn]) == 0
    assert not SearchEntry.objects.exists()


def test_refresh_of_a_process_reads_its_wordings_again() -> None:
    recommendation = published_recommendation("1b", titles={"fr": "Discipline"})
    assert refresh([recommendation.process.urn]) == 1
    assert titles("discipline") == ["1b — Discipline"]


def test_reindex_says_how_much_there_is() -> None:
    ConferenceFactory.create(title=text("Orientation"))
    done = reindex()
    assert done.entries > 0
    assert str(done.entries) in str(done)
    before = list(SearchPosting.objects.order_by("term", "weight").values_list("term", "weight"))
    reindex()
    assert list(SearchPosting.objects.order_by("term", "weight").values_list("term", "weight")) == before


def test_search_asks_a_constant_number_of_queries(django_assert_num_queries: Any) -> None:
    theme = ThemeFactory.create(title=text("Orientation thème"))
    OrganisationFactory.create(name=text("Orientation instance"))

    def one_of_each() -> None:
        published_recommendation("1a", titles={"fr": "Orientation"}, themes=(theme,))
        EvidenceStatementFactory.create(texts={"fr": "Orientation constat"})
        FigureFactory.create(label=text("Orientation chiffre"))
        ResourceFactory.create(title=text("Orientation ressource"))
        ConferenceFactory.create(title=text("Orientation conférence"))
        project = ProjectFactory.create(title=text("Orientation projet"))
        ProjectParticipationFactory.create(project=project)

    one_of_each()
    reindex()
    with django_assert_num_queries(22):
        assert len(find("orientation").facets) == 8
    one_of_each()
    one_of_each()
    reindex()
    with django_assert_num_queries(22):
        assert find("orientation").total == 20


def test_texts_of_the_index_are_the_same_on_every_database() -> None:
    assert connection.vendor in {"sqlite", "postgresql"}
    published_recommendation("1b", titles={"fr": "L'Éducation à l'orientation"})
    reindex()
    revision = Revision.objects.get()
    assert RevisionText.objects.filter(revision=revision).count() == 1
    terms = set(
        SearchPosting.objects.filter(entry__kind="recommendation")
        .order_by("pk")
        .values_list("term", flat=True)
    )
    assert {"=education", "educ", "=orientation", "orient", "=1b"} <= terms
