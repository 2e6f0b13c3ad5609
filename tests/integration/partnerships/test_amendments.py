"""À la carte: five items, a price that somebody entered, time under a ceiling that never gives way."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal, RightMissing
from polyphonie.kernel.models import LedgerEvent, StoredFile
from polyphonie.network.enums import Role
from polyphonie.partnerships.domain import amendments as verbs
from polyphonie.partnerships.domain import services
from polyphonie.partnerships.domain.agreements import SignedFileMissing, terminate_agreement
from polyphonie.partnerships.domain.deliverables import (
    DeliverableAccepted,
    DeliverableMissing,
    accept_deliverable,
    hand_over_deliverable,
)
from polyphonie.partnerships.models import Amendment, Service, Tariff, TimeEntry
from tests.factories.network import HostFactory, actor_with, coordinator_of, signed_in
from tests.factories.partnerships import (
    INTERVENTION,
    PDF,
    RATE,
    SYSTEM,
    academie,
    active,
    amended,
    costed,
    manager_of,
    on,
    ordered,
    phase,
    signed,
    trainer_of,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = on(2024, 12, 2, 10)
DAY = date(2024, 12, 2)


def researcher_of(agreement: Any) -> Actor:
    return actor_with(Role.EXPERT, agreement.host.urn, organisation=agreement.host, at=AT)


def left(amendment: Amendment) -> int:
    return Amendment.objects.get(pk=amendment.pk).minutes_left


# the lists and the rates


def test_no_rate_is_shipped_and_nothing_is_costed_without_one() -> None:
    agreement = active()
    amendment = amended(agreement)
    assert (Service.objects.count(), Tariff.objects.count()) == (6, 0)
    with pytest.raises(verbs.NoTariff) as refused:
        verbs.estimate_amendment(amendment=amendment, minutes={phase(amendment): 60}, by=SYSTEM, at=AT)
    assert str(refused.value) == (
        "Aucun tarif n'est saisi pour « Intervention en académie » au 2 décembre 2024 ; le barème est sur demande : "
        "saisissez le vôtre avant de chiffrer."
    )


@pytest.mark.parametrize(
    ("start", "last", "clashes"),
    [
        (date(2025, 1, 1), None, True),
        (date(2024, 12, 31), date(2024, 12, 31), False),
        (date(2024, 6, 1), date(2025, 1, 1), True),
        (date(2026, 1, 1), None, False),
        (date(2025, 12, 31), date(2026, 5, 1), True),
        (date(2024, 1, 1), None, True),
    ],
)
def test_two_rates_of_a_service_never_hold_on_the_same_day(
    start: date, last: date | None, clashes: bool
) -> None:
    services.adopt_services(by=SYSTEM, at=AT)
    service = Service.objects.get(slug="intervention")
    host = HostFactory.create()
    common = {"host": host, "service": service, "hourly_rate": RATE, "by": SYSTEM, "at": AT}
    services.set_tariff(**common, valid_from=date(2025, 1, 1), last_day=date(2025, 12, 31))
    if not clashes:
        assert services.set_tariff(**common, valid_from=start, last_day=last).hourly_rate == RATE
        return
    with pytest.raises(services.TariffOverlaps) as refused:
        services.set_tariff(**common, valid_from=start, last_day=last)
    assert str(refused.value) == (
        "Un tarif vaut déjà pour cette prestation à partir du 1 janvier 2025, jusqu'au 31 décembre 2025 ; "
        "choisissez une autre période."
    )
    assert Tariff.objects.count() == 1


@pytest.mark.parametrize("rate", ["0", "-1", "10.001", "NaN"])
def test_set_tariff_refuses_an_impossible_rate(rate: str) -> None:
    services.adopt_services(by=SYSTEM, at=AT)
    with pytest.raises(services.RateImpossible):
        services.set_tariff(
            host=HostFactory.create(),
            service=Service.objects.get(slug="intervention"),
            hourly_rate=Decimal(rate),
            valid_from=DAY,
            by=SYSTEM,
            at=AT,
        )


def test_a_rate_is_entered_by_the_manager_of_its_host_alone() -> None:
    services.adopt_services(by=SYSTEM, at=AT)
    host = HostFactory.create()
    for by in (manager_of(HostFactory.create()), coordinator_of(host, Role.HOST_COORDINATOR)):
        with pytest.raises(RightMissing):
            services.set_tariff(
                host=host,
                service=Service.objects.get(slug="intervention"),
                hourly_rate=RATE,
                valid_from=DAY,
                by=by,
                at=AT,
            )


# the amendment


def test_estimate_of_scenario_seven() -> None:
    amendment = costed(active())
    assert (amendment.ceiling_minutes, amendment.ceiling_amount) == (1050, Decimal("175.00"))
    assert [line.minutes for line in amendment.lines.order_by("phase__order")] == list(INTERVENTION.values())


def test_the_rate_of_the_estimate_is_kept_when_the_scale_changes() -> None:
    agreement = active()
    amendment = costed(agreement)
    Tariff.objects.update(valid_until=date(2024, 12, 1))
    services.set_tariff(
        host=agreement.host,
        service=amendment.service,
        hourly_rate=Decimal("20.00"),
        valid_from=date(2024, 12, 1),
        by=SYSTEM,
        at=AT,
    )
    amendment.refresh_from_db()
    assert amendment.hourly_rate == RATE
    again = verbs.estimate_amendment(amendment=amendment, minutes={phase(amendment): 60}, by=SYSTEM, at=AT)
    assert (again.hourly_rate, again.ceiling_amount) == (Decimal("20.00"), Decimal("20.00"))


def test_an_amendment_needs_an_active_agreement_and_stays_within_it() -> None:
    waiting = signed()
    with pytest.raises(verbs.AgreementNotSigned):
        amended(waiting)
    agreement = active(partner=academie("academie-reims"), at=on(2024, 6, 2))
    with pytest.raises(verbs.AmendmentOutsideAgreement):
        amended(agreement, last_day=date(2027, 1, 1))
    with pytest.raises(verbs.AmendmentEndsBeforeStart):
        amended(agreement, last_day=date(2024, 11, 3))
    assert [amended(agreement).number, amended(agreement).number] == [1, 2]


@pytest.mark.parametrize(
    ("given", "wanting"),
    [
        ({"nature": ""}, "la nature"),
        ({"content": " "}, "le contenu"),
        ({"last_day": None}, "la durée"),
        ({"payment_terms": ""}, "les modalités de paiement"),
        ({"nature": "", "payment_terms": ""}, "la nature, les modalités de paiement"),
    ],
)
def test_send_amendment_names_the_item_that_is_missing(given: dict[str, Any], wanting: str) -> None:
    amendment = costed(active(), **given)
    with pytest.raises(Refusal) as refused:
        verbs.send_amendment(amendment=amendment, by=SYSTEM, at=AT)
    assert str(refused.value) == f"L'avenant n° 1 ne dit pas {wanting} ; complétez-le avant de l'envoyer."
    amendment.refresh_from_db()
    assert amendment.state == "costed"


def test_send_amendment_without_an_estimate_misses_the_price() -> None:
    amendment = amended(active())
    with pytest.raises(Refusal) as refused:
        verbs.send_amendment(amendment=amendment, by=SYSTEM, at=AT)
    assert str(refused.value) == "L'avenant n° 1 ne dit pas le tarif ; complétez-le avant de l'envoyer."
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.filter(pk=amendment.pk).update(state="sent")


def test_what_was_sent_no_longer_changes() -> None:
    amendment = costed(active())
    stale = amendment.version
    words = {
        "nature": "n",
        "content": "c",
        "start_date": amendment.start_date,
        "last_day": amendment.last_day,
        "payment_terms": "p",
    }
    verbs.change_amendment(amendment=amendment, version=stale, **words, by=SYSTEM, at=AT)
    with pytest.raises(ChangedMeanwhile):
        verbs.change_amendment(amendment=amendment, version=stale, **words, by=SYSTEM, at=AT)
    verbs.send_amendment(amendment=amendment, by=SYSTEM, at=AT)
    with pytest.raises(verbs.AmendmentFrozen) as refused:
        verbs.change_amendment(amendment=amendment, version=99, **words, by=SYSTEM, at=AT)
    assert str(refused.value) == (
        "L'avenant n° 1 est envoyé ou signé, ses termes ne changent plus ; préparez-en un autre."
    )
    with pytest.raises(SignedFileMissing):
        verbs.sign_amendment(amendment=amendment, file=None, filename="", signed_on=DAY, by=SYSTEM, at=AT)


# time under the ceiling


def log(amendment: Amendment, minutes: int, by: Actor = SYSTEM, **more: Any) -> TimeEntry:
    given: dict[str, Any] = {
        "phase": phase(amendment),
        "day": DAY,
        "minutes": minutes,
        "by": by,
        "at": AT,
        **more,
    }
    return verbs.log_time(amendment=amendment, **given)


def test_minute_1051_is_refused_and_asks_for_a_new_amendment() -> None:
    amendment = ordered(active())
    log(amendment, 1035)
    assert left(amendment) == 15
    with pytest.raises(verbs.CeilingReached) as refused:
        log(amendment, 16)
    assert str(refused.value) == "Il reste 15 min sur 17 h 30 : préparez un nouvel avenant."
    log(amendment, 15)
    with pytest.raises(verbs.CeilingReached) as spent:
        log(amendment, 1)
    assert str(spent.value) == "Il reste 0 min sur 17 h 30 : préparez un nouvel avenant."
    assert LedgerEvent.objects.filter(what="partnerships.log_time").count() == 2


def test_the_table_itself_refuses_a_minute_more() -> None:
    amendment = ordered(active())
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.filter(pk=amendment.pk).update(logged_minutes=1051)


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        (
            {"day": date(2024, 11, 3)},
            verbs.DayOutsideAmendment,
            "Le 3 novembre 2024 est hors de l'avenant, qui va du 4 novembre 2024 au 30 juin 2025 ; corrigez le jour.",
        ),
        (
            {"day": date(2024, 12, 3)},
            verbs.DayInFuture,
            "Le 3 décembre 2024 est à venir ; notez le temps une fois passé.",
        ),
        (
            {"minutes": 1500},
            verbs.MinutesImpossible,
            "Un temps de 1500 minutes en un jour n'est pas possible ; donnez entre 1 minute et 24 heures.",
        ),
        (
            {"minutes": 0},
            verbs.MinutesImpossible,
            "Un temps de 0 minutes en un jour n'est pas possible ; donnez entre 1 minute et 24 heures.",
        ),
    ],
)
def test_log_time_refuses(given: dict[str, Any], error: type[Refusal], sentence: str) -> None:
    amendment = ordered(active())
    with pytest.raises(error) as refused:
        log(amendment, **{"minutes": 60, **given})
    assert str(refused.value) == sentence
    assert (left(amendment), TimeEntry.objects.count()) == (1050, 0)


def test_no_time_without_a_signed_amendment_nor_after_its_agreement() -> None:
    agreement = active()
    unsigned = costed(agreement)
    with pytest.raises(verbs.AmendmentNotSigned) as refused:
        log(unsigned, 60)
    assert str(refused.value) == "Aucun temps sans avenant signé : faites signer l'avenant n° 1 d'abord."
    amendment = ordered(agreement)
    terminate_agreement(agreement=agreement, reason="accord", by=SYSTEM, at=AT - timedelta(days=3))
    with pytest.raises(verbs.AgreementOver):
        log(amendment, 60)
    assert log(amendment, 60, day=date(2024, 11, 29)).minutes == 60


def test_time_is_logged_by_the_hosts_people_on_a_phase_of_the_service() -> None:
    agreement = active()
    amendment = ordered(agreement)
    other = Service.objects.get(slug="read_research").phases.order_by("pk")[0]
    with pytest.raises(verbs.PhaseOfAnotherService):
        log(amendment, 60, phase=other)
    for by in (
        trainer_of(agreement.partner),
        researcher_of(active(partner=academie("academie-lille"), at=on(2024, 6, 3))),
    ):
        with pytest.raises(RightMissing):
            log(amendment, 60, by=by)
    assert log(amendment, 60, by=researcher_of(agreement)).state == "submitted"


def test_who_logs_a_time_does_not_approve_it() -> None:
    agreement = active()
    amendment = ordered(agreement)
    manager = manager_of(agreement.host)
    own = log(amendment, 60, by=manager)
    with pytest.raises(verbs.ApprovedByItsAuthor):
        verbs.approve_time(entry=own, by=manager, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeEntry.objects.filter(pk=own.pk).update(
            state="approved", reviewed_at=AT, reviewed_by=own.logged_by
        )
    theirs = log(amendment, 60, by=researcher_of(agreement))
    with pytest.raises(RightMissing):
        verbs.approve_time(entry=theirs, by=researcher_of(agreement), at=AT)
    assert verbs.approve_time(entry=theirs, by=manager, at=AT).state == "approved"
    with pytest.raises(Refusal):
        verbs.refuse_time(entry=theirs, reason="x", by=manager, at=AT)


def test_refused_time_frees_its_minutes() -> None:
    agreement = active()
    amendment = ordered(agreement)
    entry = log(amendment, 1050, by=researcher_of(agreement))
    manager = manager_of(agreement.host)
    with pytest.raises(Refusal) as refused:
        verbs.refuse_time(entry=entry, reason="", by=manager, at=AT)
    assert str(refused.value) == "Dites pourquoi ce temps n'est pas retenu : une phrase suffit."
    verbs.refuse_time(entry=entry, reason="Doublon", by=manager, at=AT)
    assert left(amendment) == 1050
    assert log(amendment, 1050).minutes == 1050


def test_cancelled_and_closed_amendments_take_no_more_time() -> None:
    agreement = active()
    cancelled = costed(agreement)
    verbs.cancel_amendment(amendment=cancelled, by=SYSTEM, at=AT)
    amendment = ordered(agreement)
    with pytest.raises(Refusal):
        verbs.cancel_amendment(amendment=amendment, by=SYSTEM, at=AT)
    verbs.close_amendment(amendment=amendment, by=SYSTEM, at=AT)
    for row in (cancelled, amendment):
        with pytest.raises(verbs.AmendmentNotSigned):
            log(row, 1)


# deliverables


def test_only_the_partner_states_that_the_service_was_done() -> None:
    agreement = active()
    amendment = ordered(agreement)
    researcher, manager = researcher_of(agreement), manager_of(agreement.host)
    with pytest.raises(DeliverableMissing):
        hand_over_deliverable(
            amendment=amendment, title="Compte rendu", file=None, filename="", by=researcher, at=AT
        )
    given = hand_over_deliverable(
        amendment=amendment,
        title="Compte rendu",
        file=io.BytesIO(PDF),
        filename="cr.pdf",
        by=researcher,
        at=AT,
    )
    for by in (manager, researcher, trainer_of(academie("academie-reims"))):
        with pytest.raises(RightMissing):
            accept_deliverable(deliverable=given, by=by, at=AT)
    partner = trainer_of(agreement.partner)
    assert accept_deliverable(deliverable=given, by=partner, at=AT).accepted_by == partner.id
    with pytest.raises(DeliverableAccepted):
        accept_deliverable(deliverable=given, by=partner, at=AT)


# who reads


def test_an_amendment_is_read_by_its_two_sides_and_by_the_hosts_experts_once_signed() -> None:
    agreement = active()
    viewers = {
        "manager": manager_of(agreement.host),
        "researcher": researcher_of(agreement),
        "dijon": trainer_of(agreement.partner),
        "reims": trainer_of(academie("academie-reims")),
        "public": Actor.visitor(),
    }

    def reading(amendment: Amendment) -> set[str]:
        return {
            name
            for name, v in viewers.items()
            if Amendment.objects.readable_by(v, AT).filter(pk=amendment.pk).exists()
        }

    assert reading(costed(agreement)) == {"manager"}
    assert reading(ordered(agreement)) == {"manager", "researcher", "dijon"}


def at_clock(client: Client, at: datetime = AT) -> Client:
    session = client.session
    session["clock_offset_seconds"] = (at - datetime.now(UTC)).total_seconds()
    session.save()
    return client


@pytest.mark.parametrize("language", ["fr", "en"])
def test_amendment_page_shows_time_by_phase_and_names_to_the_host_alone(
    client: Client, language: str
) -> None:
    agreement = active()
    amendment = ordered(agreement)
    researcher = researcher_of(agreement)
    log(amendment, 1035, by=researcher)
    address = amendment.get_absolute_url().replace("/fr/", f"/{language}/")
    pages = {}
    for name, who in (("manager", manager_of(agreement.host)), ("dijon", trainer_of(agreement.partner))):
        signed_in(client, who)
        pages[name] = at_clock(client, AT + timedelta(minutes=1)).get(address).content.decode()
    words = {
        "fr": ("Reste 15 min sur 17 h 30", "98 % du plafond", "175\u00a0€", "Feuille de temps"),
        "en": ("15 min left out of 17 h 30", "98 % of the ceiling", "€175", "Time sheet"),
    }[language]
    assert [w for w in words if w not in pages["manager"]] == []
    assert [w for w in words[:3] if w not in pages["dijon"]] == []
    assert words[3] not in pages["dijon"]


def test_files_of_an_amendment_ask_the_room(client: Client) -> None:
    agreement = active()
    amendment = ordered(agreement)
    hand_over_deliverable(
        amendment=amendment, title="CR", file=io.BytesIO(b"%PDF-1.7 cr"), filename="cr.pdf", by=SYSTEM, at=AT
    )
    files = [
        f
        for f in StoredFile.objects.order_by("pk")
        if ":amendment:" in f.owner_urn or ":deliverable:" in f.owner_urn
    ]
    assert len(files) == 2
    for who, status in ((trainer_of(agreement.partner), 200), (trainer_of(academie("academie-reims")), 404)):
        signed_in(client, who)
        at_clock(client, AT + timedelta(minutes=1))
        for file in files:
            answer = client.get(reverse("stored_file", args=[file.uid]))
            assert answer.status_code == status
            if answer.streaming:
                b"".join(answer)


def test_scenario_seven_by_the_pages(client: Client) -> None:
    agreement = active()
    manager, researcher = manager_of(agreement.host), researcher_of(agreement)
    signed_in(client, manager)
    at_clock(client)
    assert client.post(reverse("services_adopt")).status_code == 303
    service = Service.objects.get(slug="intervention")
    tariff = {
        "host": agreement.host.pk,
        "service": service.pk,
        "hourly_rate": "10.00",
        "valid_from": "2024-01-01",
    }
    new = client.post(
        reverse("amendment_new", args=[agreement.uid]),
        {
            "service": service.pk,
            "nature": "Intervention",
            "content": "Une demi-journée",
            "start_date": "2024-12-01",
            "last_day": "2025-06-30",
            "payment_terms": "",
        },
    )
    assert new.status_code == 303
    amendment = Amendment.objects.get()
    cost = reverse("amendment_estimate", args=[amendment.uid])
    times = {
        "hours_framing": "2",
        "hours_materials": "8",
        "hours_half_day": "4",
        "hours_follow_up": "3",
        "minutes_follow_up": "30",
    }
    without = client.post(cost, times)
    assert without.status_code == 422
    assert "le barème est sur demande" in without.content.decode()
    assert 'value="8"' in without.content.decode(), "the input is kept"
    assert client.post(reverse("tariff_new"), tariff).status_code == 303
    assert client.post(cost, times).status_code == 303
    page = client.get(amendment.get_absolute_url()).content.decode()
    assert "175\u00a0€" in page
    assert "ne dit pas les modalités de paiement" in page.replace("&#x27;", "'")
    send = reverse("amendment_move", args=[amendment.uid, "envoi"])
    assert client.post(send).status_code == 422
    amendment.refresh_from_db()
    edit = {
        "nature": "Intervention",
        "content": "Une demi-journée",
        "start_date": "2024-12-01",
        "last_day": "2025-06-30",
        "payment_terms": "Chorus Pro",
        "version": amendment.version,
    }
    assert client.post(reverse("amendment_edit", args=[amendment.uid]), edit).status_code == 303
    assert client.post(send).status_code == 303
    file = io.BytesIO(PDF)
    file.name = "avenant.pdf"
    sign = reverse("amendment_sign", args=[amendment.uid])
    assert client.post(sign, {"signed_on": "2024-12-01", "file": file}).status_code == 303
    signed_in(client, researcher)
    at_clock(client, AT + timedelta(minutes=5))
    assert amendment.get_absolute_url() in client.get(reverse("services")).content.decode()
    time = reverse("time_log", args=[amendment.uid])
    spent = {"phase": phase(amendment).pk, "day": "2024-12-02", "hours": "17", "minutes": "15"}
    assert client.post(time, spent).status_code == 303
    over = client.post(time, {**spent, "hours": "0", "minutes": "16"})
    assert over.status_code == 422
    assert "Il reste 15 min sur 17 h 30 : préparez un nouvel avenant." in over.content.decode()
    signed_in(client, manager)
    at_clock(client, AT + timedelta(minutes=9))
    entry = TimeEntry.objects.get()
    assert client.post(reverse("time_approve", args=[entry.uid])).status_code == 303
    assert "17 h 15" in client.get(amendment.get_absolute_url()).content.decode()
