"""Pages of bodies and territories, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation
from tests.factories.network import (
    AccountFactory,
    MandateFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationNameFactory,
    PersonFactory,
    TerritoryFactory,
    coordinator_of,
    signed_in,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def in_language(tag: str, name: str, *args: Any) -> str:
    with translation.override(tag):
        return reverse(name, args=args)


def merged() -> tuple[Organisation, Organisation]:
    """Caen, which ended in 2020, and Normandie, which took over."""
    normandie = OrganisationFactory.create(
        slug="normandie", name=text("Académie de Normandie", "Académie of Normandie")
    )
    caen = OrganisationFactory.create(
        slug="caen",
        name=text("Académie de Caen", "Académie of Caen"),
        valid_until=date(2020, 1, 1),
        successor=normandie,
    )
    return caen, normandie


@pytest.mark.parametrize("tag", ["fr", "en"])
def test_organisation_page_of_an_ended_body_keeps_its_history_and_leads_on(client: Client, tag: str) -> None:
    caen, normandie = merged()
    response = client.get(in_language(tag, "organisation", caen.slug))
    page = response.content.decode()
    assert response.status_code == 200
    assert in_language(tag, "organisation", normandie.slug) in page
    assert 'datetime="2020-01-01"' in page
    expected = {"fr": "n'existe plus sous ce nom depuis le", "en": "has not existed under this name since"}[
        tag
    ]
    assert expected in page.replace("&#x27;", "'")


def test_organisation_page_before_the_end_does_not_speak_of_it(client: Client, settings: Any) -> None:
    caen, _ = merged()
    session = client.session
    session["clock_offset_seconds"] = int(
        (datetime(2018, 3, 1, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    )
    session.save()
    page = client.get(in_language("fr", "organisation", caen.slug)).content.decode()
    assert "plus sous ce nom" not in page


@pytest.mark.parametrize("words", ["CIEP", "ciep", "Centre international d'études pédagogiques"])
def test_directory_finds_by_a_former_name(client: Client, words: str) -> None:
    fei = OrganisationFactory.create(slug="fei", name=text("France Éducation international"))
    OrganisationNameFactory.create(
        organisation=fei, name=text("Centre international d'études pédagogiques"), short_name=text("CIEP")
    )
    OrganisationFactory.create(slug="autre")
    page = client.get(in_language("fr", "organisations"), {"q": words}).content.decode()
    assert in_language("fr", "organisation", "fei") in page
    assert in_language("fr", "organisation", "autre") not in page


@pytest.mark.usefixtures("rooms_above_silent")
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("signed", [False, True])
def test_organisation_page_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int, signed: bool
) -> None:
    body = OrganisationFactory.create(parent=OrganisationFactory.create(), source_label="Décret")
    for _ in range(count):
        MembershipFactory.create(body=body)
        MembershipFactory.create(organisation=body)
        OrganisationFactory.create(successor=body, valid_until=date(2019, 1, 1))
        OrganisationNameFactory.create(organisation=body)
        account = AccountFactory.create()
        MandateFactory.create(person=account.person, organisation=body)
    if signed:
        signed_in(client, coordinator_of(OrganisationFactory.create()))
    address = in_language("fr", "organisation", body.slug)
    client.get(address)
    with django_assert_num_queries(12 if signed else 6):
        assert client.get(address).status_code == 200


@pytest.mark.usefixtures("rooms_above_silent")
@pytest.mark.parametrize("count", [1, 3])
def test_territory_page_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    country = TerritoryFactory.create(parent=TerritoryFactory.create())
    for _ in range(count):
        OrganisationFactory.create(territory=country)
        TerritoryFactory.create(parent=country)
        TerritoryFactory.create(successor=country, valid_until=date(2019, 1, 1))
    with django_assert_num_queries(4):
        assert client.get(in_language("fr", "territory", country.code)).status_code == 200


@pytest.mark.usefixtures("rooms_above_silent")
@pytest.mark.parametrize("count", [1, 3])
def test_directory_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    OrganisationFactory.create_batch(count)
    with django_assert_num_queries(1):
        assert client.get(in_language("fr", "organisations")).status_code == 200


def test_the_public_reads_functions_and_no_names(client: Client) -> None:
    body = OrganisationFactory.create()
    silent = PersonFactory.create(given_name="Aïcha", family_name="Exemple")
    willing = PersonFactory.create(given_name="Bruno", family_name="Modèle", contact_consent=True)
    for person in (silent, willing):
        AccountFactory.create(person=person)
        MandateFactory.create(person=person, organisation=body, role=Role.SITE_COORDINATOR)
    page = client.get(in_language("fr", "organisation", body.slug)).content.decode()
    assert "Bruno Modèle" in page
    assert "Aïcha" not in page
    assert "@example.org" not in page


def test_people_with_a_mandate_elsewhere_read_names_and_the_addresses_of_the_willing(client: Client) -> None:
    body = OrganisationFactory.create()
    silent, willing = PersonFactory.create(), PersonFactory.create(contact_consent=True)
    hidden = AccountFactory.create(person=silent).email
    shown = AccountFactory.create(person=willing).email
    for person in (silent, willing):
        MandateFactory.create(person=person, organisation=body)
    signed_in(client, coordinator_of(OrganisationFactory.create()))
    page = client.get(in_language("fr", "organisation", body.slug)).content.decode()
    assert str(silent) in page
    assert shown in page
    assert hidden not in page


def test_colleagues_read_addresses(client: Client) -> None:
    body = OrganisationFactory.create()
    silent = PersonFactory.create()
    address = AccountFactory.create(person=silent).email
    MandateFactory.create(person=silent, organisation=body)
    signed_in(client, coordinator_of(body))
    assert address in client.get(in_language("fr", "organisation", body.slug)).content.decode()


def test_a_mandate_that_has_ended_shows_nobody(client: Client) -> None:
    body = OrganisationFactory.create()
    person = PersonFactory.create(contact_consent=True)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    MandateFactory.create(person=person, organisation=body, until_date=yesterday)
    assert str(person) not in client.get(in_language("fr", "organisation", body.slug)).content.decode()


@pytest.mark.parametrize("name", ["organisation", "territory"])
def test_unknown_pages_are_not_found(client: Client, name: str) -> None:
    assert client.get(in_language("fr", name, "rien")).status_code == 404


def test_permalinks_lead_to_the_pages(client: Client) -> None:
    for row in (OrganisationFactory.create(), TerritoryFactory.create()):
        response = client.get(row.permalink)
        assert response.status_code == 302
        assert response["Location"].endswith(row.get_absolute_url().split("/", 2)[2])
