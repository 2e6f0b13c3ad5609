"""Signing in proves a person, never a right: somebody without any mandate tries every address.

Addresses are made from what really is in the demonstration, so that there is something to protect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from polyphonie.conferences.models import Conference, Participant, Question, Session, Site
from polyphonie.evidence.models import EvidenceStatement, Figure, Resource
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.models import LedgerEvent
from polyphonie.mobility.models import ActionPlan, Observation, PracticeCard, Visit
from polyphonie.network.domain.account import open_account
from polyphonie.network.domain.person import register_person
from polyphonie.network.models import Account
from polyphonie.partnerships.models import Agreement, Commitment, Proof, TrainingAction
from polyphonie.recommendations.models import Derivation, FeedbackReport, Recommendation
from polyphonie.web.access import is_public
from tests.demonstration import demonstration

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

AT = datetime(2017, 8, 1, 8, 0, tzinfo=UTC)
# what everybody who is signed in has: their own account, and the door of the demonstration
OWN = {
    "my_account",
    "set_my_preferences",
    "set_my_consent",
    "renew_my_calendar",
    "settle_my_notice",
    "totp_picture",
}
DEMONSTRATION = {"welcome", "demo_enter", "demo_become", "demo_clock"}
# a hall is open to whoever reads its code; the code itself is what must not leak
DOORS = {"enter", "enter_by_code", "short_address"}
CLOSED = {403, 404, 405}
READ = {200, 302}
VERBS = {"site_state": "withdraw_site", "conference_state": "cancel_conference", "desk_act": "regrouper"}


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        yield


@pytest.fixture
def nobody(client: Client) -> Client:
    """Signed in, with no mandate at all."""
    by = Actor.system("test")
    person = register_person(
        given_name="Ada",
        family_name="Sans-Mandat",
        language="fr",
        time_zone="Europe/Paris",
        is_fictitious=True,
        by=by,
        at=AT,
    )
    open_account(person=person, email="sans-mandat@example.org", by=by, at=AT)
    client.force_login(
        Account.objects.get(email="sans-mandat@example.org"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif entry.callback.__module__.startswith("polyphonie"):
            yield route, entry


def existing(route: str) -> list[str]:
    """Ids of what an address of this route would show or change: two at most of a kind."""
    rabat = Site.objects.get(conference__slug="decrochage-2017", organisation__slug="partenaire-maroc")
    proposed = Site.objects.filter(state="proposed").order_by("pk")[:1]
    of = {
        "sites": [rabat, *proposed],
        "live": [rabat, *proposed],
        "seances": Session.objects.order_by("pk")[:1],
        "ressources": Resource.objects.order_by("pk")[:1],
        "constats": EvidenceStatement.objects.order_by("pk")[:1],
        "chiffres": Figure.objects.order_by("pk")[:1],
        "recommandations": Recommendation.objects.order_by("pk")[:1],
        "filiations": Derivation.objects.order_by("pk")[:1],
        "retours": FeedbackReport.objects.order_by("pk")[:1],
        "visites": Visit.objects.order_by("pk")[:1],
        "fiches": Observation.objects.order_by("state", "pk")[:2],
        "fiches-pratiques": PracticeCard.objects.order_by("pk")[:1],
        "actions": ActionPlan.objects.order_by("pk")[:1],
        "conventions": Agreement.objects.order_by("pk")[:1],
        "engagements": Commitment.objects.order_by("pk")[:1],
        "justificatifs": Proof.objects.order_by("pk")[:1],
        "formations": TrainingAction.objects.order_by("pk")[:1],
    }
    slugs = {
        "conferences": "decrochage-2017",
        "live": "decrochage-2017",
        "projets": "education-france-quebec",
        "mobilites": "qualeduc-mobilites",
        "reunions": "confemen-bureau-2019",
        "themes": "decrochage-scolaire",
        "organisations": "partenaire-maroc",
        "territoires": "maroc",
    }
    first = route.removeprefix("fr/").split("/", 1)[0]
    found = [route]
    if "<uuid:uid>" in route:
        found = [route.replace("<uuid:uid>", str(row.uid)) for row in of.get(first, ())]
    found = [re.sub(r"<slug:(slug|code)>", slugs.get(first, "rien"), address) for address in found]
    other = str(Recommendation.objects.order_by("pk").values_list("uid", flat=True)[0])
    samples = {
        "uuid": other,
        "slug": "rien",
        "str": "rien",
        "int": "1",
        "path": "rien",
        "brief_language": "fr",
        "brief_format": "html",
        "record_kind": "minutes",
        "record_language": "fr",
        "record_format": "pdf",
    }
    return ["/" + re.sub(r"<(\w+):\w+>", lambda m: samples[m[1]], address) for address in found]


def addresses() -> Iterator[tuple[str, str, bool]]:
    for route, pattern in patterns():
        name = str(pattern.name)
        if name in OWN | DEMONSTRATION | DOORS:
            continue
        if name in VERBS:
            route = route.replace("<slug:verb>", VERBS[name])
        for address in existing(route):
            yield name, address, is_public(pattern.callback)


def rows_of_everything() -> dict[str, int]:
    """How many rows there are of each kind of ours."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("polyphonie")
    }


def test_without_mandate_reads_only_what_is_public(nobody: Client) -> None:
    codes = set(Site.objects.values_list("short_code", flat=True))
    wrong, tried = [], 0
    for name, address, public in addresses():
        answer = nobody.get(address)
        tried += 1
        if not public and answer.status_code not in CLOSED:
            wrong.append(f"{name} {address}: {answer.status_code}")
        if answer.status_code >= 500:
            wrong.append(f"{name} {address}: {answer.status_code}")
        if answer.status_code == 200:
            said = b"".join(answer) if answer.streaming else answer.content
            wrong += [
                f"{name} {address} shows the hall's code {code}" for code in codes if code.encode() in said
            ]
            if b"Samira" in said or b"@example.org" in said.replace(b"sans-mandat@example.org", b""):
                wrong.append(f"{name} {address} shows a person")
    assert wrong == []
    assert tried > 120


def test_without_mandate_changes_nothing(nobody: Client) -> None:
    before, events = rows_of_everything(), LedgerEvent.objects.count()
    wrong = []
    plausible = {
        "mode": "live",
        "version": "1",
        "reason": "Parce que.",
        "relation": "not_adopted",
        "message-text": "Bonjour",
        "question-text": "Bonjour ?",
        "question-language": "fr",
        "remedy": "accepted",
        "conference": "decrochage-2017",
    }
    for name, address, public in addresses():
        answer = nobody.post(address, plausible)
        # a page that everybody may read is read by a post too, and changes as little
        if not (answer.status_code in CLOSED or (public and answer.status_code in READ)):
            wrong.append(f"{name} {address}: {answer.status_code}")
    assert LedgerEvent.objects.count() == events
    assert rows_of_everything() == before
    assert wrong == []


def said(answer: Any) -> str:
    """A page without the tokens that differ from one request to the next."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


def test_without_mandate_unannounced_objects_are_unknown(nobody: Client) -> None:
    """A site that has not been accepted and an unknown one are answered alike."""
    proposed = Site.objects.filter(state="proposed").order_by("pk")[0]
    unknown = "018f2f2e-0000-7000-8000-000000000000"
    for tail in ("", "salle/", "atelier/", "modifier/"):
        real = nobody.get(f"/fr/sites/{proposed.uid}/{tail}")
        other = nobody.get(f"/fr/sites/{unknown}/{tail}")
        assert real.status_code == other.status_code == 404, tail
        assert said(real).replace(str(proposed.uid), unknown) == said(other)


def test_without_mandate_no_participant_and_no_question_arises(nobody: Client) -> None:
    site = Site.objects.get(conference__slug="decrochage-2017", organisation__slug="partenaire-maroc")
    before = Participant.objects.count(), Question.objects.count()
    assert (
        nobody.post(
            f"/fr/sites/{site.uid}/salle/questions/", {"question-text": "?", "question-language": "fr"}
        ).status_code
        in CLOSED
    )
    assert (Participant.objects.count(), Question.objects.count()) == before
    assert Conference.objects.exclude(kind="meeting").count() == 3
