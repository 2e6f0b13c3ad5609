"""What could leak is there, and does not: drafts, closed rooms, embargoes, unapproved questions, people.

Each secret is a word that nothing else in the house uses, planted by the rooms' own verbs into the whole
demonstration, beside a word by which it would be found. It is then looked for wherever something leaves
the house.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.conferences.domain.chat import post_message, remove_message
from polyphonie.conferences.domain.conferences import attach_resource
from polyphonie.conferences.domain.programme import schedule_session
from polyphonie.conferences.domain.queries.live_log import site_uids_of, snapshot
from polyphonie.conferences.domain.questions import ask_question
from polyphonie.conferences.models import Conference, LiveBody, Site
from polyphonie.demo.domain.shelf import LOADER, both
from polyphonie.demo.moments import BY_KEY
from polyphonie.evidence.domain.resource import add_resource, release_version
from polyphonie.evidence.models import EvidenceStatement, ResourceKind
from polyphonie.kernel import clock
from polyphonie.kernel.models import LedgerEvent, OutboxMessage
from polyphonie.network.domain.account import open_account
from polyphonie.network.domain.group import form_group
from polyphonie.network.domain.person import register_person
from polyphonie.network.domain.queries.standing import person_actor
from polyphonie.network.models import Account, Theme
from polyphonie.portal.domain.search import reindex
from polyphonie.recommendations.domain.contextualising import refuse_recommendation
from polyphonie.recommendations.domain.drafting import revise_recommendation
from polyphonie.recommendations.domain.queries.workshop import site_process_of
from polyphonie.recommendations.domain.wording import compose
from polyphonie.recommendations.models import Recommendation, Revision
from tests.demonstration import BACKEND, demonstration, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

NOBODY = "sans-mandat@example.org"
SECRETS = {
    "draft": "zirconium",
    "closed session": "quokka",
    "embargo": "nautile",
    "answer in the making": "ornithorynque",
    "question of Chile": "pangolin",
    "removed message": "axolotl",
}
# beside each secret: what somebody would search for
BAIT = "hippocampe"
TALK = BY_KEY["guidance"].instant
assert TALK is not None


@pytest.fixture(scope="module", autouse=True)
def _planted(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        plant()
        reindex()
        yield


def site(country: str, conference: str = "orientation-2018") -> Site:
    return Site.objects.select_related("conference", "organisation").get(
        conference__slug=conference, organisation__slug=f"partenaire-{country}"
    )


def said(secret: str) -> str:
    return f"{BAIT} {SECRETS[secret]}"


def plant() -> None:
    """Everything that somebody should not read, by the verbs through which it comes to be."""
    assert TALK is not None
    today = clock.wall()
    guidance = Conference.objects.get(slug="orientation-2018")
    point = Recommendation.objects.get(code="2e", process__conference__slug="decrochage-2017", site=None)
    revise_recommendation(
        recommendation=point,
        texts={"fr": compose(said("draft"), said("draft"))},
        version=point.version,
        by=LOADER,
        at=today,
    )
    circle = form_group(kind="jury", name=both(said("closed session"), "x"), by=LOADER, at=TALK)
    schedule_session(
        conference=guidance,
        title=both(said("closed session"), said("closed session")),
        abstract=both(said("closed session"), said("closed session")),
        start_at=TALK + timedelta(hours=8),
        end_at=TALK + timedelta(hours=9),
        access="closed",
        group=circle,
        by=LOADER,
        at=TALK - timedelta(days=1),
    )
    resource = add_resource(
        kind=ResourceKind.objects.order_by("pk")[0],
        title=both(said("embargo"), said("embargo")),
        summary=both(said("embargo"), said("embargo")),
        issuer=guidance.host,
        themes=list(Theme.objects.filter(slug="decrochage-scolaire")),
        is_fictitious=True,
        by=LOADER,
        at=today,
    )
    link = f"https://example.org/{SECRETS['embargo']}"
    release_version(resource=resource, language="fr", link=link, by=LOADER, at=today)
    attach_resource(
        conference=guidance, resource=resource, public_at=today + timedelta(days=60), by=LOADER, at=today
    )
    workshop = site_process_of(site("maroc", "decrochage-2017"))
    assert workshop is not None
    refuse_recommendation(
        source=Revision.objects.current(today).get(recommendation=point),
        site_process=workshop,
        reason=said("answer in the making"),
        evidence=list(EvidenceStatement.objects.order_by("pk")[:1]),
        by=LOADER,
        at=today,
    )
    chile, ireland = site("chili"), site("irlande")
    asker = person_actor(Account.objects.get(email="chili@example.org").person, TALK)
    ask_question(site=chile, text=said("question of Chile"), language="es", by=asker, at=TALK)
    speaker = person_actor(Account.objects.get(email="irlande@example.org").person, TALK)
    message = post_message(
        conference=guidance, site=ireland, text=said("removed message"), language="en", by=speaker, at=TALK
    )
    remove_message(conference=guidance, seq=message.event_seq, by=speaker, at=TALK)
    person = register_person(
        given_name="Anne",
        family_name="Sansmandat",
        language="fr",
        time_zone="Europe/Paris",
        is_fictitious=True,
        by=LOADER,
        at=TALK,
    )
    open_account(person=person, email=NOBODY, by=LOADER, at=TALK)


def reader(who: str) -> Client:
    if who != "person without mandate":
        return visitor(who, moment="guidance" if who == "ireland" else "today")
    client = visitor("public")
    client.force_login(Account.objects.get(email=NOBODY), backend=BACKEND)
    return client


def places() -> list[str]:
    """Every kind of place through which something leaves the house."""
    guidance = Conference.objects.get(slug="orientation-2018")
    dropout = Conference.objects.get(slug="decrochage-2017")
    points = Recommendation.objects.filter(code="2e", process__conference=dropout, site=None)
    found = [
        reverse(name)
        for name in (
            "home",
            "themes",
            "conferences",
            "organisations",
            "projects",
            "sources",
            "board",
            "board_csv",
            "feed_recommendations",
            "feed_conferences",
            "calendar",
            "sitemap",
            "robots",
            "api_guide",
            "my_account",
        )
    ]
    for conference in (guidance, dropout):
        for name in (
            "conference",
            "conference_json",
            "conference_ics",
            "schedule_json",
            "schedule_xml",
            "conference_recommendations",
            "question_desk",
            "session_report",
            "session_report_csv",
        ):
            found.append(reverse(name, args=[conference.slug]))
        for one in Site.objects.filter(conference=conference).order_by("pk"):
            found += [reverse(name, args=[one.uid]) for name in ("site", "site_json", "site_ics")]
            found += [reverse(name, args=[one.uid]) for name in ("room", "room_panel", "live_me", "workshop")]
        found += [reverse("session", args=[session.uid]) for session in conference.sessions.order_by("pk")]
        found += [
            reverse(name, args=[link.resource.uid])
            for link in conference.resource_links.order_by("pk")
            for name in ("resource", "resource_json")
        ]
    for point in points:
        found += [
            reverse(name, args=[point.uid])
            for name in ("recommendation", "recommendation_json", "recommendation_csv")
        ]
        found += [reverse("recommendation_revision", args=[point.uid, n]) for n in (1, 2)]
    for name in ("theme", "theme_csv", "theme_tree", "theme_tree_csv"):
        found.append(reverse(name, args=["decrochage-scolaire"]))
    api = [f"/api/v1/{kind}" for kind in API]
    search = [f"{reverse('search')}?q={BAIT}", f"{reverse('search')}?q={BAIT}&page=1"]
    return found + api + search


API = ("openapi.json", "themes", "conferences", "recommendations", "statements", "figures", "projects",
       "conferences/orientation-2018", "conferences/orientation-2018/sessions", "conferences/orientation-2018/sites")  # fmt: skip


def text_of(answer: Any) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="replace").lower()


@pytest.mark.parametrize("who", ["public", "ireland", "person without mandate"])
def test_nothing_of_it_leaves_the_house(who: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = reader(who)
    addresses = set(Account.objects.exclude(email=NOBODY).values_list("email", flat=True))
    if who == "ireland":
        addresses.discard("irlande@example.org")
    leaks, answered = [], 0
    for address in places():
        answer = client.get(address)
        shown = text_of(answer)
        answered += answer.status_code == 200
        leaks += [f"{address} shows the {name}" for name, word in SECRETS.items() if word in shown]
        leaks += [f"{address} shows {mail}" for mail in addresses if mail in shown]
    assert leaks == []
    assert answered > 60, answered
    logged = "\n".join(record.getMessage().lower() for record in caplog.records)
    assert [word for word in (*SECRETS.values(), *addresses) if word in logged] == []


def test_those_who_may_read_it_do() -> None:
    """The secrets are there: without this, their absence would prove nothing."""
    host = visitor("host", moment="guidance")
    desk = text_of(host.get(reverse("question_desk", args=["orientation-2018"])))
    assert SECRETS["question of Chile"] in desk
    assert SECRETS["removed message"] not in desk
    point = Recommendation.objects.get(code="2e", process__conference__slug="decrochage-2017", site=None)
    today = visitor("host", moment="today")
    assert SECRETS["draft"] in text_of(today.get(reverse("recommendation_revision", args=[point.uid, 2])))
    rabat = visitor("rabat", moment="today")
    workshop = reverse("workshop", args=[site("maroc", "decrochage-2017").uid])
    assert SECRETS["answer in the making"] in text_of(rabat.get(workshop))
    chile = visitor("chile", moment="guidance")
    assert SECRETS["question of Chile"] in text_of(chile.get(reverse("room", args=[site("chili").uid])))


def test_frames_of_the_stream_hold_only_what_is_public() -> None:
    """What Ireland's readers are sent, at an hour when everything has been said."""
    guidance = Conference.objects.get(slug="orientation-2018")
    held = snapshot(
        conference=guidance,
        site=site("irlande").pk,
        scope=("public",),
        site_now=clock.now(guidance.clock_offset) + timedelta(days=1),
        site_uids=site_uids_of(guidance),
    )
    frames = json.dumps([*held.events, *held.messages], ensure_ascii=False, default=str)
    assert [name for name, word in SECRETS.items() if word in frames] == []
    assert "@example.org" not in frames
    assert not LiveBody.objects.filter(body__icontains=SECRETS["removed message"]).exists()


def test_ledger_and_mail_hold_no_words_and_no_names() -> None:
    kept = json.dumps(
        list(LedgerEvent.objects.order_by("pk").values()), default=str, ensure_ascii=False
    ).lower()
    people = [account.person for account in Account.objects.select_related("person") if account.person]
    names = {name.lower() for person in people for name in (person.family_name, f"{person.given_name} ")}
    assert len(names) > 10
    assert [word for word in (*SECRETS.values(), "@example.org") if word in kept] == []
    assert [name for name in sorted(names) if f'"{name.strip()}"' in kept] == []
    mails = "\n".join(f"{m.subject}\n{m.body}" for m in OutboxMessage.objects.order_by("pk")).lower()
    assert [word for word in SECRETS.values() if word in mails] == []
