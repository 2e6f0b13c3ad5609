"""The doctor says what is there and what is missing; the ledger check finds a changed event."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from polyphonie.config.doctor import examine, examine_ledger
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.models import LedgerEvent

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]
AT = datetime(2017, 11, 9, 8, 30, tzinfo=UTC)


def findings() -> dict[str, str]:
    return {f.subject: f.sentence for f in examine()}


def test_doctor_names_every_part() -> None:
    said = findings()
    assert {"database", "files", "live bus", "mail", "signing key"} <= set(said)
    assert "can be written" in said["files"]


def test_doctor_says_that_a_bus_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    from polyphonie.config.environment import environment

    monkeypatch.setattr(environment, "bus_url", "redis://127.0.0.1:1/0")
    wrong = [f for f in examine() if f.is_wrong and f.subject == "live bus"]
    assert len(wrong) == 1
    assert "cannot be reached" in wrong[0].sentence


def test_doctor_finds_a_changed_event() -> None:
    for number in range(3):
        with ledger.act("kernel.probe", by=Actor.system("probe"), at=AT) as act:
            act.on("kernel:file:018f2f2e-0000-7000-8000-000000000000")
            act.note(number=number)
    assert [f.is_wrong for f in examine_ledger()] == [False]
    LedgerEvent.objects.filter(seq=2).update(data={"number": 99})
    found = examine_ledger()
    assert [f.is_wrong for f in found] == [True]
    assert found[0].subject.endswith("#2")
    assert found[0].sentence == "the content does not match the hash"
