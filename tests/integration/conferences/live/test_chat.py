from __future__ import annotations

from datetime import timedelta

import pytest

from polyphonie.conferences.domain.chat import KeyTooLong, post_message, post_notice, remove_message
from polyphonie.conferences.models import LiveBody, LiveEvent, Message
from polyphonie.conferences.validators import TextEmpty, TextTooLong, TooManyAtOnce
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing, Unknown
from polyphonie.kernel.models import LedgerEvent
from tests.factories.live import Stage

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


def say(stage: Stage, text: str = "Bonjour", *, site=None, by=None, key="", at=None):
    site = site or stage.ireland
    return post_message(
        conference=stage.conference,
        site=site,
        text=text,
        language="fr",
        by=by or stage.hall(site),
        at=at or stage.at,
        watching=stage.at,
        key=key,
    )


def body(seq: int) -> dict:
    return LiveBody.objects.get(event__seq=seq).body


def test_post_message_appends_to_the_log_without_ledger_event(stage: Stage) -> None:
    message = say(stage)
    event = LiveEvent.objects.get()
    assert (message.event_seq, event.seq, event.kind, event.scope) == (1, 1, "message", "public")
    assert (event.site_id, event.session, event.now_sites) == (stage.ireland.pk, stage.malta, [])
    assert abs(event.programme_time - stage.at) < timedelta(seconds=5)
    assert event.refers_to is not None
    assert event.refers_to <= event.programme_time
    assert body(1)["text"] == "Bonjour"
    assert body(1)["as"] == "participant"
    assert body(1)["from"] == {"fr": "Irlande", "en": "Ireland"}
    assert not LedgerEvent.objects.exists()


def test_post_message_twice_with_one_key_is_one_message(stage: Stage) -> None:
    first = say(stage, key="k1")
    assert say(stage, "autre", key="k1") == first
    assert LiveEvent.objects.count() == Message.objects.count() == 1


def test_post_message_refuses_the_sixth_in_two_minutes_and_names_the_wait(stage: Stage) -> None:
    began = stage.at

    def after(seconds: int):
        return began + timedelta(seconds=seconds)

    for n in range(5):
        say(stage, f"n° {n}", at=after(n * 10))
    with pytest.raises(TooManyAtOnce) as refused:
        say(stage, "encore", at=after(50))
    assert refused.value.wait_seconds == 70
    assert str(refused.value.wait_seconds) in str(refused.value)
    assert LiveEvent.objects.count() == 5
    say(stage, "après l'attente", at=after(121))
    say(stage, "une autre personne", by=stage.hall(stage.ireland, 2), at=after(50))
    assert LiveEvent.objects.count() == 7


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00\x07\x1b", "\u200b\u200b", "\u202e\u2066"])
def test_post_message_refuses_what_cannot_be_seen(stage: Stage, text: str) -> None:
    with pytest.raises(TextEmpty):
        say(stage, text)
    assert not LiveEvent.objects.exists()


@pytest.mark.parametrize("length", [501, 100_000])
def test_post_message_refuses_what_is_too_long_and_names_the_limit(stage: Stage, length: int) -> None:
    with pytest.raises(TextTooLong) as refused:
        say(stage, "é" * length)
    assert "500" in str(refused.value)
    assert not LiveEvent.objects.exists()


def test_post_message_keeps_markup_as_text_and_drops_control_characters(stage: Stage) -> None:
    say(stage, "<script>alert(1)</script>\x00 & \x1b[31mrouge\u202e tourné\r\nligne 2")
    assert body(1)["text"] == "<script>alert(1)</script> & [31mrouge tourné\nligne 2"


def test_post_message_is_refused_to_visitors_and_to_other_halls(stage: Stage) -> None:
    for stranger in (Actor.visitor(), stage.hall(stage.chile)):
        with pytest.raises(RightMissing):
            say(stage, by=stranger)
    with pytest.raises(RightMissing):
        post_message(
            conference=stage.conference,
            site=None,
            text="x",
            language="fr",
            by=stage.hall(stage.ireland),
            at=stage.at,
        )
    assert not LiveEvent.objects.exists()


def test_post_message_refuses_a_malformed_key(stage: Stage) -> None:
    with pytest.raises(KeyTooLong):
        say(stage, key="k" * 65)


def test_post_message_costs_a_constant_number_of_queries(stage: Stage, django_assert_num_queries) -> None:
    say(stage)
    actor = stage.hall(stage.ireland, 7)
    for n in range(3):
        # key, burst, savepoint, session, counter, event, body, counter, message, release
        with django_assert_num_queries(10):
            say(stage, by=actor, key=f"k{n}")


def test_remove_message_erases_the_body_and_appends_a_removal(stage: Stage) -> None:
    message = say(stage, "à retirer")
    remove_message(conference=stage.conference, seq=message.event_seq, by=stage.moderator, at=stage.at)
    removal = stage.events()[-1]
    assert (removal.kind, removal.target_seq, removal.seq) == ("removal", 1, 2)
    assert not LiveBody.objects.filter(event__seq=1).exists()
    assert LiveEvent.objects.filter(seq=1).exists()
    event = LedgerEvent.objects.get()
    assert (event.what, event.book) == ("conferences.remove_message", stage.conference.urn)
    assert "à retirer" not in str(event.data)


def test_remove_message_twice_changes_nothing(stage: Stage) -> None:
    message = say(stage)
    for _again in range(2):
        remove_message(conference=stage.conference, seq=message.event_seq, by=stage.moderator, at=stage.at)
    assert (LiveEvent.objects.count(), LedgerEvent.objects.count()) == (2, 1)


def test_remove_message_of_somebody_else_is_unknown(stage: Stage) -> None:
    message = say(stage)
    for by in (stage.hall(stage.ireland, 2), Actor.visitor()):
        with pytest.raises(Unknown):
            remove_message(conference=stage.conference, seq=message.event_seq, by=by, at=stage.at)
    remove_message(
        conference=stage.conference, seq=message.event_seq, by=stage.hall(stage.ireland), at=stage.at
    )
    assert Message.objects.get().removed_at is not None


def test_post_notice_needs_the_moderation(stage: Stage) -> None:
    with pytest.raises(RightMissing):
        post_notice(
            conference=stage.conference,
            text="Alerte",
            language="fr",
            by=stage.hall(stage.ireland),
            at=stage.at,
        )
    seq = post_notice(
        conference=stage.conference, text="Alerte", language="fr", by=stage.moderator, at=stage.at
    )
    assert (seq, stage.events()[0].kind) == (1, "urgent")
