"""Mail leaves after commit, once, and is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger, outbox
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.models import OutboxMessage

pytestmark = [pytest.mark.database]

AT = datetime(2024, 1, 10, tzinfo=UTC)


def queue(**more: Any) -> OutboxMessage:
    given: dict[str, Any] = {
        "to": "a@example.org",
        "subject": "Avis",
        "body": "Texte",
        "cause_urn": "n:n:1",
        "at": AT,
    }
    return outbox.queue_mail(**{**given, **more})


@pytest.mark.django_db(transaction=True)
def test_queue_mail_leaves_after_the_commit_by_a_task() -> None:
    with transaction.atomic():
        message = queue()
        assert mail.outbox == []
    assert [(m.to, m.subject, m.body) for m in mail.outbox] == [(["a@example.org"], "Avis", "Texte")]
    message.refresh_from_db()
    assert message.sent_at is not None
    assert message.body == "Texte"


@pytest.mark.django_db(transaction=True)
def test_queue_mail_never_leaves_when_its_verb_is_refused() -> None:
    def verb() -> None:
        with ledger.act("t.verb", by=Actor.system("t"), at=AT) as act:
            act.on("a:b:1")
            queue()
            raise Refusal("non")

    with pytest.raises(Refusal):
        verb()
    assert mail.outbox == []
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_send_due_sends_each_message_once() -> None:
    queue()
    queue(to="b@example.org")
    assert [outbox.send_due(at=AT), outbox.send_due(at=AT + timedelta(days=1))] == [2, 0]
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_send_due_forgets_a_text_that_is_of_no_more_use() -> None:
    message = queue(body="code 1234", forget_body=True)
    outbox.send_due(at=AT)
    message.refresh_from_db()
    assert mail.outbox[0].body == "code 1234"
    assert message.body == ""


@pytest.mark.django_db
def test_send_due_tries_again_later_each_time_and_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(outbox, "send_mail", fail)
    message = queue()
    waits = []
    at = AT
    for _ in range(outbox.GIVE_UP_AFTER):
        assert outbox.send_due(at=at) == 0
        message.refresh_from_db()
        assert message.next_attempt_at is not None
        waits.append(message.next_attempt_at - at)
        attempts = message.attempts
        outbox.send_due(at=at)
        message.refresh_from_db()
        assert message.attempts == attempts
        at = message.next_attempt_at  # type: ignore[assignment]  # it was set by the attempt
    assert waits == [timedelta(minutes=2 * 2**n) for n in range(outbox.GIVE_UP_AFTER)]
    assert message.last_error == "ConnectionRefusedError"
    monkeypatch.undo()
    assert outbox.send_due(at=at) == 0


@pytest.mark.django_db
def test_send_due_never_sends_what_another_has_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    queue()
    real = outbox.send_mail
    nested = []

    def send_and_look(*args: Any, **more: Any) -> int:
        nested.append(outbox.send_due(at=AT))
        return real(*args, **more)

    monkeypatch.setattr(outbox, "send_mail", send_and_look)
    assert outbox.send_due(at=AT) == 1
    assert nested == [0]
    assert len(mail.outbox) == 1
