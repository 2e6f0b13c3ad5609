"""Behind closed doors: what the room writes is there, is found by the room, and leaves it by no way."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.governance.domain.decisions import record_objection
from polyphonie.governance.domain.documents import announce_document, deposit_version, issue_version
from polyphonie.governance.domain.meetings import ItemWording, add_item, hold_session
from polyphonie.governance.models import Decision, OfficialDocument
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.models import LedgerEvent, OutboxMessage
from polyphonie.portal.domain.search import reindex
from tests.factories import governance as made
from tests.factories.governance import CALLED, SITTING, TESTS
from tests.factories.network import ThemeFactory, signed_in, text
from tests.factories.recommendations import wordings

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

SECRETS = {
    "draft": "zirconium",
    "objection": "quokka",
    "restricted document": "nautile",
    "restricted file": "pangolin",
    "limited item": "axolotl",
    "closed session": "ornithorynque",
}


@pytest.fixture
def planted() -> made.Room:
    """A closed meeting in full debate; everybody's clock stands in it."""
    theme = ThemeFactory.create(slug="theme-clos")
    room = made.room(themes=[theme])
    meeting = room.meeting
    item = add_item(
        meeting=meeting,
        wordings=[ItemWording(text=text(SECRETS["limited item"]), source_label="Note")],
        distribution="limited",
        by=TESTS,
        at=CALLED,
    )
    document = announce_document(
        meeting=meeting,
        kind="report",
        title=text(SECRETS["restricted document"]),
        due_at=CALLED + timedelta(days=3),
        item=item,
        distribution="restricted",
        by=TESTS,
        at=CALLED,
    )
    deposit_version(
        document=document,
        language="fr",
        content=io.BytesIO(SECRETS["restricted file"].encode()),
        filename="rapport.txt",
        by=TESTS,
        at=CALLED,
    )
    issue_version(document=document, language="fr", by=TESTS, at=CALLED)
    hold_session(
        meeting=meeting,
        title=text(SECRETS["closed session"]),
        start_at=SITTING + timedelta(hours=4),
        end_at=SITTING + timedelta(hours=5),
        closed=True,
        by=TESTS,
        at=CALLED,
    )
    decision = made.debated(room, texts=wordings(f"Garder {SECRETS['draft']}", f"Keep {SECRETS['draft']}"))
    record_objection(
        decision=decision,
        delegation=room.delegations[1],
        kind="reservation",
        reason=f"Sans {SECRETS['objection']}.",
        by=TESTS,
        at=SITTING,
    )
    reindex()
    return room


def addresses(room: made.Room) -> list[str]:
    meeting, decision = room.meeting, Decision.objects.get()
    document = OfficialDocument.objects.get()
    recommendation = decision.revision.recommendation
    version = document.versions.get(language="fr")
    assert version.file is not None
    slug = meeting.conference.slug
    words = [*SECRETS.values(), "Garder", "Keep"]
    return [
        reverse("home"),
        reverse("meeting", args=[slug]),
        reverse("meeting_json", args=[slug]),
        reverse("meeting_documents_csv", args=[slug]),
        reverse("organisation", args=[meeting.instance.slug]),
        reverse("organisation", args=[room.members[1].slug]),
        reverse("conference", args=[slug]),
        reverse("conference_recommendations", args=[slug]),
        reverse("theme", args=["theme-clos"]),
        reverse("theme_csv", args=["theme-clos"]),
        reverse("theme_tree", args=["theme-clos"]),
        reverse("theme_tree_csv", args=["theme-clos"]),
        reverse("recommendation", args=[recommendation.uid]),
        reverse("recommendation_json", args=[recommendation.uid]),
        reverse("recommendation_csv", args=[recommendation.uid]),
        reverse("recommendation_revision", args=[recommendation.uid, 1]),
        reverse("decision_objection", args=[decision.uid]),
        reverse("decision_reword", args=[decision.uid]),
        reverse("follow_up_csv", args=[decision.uid]),
        reverse("official_document", args=[document.uid]),
        reverse("feed_recommendations"),
        reverse("feed_conferences"),
        reverse("calendar"),
        "/sitemap.xml",
        f"/files/{version.file.uid}",
        *(row.permalink for row in (meeting, decision, document, document.item, decision.revision)),
        *(f"{reverse('search')}?q={word}" for word in words),
        "/api/v1/recommendations",
        f"/api/v1/recommendations/{recommendation.uid}",
        "/api/v1/conferences",
        f"/api/v1/conferences/{slug}",
        f"/api/v1/conferences/{slug}/sessions",
    ]


def text_of(answer: Any) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="replace").lower()


def reader(who: str, room: made.Room) -> Client:
    client = Client()
    if who == "public":
        return client
    actor: dict[str, Any] = {
        "another member's correspondent": lambda: made.correspondent_of(
            made.member_of(room.meeting.instance)
        ),
        "secretariat of another instance": lambda: made.secretary_of(
            made.meeting_of(made.instance(), slug="ailleurs", acronym="AILLEURS")
        ),
        "host of another conference": lambda: made.secretary_of(
            made.meeting_of(made.instance(), slug="loin", acronym="LOIN"), seated=False
        ),
    }
    signed_in(client, actor[who]())
    return client


@pytest.mark.parametrize(
    "who",
    [
        "public",
        "another member's correspondent",
        "secretariat of another instance",
        "host of another conference",
    ],
)
def test_nothing_leaves_the_room(who: str, planted: made.Room, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = reader(who, planted)
    leaks, answered = [], 0
    for address in addresses(planted):
        answer = client.get(address, follow=True)
        shown = text_of(answer)
        answered += answer.status_code == 200
        # a search page says again what was typed
        if "q=" in address:
            shown = shown.replace(address.rpartition("q=")[2].lower(), "")
        leaks += [f"{address} shows the {name}" for name, word in SECRETS.items() if word in shown]
    assert leaks == []
    assert answered > 15, answered
    logged = "\n".join(
        record.getMessage().lower() for record in caplog.records if "q=" not in record.getMessage()
    )
    assert [name for name, word in SECRETS.items() if word in logged] == []


def test_the_room_reads_it(planted: made.Room) -> None:
    """What is looked for above is there: without this, its absence would prove nothing."""
    client = Client()
    signed_in(client, planted.head(0))
    slug = planted.meeting.conference.slug
    decision = Decision.objects.get()
    meeting = text_of(client.get(reverse("meeting", args=[slug])))
    page = text_of(client.get(decision.revision.recommendation.get_absolute_url()))
    version = OfficialDocument.objects.get().versions.get(language="fr")
    assert version.file is not None
    found = {
        "draft": SECRETS["draft"] in meeting and SECRETS["draft"] in page,
        "objection": SECRETS["objection"] in page,
        "restricted document": SECRETS["restricted document"] in meeting,
        "restricted file": SECRETS["restricted file"] in text_of(client.get(f"/files/{version.file.uid}")),
        "limited item": SECRETS["limited item"] in meeting,
        "closed session": SECRETS["closed session"]
        in text_of(client.get(reverse("conference", args=[slug]))),
    }
    assert found == dict.fromkeys(SECRETS, True)


def test_an_invited_correspondent_reads_what_is_limited_and_not_what_is_restricted(
    planted: made.Room,
) -> None:
    client = Client()
    signed_in(client, made.correspondent_of(planted.members[0]))
    shown = text_of(client.get(reverse("meeting", args=[planted.meeting.conference.slug])))
    assert SECRETS["limited item"] in shown
    assert [name for name in ("draft", "objection", "restricted document") if SECRETS[name] in shown] == []


def test_the_secretariat_outside_the_room_keeps_documents_and_reads_no_draft(
    planted: made.Room,
) -> None:
    client = Client()
    signed_in(client, made.secretary_of(planted.meeting, seated=False))
    shown = text_of(client.get(reverse("meeting", args=[planted.meeting.conference.slug])))
    assert SECRETS["restricted document"] in shown
    assert SECRETS["draft"] not in shown
    address = Decision.objects.get().revision.recommendation.get_absolute_url()
    assert client.get(address).status_code == 404


def test_the_public_does_not_learn_who_comes_before_the_acts_are_published(
    planted: made.Room,
) -> None:
    address = reverse("meeting", args=[planted.meeting.conference.slug])
    member = str(planted.members[1].name)
    assert member not in Client().get(address).content.decode()
    type(planted.meeting).objects.filter(pk=planted.meeting.pk).update(state="acts_published")
    assert member in Client().get(address).content.decode()


def test_ledger_and_mail_hold_none_of_it(planted: made.Room) -> None:
    kept = json.dumps(
        list(LedgerEvent.objects.order_by("pk").values()), default=str, ensure_ascii=False
    ).lower()
    mails = "\n".join(f"{m.subject}\n{m.body}" for m in OutboxMessage.objects.order_by("pk")).lower()
    assert [name for name, word in SECRETS.items() if word in kept + mails] == []


def test_an_open_meeting_is_read_by_its_secretariat_alone_until_it_decides() -> None:
    room = made.room(is_closed=False)
    decision = made.debated(room)
    for actor, reads in (
        (made.secretary_of(room.meeting, seated=False), True),
        (Actor.visitor(), False),
    ):
        assert Decision.objects.readable_by(actor, SITTING).filter(pk=decision.pk).exists() is reads
