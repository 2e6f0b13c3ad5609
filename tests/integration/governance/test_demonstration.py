"""The Bureau of the demonstration, as each of its people reads it, in French and in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from lxml import html

from polyphonie.governance.domain.queries.members import members_part
from polyphonie.kernel import clock
from polyphonie.network.models import Organisation
from polyphonie.recommendations.models import Recommendation
from tests.demonstration import demonstration, visible_text, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        yield


def page(key: str, name: str, *args: str, language: str = "fr", moment: str = "today") -> str:
    client = visitor(key, moment=moment, language=language)
    with translation.override(language):
        address = reverse(name, args=args)
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return visible_text(html.fromstring(answer.content.decode()))


BUREAU = "confemen-bureau-2019"


@pytest.mark.parametrize(
    ("language", "seen"),
    [
        ("fr", ("24 sur 44 sont inscrits avec leur source.", "20 sièges sont à compléter.", "Canada/Québec")),
        (
            "en",
            (
                "24 of 44 are recorded with their source.",
                "20 seats are to be completed.",
                "Canada/New Brunswick",
            ),
        ),
    ],
)
def test_the_body_shows_its_members_with_their_sources(language: str, seen: tuple[str, ...]) -> None:
    text = page("public", "organisation", "confemen", language=language)
    assert [words for words in seen if words not in text] == []
    facts = {
        "fr": (
            "Créée en 1960",
            "Siège au Sénégal",
            "44 membres",
            "créé en mai 2017",
            "avril 2016",
            "réflexion",
        ),
        "en": (
            "Created in 1960",
            "Seat in Senegal",
            "44 members",
            "created in May 2017",
            "April 2016",
            "reflection",
        ),
    }[language]
    assert [words for words in facts if words not in text] == []


def test_no_member_is_shipped_without_a_source() -> None:
    body = Organisation.objects.get(slug="confemen")
    part = members_part(body, clock.wall())
    assert part is not None
    assert (part.documented, part.invented, part.to_complete) == (24, 0, 20)
    assert [
        m for m in part.members if not m.attestations or not all(a.has_source for a in m.attestations)
    ] == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("key", ["public", "correspondent", "secretariat"])
def test_the_meeting_shows_what_each_may_read(key: str, language: str) -> None:
    text = page(key, "meeting", BUREAU, language=language)
    shown = {number: f"CONFEMEN/BUR/2019/DOC.{number}" in text for number in (1, 2, 3)}
    # the example correspondent is a delegate too: her credentials opened the room to her
    assert shown == {1: True, 2: key != "public", 3: key != "public"}
    assert ("DEC.2" in text) is (key != "public")
    assert {"fr": "parue en retard", "en": "issued late"}[language] in text or key == "public"
    wordings = {
        "fr": ("La langue d'enseignement en contexte plurilingue", "Les apprentissages fondamentaux"),
        "en": ("The language of instruction", "Fundamental learning"),
    }[language]
    assert [words for words in wordings if words not in text] == []


@pytest.mark.parametrize(
    ("language", "seen"),
    [
        (
            "fr",
            (
                "Décisions à suivre",
                "Garder à l'école les élèves que l'on sanctionne",
                "pas de compte rendu",
                "En retard",
            ),
        ),
        ("en", ("Decisions to follow", "Keep at school the pupils who are sanctioned", "no report", "Late")),
    ],
)
def test_the_correspondent_reads_one_page(language: str, seen: tuple[str, ...]) -> None:
    text = page("correspondent", "dossier", language=language)
    assert [words for words in seen if words not in text] == []
    home = page("correspondent", "home", language=language)
    assert "CONFEMEN/BUR/2019/DEC.1" in home


def test_the_decision_stands_in_the_tree_of_its_theme() -> None:
    point = Recommendation.objects.get(code="1b", process__conference__slug="decrochage-2017", site=None)
    host = page("public", "recommendation", str(point.uid))
    assert "Bureau de la CONFEMEN" in host
    decision = Recommendation.objects.get(kind="decision", process__kind="meeting", code="D1")
    text = page("public", "recommendation", str(decision.uid))
    for words in (
        "Membre d'exemple B",
        "réserve",
        "9 membres présents, 9 requis sur 17 sièges",
        "1 membre sur 11",
    ):
        assert words in text
    assert "Bureau de la CONFEMEN" in page("public", "theme_tree", "decrochage-scolaire")


def test_others_have_no_file() -> None:
    client = visitor("training")
    assert client.get(reverse("dossier")).status_code == 403
