"""What the pages and machine formats of a project show, and to whom."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.cooperation.domain.queries.projects import (
    list_projects,
    project_page,
    projects_of_organisation,
)
from polyphonie.cooperation.models import Project
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.network.enums import Role
from tests.factories.cooperation import (
    FundingLineFactory,
    MilestoneFactory,
    ProjectFactory,
    ProjectParticipationFactory,
)
from tests.factories.network import (
    OrganisationFactory,
    TerritoryFactory,
    ThemeFactory,
    administrator,
    coordinator_of,
    officer_today,
    signed_in,
    text,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = Actor.visitor()


def atlas_record() -> Project:
    """The record of Courcouronnes as the facts give it."""
    evry = OrganisationFactory.create(slug="evry-courcouronnes", name=text("Évry-Courcouronnes"))
    town = OrganisationFactory.create(
        slug="courcouronnes",
        name=text("Courcouronnes"),
        successor=evry,
        valid_until=date(2019, 1, 1),
        is_fictitious=False,
    )
    project = ProjectFactory.create(
        slug="education-france-quebec",
        title=text("Education France /Québec, approche comparée"),
        scheme=text("Alternative Suspension"),
        first_mission_year=2009,
        end_on=date(2020, 12, 31),
        is_triennial=False,
    )
    ProjectParticipationFactory.create(project=project, organisation=town, order=0)
    ProjectParticipationFactory.create(
        project=project, role="implementing_lead", organisation=None, label="MRIF", order=1
    )
    ministry = OrganisationFactory.create(name=text("Ministère"))
    for body, label, amounts in (
        (ministry, "", (6500, 6500)),
        (town, "", (1000, 19000)),
        (None, "Collectivités et partenaires étrangers", (4500, 4500)),
    ):
        for year, amount in zip((2019, 2020), amounts, strict=True):
            FundingLineFactory.create(
                project=project, organisation=body, label=label, year=year, amount=Decimal(amount)
            )
    MilestoneFactory.create(project=project, year=2014, kind="evaluation", text=text("Colloque"))
    return project


def test_project_page_sums_funding_by_funder_and_year() -> None:
    atlas_record()
    table = project_page("education-france-quebec", PUBLIC, AT).funding[0]
    assert table.years == (2019, 2020)
    assert [(r.body.label, r.total) for r in table.rows] == [
        ("Ministère", 13_000),
        ("Courcouronnes", 20_000),
        ("Collectivités et partenaires étrangers", 9_000),
    ]
    assert table.year_totals == (12_000, 30_000)
    assert table.total == 42_000


def test_project_page_never_adds_currencies_up() -> None:
    project = ProjectFactory.create()
    FundingLineFactory.create(project=project, amount=Decimal(10))
    FundingLineFactory.create(project=project, amount=Decimal(20), currency="CAD")
    tables = project_page(project.slug, PUBLIC, AT).funding
    assert [(t.currency, t.total) for t in tables] == [("CAD", 20), ("EUR", 10)]


def test_project_page_leaves_an_unknown_amount_empty() -> None:
    project = ProjectFactory.create()
    FundingLineFactory.create(project=project, label="A", organisation=None, year=2019)
    FundingLineFactory.create(project=project, label="B", organisation=None, year=2020)
    rows = project_page(project.slug, PUBLIC, AT).funding[0].rows
    assert [r.amounts for r in rows] == [(Decimal(6500), None), (None, Decimal(6500))]


def test_project_page_names_who_took_over() -> None:
    atlas_record()
    owner = project_page("education-france-quebec", PUBLIC, AT).roles[0].bodies[0]
    assert owner.label == "Courcouronnes"
    assert owner.today is not None
    assert (owner.today.slug, owner.since) == ("evry-courcouronnes", date(2019, 1, 1))


def test_project_page_tells_each_date_under_its_name() -> None:
    atlas_record()
    timeline = project_page("education-france-quebec", PUBLIC, AT).timeline
    assert [(e.year, e.kind) for e in timeline] == [
        (2009, "mission"),
        (2010, "agreement"),
        (2014, "evaluation"),
        (2019, "start"),
        (2020, "end"),
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_project_page_shows_the_record(client: Client, language: str) -> None:
    atlas_record()
    page = client.get(f"/{language}/projets/education-france-quebec/").content.decode()
    total = {"fr": "42\u202f000\u00a0€", "en": "€42,000"}[language]
    assert total in page
    assert {"fr": "Fin passée, à confirmer", "en": "End date passed, to be confirmed"}[language] in page
    assert {"fr": "aujourd'hui", "en": "today"}[language] in page.replace("&#x27;", "'")


def test_project_json_is_the_record(client: Client) -> None:
    project = atlas_record()
    data = client.get("/fr/projets/education-france-quebec.json").json()
    assert data["urn"] == project.urn
    assert data["standing"] == "ended_unconfirmed"
    assert data["funding"][0]["total"] == "42000.00"
    assert data["participants"][0]["today"]["name"]["fr"] == "Évry-Courcouronnes"
    assert data["is_fictitious"] is False


def test_project_csv_neutralises_formulas(client: Client) -> None:
    project = ProjectFactory.create()
    FundingLineFactory.create(project=project, organisation=None, label="=HYPERLINK(1)")
    table = client.get(f"/fr/projets/{project.slug}.csv").content.decode()
    assert "'=HYPERLINK(1)" in table
    assert ",=HYPERLINK" not in table


def test_draft_is_read_by_its_keepers_only(client: Client) -> None:
    draft = ProjectFactory.create(published_at=None, title=text("Projet secret"))
    old = OrganisationFactory.create(successor=OrganisationFactory.create(), valid_until=date(2019, 1, 1))
    ProjectParticipationFactory.create(project=draft, organisation=old)
    partner = ProjectParticipationFactory.create(project=draft, role="foreign_partner").organisation
    readers = {
        "keeper": coordinator_of(old, Role.COOPERATION_OFFICER),
        "successor": officer_today(old.successor, Role.COOPERATION_OFFICER, AT),
        "successor before": officer_today(
            old.successor, Role.COOPERATION_OFFICER, datetime(2018, 12, 31, tzinfo=UTC)
        ),
        "partner": coordinator_of(partner, Role.COOPERATION_OFFICER),
        "other role": coordinator_of(old),
        "administrator": administrator(),
        "visitor": PUBLIC,
    }
    reading = {name for name, who in readers.items() if Project.objects.readable_by(who, AT).exists()}
    assert reading == {"keeper", "successor", "administrator"}
    for suffix in ("/", ".json", ".csv"):
        assert client.get(f"/fr/projets/{draft.slug}{suffix}").status_code == 404
    assert "Projet secret" not in client.get("/fr/projets/").content.decode()
    assert client.get(f"/id/project/{draft.uid}").status_code == 404
    with pytest.raises(Unknown):
        project_page(draft.slug, PUBLIC, AT)
    signed_in(client, readers["keeper"])
    assert "Projet secret" in client.get(f"/fr/projets/{draft.slug}/").content.decode()


def test_project_published_later_is_not_read_before() -> None:
    ProjectFactory.create(published_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert not Project.objects.readable_by(PUBLIC, AT).exists()


def test_permalink_leads_to_the_page(client: Client) -> None:
    project = ProjectFactory.create()
    response = client.get(f"/id/project/{project.uid}")
    assert response.status_code == 302
    assert response["Location"].endswith(f"/projets/{project.slug}/")


def test_projects_of_organisation_include_those_of_its_predecessors() -> None:
    project = atlas_record()
    evry = OrganisationFactory._meta.model.objects.get(slug="evry-courcouronnes")
    assert [c.project for c in projects_of_organisation(evry, PUBLIC, AT)] == [project]


def full_project() -> Project:
    project = ProjectFactory.create()
    project.themes.add(ThemeFactory.create())
    project.territories.add(TerritoryFactory.create())
    today = OrganisationFactory.create()
    body = OrganisationFactory.create(successor=today)
    ProjectParticipationFactory.create(project=project, organisation=body)
    FundingLineFactory.create(project=project, organisation=body)
    MilestoneFactory.create(project=project)
    return project


def test_projects_page_asks_a_constant_number_of_queries(
    client: Client, django_assert_num_queries: Any
) -> None:
    address = reverse("projects")
    for _rows in (1, 2, 3):
        full_project()
        if _rows != 2:
            with django_assert_num_queries(4):
                client.get(address)


def test_project_page_asks_a_constant_number_of_queries(
    client: Client, django_assert_num_queries: Any
) -> None:
    project = full_project()
    address = project.get_absolute_url()
    with django_assert_num_queries(7):
        client.get(address)
    for _ in range(2):
        body = OrganisationFactory.create(successor=OrganisationFactory.create())
        project.themes.add(ThemeFactory.create())
        project.territories.add(TerritoryFactory.create())
        ProjectParticipationFactory.create(project=project, organisation=body)
        FundingLineFactory.create(project=project, organisation=body)
        MilestoneFactory.create(project=project)
    with django_assert_num_queries(7):
        client.get(address)


def test_list_projects_is_latest_first() -> None:
    ProjectFactory.create(slug="b", start_year=2015)
    ProjectFactory.create(slug="a", start_year=2019)
    assert [c.project.slug for c in list_projects(PUBLIC, AT)] == ["a", "b"]


def test_edit_shows_both_versions_when_somebody_else_wrote(client: Client) -> None:
    project = ProjectFactory.create(source_label="Atlas")
    owner = ProjectParticipationFactory.create(project=project).organisation
    signed_in(client, coordinator_of(owner, Role.COOPERATION_OFFICER))
    address = reverse("project_edit", kwargs={"slug": project.slug})
    data = {"title": "Le mien", "start_year": "2018", "source_label": "Atlas", "version": "1"}
    assert client.post(address, data).status_code == 303
    response = client.post(address, {**data, "title": "Le leur"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Le mien" in page
    assert "Le leur" in page
    assert Project.objects.get().title["fr"] == "Le mien"
    assert client.post(address, {**data, "title": "Le leur", "version": "2"}).status_code == 303


def test_add_part_keeps_the_input_of_a_refused_form(client: Client) -> None:
    project = ProjectFactory.create()
    owner = ProjectParticipationFactory.create(project=project).organisation
    signed_in(client, coordinator_of(owner, Role.COOPERATION_OFFICER))
    data = {
        "funding-label": "Ville",
        "funding-year": "2019",
        "funding-amount": "-5",
        "funding-currency": "EUR",
        "funding-nature": "unknown",
    }
    response = client.post(reverse("project_funding", kwargs={"slug": project.slug}), data)
    assert response.status_code == 422
    assert 'value="Ville"' in response.content.decode()
    data["funding-amount"] = "6500"
    assert client.post(reverse("project_funding", kwargs={"slug": project.slug}), data).status_code == 303


def test_new_project_is_for_officers(client: Client) -> None:
    owner = OrganisationFactory.create()
    address = reverse("project_new")
    assert client.get(address).status_code == 302
    signed_in(client, coordinator_of(owner))
    assert client.get(address).status_code == 403
    signed_in(client, coordinator_of(owner, Role.COOPERATION_OFFICER))
    assert client.get(address).status_code == 200
    response = client.post(address, {"title": "Un projet", "owner": owner.pk})
    assert response.status_code == 303
    assert Project.objects.get().title["fr"] == "Un projet"


def test_project_json_is_valid_for_machines(client: Client) -> None:
    atlas_record()
    response = client.get("/en/projets/education-france-quebec.json")
    assert response["Content-Type"] == "application/json"
    json.loads(response.content)
