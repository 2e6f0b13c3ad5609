"""API, feeds, calendar, site map: what machines read, and what they never read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from polyphonie.network.enums import Role
from polyphonie.portal.domain.search import reindex
from polyphonie.recommendations.models import ActionLink
from tests.factories.conferences import ClosedSessionFactory, ConferenceFactory, SessionFactory, SiteFactory
from tests.factories.cooperation import FundingLineFactory, ProjectFactory, ProjectParticipationFactory
from tests.factories.evidence import EvidenceStatementFactory, FigureFactory, ResourceFactory
from tests.factories.network import (
    HostFactory,
    OrganisationFactory,
    ThemeFactory,
    coordinator_of,
    signed_in,
    text,
)
from tests.factories.portal import (
    action_link,
    add_revision,
    derived,
    feedback,
    process,
    published_recommendation,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def read(client: Client, path: str, **parameters: Any) -> Any:
    response = client.get(f"/api/v1/{path}", parameters)
    assert response.status_code == 200, response.content
    return response.json()


def test_api_reads_a_recommendation_with_its_family_and_actions(client: Client) -> None:
    recommendation = published_recommendation("1b")
    derivation = derived(recommendation)
    derived(recommendation, "not_adopted")
    action_link(recommendation)
    data = read(client, f"recommendations/{recommendation.uid}")
    assert data["code"] == "1b"
    assert [w["language"] for w in data["wordings"]] == ["en", "fr"]
    assert [d["relation"] for d in data["derivations"]] == ["adapted", "not_adopted"]
    assert all(d["is_fictitious"] for d in data["derivations"])
    assert data["derivations"][1]["target"] is None
    assert data["actions"][0]["relation"] == "illustrates"
    child = read(client, f"recommendations/{derivation.target.recommendation.uid}")
    assert child["derived_from"] == [recommendation.permalink]
    assert child["is_fictitious"] is True


def test_api_reads_conferences_with_programme_and_sites(client: Client) -> None:
    conference = ConferenceFactory.create()
    SessionFactory.create(conference=conference)
    SiteFactory.create(conference=conference, state="accepted", short_code="CODE1234")
    assert read(client, f"conferences/{conference.slug}")["host"]["id"] == str(conference.host.uid)
    assert read(client, f"conferences/{conference.slug}/sessions")["count"] == 1
    sites = read(client, f"conferences/{conference.slug}/sites")
    assert sites["count"] == 1
    assert "CODE1234" not in json.dumps(sites)


def test_api_reads_evidence_and_projects(client: Client) -> None:
    statement, figure = EvidenceStatementFactory.create(), FigureFactory.create()
    project = ProjectFactory.create()
    FundingLineFactory.create(project=project)
    assert read(client, f"statements/{statement.uid}")["wording"]["fr"]
    assert read(client, f"figures/{figure.uid}")["value"] == "8.8"
    assert read(client, f"projects/{project.slug}")["funding"][0]["total"] == "6500.00"
    assert read(client, "projects")["items"][0]["slug"] == project.slug


@pytest.mark.parametrize(
    "path", ["themes", "conferences", "recommendations", "statements", "figures", "projects"]
)
def test_api_lists_by_pages(client: Client, path: str) -> None:
    theme = ThemeFactory.create()
    for n in range(3):
        ThemeFactory.create()
        for subject in (
            ConferenceFactory.create(),
            published_recommendation(f"{n}b"),
            EvidenceStatementFactory.create(resource=None),
            FigureFactory.create(),
            ProjectFactory.create(),
        ):
            subject.themes.add(theme)
    page = read(client, path, limit=2, offset=0)
    rest = read(client, path, limit=2, offset=2)
    total = 4 if path == "themes" else 3
    assert (page["count"], len(page["items"]), len(rest["items"])) == (total, 2, total - 2)
    if path != "themes":
        assert read(client, path, theme=theme.slug)["count"] == 3
        assert read(client, path, theme="autre")["count"] == 0
        assert all("is_fictitious" in item for item in page["items"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("conferences/rien", 404),
        ("recommendations/018f2f2e-0000-7000-8000-000000000000", 404),
        ("recommendations/pas-un-identifiant", 422),
        ("figures?limit=1000", 422),
        ("figures?offset=-1", 422),
        ("projects/rien", 404),
        ("rien/du/tout", 404),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_api_errors_are_sentences(client: Client, path: str, status: int, language: str) -> None:
    response = client.get(f"/api/v1/{path}", headers={"accept-language": language})
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"].endswith((".", "corrigez-le.", "mend it."))


def test_api_only_reads(client: Client) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/api/v1/themes").status_code == 405


@pytest.mark.parametrize("path", ["recommendations", "conferences", "figures", "statements", "projects"])
def test_api_asks_a_constant_number_of_queries(
    client: Client, path: str, django_assert_num_queries: Any
) -> None:
    expected = {"recommendations": 4, "conferences": 4, "figures": 3, "statements": 5, "projects": 5}[path]

    def one_of_each(n: int) -> None:
        theme = ThemeFactory.create()
        conference = ConferenceFactory.create()
        conference.partners.add(OrganisationFactory.create())
        recommendation = published_recommendation(f"{n}b")
        project = ProjectFactory.create()
        ProjectParticipationFactory.create(project=project)
        for subject in (
            conference,
            recommendation,
            project,
            FigureFactory.create(),
            EvidenceStatementFactory.create(),
        ):
            subject.themes.add(theme)

    one_of_each(1)
    with django_assert_num_queries(expected):
        read(client, path)
    one_of_each(2)
    one_of_each(3)
    with django_assert_num_queries(expected):
        read(client, path)


def test_api_description_and_guide_need_nothing_from_elsewhere(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/recommendations/{uid}" in schema["paths"]
    for language in ("fr", "en"):
        page = client.get(f"/{language}/api/").content.decode()
        assert "/api/v1/recommendations/{uid}" in page
        assert "cdn" not in page.lower()
        assert 'src="http' not in page


def test_feeds_hold_the_latest(client: Client) -> None:
    recommendation = published_recommendation(
        "1b", titles={"fr": "Des alternatives", "en": "Alternatives"}, is_fictitious=True
    )
    ConferenceFactory.create(title=text("Agir", "Act"), is_fictitious=False)
    titles = {}
    for language in ("fr", "en"):
        response = client.get(f"/{language}/flux/recommandations.atom")
        assert response["Content-Type"].startswith("application/atom+xml")
        root = ElementTree.fromstring(response.content)
        entry = root.find("a:entry", ATOM)
        assert entry is not None
        titles[language] = entry.findtext("a:title", namespaces=ATOM)
        link = entry.find("a:link", ATOM)
        assert link is not None
        assert str(recommendation.uid) in link.attrib["href"]
    assert titles == {
        "fr": "1b — Des alternatives [exemple fictif]",
        "en": "1b — Alternatives [fictitious example]",
    }
    conferences = ElementTree.fromstring(client.get("/en/flux/conferences.atom").content)
    assert conferences.findtext("a:entry/a:title", namespaces=ATOM) == "Act"


def test_empty_feed_is_a_feed(client: Client) -> None:
    root = ElementTree.fromstring(client.get("/fr/flux/recommandations.atom").content)
    assert root.findtext("a:updated", namespaces=ATOM)


def test_calendar_holds_whole_days(client: Client) -> None:
    ConferenceFactory.create(start_date=date(2017, 11, 9), end_date=date(2017, 11, 10))
    response = client.get(reverse("calendar"))
    assert response["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(response.content)
    event = calendar.walk("VEVENT")[0]
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2017, 11, 9), date(2017, 11, 11))


def test_sitemap_names_each_page_in_both_languages(client: Client) -> None:
    project = ProjectFactory.create()
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = [e.text or "" for e in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"http://testserver/fr/projets/{project.slug}/" in found
    assert f"http://testserver/en/projets/{project.slug}/" in found


def test_robots_know_the_site_map(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /fr/recherche/" in lines


def closed_circuit() -> list[str]:
    """One closed thing of each kind beside an open one. Returns what must never be seen."""
    theme = ThemeFactory.create(slug="theme-ouvert")
    host = HostFactory.create()
    home = process(issuer=host, is_closed=True)
    draft = published_recommendation(
        "9x", in_process=home, titles={"fr": "Secretum brouillon"}, themes=(theme,), state="draft"
    )
    open_one = published_recommendation("1b", titles={"fr": "Ouverte", "en": "Open"}, themes=(theme,))
    next_wording = add_revision(open_one, {"fr": "Secretum prochaine version"}, state="draft")
    answer = derived(open_one, published=False)
    private = action_link(open_one, label=text("Secretum action"), visibility="body")
    draft_project = ProjectFactory.create(title=text("Secretum projet"), published_at=None)
    to_draft = ActionLink.objects.create(
        recommendation=open_one,
        relation="precedes",
        action_urn=draft_project.urn,
        label=text("Secretum lien"),
        linked_at=open_one.created_at,
    )
    conference = ConferenceFactory.create(slug="conference-ouverte")
    session = ClosedSessionFactory.create(conference=conference, title=text("Secretum délibération"))
    planned = SiteFactory.create(conference=conference, state="invited")
    hidden = ConferenceFactory.create(title=text("Secretum conférence"), state="draft", announced_at=None)
    embargoed = ResourceFactory.create(
        title=text("Secretum ressource"), summary=text("Secretum résumé"), public_at=LATER
    )
    statement = EvidenceStatementFactory.create(texts={"fr": "Secretum constat"}, published_at=None)
    on_embargoed = EvidenceStatementFactory.create(texts={"fr": "Secretum constat tiré"}, resource=embargoed)
    figure = FigureFactory.create(label=text("Secretum chiffre"), published_at=None)
    report = feedback(open_one, effects="Secretum effets", published_at=None)
    for subject in (draft_project, conference, hidden, embargoed, statement, on_embargoed, figure, report):
        subject.themes.add(theme)
    reindex()
    return [
        "Secretum",
        *(
            str(subject.uid)
            for subject in (
                draft,
                next_wording,
                answer,
                private,
                draft_project,
                to_draft,
                session,
                planned,
                hidden,
                embargoed,
                statement,
                on_embargoed,
                figure,
                report,
            )
        ),
        answer.reason,
        draft_project.slug,
        hidden.slug,
    ]


CHANNELS = [
    "/fr/",
    "/en/",
    "/fr/themes/",
    "/fr/themes/theme-ouvert/",
    "/en/themes/theme-ouvert/",
    "/fr/themes/theme-ouvert.csv",
    "/fr/projets/",
    "/fr/sources/",
    "/fr/recherche/?q=ouverte",
    "/fr/flux/recommandations.atom",
    "/fr/flux/conferences.atom",
    "/fr/agenda/conferences.ics",
    "/sitemap.xml",
    "/api/v1/themes",
    "/api/v1/conferences",
    "/api/v1/conferences/conference-ouverte",
    "/api/v1/conferences/conference-ouverte/sessions",
    "/api/v1/conferences/conference-ouverte/sites",
    "/api/v1/recommendations",
    "/api/v1/statements",
    "/api/v1/figures",
    "/api/v1/projects",
]


@pytest.mark.parametrize("who", ["visitor", "stranger"])
def test_nothing_closed_leaves_by_any_channel(client: Client, who: str) -> None:
    hidden = closed_circuit()
    if who == "stranger":
        signed_in(client, coordinator_of(OrganisationFactory.create(), Role.COOPERATION_OFFICER))
    leaks = {}
    for channel in CHANNELS:
        response = client.get(channel)
        assert response.status_code == 200, channel
        content = response.content.decode()
        shown = [word for word in hidden if word in content]
        if who == "stranger" and "theme-ouvert/" in channel:
            # who holds a mandate is told that a resource will open: kind and date, never its title
            shown = [word for word in shown if word != _announced(hidden)]
        if shown:
            leaks[channel] = shown
    assert leaks == {}


def _announced(hidden: list[str]) -> str:
    return hidden[10]


def test_counts_never_count_what_is_closed(client: Client) -> None:
    closed_circuit()
    kinds = ("conferences", "recommendations", "statements", "figures", "projects")
    pages = {path: read(client, path) for path in kinds}
    assert {path: data["count"] for path, data in pages.items()} == {
        "conferences": 1,
        "recommendations": 1,
        "statements": 0,
        "figures": 0,
        "projects": 0,
    }
    assert all(data["count"] == len(data["items"]) for data in pages.values())


def test_single_closed_objects_are_unknown_to_the_api(client: Client) -> None:
    hidden = closed_circuit()
    for uid in hidden[1:-3]:
        for kind in ("recommendations", "statements", "figures"):
            assert client.get(f"/api/v1/{kind}/{uid}").status_code == 404
    assert client.get(f"/api/v1/projects/{hidden[-2]}").status_code == 404
    assert client.get(f"/api/v1/conferences/{hidden[-1]}").status_code == 404


def test_open_recommendation_hides_its_closed_neighbours_in_the_api(client: Client) -> None:
    hidden = closed_circuit()
    uid = read(client, "recommendations")["items"][0]["id"]
    content = json.dumps(read(client, f"recommendations/{uid}"), ensure_ascii=False)
    assert [word for word in hidden if word in content] == []


def test_feeds_are_public_whoever_asks(client: Client) -> None:
    host = HostFactory.create()
    published_recommendation("1b", in_process=process(issuer=host), titles={"fr": "Secretum"}, state="draft")
    signed_in(client, coordinator_of(host, Role.HOST_COORDINATOR))
    for address in ("/fr/flux/recommandations.atom", "/sitemap.xml"):
        assert "Secretum" not in client.get(address).content.decode()
