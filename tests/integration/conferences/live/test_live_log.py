from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from polyphonie.conferences.domain.live_log import append_event, body_hash, close_session_log, remove_event
from polyphonie.conferences.models import LiveBody, LiveEvent
from polyphonie.kernel.errors import RightMissing
from polyphonie.kernel.models import LedgerEvent
from tests.factories.live import Stage, build

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


def append(stage: Stage, **fields):
    with transaction.atomic():
        return append_event(conference=stage.conference, kind="message", body={"text": "x"}, **fields)


def test_append_event_numbers_without_gaps_per_conference(stage: Stage) -> None:
    other = build("langues")
    assert [append(stage).seq, append(other).seq, append(stage).seq, append(other).seq] == [1, 1, 2, 2]


def test_append_event_rolled_back_leaves_no_gap(stage: Stage) -> None:
    append(stage)
    with transaction.atomic():
        append_event(conference=stage.conference, kind="message", body={})
        transaction.set_rollback(True)
    assert append(stage).seq == 2


def test_append_event_never_goes_back_in_programme_time(stage: Stage) -> None:
    first = append(stage)
    stage.advance(hours=-2)
    assert append(stage).programme_time == first.programme_time
    stage.advance(hours=3)
    third = append(stage).programme_time
    assert third > first.programme_time
    assert abs(third - stage.at) < timedelta(seconds=5)


def test_append_event_never_refers_to_the_future(stage: Stage) -> None:
    event = append(stage, refers_to=stage.at + timedelta(days=1))
    assert event.refers_to == event.programme_time
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveEvent.objects.update(refers_to=event.programme_time + timedelta(seconds=1))


def test_append_event_publishes_after_the_commit_only(
    stage: Stage, django_capture_on_commit_callbacks, monkeypatch
) -> None:
    published = []

    class Noted:
        def publish(self, key: str, seq: int) -> None:
            published.append((key, seq))

    monkeypatch.setattr("polyphonie.conferences.domain.live_log.bus", Noted)
    with django_capture_on_commit_callbacks() as callbacks:
        append(stage)
        assert published == []
    for callback in callbacks:
        callback()
    assert published == [(str(stage.conference.uid), 1)]


def test_remove_event_keeps_the_envelope_and_its_hash(stage: Stage) -> None:
    event = append(stage)
    row = LiveBody.objects.get()
    assert event.body_hash == body_hash(row.nonce, row.language, row.body)
    with transaction.atomic():
        remove_event(conference=stage.conference, seq=1)
    assert LiveEvent.objects.get(seq=1).body_hash == event.body_hash
    assert not LiveBody.objects.filter(event=event).exists()


def test_close_session_log_puts_one_hash_into_the_ledger(stage: Stage) -> None:
    append(stage)
    append(stage)
    digest = close_session_log(session=stage.malta, by=stage.moderator, at=stage.at)
    event = LedgerEvent.objects.get()
    assert event.what == "conferences.close_session_log"
    assert event.data == {"first_seq": 1, "last_seq": 2, "events": 2, "sha256": digest}
    with transaction.atomic():
        LiveBody.objects.filter(event__seq=1).delete()
    assert close_session_log(session=stage.malta, by=stage.moderator, at=stage.at) == digest
    LiveEvent.objects.filter(seq=2).update(kind="urgent")
    assert close_session_log(session=stage.malta, by=stage.moderator, at=stage.at) != digest


def test_close_session_log_needs_the_moderation(stage: Stage) -> None:
    with pytest.raises(RightMissing):
        close_session_log(session=stage.malta, by=stage.hall(stage.ireland), at=stage.at)
    assert not LedgerEvent.objects.exists()
