from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from polyphonie.conferences.domain.chat import post_message, post_notice, remove_message
from polyphonie.conferences.domain.queries.live_log import site_uids_of, snapshot
from polyphonie.conferences.domain.question_groups import (
    answer_group,
    approve_group,
    forward_group,
    mark_group,
    merge_questions,
    publish_answer,
)
from polyphonie.conferences.domain.questions import ask_question, support_question
from polyphonie.conferences.live.tokens import HOST, SCOPES, Claims, issue_media, issue_stream
from polyphonie.conferences.models import Relay
from polyphonie.kernel import clock
from tests.factories.live import Stage
from tests.factories.streams import Server, serving

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def server(stage: Stage) -> Iterator[Server]:
    with serving() as server:
        server.follow(stage.conference.pk)
        yield server


def claims(stage: Stage, site, scope: str = "public", who: str = "", epoch: int = 1) -> Claims:
    return Claims(
        stage.conference.pk,
        site.pk if site is not None else HOST,
        epoch,
        who,
        scope,
        stage.conference.clock_offset.total_seconds(),
    )


def say(stage: Stage, site, text: str = "Bonjour", number: int = 1):
    return post_message(
        conference=stage.conference,
        site=site,
        text=text,
        language="fr",
        by=stage.hall(site, number),
        at=stage.at,
    )


def ask(stage: Stage, site, text: str, language: str, number: int = 1):
    return ask_question(
        site=site, text=text, language=language, by=stage.hall(site, number), at=stage.at, watching=stage.at
    )


def test_stream_opens_without_a_query_and_sends_the_clock_first(stage: Stage, server: Server) -> None:
    with CaptureQueriesContext(connection) as queries:
        opened = server.open(claims(stage, stage.chile))
        server.step()
    assert len(queries) == 0
    assert opened.status == 200
    assert opened.headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert opened.headers[b"x-accel-buffering"] == b"no"
    assert opened.raw.startswith(b"retry: ")
    (told,) = opened.named("clock")
    assert told["epoch"] == 1
    assert told["running"] is True
    # Chile is ninety minutes behind: the media begin in fifty minutes
    assert 49 * 60 < told["media_in"] < 51 * 60
    assert opened.named("batch") == []


def test_stream_shows_ones_own_site_at_once_and_the_others_in_time(stage: Stage, server: Server) -> None:
    ireland = server.open(claims(stage, stage.ireland))
    chile = server.open(claims(stage, stage.chile))
    say(stage, stage.ireland, "from Ireland")
    say(stage, stage.chile, "desde Chile")
    server.look()
    server.step(0.3)
    assert [e["body"]["text"] for e in ireland.events()] == ["from Ireland", "desde Chile"]
    assert [e["body"]["text"] for e in chile.events()] == ["desde Chile"]
    with time_machine.travel(clock.wall() + timedelta(minutes=90, seconds=2), tick=True):
        server.step()
    assert [e["body"]["text"] for e in chile.events()] == ["desde Chile", "from Ireland"]


def test_stream_goes_on_from_a_cursor_and_last_event_id_wins(stage: Stage, server: Server) -> None:
    first = server.open(claims(stage, stage.ireland))
    for n in range(3):
        say(stage, stage.ireland, f"n° {n}", n)
    server.look()
    server.step(0.3)
    assert first.last_id == "3.3"
    assert [e["seq"] for e in server.open(claims(stage, stage.ireland), "1.1").events()] == [2, 3]
    again = server.open(claims(stage, stage.ireland), "0.0", last_event_id="2.2")
    assert [e["seq"] for e in again.events()] == [3]


def test_stream_never_loses_what_another_site_said_before_a_reconnection(
    stage: Stage, server: Server
) -> None:
    # one number would lose it: A posts, B polls with its own fast events, B reconnects
    say(stage, stage.ireland, "avant")
    say(stage, stage.chile, "la mía")
    server.look()
    chile = server.open(claims(stage, stage.chile))
    assert [e["seq"] for e in chile.events()] == [2]
    assert chile.last_id == "0.2"
    with time_machine.travel(clock.wall() + timedelta(minutes=91), tick=True):
        again = server.open(claims(stage, stage.chile), chile.last_id)
        assert [e["seq"] for e in again.events()] == [1]


def test_stream_removal_reaches_everybody_and_the_body_is_never_sent_afterwards(
    stage: Stage, server: Server
) -> None:
    message = say(stage, stage.ireland, "un secret de trop")
    server.look()
    ireland = server.open(claims(stage, stage.ireland))
    assert b"un secret de trop" in ireland.raw
    chile = server.open(claims(stage, stage.chile))
    remove_message(conference=stage.conference, seq=message.event_seq, by=stage.moderator, at=stage.at)
    server.look()
    for opened in (ireland, chile):
        assert opened.events()[-1]["kind"] == "removal"
        assert opened.events()[-1]["target"] == 1
        assert opened.held() == {}
    late = server.open(claims(stage, stage.ireland))
    with time_machine.travel(clock.wall() + timedelta(minutes=91), tick=True):
        server.step()
        later = server.open(claims(stage, stage.chile))
    staff = server.open(claims(stage, None, "staff"))
    for opened in (chile, late, later, staff):
        assert b"un secret de trop" not in opened.raw
        assert opened.held() == {}
    with serving() as restarted:
        restarted.follow(stage.conference.pk)
        fresh = restarted.open(claims(stage, stage.ireland))
        assert b"un secret de trop" not in fresh.raw
        assert fresh.events()[0] == {"seq": 1, "kind": "message", "removed": True}


def test_stream_keeps_a_question_of_chile_from_ireland_in_every_frame(stage: Stage, server: Server) -> None:
    ireland = server.open(claims(stage, stage.ireland))
    chile = server.open(claims(stage, stage.chile))
    asker = stage.hall(stage.chile)
    own = server.open(claims(stage, stage.chile, who=str(asker.id)))
    staff = server.open(claims(stage, None, "staff"))
    question = ask(stage, stage.chile, "¿Quién acompaña a las familias?", "es")
    server.look()
    assert [e["kind"] for e in staff.events()] == ["question"]
    assert staff.events()[0]["body"]["text"] == "¿Quién acompaña a las familias?"
    assert "askers" not in staff.raw.decode()
    assert str(asker.id) not in staff.raw.decode()
    for opened in (ireland, chile, own):
        assert opened.events() == []
        assert str(question.uid) not in opened.raw.decode()
    assert own.named("me") == [{}]
    assert ireland.named("me") == chile.named("me") == []


def published(stage: Stage):
    person, expert = stage.expert()
    mine = ask(stage, stage.chile, "¿Y las familias?", "es")
    theirs = ask(stage, stage.ireland, "What about families?", "en")
    group = merge_questions(questions=[mine, theirs], by=stage.moderator, at=stage.at)
    approve_group(group=group, by=stage.moderator, at=stage.at)
    forward_group(group=group, expert=person, by=stage.moderator, at=stage.at)
    group.refresh_from_db()
    answer_group(
        group=group,
        text="À Malte, le tiers-lieu.",
        language="fr",
        by=expert,
        at=stage.at,
        doubtful=["tiers-lieu"],
    )
    group.refresh_from_db()
    return publish_answer(group=group, by=stage.moderator, at=stage.at)


def test_stream_brings_an_answer_now_where_it_was_asked_unless_the_site_follows_the_programme(
    stage: Stage, server: Server
) -> None:
    ireland = server.open(claims(stage, stage.ireland))
    chile = server.open(claims(stage, stage.chile))
    group = published(stage)
    server.look()
    server.step(0.3)
    answer = next(e for e in ireland.events() if e["kind"] == "answer")
    assert answer["body"]["group"] == str(group.uid)
    assert answer["body"]["answer"]["fr"]["doubtful"] == ["tiers-lieu"]
    assert {o["language"] for o in answer["body"]["origins"]} == {"es", "en"}
    # the approval reaches both askers; the answer reaches Chile with its programme
    assert [e["kind"] for e in chile.events()] == ["approval"]
    with time_machine.travel(clock.wall() + timedelta(minutes=91), tick=True):
        server.step()
    assert [e["kind"] for e in chile.events()] == ["approval", "answer"]


def test_stream_sends_tallies_of_what_the_site_has_been_shown(stage: Stage, server: Server) -> None:
    question = ask(stage, stage.ireland, "What about families?", "en")
    group = merge_questions(questions=[question], by=stage.moderator, at=stage.at)
    group = approve_group(group=group, by=stage.moderator, at=stage.at)
    ireland = server.open(claims(stage, stage.ireland))
    chile = server.open(claims(stage, stage.chile))
    for number in (1, 2, 2):
        support_question(group=group, site=stage.ireland, by=stage.hall(stage.ireland, number), at=stage.at)
    server.look(tallies=True)
    server.step()
    assert ireland.named("tally")[-1] == {str(group.uid): 2}
    assert chile.named("tally") == []


def everything_said(stage: Stage) -> None:
    """One event of each kind, from both sites."""
    say(stage, stage.ireland, "one", 1)
    say(stage, stage.chile, "dos", 1)
    gone = say(stage, stage.ireland, "three", 2)
    group = published(stage)
    group.refresh_from_db()
    mark_group(group=group, mark="on_air", value=True, by=stage.moderator, at=stage.at)
    post_notice(conference=stage.conference, text="Alerte", language="fr", by=stage.moderator, at=stage.at)
    remove_message(conference=stage.conference, seq=gone.event_seq, by=stage.moderator, at=stage.at)
    say(stage, None or stage.chile, "cuatro", 2)


@pytest.mark.parametrize("scope", ["public", "staff"])
@pytest.mark.parametrize("where", ["ireland", "chile", "host"])
@pytest.mark.parametrize("later", [0, 30, 120])
def test_snapshot_and_frames_equal_a_fresh_snapshot(
    stage: Stage, server: Server, scope: str, where: str, later: int
) -> None:
    site = {"ireland": stage.ireland, "chile": stage.chile, "host": None}[where]
    uids = site_uids_of(stage.conference)

    def view():
        now = stage.at
        if site is not None:
            now -= timedelta(minutes=site.delay_minutes)
        return snapshot(
            conference=stage.conference,
            site=site.pk if site else HOST,
            scope=SCOPES[scope],
            site_now=now,
            site_uids=uids,
            keep=1_000,
        )

    say(stage, stage.ireland, "zero", 9)
    say(stage, stage.chile, "cero", 9)
    before = view()
    everything_said(stage)
    server.look()
    opened = server.open(claims(stage, site, scope), str(before.cursor))
    with time_machine.travel(clock.wall() + timedelta(minutes=later), tick=True):
        server.step(0.2)
        after = view()
    held = opened.held({e["seq"]: e for e in before.events})
    assert held == {e["seq"]: e for e in after.events}
    # each event at most once
    seqs = [e["seq"] for e in opened.events()]
    assert len(seqs) == len(set(seqs))


def test_stream_is_reset_when_the_site_goes_back(stage: Stage, server: Server) -> None:
    opened = server.open(claims(stage, stage.chile))
    now = stage.at
    Relay.objects.create(
        site=stage.chile, epoch=2, wall_from=now, programme_from=now - timedelta(minutes=200)
    )
    server.look(context=True)
    assert opened.named("reset") == [{"reason": "epoch"}]
    assert opened.ended
    assert not server.open(claims(stage, stage.chile, epoch=2)).ended


def test_stream_is_reset_when_its_cursor_is_ahead_of_the_log(stage: Stage, server: Server) -> None:
    assert server.open(claims(stage, stage.ireland), "7.9").named("reset") == [{"reason": "cursor"}]


@pytest.mark.parametrize("cursor", ["1", "2.1", "-1.0", "01.1", "1.1 ", "9" * 25 + ".0", "P.B"])
def test_stream_refuses_what_is_no_cursor(stage: Stage, server: Server, cursor: str) -> None:
    assert server.open(claims(stage, stage.ireland), cursor.replace(" ", "%20")).status == 400


def test_stream_refuses_expired_forged_and_misused_tokens(stage: Stage, server: Server) -> None:
    good = issue_stream(claims(stage, stage.chile))
    media = issue_media(claims(stage, stage.chile))
    for token in ("", good[:-1], good.replace("~", ".", 1), "x" * 5_000, media):
        assert server.open(token).status == 403
    with time_machine.travel(clock.wall() + timedelta(minutes=15, seconds=5), tick=True):
        assert server.open(good).status == 401
    assert server.open(good).status == 200
    assert server.open(Claims(stage.conference.pk, 10**6, 1, "", "public")).status == 404


def test_stream_ends_when_its_token_runs_out(stage: Stage, server: Server) -> None:
    token = issue_stream(claims(stage, stage.ireland))
    with time_machine.travel(clock.wall() + timedelta(minutes=14, seconds=59), tick=True):
        opened = server.open(token)
        assert not opened.ended
        server.until(lambda: opened.ended, 4)
    assert opened.named("bye") == [{"reason": "token", "wait": 0}]


def test_stream_says_bye_and_ends(stage: Stage, server: Server) -> None:
    opened = server.open(claims(stage, stage.ireland))
    server.app.hub.say_bye()
    server.step()
    assert opened.ended
    assert opened.named("bye")[0]["reason"] == "restart"
    assert server.app.hub.viewers() == 0


def test_stream_ends_when_the_client_leaves(stage: Stage, server: Server) -> None:
    opened = server.open(claims(stage, stage.ireland))
    assert server.app.hub.viewers() == 1
    opened.leave()
    server.step(0.02)
    assert opened.task.done()
    assert opened.task.exception() is None
    assert server.app.hub.viewers() == 0


def test_stream_answers_other_methods_with_405(stage: Stage, server: Server) -> None:
    assert server.request("/live/stream", method="POST").status == 405
