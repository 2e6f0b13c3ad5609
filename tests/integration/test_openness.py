"""One closed, one early and one public resource: who reads which, when, by which door.

The answer of the room of evidence is compared with every door through which a resource leaves the house.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.demo.domain.shelf import LOADER, both
from polyphonie.demo.moments import PARIS
from polyphonie.evidence.domain.resource import add_resource, release_version
from polyphonie.evidence.models import Resource, ResourceKind
from polyphonie.kernel import clock
from polyphonie.network.middleware import OFFSET_KEY
from polyphonie.network.models import Organisation, Theme
from polyphonie.portal.domain.search import reindex
from tests.demonstration import demonstration, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

EARLY = datetime(2024, 10, 15, 9, 0, tzinfo=PARIS)
PUBLIC = datetime(2024, 11, 5, 9, 0, tzinfo=PARIS)
STEP = timedelta(minutes=3)
INSTANTS = (EARLY - STEP, EARLY + STEP, PUBLIC - STEP, PUBLIC + STEP)
TITLES = {
    "closed": "Ornithologie comparée",
    "early": "Synthèse d'une note d'experte (2024)",
    "public": "Préconisations : agir face au décrochage scolaire",
}
# for each reader: closed, early, public, at each of the four instants
READ = {
    "public": ("--p", "--p", "--p", "-ep"),
    "rabat": ("--p", "--p", "--p", "-ep"),
    "training": ("--p", "-ep", "-ep", "-ep"),
    "partnerships": ("--p", "--p", "--p", "-ep"),
}


@pytest.fixture(scope="module", autouse=True)
def _planted(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        at = EARLY - timedelta(days=60)
        closed = add_resource(
            kind=ResourceKind.objects.order_by("pk")[0],
            title=both(TITLES["closed"], TITLES["closed"]),
            summary=both(TITLES["closed"], TITLES["closed"]),
            issuer=Organisation.objects.get(slug="cnesco"),
            themes=list(Theme.objects.filter(slug="decrochage-scolaire")),
            is_fictitious=True,
            by=LOADER,
            at=at,
        )
        release_version(
            resource=closed,
            language="fr",
            file=io.BytesIO(b"%PDF-1.7 ornithologie"),
            filename="ornithologie.pdf",
            by=LOADER,
            at=at,
        )
        early = Resource.objects.get(title__fr=TITLES["early"])
        early.themes.set(Theme.objects.filter(slug="decrochage-scolaire"))
        reindex()
        yield


def resource(name: str) -> Resource:
    return Resource.objects.get(title__fr=TITLES[name])


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode().replace("&#x27;", "'")


def record(client: Client, address: str) -> str:
    """The words of a record; JSON writes them with escapes."""
    answer = client.get(address)
    return json.dumps(answer.json(), ensure_ascii=False) if answer.status_code == 200 else ""


def doors(client: Client, name: str) -> dict[str, bool]:
    """Whether each door gives the title, or the file."""
    row, title = resource(name), TITLES[name]
    found = {
        "page": title in text(client, row.get_absolute_url()),
        "json": title in record(client, reverse("resource_json", args=[row.uid])),
        "permalink": title in client.get(row.permalink, follow=True).content.decode().replace("&#x27;", "'"),
        # the page repeats what was asked for: one word is asked for, the whole title is looked for
        "search": title in text(client, f"{reverse('search')}?q={title.split()[0]}"),
        "hub": title in text(client, reverse("theme", args=["decrochage-scolaire"])),
    }
    version = row.versions.order_by("pk").first()
    if version is not None and version.file is not None:
        answer = client.get(reverse("stored_file", args=[version.file.uid]))
        found["file"] = answer.status_code == 200 and b"".join(answer).startswith(b"%PDF")
    return found


@pytest.mark.parametrize("key", sorted(READ))
def test_each_door_gives_what_may_be_read_and_nothing_else(key: str) -> None:
    client = visitor(key)
    for at, expected in zip(INSTANTS, READ[key], strict=True):
        session = client.session
        session[OFFSET_KEY] = (at - clock.wall()).total_seconds()
        session.save()
        for name, wanted in zip(TITLES, expected, strict=True):
            found = doors(client, name)
            assert found == dict.fromkeys(found, wanted != "-"), (key, name, at)
            if wanted == "-":
                elsewhere = (
                    reverse("home"),
                    reverse("feed_recommendations"),
                    reverse("feed_conferences"),
                    reverse("theme_csv", args=["decrochage-scolaire"]),
                    reverse("sources"),
                    "/sitemap.xml",
                    "/api/v1/themes",
                    "/api/v1/statements",
                    "/api/v1/recommendations",
                )
                assert [a for a in elsewhere if TITLES[name] in text(client, a)] == [], (key, name, at)
