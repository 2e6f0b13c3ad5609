from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.conferences.domain.chat import post_message
from polyphonie.conferences.domain.question_groups import (
    answer_group,
    approve_group,
    forward_group,
    merge_questions,
    publish_answer,
)
from polyphonie.conferences.domain.questions import ask_question
from polyphonie.conferences.models import Clip, LiveEvent, Message, Participant, Question, QuestionVote, Site
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from polyphonie.network.middleware import OFFSET_KEY
from polyphonie.network.models import Account, Mandate, Person
from tests.factories.live import Stage

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


def browser(stage: Stage) -> Client:
    """A reader whose demonstration clock stands with the conference's."""
    client = Client()
    session = client.session
    session[OFFSET_KEY] = stage.conference.clock_offset.total_seconds()
    session.save()
    return client


def in_hall(stage: Stage, site: Site) -> Client:
    client = browser(stage)
    answer = client.post(f"/fr/s/{site.short_code}/")
    assert (answer.status_code, answer.url) == (302, reverse("room", args=[site.uid]))
    return client


def signed_in(stage: Stage, role: str, scope: str, name: str = "Fictive") -> Client:
    person = Person.objects.create(given_name="Personne", family_name=name, is_fictitious=True)
    Mandate.objects.create(person=person, role=role, scope=scope)
    account = Account.objects.create_user(f"{name.lower()}@example.org", person=person)
    client = browser(stage)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[OFFSET_KEY] = stage.conference.clock_offset.total_seconds()
    session.save()
    return client


def room(site: Site) -> str:
    return reverse("room", args=[site.uid])


def test_enter_hall_needs_no_account_and_keeps_an_opaque_id(stage: Stage) -> None:
    client = browser(stage)
    page = client.get(f"/s/{stage.chile.short_code.lower()}", follow=True)
    assert page.status_code == 200
    assert "Chili" in page.content.decode()
    assert not Participant.objects.exists()
    client.post(f"/fr/s/{stage.chile.short_code}/")
    participant = Participant.objects.get()
    assert client.session["participant"] == {"id": str(participant.uid), "site": stage.chile.urn}
    assert client.get(room(stage.chile)).status_code == 200
    # coming again does not make another participant
    assert client.get(f"/fr/s/{stage.chile.short_code}/").url == room(stage.chile)
    assert client.get(room(stage.ireland)).status_code == 404


def test_enter_hall_refuses_an_unknown_code_and_a_site_that_is_not_open(stage: Stage) -> None:
    client = browser(stage)
    assert client.get("/fr/s/NOWHERE/").status_code == 404
    assert client.get("/fr/s/%00/").status_code == 404
    Site.objects.filter(pk=stage.chile.pk).update(state="invited")
    answer = client.post(f"/fr/s/{stage.chile.short_code}/")
    assert answer.status_code == 422
    assert "n&#x27;accueille personne" in answer.content.decode()
    assert not Participant.objects.exists()
    assert not LedgerEvent.objects.exists()


def test_enter_by_code_leads_to_the_door(stage: Stage) -> None:
    answer = browser(stage).post("/fr/entrer/", {"code": stage.chile.short_code})
    assert answer.url == f"/fr/s/{stage.chile.short_code}/"


def test_room_sends_a_visitor_to_sign_in_and_back(stage: Stage) -> None:
    answer = browser(stage).get(room(stage.chile))
    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next={room(stage.chile)}"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_room_shows_the_clock_the_delay_and_what_the_site_may_read(stage: Stage, language: str) -> None:
    post_message(
        conference=stage.conference,
        site=stage.ireland,
        text="from Ireland <b>now</b>",
        language="en",
        by=stage.hall(stage.ireland),
        at=stage.at,
    )
    chile, ireland = in_hall(stage, stage.chile), in_hall(stage, stage.ireland)

    def at(site):
        return f"/{language}/sites/{site.uid}/salle/"

    words = chile.get(at(stage.chile)).content.decode()
    assert {"fr": "en différé de 90 min", "en": "90 min behind"}[language] in words
    assert "from Ireland" not in words
    words = ireland.get(at(stage.ireland)).content.decode()
    assert {"fr": "en direct", "en": "live"}[language] in words
    assert "from Ireland &lt;b&gt;now&lt;/b&gt;" in words


def test_room_works_without_script_from_post_to_page(stage: Stage) -> None:
    client = in_hall(stage, stage.chile)
    answer = client.post(reverse("room_say", args=[stage.chile.uid]), {"message-text": "Aquí estamos"})
    assert (answer.status_code, answer.url) == (302, room(stage.chile) + "#fil")
    assert "Aquí estamos" in client.get(room(stage.chile)).content.decode()
    seq = Message.objects.get().event_seq
    client.post(reverse("room_take_back", args=[stage.chile.uid]), {"seq": seq})
    assert "Aquí estamos" not in client.get(room(stage.chile)).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "x" * 501, "y" * 100_000])
def test_room_refuses_with_a_sentence_and_keeps_the_input(stage: Stage, text: str) -> None:
    client = in_hall(stage, stage.chile)
    ledger = LedgerEvent.objects.count()
    answer = client.post(reverse("room_say", args=[stage.chile.uid]), {"message-text": text})
    assert answer.status_code == 422
    if len(text) > 500:
        assert text[:400] in answer.content.decode()
    assert not LiveEvent.objects.exists()
    assert LedgerEvent.objects.count() == ledger


def test_room_ask_shows_ones_own_question_with_its_state_and_nobody_elses(stage: Stage) -> None:
    chile, ireland = in_hall(stage, stage.chile), in_hall(stage, stage.ireland)
    neighbour = in_hall(stage, stage.chile)
    chile.post(
        reverse("room_ask", args=[stage.chile.uid]),
        {"question-text": "¿Quién acompaña?", "question-language": "es"},
    )
    question = Question.objects.get()
    assert (question.state, question.language, question.site) == ("submitted", "es", stage.chile)
    assert abs(question.refers_to - (stage.at - timedelta(minutes=90))) < timedelta(seconds=10)
    page = chile.get(room(stage.chile)).content.decode()
    assert "¿Quién acompaña?" in page
    assert "soumise" in page
    for client, site in ((ireland, stage.ireland), (neighbour, stage.chile)):
        for address in (
            room(site),
            reverse("room_panel", args=[site.uid]),
            reverse("live_me", args=[site.uid]),
            reverse("replay_log", args=[site.uid]) + "?before=999999",
        ):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "acompaña" not in answer.content.decode()
            assert str(question.uid) not in answer.content.decode()
    assert (
        chile.get(reverse("live_me", args=[stage.chile.uid])).json()["questions"][0]["state"] == "submitted"
    )


def test_room_answers_scripts_in_json(stage: Stage) -> None:
    client = in_hall(stage, stage.chile)
    address = reverse("room_say", args=[stage.chile.uid])
    sent = {"message-text": "Hola", "message-key": "k1"}
    for _again in range(2):
        answer = client.post(address, sent, headers={"Accept": "application/json"})
        assert answer.json() == {"seq": 1}
    answer = client.post(address, {"message-text": ""}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "vide" in answer.json()["refusal"]


def test_room_support_counts_once_and_only_what_was_shown(stage: Stage) -> None:
    question = ask_question(
        site=stage.ireland, text="Why?", language="en", by=stage.hall(stage.ireland), at=stage.at
    )
    group = merge_questions(questions=[question], by=stage.moderator, at=stage.at)
    client, far = in_hall(stage, stage.ireland), in_hall(stage, stage.chile)
    address = reverse("room_support", args=[stage.ireland.uid])
    assert client.post(address, {"group": group.uid}).status_code == 404
    approve_group(group=group, by=stage.moderator, at=stage.at)
    for _again in range(2):
        assert client.post(address, {"group": group.uid}).status_code == 302
    assert QuestionVote.objects.count() == 1
    # Chile's clock has not come to the approval
    assert far.post(reverse("room_support", args=[stage.chile.uid]), {"group": group.uid}).status_code == 404
    assert client.post(address, {"group": "nonsense"}).status_code == 404


def test_an_answer_is_ahead_of_a_delayed_session_and_never_of_a_live_one(stage: Stage) -> None:
    """Both sites asked, so both receive the answer at once; players show the programme some seconds late."""
    stage.chile.answers = "at_once"
    stage.chile.save(update_fields=["answers"])
    asked = [
        ask_question(site=site, text=text, language=tag, by=stage.hall(site), at=stage.at)
        for site, text, tag in ((stage.ireland, "Why?", "en"), (stage.chile, "¿Por qué?", "es"))
    ]
    person, expert = stage.expert()
    group = merge_questions(questions=asked, by=stage.moderator, at=stage.at)
    group = approve_group(group=group, by=stage.moderator, at=stage.at)
    group = forward_group(group=group, expert=person, by=stage.moderator, at=stage.at)
    group = answer_group(group=group, text="Because.", language="en", by=expert, at=stage.at)
    publish_answer(group=group, by=stage.moderator, at=stage.at)
    badge = "en avance sur votre séance"
    for site, ahead in ((stage.ireland, False), (stage.chile, True)):
        client = in_hall(stage, site)
        seen_seconds_late = (
            stage.at - timedelta(minutes=site.delay_minutes) - timedelta(seconds=20)
        ).isoformat()
        for address in (
            room(site),
            reverse("room_panel", args=[site.uid]) + f"?a={quote(seen_seconds_late)}",
        ):
            page = client.get(address).content.decode()
            assert "Because." in page, (site, address)
            assert (badge in page) is ahead, (site, address)
    # once Chile's clock has come to the answer, it is no longer ahead, also while the player lags
    stage.advance(minutes=91)
    client = in_hall(stage, stage.chile)
    late = (stage.at - timedelta(minutes=stage.chile.delay_minutes) - timedelta(minutes=2)).isoformat()
    page = client.get(reverse("room_panel", args=[stage.chile.uid]) + f"?a={quote(late)}").content.decode()
    assert "Because." in page
    assert badge not in page


def test_room_mark_moment_makes_a_resource_with_its_place_in_time(stage: Stage) -> None:
    client = in_hall(stage, stage.ireland)
    address = reverse("mark_moment", args=[stage.ireland.uid])
    answer = client.post(address, {"moment-title": "Le tiers-lieu", "moment-seconds": "60"})
    clip = Clip.objects.select_related("resource__kind").get()
    assert answer.url.endswith(f"?extrait={clip.resource.uid}#extrait")
    assert clip.programme_until - clip.programme_from == timedelta(seconds=60)
    assert clip.resource.kind.slug == "video_clip"
    assert clip.resource.is_fictitious
    assert clip.resource.public_at is not None
    page = client.get(clip.resource.permalink, follow=True).content.decode()
    assert "Dans le programme" in page
    assert client.post(address, {"moment-title": "", "moment-seconds": "60"}).status_code == 422
    assert client.post(address, {"moment-title": "x", "moment-seconds": "86400"}).status_code == 422
    assert Clip.objects.count() == 1


def test_room_mark_moment_is_refused_before_the_site_has_seen_anything(stage: Stage) -> None:
    client = in_hall(stage, stage.chile)
    answer = client.post(
        reverse("mark_moment", args=[stage.chile.uid]), {"moment-title": "x", "moment-seconds": "60"}
    )
    assert answer.status_code == 422
    assert not Clip.objects.exists()


def test_room_costs_the_same_with_one_message_as_with_three(stage: Stage, django_assert_num_queries) -> None:
    client = in_hall(stage, stage.ireland)
    number = 0

    def fill(count: int) -> None:
        nonlocal number
        for _each in range(count):
            number += 1
            post_message(
                conference=stage.conference,
                site=stage.ireland,
                text=f"n° {number}",
                language="fr",
                by=stage.hall(stage.ireland, number),
                at=stage.at,
            )
            question = ask_question(
                site=stage.ireland,
                text=f"q {number}",
                language="fr",
                by=stage.hall(stage.ireland, number),
                at=stage.at,
            )
            group = merge_questions(questions=[question], by=stage.moderator, at=stage.at)
            approve_group(group=group, by=stage.moderator, at=stage.at)

    fill(1)
    client.get(room(stage.ireland))
    with django_assert_num_queries(15):
        client.get(room(stage.ireland))
    fill(2)
    with django_assert_num_queries(15):
        client.get(room(stage.ireland))


def test_replay_shows_each_session_at_its_programme_time(stage: Stage) -> None:
    post_message(
        conference=stage.conference,
        site=stage.ireland,
        text="dit pendant Malte",
        language="fr",
        by=stage.hall(stage.ireland),
        at=stage.at,
    )
    Site.objects.filter(pk=stage.chile.pk).update(mode="replay", delay_minutes=0)
    client = in_hall(stage, stage.chile)
    first = client.get(room(stage.chile)).content.decode()
    assert "dit pendant Malte" not in first
    second = client.get(room(stage.chile) + f"?seance={stage.malta.uid}").content.decode()
    assert "dit pendant Malte" in second
    data = json.loads(second.split('id="room-data" type="application/json">')[1].split("</script>")[0])
    assert data["mode"] == "replay"
    assert (
        data["span"]
        == f"&from={int(stage.malta.start_at.timestamp())}&to={int(stage.malta.end_at.timestamp())}"
    )
    log = client.get(
        reverse("replay_log", args=[stage.chile.uid]),
        {"from": stage.malta.start_at.isoformat(), "to": stage.malta.end_at.isoformat()},
    ).json()
    assert [e["body"]["text"] for e in log["events"]] == ["dit pendant Malte"]


@pytest.mark.parametrize(
    "query", ["", "from=x&to=y", "before=x", "before=1&count=-3", "from=2018-11-08&to=2018-11-09"]
)
def test_replay_log_refuses_what_is_no_span(stage: Stage, query: str) -> None:
    client = in_hall(stage, stage.chile)
    assert client.get(reverse("replay_log", args=[stage.chile.uid]) + "?" + query).status_code == 400


def test_tokens_are_given_to_those_who_follow_the_site_alone(stage: Stage) -> None:
    address = reverse("live_tokens", args=[stage.chile.uid])
    assert in_hall(stage, stage.chile).get(address).json()["epoch"] == 1
    assert in_hall(stage, stage.ireland).get(address).status_code == 404
    assert browser(stage).get(address).status_code == 404
    desk = reverse("desk_tokens", args=[stage.conference.slug])
    assert browser(stage).get(desk).status_code == 302
    assert signed_in(stage, Role.SITE_COORDINATOR, stage.chile.urn).get(desk).status_code == 404
    assert signed_in(stage, Role.MODERATOR, stage.conference.urn, "Autre").get(desk).status_code == 200


def test_question_desk_is_unknown_to_those_who_do_not_work_there(stage: Stage) -> None:
    address = reverse("question_desk", args=[stage.conference.slug])
    assert browser(stage).get(address).status_code == 302
    assert in_hall(stage, stage.chile).get(address).status_code == 302
    assert signed_in(stage, Role.SITE_COORDINATOR, stage.chile.urn).get(address).status_code == 404


def test_question_desk_from_merging_to_publication(stage: Stage) -> None:
    for site, text, language in (
        (stage.chile, "¿Y las familias?", "es"),
        (stage.ireland, "What about families?", "en"),
    ):
        ask_question(site=site, text=text, language=language, by=stage.hall(site), at=stage.at)
    moderator = signed_in(stage, Role.MODERATOR, stage.conference.urn, "Modération")
    expert = signed_in(stage, Role.EXPERT, stage.conference.urn, "Expertise")
    desk = reverse("question_desk", args=[stage.conference.slug])

    def act(client: Client, verb: str, **data):
        return client.post(reverse("desk_act", args=[stage.conference.slug, verb]), data)

    page = moderator.get(desk).content.decode()
    assert "¿Y las familias?" in page
    assert "What about families?" in page
    assert act(moderator, "regrouper").status_code == 422
    questions = [str(q.uid) for q in Question.objects.all()]
    assert act(moderator, "regrouper", questions=questions).url == desk
    group = Question.objects.get(language="es").group
    assert group is not None
    seen = {"group": str(group.uid)}
    assert (
        act(moderator, "traduire", **seen, language="fr", text="Et les familles ?", origin="human").url
        == desk
    )
    # somebody else's version: both are told apart
    assert act(moderator, "traduire", **seen, version=1, language="fr", text="x").status_code == 409
    refused = act(moderator, "repondre", **seen, language="fr", text="Trop tôt")
    assert refused.status_code == 422
    assert "Trop tôt" in refused.content.decode()
    person = Person.objects.get(family_name="Expertise")
    assert act(moderator, "transmettre", **seen, expert=str(person.uid)).url == desk
    mine = reverse("expert_desk", args=[stage.conference.slug])
    assert "Et les familles ?" in expert.get(mine).content.decode()
    refused = act(
        expert, "repondre", **seen, language="fr", text="Une réponse.", doubtful="absent", page="transmises"
    )
    assert refused.status_code == 422
    assert "Une réponse." in refused.content.decode()
    answered = act(
        expert,
        "repondre",
        **seen,
        language="fr",
        text="À Malte, le tiers-lieu.",
        doubtful="tiers-lieu",
        page="transmises",
    )
    assert answered.url == mine
    assert (
        act(
            moderator, "version", **seen, language="en", text="In Malta, the third place.", origin="human"
        ).url
        == desk
    )
    assert act(moderator, "publier", **seen).url == desk
    assert act(moderator, "publier", **seen).status_code == 422
    ireland = in_hall(stage, stage.ireland).get(f"/en/sites/{stage.ireland.uid}/salle/").content.decode()
    assert "In Malta, the third place." in ireland
    chile = in_hall(stage, stage.chile).get(room(stage.chile)).content.decode()
    assert "third place" not in chile
    late = moderator.get(desk).content.decode()
    assert "Pas encore à ce moment du programme" in late
    report = moderator.get(reverse("session_report", args=[stage.conference.slug])).content.decode()
    assert "À Malte, le tiers-lieu." in report
    csv = moderator.get(reverse("session_report_csv", args=[stage.conference.slug])).content.decode()
    assert csv.count("\r\n") == 3
    assert "¿Y las familias?" in csv


def test_question_desk_refuses_an_expert_who_merges(stage: Stage) -> None:
    ask_question(site=stage.chile, text="¿?a", language="es", by=stage.hall(stage.chile), at=stage.at)
    expert = signed_in(stage, Role.EXPERT, stage.conference.urn, "Expertise")
    answer = expert.post(
        reverse("desk_act", args=[stage.conference.slug, "regrouper"]),
        {"questions": [str(Question.objects.get().uid)]},
    )
    assert answer.status_code == 403
    assert Question.objects.get().state == "submitted"
    assert expert.post(reverse("desk_act", args=[stage.conference.slug, "inconnu"])).status_code == 404


def test_question_desk_costs_the_same_with_one_question_as_with_three(
    stage: Stage, django_assert_num_queries
) -> None:
    person, _actor = stage.expert()
    number = 0

    def fill(count: int) -> None:
        nonlocal number
        for _each in range(count):
            number += 1
            one, two = (
                ask_question(
                    site=stage.ireland,
                    text=f"q {number}",
                    language="fr",
                    by=stage.hall(stage.ireland, number * 10 + n),
                    at=stage.at,
                )
                for n in (1, 2)
            )
            group = merge_questions(questions=[one], by=stage.moderator, at=stage.at)
            forward_group(group=group, expert=person, by=stage.moderator, at=stage.at)
            del two

    moderator = signed_in(stage, Role.MODERATOR, stage.conference.urn)
    address = reverse("question_desk", args=[stage.conference.slug])
    fill(1)
    moderator.get(address)
    with django_assert_num_queries(19):
        moderator.get(address)
    fill(2)
    with django_assert_num_queries(19):
        moderator.get(address)
