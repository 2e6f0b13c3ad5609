"""The theme hub and the home pages: everything on one page, nothing that is closed."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.cooperation.domain.links import link_project_to_recommendation
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.network.enums import INSTALLATION, Role
from polyphonie.network.models import Theme
from polyphonie.portal.domain.queries.home import on_air, public_home, signed_in_home
from polyphonie.portal.domain.queries.hub import theme_hub
from tests.factories.conferences import ConferenceFactory, SessionFactory, SiteFactory
from tests.factories.cooperation import ProjectFactory, ProjectParticipationFactory
from tests.factories.evidence import (
    ConflictFactory,
    ConflictReadingFactory,
    EvidenceStatementFactory,
    FigureFactory,
    ResourceFactory,
)
from tests.factories.network import (
    GroupFactory,
    HostFactory,
    NoticeFactory,
    OrganisationFactory,
    PersonFactory,
    ThemeFactory,
    actor_with,
    coordinator_of,
    signed_in,
    text,
)
from tests.factories.portal import action_link, derived, feedback, process, published_recommendation

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = Actor.visitor()


def fill(theme: Theme, n: int = 1) -> dict[str, Any]:
    """The whole circuit on a theme, ``n`` of each."""
    made: dict[str, Any] = {}
    for place in range(n):
        statement = EvidenceStatementFactory.create(resource=None)
        figure, resource = FigureFactory.create(), ResourceFactory.create()
        announced = ResourceFactory.create(public_at=datetime(2027, 1, 1, tzinfo=UTC))
        conflict = ConflictFactory.create()
        ConflictReadingFactory.create_batch(2, conflict=conflict)
        conference = ConferenceFactory.create()
        SiteFactory.create(conference=conference, state="accepted")
        for subject in (statement, figure, resource, announced, conflict, conference):
            subject.themes.add(theme)
        recommendation = published_recommendation(
            f"{place + 1}b", in_process=process(conference=conference), themes=(theme,)
        )
        derived(recommendation)
        derived(recommendation, "not_adopted")
        project = ProjectFactory.create()
        keeper = coordinator_of(
            ProjectParticipationFactory.create(project=project).organisation, Role.COOPERATION_OFFICER
        )
        link_project_to_recommendation(
            project=project, recommendation=recommendation, relation="precedes", by=keeper, at=AT
        )
        alone = ProjectFactory.create()
        alone.themes.add(theme)
        action_link(recommendation)
        feedback(recommendation)
        made |= {"recommendation": recommendation, "project": project, "conference": conference}
    return made


def test_hub_gathers_the_circuit() -> None:
    theme = ThemeFactory.create()
    made = fill(theme)
    hub = theme_hub(theme.slug, PUBLIC, AT)
    assert hub.counts == {
        "evidence": 3,
        "conferences": 1,
        "recommendations": 1,
        "actions": 3,
        "feedback": 1,
    }
    assert len(hub.evidence.conflicts[0][1]) == 2
    assert hub.evidence.announced == ()
    assert hub.conferences[0].sites == 1
    node = hub.trunks[0].nodes[0]
    assert node.recommendation == made["recommendation"]
    assert [(o.derivation.relation, o.node is not None) for o in node.offspring] == [
        ("adapted", True),
        ("not_adopted", False),
    ]
    assert [a.project.project if a.project else None for a in hub.actions][:1] == [None]
    assert made["project"] in [a.project.project for a in hub.actions if a.project]


def test_hub_of_a_theme_shows_what_hangs_under_it() -> None:
    above = ThemeFactory.create()
    under = ThemeFactory.create(parent=above)
    published_recommendation("1b", themes=(under,))
    assert theme_hub(above.slug, PUBLIC, AT).counts["recommendations"] == 1
    hub = theme_hub(under.slug, PUBLIC, AT)
    assert hub.above == (above,)
    with pytest.raises(Unknown):
        theme_hub("rien", PUBLIC, AT)


def test_hub_tells_people_with_a_mandate_what_will_open() -> None:
    theme = ThemeFactory.create()
    resource = ResourceFactory.create(
        public_at=datetime(2027, 1, 1, tzinfo=UTC), title=text("Titre sous embargo")
    )
    resource.themes.add(theme)
    partner = coordinator_of(OrganisationFactory.create())
    assert theme_hub(theme.slug, PUBLIC, AT).evidence.announced == ()
    assert theme_hub(theme.slug, partner, AT).evidence.announced == (resource,)


def test_hub_page_never_shows_the_title_of_what_is_only_announced(client: Client) -> None:
    theme = ThemeFactory.create()
    resource = ResourceFactory.create(
        public_at=datetime(2027, 1, 1, tzinfo=UTC), title=text("Titre sous embargo")
    )
    resource.themes.add(theme)
    signed_in(client, coordinator_of(OrganisationFactory.create()))
    page = client.get(theme.get_absolute_url()).content.decode()
    assert "Titre sous embargo" not in page
    assert str(resource.uid) in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_hub_page_shows_its_five_parts_in_order(client: Client, language: str) -> None:
    theme = ThemeFactory.create()
    fill(theme)
    page = client.get(f"/{language}/themes/{theme.slug}/").content.decode()
    places = [
        page.index(f'<section class="section" id="{part}"')
        for part in ("evidence", "conferences", "tree", "actions", "feedback")
    ]
    assert places == sorted(places)
    assert {"fr": "Retours d", "en": "Feedback"}[language] in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_hub_page_of_an_empty_theme_says_who_can_fill_it(client: Client, language: str) -> None:
    theme = ThemeFactory.create()
    page = client.get(f"/{language}/themes/{theme.slug}/").content.decode()
    assert page.count('class="empty"') == 5
    assert client.get(f"/{language}/themes/rien/").status_code == 404


def test_hub_asks_a_constant_number_of_queries(django_assert_num_queries: Any) -> None:
    theme = ThemeFactory.create()
    fill(theme)
    with django_assert_num_queries(18):
        theme_hub(theme.slug, PUBLIC, AT)
    fill(theme, 2)
    with django_assert_num_queries(18):
        theme_hub(theme.slug, PUBLIC, AT)


def test_hub_csv_has_a_row_per_recommendation_and_answer(client: Client) -> None:
    theme = ThemeFactory.create()
    recommendation = published_recommendation("1b", themes=(theme,), titles={"fr": "=1+1"})
    derived(recommendation)
    derived(recommendation, "not_adopted")
    content = client.get(f"/fr/themes/{theme.slug}.csv").content.decode().lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == 4
    assert rows[1][:2] == ["1b", "'=1+1"]
    assert [r[6] for r in rows[2:]] == ["adaptée", "non retenue"]
    assert rows[1][-1].endswith(recommendation.permalink)


# home


def test_home_is_public_and_shows_what_is_new(client: Client) -> None:
    theme = ThemeFactory.create(title=text("Décrochage"))
    conference = ConferenceFactory.create(title=text("Agir"))
    published_recommendation("1b", titles={"fr": "Des alternatives", "en": "Alternatives"})
    for language in ("fr", "en"):
        page = client.get(f"/{language}/").content.decode()
        assert theme.get_absolute_url().removeprefix("/fr") in page
        assert conference.slug in page
    assert "Alternatives" in page


def test_home_says_what_is_on_air_on_the_conferences_clock() -> None:
    now = datetime(2017, 11, 9, 9, 0, tzinfo=UTC)
    live = SessionFactory.create(start_at=now - timedelta(minutes=5), end_at=now + timedelta(hours=1))
    SessionFactory.create(start_at=now - timedelta(hours=2), end_at=now - timedelta(hours=1))
    assert [row.session for row in on_air(PUBLIC, now, wall=now)] == [live]
    shifted = ConferenceFactory.create(clock_offset=now - AT)
    other = SessionFactory.create(
        conference=shifted, start_at=now - timedelta(minutes=5), end_at=now + timedelta(hours=1)
    )
    found = on_air(PUBLIC, AT, wall=AT)
    assert [(row.session, row.programme_now) for row in found] == [(other, now)]


def test_home_asks_a_constant_number_of_queries(django_assert_num_queries: Any) -> None:
    def one() -> None:
        ThemeFactory.create()
        conference = ConferenceFactory.create()
        SiteFactory.create(conference=conference, state="accepted")
        published_recommendation("1b")

    one()
    with django_assert_num_queries(7):
        public_home(PUBLIC, AT, wall=AT)
    one()
    one()
    with django_assert_num_queries(7):
        public_home(PUBLIC, AT, wall=AT)


def test_home_of_a_host_shows_every_site_at_once(client: Client) -> None:
    host = HostFactory.create()
    conference = ConferenceFactory.create(host=host)
    sites = [SiteFactory.create(conference=conference, state=s) for s in ("accepted", "invited", "proposed")]
    SiteFactory.create(conference=conference, state="withdrawn")
    SiteFactory.create()
    actor = coordinator_of(host, Role.HOST_COORDINATOR)
    desks = {d.kind: d.rows for d in signed_in_home(actor, AT, wall=AT).desks}
    assert {row.site for row in desks["hosted_sites"]} == set(sites)
    signed_in(client, actor)
    for language in ("fr", "en"):
        page = client.get(f"/{language}/").content.decode()
        assert page.count("<tr>") == 4


def test_home_of_a_site_shows_its_next_session_at_local_hours() -> None:
    now = datetime(2017, 11, 8, 12, 0, tzinfo=UTC)
    site = SiteFactory.create(
        time_zone="Africa/Casablanca", mode="delayed", delay_minutes=90, state="accepted"
    )
    SessionFactory.create(conference=site.conference)
    actor = actor_with(Role.SITE_COORDINATOR, site.urn, organisation=site.organisation)
    row = signed_in_home(actor, now, wall=now).desks[0].rows[0]
    assert row.site == site
    assert row.hours.local_from.strftime("%H:%M") == "08:30"
    assert row.hours.viewing_from.strftime("%H:%M") == "10:00"


def test_home_shows_notices_with_what_is_late(client: Client) -> None:
    person = PersonFactory.create()
    NoticeFactory.create(person=person, expectation=text("Répondre"), due_at=datetime(2020, 1, 1, tzinfo=UTC))
    NoticeFactory.create(expectation=text("À quelqu'un d'autre"))
    signed_in(client, person)
    page = client.get("/fr/").content.decode()
    assert "Répondre" in page
    assert "En retard" in page
    assert "quelqu" not in page


def test_home_of_an_officer_shows_the_projects_kept() -> None:
    project = ProjectFactory.create(published_at=None)
    owner = ProjectParticipationFactory.create(project=project).organisation
    ProjectFactory.create()
    actor = coordinator_of(owner, Role.COOPERATION_OFFICER)
    desk = signed_in_home(actor, AT, wall=AT).desks[0]
    assert (desk.kind, [c.project for c in desk.rows]) == ("kept_projects", [project])


@pytest.mark.parametrize(
    "role",
    [
        Role.HOST_COORDINATOR,
        Role.SITE_COORDINATOR,
        Role.MODERATOR,
        Role.EXPERT,
        Role.MEMBER,
        Role.DECISION_MAKER,
        Role.TRAINING_ENGINEER,
        Role.COOPERATION_OFFICER,
        Role.ANALYST,
        Role.ADMINISTRATOR,
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_home_opens_for_every_role(client: Client, role: str, language: str) -> None:
    site = SiteFactory.create(state="accepted")
    SessionFactory.create(conference=site.conference, start_at=AT, end_at=AT + timedelta(days=9_000))
    scope = {
        Role.HOST_COORDINATOR: site.conference.host.urn,
        Role.SITE_COORDINATOR: site.urn,
        Role.MODERATOR: site.conference.urn,
        Role.EXPERT: site.conference.urn,
        Role.MEMBER: GroupFactory.create().urn,
        Role.DECISION_MAKER: site.urn,
        Role.ADMINISTRATOR: INSTALLATION,
    }.get(role, site.organisation.urn)
    ResourceFactory.create()
    signed_in(client, actor_with(role, scope, organisation=site.organisation))
    response = client.get(f"/{language}/")
    assert response.status_code == 200
    assert response.content.decode().count("<h1>") == 1


def test_home_tells_what_changed_lately() -> None:
    resource = ResourceFactory.create(public_at=AT - timedelta(days=3), announced_at=None)
    ResourceFactory.create(public_at=AT - timedelta(days=300))
    ResourceFactory.create(public_at=AT + timedelta(days=3))
    project = ProjectFactory.create(published_at=AT - timedelta(days=1))
    actor = coordinator_of(OrganisationFactory.create())
    changes = signed_in_home(actor, AT, wall=AT).changes
    assert [(c.kind, c.subject) for c in changes] == [("project", project), ("resource", resource)]


def test_sources_page_lists_readable_sources_only(client: Client) -> None:
    FigureFactory.create(source_label="Eurostat", source_read_date=date(2026, 11, 1))
    FigureFactory.create(source_label="Secretum source", published_at=None)
    ProjectFactory.create(source_label="Inventé", is_fictitious=True)
    page = client.get(reverse("sources")).content.decode()
    assert "Eurostat" in page
    assert "Secretum" not in page
    assert "Inventé" not in page


def test_themes_page_shows_the_tree(client: Client) -> None:
    above = ThemeFactory.create()
    under = ThemeFactory.create(parent=above)
    page = client.get(reverse("themes")).content.decode()
    assert page.index(above.get_absolute_url()) < page.index(under.get_absolute_url())
    assert client.get(f"/id/theme/{above.uid}")["Location"] == above.get_absolute_url()
