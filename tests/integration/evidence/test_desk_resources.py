"""Resources at the desk: entered, corrected, opened, moved, and what each form refuses."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from polyphonie.evidence.models import Resource
from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice
from tests.factories.conferences import ConferenceFactory
from tests.factories.evidence import (
    AccessGrantFactory,
    ResourceContextFactory,
    ResourceFactory,
    ResourceKindFactory,
)
from tests.factories.network import (
    HostFactory,
    OrganisationFactory,
    ThemeFactory,
    coordinator_of,
    signed_in,
)
from tests.pages import differences, errors, typed, words

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


# resources


def record(body: Any, **given: str) -> dict[str, str]:
    return {
        "title__fr": "Note d'expert",
        "title__en": "Expert's note",
        "kind": str(ResourceKindFactory.create().pk),
        "issuer": str(body.pk),
        "licence": "CC BY 4.0",
        "zone": "Europe/Paris",
        "opening": "later",
        **given,
    }


def test_resource_new_opens_at_local_hours_though_clocks_change(
    client: Client, desk_host: Actor, body: Any
) -> None:
    signed_in(client, desk_host)
    given = record(body, opening="set", public_at="2024-11-05", hour="09:00", announced_on="2024-10-03")
    response = client.post(reverse("resource_new"), given)
    resource = Resource.objects.get()
    assert (response.status_code, response["Location"]) == (303, resource.get_absolute_url())
    assert (resource.early_at, resource.public_at) == (EARLY, PUBLIC)
    assert resource.announced_at == datetime(2024, 10, 3, tzinfo=PARIS)
    page = words(client.get(resource.get_absolute_url()))
    assert "15 octobre 2024 à 09:00" in page
    assert "5 novembre 2024 à 09:00" in page
    assert (resource.licence, resource.title["en"]) == ("CC BY 4.0", "Expert's note")


def test_resource_new_without_opening_is_its_hosts_alone(client: Client, desk_host: Actor, body: Any) -> None:
    signed_in(client, desk_host)
    assert client.post(reverse("resource_new"), record(body)).status_code == 303
    resource = Resource.objects.get()
    assert (resource.announced_at, resource.public_at) == (None, None)
    assert client.get(resource.get_absolute_url()).status_code == 200
    assert Client().get(resource.get_absolute_url()).status_code == 404


def test_resource_new_records_what_is_public_already(client: Client, desk_host: Actor, body: Any) -> None:
    signed_in(client, desk_host)
    given = record(body, opening="since", public_at="2018-12-11", hour="09:00")
    assert client.post(reverse("resource_new"), given).status_code == 303
    assert Resource.objects.get().public_at == datetime(2018, 12, 11, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"opening": "set", "public_at": "2024-09-01", "hour": "09:00"},
            "Jour de l'ouverture publique : L'ouverture du 1 septembre 2024 à 09:00 (Paris) est déjà passée ; "
            "choisissez un instant à venir.",
        ),
        (
            {"opening": "set", "public_at": "2024-11-05", "hour": "09:00", "early_days": "-2"},
            "Accès anticipé, en jours avant l'ouverture : L'accès anticipé du 7 novembre 2024 à 09:00 (Paris) "
            "vient après l'ouverture du 5 novembre 2024 à 09:00 (Paris) ; avancez-le ou supprimez-le.",
        ),
        (
            {"opening": "set", "public_at": "2024-11-05", "hour": "09:00", "announced_on": "2024-11-01"},
            "Annoncée à partir du : L'annonce du 1 novembre 2024 à 00:00 (Paris) vient après l'ouverture du "
            "15 octobre 2024 à 09:00 (Paris) ; avancez-la ou effacez-la.",
        ),
        (
            {"opening": "since", "public_at": "2024-11-05", "hour": "09:00"},
            "Jour de l'ouverture publique : Le 5 novembre 2024 à 09:00 (Paris) est à venir ; "
            "fixez plutôt une ouverture.",
        ),
        (
            {"opening": "set", "public_at": "2024-11-05"},
            "Heure : Donnez le jour et l'heure, ou fixez l'ouverture plus tard.",
        ),
        ({"title__fr": "", "title__en": ""}, "Titre : Donnez ce texte dans une langue au moins."),
    ],
)
def test_resource_new_refuses(
    given: dict[str, str], line: str, client: Client, desk_host: Actor, body: Any
) -> None:
    response = signed_in(client, desk_host).post(reverse("resource_new"), record(body, **given))
    assert response.status_code == 422
    assert [e.replace("1er", "1") for e in errors(response)] == [line]
    assert typed(response, "licence") == "CC BY 4.0"
    assert not Resource.objects.exists()


def test_resource_new_refuses_a_body_that_one_does_not_coordinate(
    client: Client, desk_host: Actor, body: Any
) -> None:
    given = record(body, issuer=str(HostFactory.create().pk))
    response = signed_in(client, desk_host).post(reverse("resource_new"), given)
    assert response.status_code == 422
    assert not Resource.objects.exists()


def test_resource_edit_corrects_the_record(client: Client, desk_host: Actor, body: Any) -> None:
    resource = ResourceFactory.create(issuer=body, locator="diapositive 3")
    theme = ThemeFactory.create()
    address = reverse("resource_edit", args=[resource.uid])
    signed_in(client, desk_host)
    assert typed(client.get(address), "authors") == "A. Exemple"
    given: dict[str, Any] = {**record(body), "version": "1", "themes": [str(theme.pk)], "authors": "B. Autre"}
    response = client.post(address, given)
    assert (response.status_code, response["Location"]) == (303, resource.get_absolute_url())
    resource.refresh_from_db()
    assert (str(resource.title), resource.authors, resource.version) == ("Note d'expert", "B. Autre", 2)
    assert (resource.locator, list(resource.themes.all())) == ("diapositive 3", [theme])
    stale = client.post(address, {**given, "authors": "C. Tardif"})
    assert stale.status_code == 409
    assert differences(stale) == {"Par": ("B. Autre", "C. Tardif")}
    assert (typed(stale, "authors"), typed(stale, "version")) == ("C. Tardif", "2")


def test_resource_opening_moves_the_announcement_only_when_asked(
    client: Client, desk_host: Actor, body: Any
) -> None:
    announced = NOW - timedelta(days=3)
    resource = ResourceFactory.create(
        issuer=body, announced_at=announced, early_at=EARLY, public_at=PUBLIC, version=4
    )
    address = reverse("resource_opening", args=[resource.uid])
    signed_in(client, desk_host)
    form = client.get(address)
    names = ("public_at", "hour", "zone", "early_days", "announced_on", "version")
    given = {name: typed(form, name) for name in names}
    assert given == {
        "public_at": "2024-11-05",
        "hour": "09:00",
        "zone": "Europe/Paris",
        "early_days": "21",
        "announced_on": "2024-09-28",
        "version": "4",
    }
    assert client.post(address, {**given, "public_at": "2024-11-07"}).status_code == 303
    resource.refresh_from_db()
    assert resource.announced_at == announced
    assert resource.early_at == EARLY + timedelta(days=2)


def test_resource_move_moves_both_dates_and_refuses_the_past(
    client: Client, desk_host: Actor, body: Any
) -> None:
    resource = ResourceFactory.create(issuer=body, announced_at=NOW, early_at=EARLY, public_at=PUBLIC)
    partner = OrganisationFactory.create()
    coordinator_of(partner)
    AccessGrantFactory.create(organisation=partner, scope=resource.urn)
    address = reverse("resource_move", args=[resource.uid])
    signed_in(client, desk_host)
    assert typed(client.get(address), "version") == "1"
    assert client.post(address, {"days": "2", "version": "1"}).status_code == 303
    resource.refresh_from_db()
    assert (resource.early_at, resource.public_at) == (EARLY + timedelta(days=2), PUBLIC + timedelta(days=2))
    assert Notice.objects.count() == 1
    for days, line in (
        (
            "-60",
            "De combien de jours : L'ouverture du 8 septembre 2024 à 09:00 (Paris) est déjà passée ; "
            "choisissez un instant à venir.",
        ),
        (
            "0",
            "De combien de jours : Le déplacement va de 1 à 365 jours, plus tard ou plus tôt ; vous avez saisi 0.",
        ),
    ):
        refused = client.post(address, {"days": days, "version": "2"})
        assert (refused.status_code, errors(refused), typed(refused, "days")) == (422, [line], days)
    stale = client.post(address, {"days": "2", "version": "1"})
    assert stale.status_code == 409


def test_openings_of_a_conference_move_together(client: Client, desk_host: Actor, body: Any) -> None:
    conference = ConferenceFactory.create(host=body)
    row = ResourceFactory.create(issuer=body, announced_at=NOW, early_at=EARLY, public_at=PUBLIC)
    ResourceContextFactory.create(resource=row, urn=conference.urn, host=body, label=conference.title)
    address = reverse("openings_move", args=[conference.uid])
    stranger = coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR)
    assert signed_in(client, stranger).get(address).status_code == 404
    signed_in(client, desk_host)
    assert f'href="{address}"' in client.get(reverse("evidence_desk")).content.decode()
    manage = client.get(reverse("manage_conference", args=[conference.slug])).content.decode()
    assert f'href="{address}"' in manage
    assert str(conference.title) in words(client.get(address))
    refused = client.post(address, {"days": "-60"})
    assert (refused.status_code, typed(refused, "days")) == (422, "-60")
    response = client.post(address, {"days": "2"})
    assert (response.status_code, response["Location"]) == (303, reverse("evidence_desk"))
    row.refresh_from_db()
    assert row.public_at == PUBLIC + timedelta(days=2)
    Resource.objects.update(early_at=None, public_at=NOW - timedelta(days=1))
    assert client.get(address).status_code == 404


def test_resource_version_is_uploaded_in_its_language(client: Client, desk_host: Actor, body: Any) -> None:
    resource = ResourceFactory.create(issuer=body, public_at=None)
    address = reverse("resource_version", args=[resource.uid])
    signed_in(client, desk_host)
    pdf = SimpleUploadedFile("note.pdf", b"%PDF-1.7\n", content_type="application/pdf")
    given = {"language": "pt-BR", "translation": "machine"}
    response = client.post(address, {**given, "file": pdf})
    assert (response.status_code, response["Location"]) == (303, resource.get_absolute_url())
    version = resource.versions.get()
    assert (version.language, version.translation, version.file.filename) == ("pt-BR", "machine", "note.pdf")
    for upload, line in (
        (
            {},
            "Fichier : Joignez un fichier ou donnez un lien, l'un des deux : une version est l'un ou l'autre.",
        ),
        (
            {"file": SimpleUploadedFile("x.exe", io.BytesIO(b"MZ\x00").getvalue())},
            "Fichier : « x.exe » n'est pas un PDF, une image, un document bureautique ou un texte ; convertissez-le.",
        ),
    ):
        refused = client.post(address, {**given, **upload})
        assert (refused.status_code, errors(refused)) == (422, [line])
        assert typed(refused, "language") == "pt-BR"
    assert resource.versions.count() == 1
