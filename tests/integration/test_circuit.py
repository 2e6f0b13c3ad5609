"""One recommendation through all rooms: the table of the documentation is what the demonstration did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from lxml import html

from polyphonie.conferences.domain.questions import ask_question
from polyphonie.conferences.models import Conference, Site
from polyphonie.demo.domain.entry import make_entry_token
from polyphonie.demo.domain.shelf import LOADER, both
from polyphonie.demo.moments import BY_KEY
from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.governance.models import Decision, FollowUpReport
from polyphonie.kernel import clock
from polyphonie.kernel.models import LedgerEvent
from polyphonie.mobility.models import ActionPlan
from polyphonie.network.domain.organisation import merge_organisations, register_organisation
from polyphonie.network.domain.queries.standing import person_actor
from polyphonie.network.enums import Role
from polyphonie.network.models import Account, Notice, Organisation
from polyphonie.partnerships.models import Proof, TrainingAction
from polyphonie.recommendations.models import ActionLink, Derivation, FeedbackReport, Recommendation
from tests.demonstration import demonstration, visible_text, visitor
from tests.factories.network import coordinator_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

PAGE = Path(__file__).resolve().parents[2] / "docs/explanation/circuit.md"
ROOMS = {
    "evidence",
    "conferences",
    "assessments",
    "recommendations",
    "partnerships",
    "cooperation",
    "mobility",
    "governance",
    "observatory",
}


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        site = Site.objects.select_related("conference").get(
            conference__slug="decrochage-2017", organisation__slug="partenaire-maroc"
        )
        asked_at = BY_KEY["dropout"].instant
        assert asked_at is not None
        asker = person_actor(Account.objects.get(email="rabat@example.org").person, asked_at)
        ask_question(site=site, text="Qui le suit ? (exemple fictif)", language="fr", by=asker, at=asked_at)
        yield


def verbs() -> list[str]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    return [name for line in lines for name in re.findall(r"`(polyphonie\.[\w.]+)`", line)]


def test_every_function_of_the_page_is_there() -> None:
    for name in re.findall(r"`(polyphonie\.[\w.]+)`", PAGE.read_text()):
        module, _, function = name.rpartition(".")
        assert callable(getattr(import_module(module), function)), name


def test_the_page_passes_through_every_room_and_the_ledger_says_so() -> None:
    named = {name.split(".")[1] for name in verbs()}
    assert named == ROOMS
    events = set(LedgerEvent.objects.values_list("what", flat=True).distinct())
    for name in verbs():
        parts = name.split(".")
        assert f"{parts[1]}.{parts[-1]}" in events, f"{name} has left no event"


def test_one_recommendation_is_followed_from_its_evidence_to_what_became_of_it() -> None:
    point = Recommendation.objects.get(code="1b", process__conference__slug="decrochage-2017", site=None)
    links = {link.action_urn.split(":")[0]: link for link in ActionLink.objects.filter(recommendation=point)}
    assert {room: link.relation for room, link in links.items()} == {
        "cooperation": "precedes",
        "partnerships": "implements",
        "mobility": "implements",
    }
    training = TrainingAction.objects.get(uid=links["partnerships"].action_urn.rpartition(":")[2])
    plan = ActionPlan.objects.get(uid=links["mobility"].action_urn.rpartition(":")[2])
    assert training.organisation != plan.organisation

    decision = Decision.objects.get(symbol="CONFEMEN/BUR/2019/DEC.1")
    taken_up = Derivation.objects.get(target=decision.revision, about=point)
    assert taken_up.relation == "adapted"
    assert decision.meeting.conference == Conference.objects.get(slug="confemen-bureau-2019")
    report = FollowUpReport.objects.get(decision=decision)
    assert report.proofs.exists()
    followed = ActionLink.objects.get(recommendation=decision.revision.recommendation)
    assert followed.action_urn == report.urn

    reports = FeedbackReport.objects.filter(recommendation=point)
    assert Proof.objects.filter(feedback__in=reports, state="accepted").exists()

    claim = EvidenceStatement.objects.get(code="F1")
    computed, measured = claim.cited_figures
    assert [type(f) for f in (computed, measured)] == [Figure, Figure]
    assert computed.standard_error is not None
    assert measured.indicator is not None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_theme_hub_holds_a_row_of_every_room_that_leads_to_it(language: str) -> None:
    client = Client()
    page = html.fromstring(client.get(f"/{language}/themes/decrochage-scolaire/").content)
    text = visible_text(page)
    rows = {
        "evidence": {"fr": "8,8 %", "en": "8.8 %"},
        "conferences": {"fr": "Sèvres", "en": "Sèvres"},
        "assessments and observatory": {
            "fr": "élèves sont sous le seuil",
            "en": "pupils are below the threshold",
        },
        "recommendations": {"fr": "Instance partenaire – Chili", "en": "Partner body – Chile"},
        "partnerships": {"fr": "Sanctionner sans exclure", "en": "Sanction without exclusion"},
        "cooperation": {"fr": "Alternative Suspension", "en": "Alternative Suspension"},
        "mobility": {"fr": "Tuteurs de retour en cours", "en": "Tutors for coming back to class"},
        "governance": {
            "fr": "Suivi de CONFEMEN/BUR/2019/DEC.1",
            "en": "Follow-up of CONFEMEN/BUR/2019/DEC.1",
        },
        "feedback": {"fr": "15 juin 2018", "en": "15 June 2018"},
    }
    missing = {room: said[language] for room, said in rows.items() if said[language] not in text}
    assert missing == {}
    for link in page.xpath("//section[@id='actions']//a/@href"):
        assert client.get(link, follow=True).status_code == 200, link


@pytest.mark.parametrize(
    ("identity", "room"),
    [("training", "partnerships"), ("visit", "mobility"), ("correspondent", "governance")],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_a_room_waits_for_stands_on_the_home_of_who_is_asked(
    identity: str, room: str, language: str
) -> None:
    client = visitor(identity, language=language)
    person = Account.objects.get(pk=client.session["_auth_user_id"]).person
    asked = [n for n in Notice.objects.filter(person=person, done_at=None) if n.subject_urn.startswith(room)]
    assert asked, f"{room} asks {identity} for nothing"
    text = visible_text(html.fromstring(client.get(f"/{language}/").content))
    for notice in asked:
        assert " ".join(notice.expectation.read(language).split()) in " ".join(text.split())


def test_becoming_somebody_goes_to_the_day_of_the_task_unless_a_day_was_chosen() -> None:
    client = Client()
    client.get(reverse("demo_enter", args=[make_entry_token(settings.DATA_DIR)]))
    for identity, moment in (("visit", "visit"), ("public", "today"), ("secretariat", "bureau")):
        client.post(reverse("demo_become", args=[identity]))
        assert client.session["demo_moment"] == moment
    client.post(reverse("demo_clock"), {"moment": "twelve"})
    client.post(reverse("demo_become", args=["visit"]))
    assert client.session["demo_moment"] == "twelve"


def test_what_merged_bodies_did_stands_on_the_page_of_who_took_over() -> None:
    at = clock.wall()
    merged = register_organisation(
        kind="academie",
        slug="academie-reunie",
        name=both("Académie réunie (exemple fictif)", "Merged académie (fictitious example)"),
        is_fictitious=True,
        by=LOADER,
        at=at,
    )
    before = [Organisation.objects.get(slug=slug) for slug in ("academie-dijon", "academie-besancon")]
    officer = coordinator_of(merged, Role.TRAINING_ENGINEER)
    merge_organisations(organisations=before, into=merged, on=at.date(), by=LOADER, at=at)

    page = visible_text(html.fromstring(Client().get(reverse("organisation", args=[merged.slug])).content))
    assert "Cinq jours en Autriche" in page, "mobility"
    client = signed_in(Client(), officer)
    own = visible_text(html.fromstring(client.get(reverse("organisation", args=[merged.slug])).content))
    assert "EX-2026-DIJON" in own, "partnerships"
    assert client.get(reverse("agreements")).status_code == 200
    assert "EX-2026-DIJON" in client.get(reverse("agreements")).content.decode()
    for body in before:
        former = Client().get(reverse("organisation", args=[body.slug]))
        assert merged.get_absolute_url() in former.content.decode()
