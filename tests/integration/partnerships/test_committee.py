"""The coordination committee: it is prompted, noted, and its decisions have an owner."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.errors import Refusal, RightMissing
from polyphonie.partnerships.domain import committee as verbs
from polyphonie.partnerships.domain.commitments import AgreementNotRunning
from polyphonie.partnerships.domain.committee import Decided
from polyphonie.partnerships.domain.queries.agreements import desk_of, list_agreements
from polyphonie.partnerships.domain.queries.committee import committee_prompt, year_after
from polyphonie.partnerships.models import Agreement, CommitteeMeeting
from tests.factories.network import signed_in
from tests.factories.partnerships import (
    SYSTEM,
    academie,
    active,
    keep,
    manager_of,
    on,
    proved,
    sent,
    signed,
    trainer_of,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = on(2025, 10, 6, 10)


def met(agreement: Agreement, **more: Any) -> CommitteeMeeting:
    given: dict[str, Any] = {
        "held_on": date(2025, 10, 6),
        "present": "Coordination, formation, partenariats",
        "decisions": [Decided(text="Préparer l'atelier", owner="partner", due_date=date(2026, 1, 15))],
        "by": SYSTEM,
        "at": AT,
        **more,
    }
    return verbs.record_committee(agreement=agreement, **given)


def prompt(agreement: Agreement, *moment: int) -> Any:
    return committee_prompt(Agreement.objects.get(pk=agreement.pk), on(*moment, 12))


def test_a_year_without_a_committee_is_prompted_sixty_days_before_and_then_late() -> None:
    agreement = active()  # from 1 September 2024 on
    assert prompt(agreement, 2025, 7, 2) is None
    near = prompt(agreement, 2025, 7, 3)
    assert (near.due, near.last, near.is_late) == (date(2025, 9, 1), None, False)
    assert prompt(agreement, 2025, 9, 1).is_late is False
    assert prompt(agreement, 2025, 9, 2).days_late == 1
    met(agreement)
    assert prompt(agreement, 2025, 10, 7) is None
    # the next one would fall after the agreement's end
    assert prompt(agreement, 2026, 8, 20) is None
    # before it was noted, it was late
    assert prompt(agreement, 2025, 10, 5).days_late == 34


@pytest.mark.parametrize(
    ("day", "after"),
    [(date(2024, 2, 29), date(2025, 2, 28)), (date(2025, 10, 6), date(2026, 10, 6))],
)
def test_year_after(day: date, after: date) -> None:
    assert year_after(day) == after


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        (
            {"held_on": date(2025, 10, 7)},
            verbs.MeetingInFuture,
            "Le 7 octobre 2025 est à venir ; notez un comité une fois qu'il s'est réuni.",
        ),
        (
            {"held_on": date(2024, 6, 1)},
            verbs.MeetingOutsideAgreement,
            "Le 1 juin 2024 précède la signature de la convention, le 8 juin 2024 ; corrigez la date.",
        ),
        (
            {"present": " "},
            verbs.PresentMissing,
            "Dites qui était là, par fonction : une ligne suffit.",
        ),
        (
            {"decisions": [Decided(text=" ")]},
            verbs.DecisionMissing,
            "Notez au moins une décision, avec qui s'en charge ; « rien ne change » en est une.",
        ),
    ],
)
def test_record_committee_refuses(given: dict[str, Any], error: type[Refusal], sentence: str) -> None:
    agreement = active()
    with pytest.raises(error) as refused:
        met(agreement, **given)
    assert str(refused.value) == sentence
    assert not CommitteeMeeting.objects.exists()


def test_record_committee_once_a_day_by_the_manager_of_an_active_agreement() -> None:
    agreement = active()
    with pytest.raises(RightMissing):
        met(agreement, by=trainer_of(agreement.partner))
    met(agreement, by=manager_of(agreement.host))
    with pytest.raises(verbs.MeetingRecorded):
        met(agreement)
    with pytest.raises(AgreementNotRunning):
        met(signed(partner=academie("academie-reims"), at=on(2024, 6, 2)))


def at_clock(client: Client, at: datetime) -> Client:
    session = client.session
    session["clock_offset_seconds"] = (at - datetime.now(UTC)).total_seconds()
    session.save()
    return client


@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_prompts_and_then_shows_the_decisions_to_both_sides(client: Client, language: str) -> None:
    agreement = active()
    address = agreement.get_absolute_url().replace("/fr/", f"/{language}/")
    late = {"fr": "Douze mois sans comité", "en": "Twelve months without a committee"}[language]
    for who in (manager_of(agreement.host), trainer_of(agreement.partner)):
        signed_in(client, who)
        assert late in at_clock(client, on(2025, 9, 3)).get(address).content.decode()
    signed_in(client, manager_of(agreement.host))
    at_clock(client, AT)
    form = reverse("committee_record", args=[agreement.uid]).replace("/fr/", f"/{language}/")
    given = {"held_on": "2025-10-06", "present": "Coordination", "owner_1": "host", "due_1": "2026-01-15"}
    assert client.post(form, given).status_code == 422
    assert client.post(form, {**given, "decision_1": "Rien ne change"}).status_code == 303
    page = at_clock(client, on(2025, 10, 7)).get(address).content.decode()
    assert "Rien ne change" in page
    assert late not in page
    assert {"fr": "15 janvier 2026", "en": "15 January 2026"}[language] in page


def test_desk_sorts_what_waits_by_academie() -> None:
    first = active(reference="A")
    host = first.host
    second = active(host=host, partner=academie("academie-reims"), reference="B", at=on(2024, 6, 2))
    sent(
        host=host,
        partner=academie("academie-lille"),
        reference="C",
        at=on(2025, 7, 1),
        start_date=date(2025, 9, 1),
        due_dates={},
    )
    for slug in ("use_resources", "encourage_recommendations", "feedback"):
        keep(first, slug, on(2025, 1, 10))
        keep(second, slug, on(2025, 1, 10))
    proved(second, "paf_entry", on(2025, 6, 20))
    at = on(2025, 7, 10, 9)
    desk = desk_of(list_agreements(manager_of(host), at), at)

    def named(tasks: Any) -> list[tuple[str, str]]:
        return [
            (t.card.agreement.reference, t.row.commitment.type.slug if t.row else "committee") for t in tasks
        ]

    assert sorted(named(desk.late)) == [("A", "paf_entry"), ("B", "paf_entry")]
    assert sorted(named(desk.due)) == [("A", "committee"), ("B", "committee")]
    assert [t.card.agreement.reference for t in desk.to_sign] == ["C"]
    assert named(desk.to_answer) == [("B", "paf_entry")]
    early = on(2025, 5, 5, 9)
    before = desk_of(list_agreements(manager_of(host), early), early)
    assert (sorted(named(before.due)), before.late) == ([("A", "paf_entry"), ("B", "paf_entry")], ())
