"""The desk of those who write evidence: who may open it, and what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.models import LedgerEvent
from tests.factories.conferences import ConferenceFactory
from tests.factories.evidence import (
    ConflictFactory,
    EvidenceStatementFactory,
    FigureFactory,
    ResourceContextFactory,
    ResourceFactory,
)
from tests.factories.network import (
    HostFactory,
    OrganisationFactory,
    administrator,
    coordinator_of,
    signed_in,
    text,
)
from tests.pages import words

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    pytest.mark.integration,
    pytest.mark.usefixtures("desk_day"),
]

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2024, 10, 1, 10, 0, tzinfo=PARIS)
EARLY = datetime(2024, 10, 15, 9, 0, tzinfo=PARIS)
PUBLIC = datetime(2024, 11, 5, 9, 0, tzinfo=PARIS)
WRITE = "Il faut le rôle « coordination » d'une instance hôte, ou « analyse », pour écrire un constat ou un chiffre."


# who


OPEN = ("evidence_desk", "statement_new", "figure_new", "conflict_new")


@pytest.mark.parametrize("name", OPEN)
def test_writing_evidence_needs_the_right(name: str, client: Client) -> None:
    refused = signed_in(client, coordinator_of(OrganisationFactory.create())).get(reverse(name))
    assert refused.status_code == 403
    assert WRITE in words(refused)


@pytest.mark.parametrize("name", [*OPEN, "resource_new"])
def test_the_desk_is_closed_to_visitors(name: str, client: Client) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["analyst", "administrator"])
def test_entering_a_resource_is_the_hosts_coordination_alone(
    who: str, desk_analyst: Actor, client: Client
) -> None:
    by = desk_analyst if who == "analyst" else administrator()
    refused = signed_in(client, by).get(reverse("resource_new"))
    assert refused.status_code == 403
    assert "Il faut le rôle « coordination » de l'instance qui publie cette ressource" in words(refused)
    assert reverse("resource_new") not in client.get(reverse("evidence_desk")).content.decode()


def test_the_navigation_leads_those_who_write_to_their_desk(desk_analyst: Actor, client: Client) -> None:
    address = reverse("evidence_desk")
    public = FigureFactory.create().get_absolute_url()
    assert f'href="{address}"' not in client.get(public).content.decode()
    assert f'href="{address}"' in signed_in(client, desk_analyst).get(public).content.decode()


def test_drafts_of_another_body_are_unknown(client: Client, desk_analyst: Actor) -> None:
    other = HostFactory.create()
    figure = FigureFactory.create(keeper=other, published_at=None)
    claim = EvidenceStatementFactory.create(keeper=other, published_at=None, resource=None)
    closed = ResourceFactory.create(issuer=other, announced_at=None, public_at=None)
    signed_in(client, desk_analyst)
    for name, row in (
        ("figure", figure),
        ("figure_edit", figure),
        ("figure_replace", figure),
        ("statement", claim),
        ("statement_edit", claim),
        ("statement_language", claim),
        ("resource", closed),
        ("resource_edit", closed),
        ("resource_move", closed),
        ("resource_opening", closed),
        ("resource_version", closed),
    ):
        assert client.get(reverse(name, args=[row.uid])).status_code == 404, name
    assert client.post(reverse("statement_withdrawal", args=[claim.uid])).status_code == 404


def test_what_another_body_published_is_not_ours_to_change(client: Client, desk_analyst: Actor) -> None:
    other = HostFactory.create()
    figure = FigureFactory.create(keeper=other)
    claim = EvidenceStatementFactory.create(keeper=other)
    conflict = ConflictFactory.create(keeper=other)
    resource = ResourceFactory.create(issuer=other)
    signed_in(client, desk_analyst)
    answers = [
        client.get(reverse("figure_replace", args=[figure.uid])),
        client.get(reverse("statement_language", args=[claim.uid])),
        client.post(reverse("statement_withdrawal", args=[claim.uid])),
        client.post(reverse("conflict_withdrawal", args=[conflict.uid])),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert "Il faut le rôle « coordination » ou « analyse » de l'instance qui a écrit ceci" in words(
            answer
        )
    assert client.get(reverse("resource_edit", args=[resource.uid])).status_code == 403
    assert "Tenir ce chiffre" not in words(client.get(figure.get_absolute_url()))
    assert not LedgerEvent.objects.exists()


# the desk


def test_the_desk_shows_what_ones_body_keeps(client: Client, desk_host: Actor, body: Any) -> None:
    other = HostFactory.create()
    for keeper, mark in ((body, "nôtre"), (other, "étranger")):
        FigureFactory.create(keeper=keeper, label=text(f"chiffre {mark}"))
        FigureFactory.create(keeper=keeper, label=text(f"ébauche {mark}"), published_at=None)
        for published in ({}, {"published_at": None}):
            EvidenceStatementFactory.create(
                keeper=keeper, resource=None, texts={"fr": f"constat {mark}"}, **published
            )
        ResourceFactory.create(issuer=keeper, title=text(f"ressource {mark}"), public_at=None)
        ConflictFactory.create(keeper=keeper, subject=text(f"désaccord {mark}"))
    withdrawn = text("ressource retirée")
    ResourceFactory.create(issuer=body, title=withdrawn, withdrawn_at=NOW - timedelta(days=1))
    page = words(signed_in(client, desk_host).get(reverse("evidence_desk")))
    for what in ("chiffre", "ébauche", "constat", "ressource", "désaccord"):
        assert f"{what} nôtre" in page, what
    assert "étranger" not in page
    assert "retirée" not in page


def test_the_desk_says_what_would_fill_it(client: Client, desk_host: Actor) -> None:
    page = words(signed_in(client, desk_host).get(reverse("evidence_desk")))
    for sentence in (
        "Aucun brouillon.",
        "Votre instance n'a encore aucune ressource ici ; ajoutez la première.",
        "Aucun constat de votre instance n'est publié.",
        "Aucun chiffre de votre instance n'est publié.",
        "Aucun désaccord n'est relevé.",
    ):
        assert sentence in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_asks_a_constant_number_of_queries(
    rows: int, client: Client, desk_host: Actor, body: Any, django_assert_num_queries: Any
) -> None:
    conference = ConferenceFactory.create(host=body)
    for number in range(rows):
        FigureFactory.create(keeper=body)
        FigureFactory.create(keeper=body, published_at=None)
        EvidenceStatementFactory.create(keeper=body)
        EvidenceStatementFactory.create(keeper=body, published_at=None)
        ConflictFactory.create(keeper=body)
        resource = ResourceFactory.create(issuer=body, public_at=PUBLIC + timedelta(days=number))
        ResourceContextFactory.create(resource=resource, urn=conference.urn, host=body)
    signed_in(client, desk_host)
    client.get(reverse("evidence_desk"))
    with django_assert_num_queries(17):
        page = client.get(reverse("evidence_desk"))
    assert page.status_code == 200
