"""A collection from the invitation to the figures: what is proposed, refused, queried, signed, published."""

from __future__ import annotations

import importlib.util
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from polyphonie.evidence.models import Figure, Indicator
from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing, Unknown
from polyphonie.kernel.models import LedgerEvent
from polyphonie.kernel.states import TransitionRefused
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice, Organisation
from polyphonie.observatory.domain.collecting import (
    Answer,
    CellsRefused,
    CellsUnanswered,
    CollectionClosed,
    QueryEmpty,
    RoundAsksNothing,
    RoundEndsBeforeStart,
    fill_cells,
    open_collection,
    publish_submission,
    query_cell,
    sign_submission,
    submit_cells,
)
from polyphonie.observatory.domain.queries.collecting import submission_page
from polyphonie.observatory.models import CollectionRound, Measure, Submission, SubmissionCell
from tests.factories.evidence import IndicatorFactory
from tests.factories.network import OrganisationFactory, coordinator_of, signed_in, text
from tests.factories.observatory import SYSTEM, keeper, published

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

NEEDS_OPENPYXL = pytest.mark.skipif(
    importlib.util.find_spec("openpyxl") is None, reason="needs openpyxl, which writes the workbooks"
)


@pytest.fixture
def now() -> datetime:
    return clock.wall()


def member() -> Organisation:
    return OrganisationFactory.create(kind="member_government")


def correspondent(organisation: Organisation) -> Actor:
    return coordinator_of(organisation, Role.NATIONAL_CORRESPONDENT)


def opened(
    *members: Organisation, at: datetime, indicators: list[Indicator] | None = None, **fields: Any
) -> CollectionRound:
    values = {
        "title": text("Collecte 2026", "Collection 2026"),
        "year": 2026,
        "opens_at": at - timedelta(days=1),
        "closes_at": at + timedelta(days=30),
        **fields,
    }
    return open_collection(
        indicators=indicators if indicators is not None else [IndicatorFactory.create(code="cr-1")],
        members=[(m, m.territory) for m in members],
        by=SYSTEM,
        at=at,
        **values,
    )


def answer_of(organisation: Organisation) -> Submission:
    return Submission.objects.select_related("organisation", "round").get(organisation=organisation)


def filled(submission: Submission, by: Actor, at: datetime, **answers: Answer) -> Submission:
    submission.refresh_from_db()
    return fill_cells(
        submission=submission,
        version=submission.version,
        answers={code.replace("_", "-"): answer for code, answer in answers.items()},
        by=by,
        at=at,
    )


def test_opening_invites_tells_and_proposes_without_answering(now: datetime) -> None:
    asked, other = member(), member()
    indicator = IndicatorFactory.create(code="cr-1")
    known = published(indicator, asked.territory, year=2024, value="9.1")
    person = correspondent(asked)
    opened(asked, other, at=now, indicators=[indicator])
    cell = SubmissionCell.objects.get(submission__organisation=asked)
    assert (cell.proposed, cell.value, cell.missing_reason, cell.is_answered) == (known, None, "", False)
    assert SubmissionCell.objects.get(submission__organisation=other).proposed is None
    notice = Notice.objects.get()
    assert notice.person.actor_identity.actor_id == person.id
    assert notice.due_at == now + timedelta(days=30)
    assert notice.expectation.read("en") == "A collection waits for your answers: “Collection 2026”."
    assert LedgerEvent.objects.get(what="observatory.open_collection").data["members"] == 2


def test_opening_refuses_what_asks_nothing_or_ends_first(now: datetime) -> None:
    with pytest.raises(RoundAsksNothing):
        opened(at=now)
    with pytest.raises(RoundAsksNothing):
        opened(member(), at=now, indicators=[])
    with pytest.raises(RoundEndsBeforeStart):
        opened(
            member(),
            at=now,
            indicators=[IndicatorFactory.create(code="cr-3")],
            closes_at=now - timedelta(days=2),
        )
    assert not CollectionRound.objects.exists()


def test_one_answer_that_cannot_stand_refuses_all_and_says_which(now: datetime) -> None:
    asked = member()
    share, count = (
        IndicatorFactory.create(code="cr-1"),
        IndicatorFactory.create(code="cr-2", unit=text("élèves")),
    )
    published(count, asked.territory, year=2024, value="1000", decimals=0)
    opened(asked, at=now, indicators=[share, count])
    submission, person = answer_of(asked), correspondent(asked)
    with pytest.raises(CellsRefused) as refused:
        filled(
            submission,
            person,
            now,
            cr_1=Answer(value=Decimal("104.5")),
            cr_2=Answer(value=Decimal("4000")),
            cr_9=Answer(value=Decimal("1")),
        )
    assert {code: str(why) for code, why in refused.value.errors.items()} == {
        "cr-1": "104.5 n'est pas une part : donnez un nombre entre 0 et 100.",
        "cr-2": "4000 s'écarte de plus de moitié de la dernière mesure (1000) ; dites pourquoi en note.",
        "cr-9": "cet indicateur n'est pas demandé ; retirez la ligne.",
    }
    for answer, why in (
        (Answer(value=Decimal("5"), missing_reason="L"), "une valeur et une raison de son absence"),
        (Answer(missing_reason="Z"), "« Z » n'est pas une raison de la liste : M, L, K, Q, O."),
        (Answer(value=Decimal("5"), standard_error=Decimal("-1")), "jamais négative (-1)"),
    ):
        with pytest.raises(CellsRefused) as again:
            filled(submission, person, now, cr_1=answer)
        assert why in str(again.value.errors["cr-1"])
    assert not SubmissionCell.objects.filter(entered_by__isnull=False).exists()
    done = filled(
        submission,
        person,
        now,
        cr_1=Answer(value=Decimal("0")),
        cr_2=Answer(value=Decimal("4000"), note="Deux provinces de plus."),
    )
    assert done.state == "partly_filled"
    assert [c.value for c in done.cells.order_by("indicator__code")] == [0, 4000]


def test_nothing_is_overwritten_and_nothing_is_taken_outside_of_the_period(now: datetime) -> None:
    asked = member()
    opened(asked, at=now)
    submission, person = answer_of(asked), correspondent(asked)
    filled(submission, person, now, cr_1=Answer(missing_reason="L"))
    with pytest.raises(ChangedMeanwhile):
        fill_cells(submission=submission, version=1, answers={}, by=person, at=now)
    with pytest.raises(CollectionClosed):
        filled(submission, person, now + timedelta(days=31), cr_1=Answer(value=Decimal("1")))
    # what is not given again stays
    assert filled(submission, person, now, cr_1=Answer()).cells.get().missing_reason == "L"


def test_database_refuses_a_value_together_with_a_reason(now: datetime) -> None:
    opened(member(), at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubmissionCell.objects.update(value=1, missing_reason="L")


def test_from_sending_to_publishing(now: datetime) -> None:
    asked = member()
    share, other = IndicatorFactory.create(code="cr-1"), IndicatorFactory.create(code="cr-2")
    opened(asked, at=now, indicators=[share, other])
    submission, person, office = answer_of(asked), correspondent(asked), keeper()
    filled(submission, person, now, cr_1=Answer(value=Decimal("12.5"), source_label="Annuaire 2026"))
    with pytest.raises(CellsUnanswered) as unanswered:
        submit_cells(submission=submission, by=person, at=now)
    assert str(other.label) in str(unanswered.value)
    filled(submission, person, now, cr_2=Answer(missing_reason="L"))
    submit_cells(submission=submission, by=person, at=now)
    with pytest.raises(TransitionRefused):
        filled(submission, person, now, cr_1=Answer(value=Decimal("1")))
    with pytest.raises(QueryEmpty):
        query_cell(submission=submission, indicator=share, query=" ", by=office, at=now)
    query_cell(submission=submission, indicator=share, query="Avec le privé ?", by=office, at=now)
    assert Notice.objects.latest("pk").expectation.read("fr").startswith("L'observatoire a une question")
    with pytest.raises(TransitionRefused):
        sign_submission(submission=submission, by=person, at=now)
    filled(submission, person, now, cr_1=Answer(value=Decimal("13.1"), source_label="Annuaire 2026"))
    assert submission.cells.get(indicator=share).query == ""
    submit_cells(submission=submission, by=person, at=now)
    with pytest.raises(RightMissing):
        sign_submission(submission=submission, by=office, at=now)
    signed = sign_submission(submission=submission, by=person, at=now)
    assert (signed.signed_by, signed.signed_at) == (person.id, now)
    assert not Measure.objects.exists()
    publish_submission(submission=submission, by=office, at=now)
    measures = {m.indicator.code: m for m in Measure.objects.select_related("indicator", "figure")}
    assert (measures["cr-1"].value, measures["cr-1"].year) == (Decimal("13.1"), 2026)
    assert measures["cr-1"].source_label == "Annuaire 2026"
    assert measures["cr-2"].missing_reason == "L"
    figure = measures["cr-2"].figure
    assert figure is not None
    assert figure.is_unavailable
    assert Figure.objects.count() == 2


def test_answers_are_the_members_own_until_they_are_published(client: Client, now: datetime) -> None:
    asked, other = member(), member()
    opened(asked, other, at=now)
    mine, theirs = answer_of(asked), answer_of(other)
    person = correspondent(asked)
    filled(mine, person, now, cr_1=Answer(value=Decimal("42.42")))
    with pytest.raises(Unknown):
        submission_page(theirs.uid, person, now)
    stranger = correspondent(other)
    signed_in(client, stranger)
    assert client.get(mine.get_absolute_url()).status_code == 404
    listed = client.get(mine.round.get_absolute_url()).content.decode()
    assert mine.get_absolute_url() not in listed
    assert theirs.get_absolute_url() in listed
    assert "1 sur 1" not in listed
    for address in (reverse("indicator", args=["cr-1"]), reverse("profile", args=[asked.territory.code])):
        assert "42,42" not in client.get(address).content.decode()
    client.logout()
    assert client.get(mine.permalink).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_round_takes_the_same_number_of_queries(client: Client, now: datetime, count: int) -> None:
    found = opened(*(member() for _ in range(count)), at=now)
    signed_in(client, keeper())
    client.get(found.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        html = client.get(found.get_absolute_url()).content.decode()
    assert html.count("0 sur 1") == count
    assert len([q for q in queries if "observatory_" in q["sql"]]) == 3


def test_whole_round_over_http(client: Client, now: datetime) -> None:
    asked = member()
    indicator = IndicatorFactory.create(code="cr-1")
    signed_in(client, keeper())
    refused = client.post(reverse("collection_new"), {"title__fr": "Collecte", "year": 2026})
    assert refused.status_code == 422
    made = client.post(
        reverse("collection_new"),
        {
            "title__fr": "Collecte",
            "title__en": "Collection",
            "year": 2026,
            "indicators": [indicator.pk],
            "members": [str(asked.uid)],
            "opens_on": (now - timedelta(days=1)).date().isoformat(),
            "closes_on": (now + timedelta(days=5)).date().isoformat(),
        },
    )
    assert made.status_code == 303
    submission = answer_of(asked)
    signed_in(client, correspondent(asked))
    address = submission.get_absolute_url()
    wrong = client.post(address, {"version": 1, "value_cr-1": "250"})
    assert wrong.status_code == 422
    assert "250 n&#x27;est pas une part" in wrong.content.decode()
    with translation.override("en"):
        english = client.post(submission.get_absolute_url(), {"version": 1, "value_cr-1": "250"})
    assert "250 is no share: give a number between 0 and 100." in english.content.decode()
    assert (
        client.post(address, {"version": 1, "value_cr-1": "25,5", "note_cr-1": "Public seul"}).status_code
        == 303
    )
    assert "25,5" in client.get(address).content.decode()
    assert client.post(reverse("submission_submit", args=[submission.uid])).status_code == 303
    signed_in(client, keeper())
    asked_again = client.post(
        reverse("submission_query", args=[submission.uid]), {"indicator": indicator.pk, "query": "Sûr ?"}
    )
    assert asked_again.status_code == 303
    signed_in(client, correspondent(asked))
    submission.refresh_from_db()
    assert client.post(address, {"version": submission.version, "value_cr-1": "25,6"}).status_code == 303
    assert client.post(reverse("submission_submit", args=[submission.uid])).status_code == 303
    assert client.post(reverse("submission_sign", args=[submission.uid])).status_code == 303
    assert client.post(reverse("submission_publish", args=[submission.uid])).status_code == 403
    signed_in(client, keeper())
    assert client.post(reverse("submission_publish", args=[submission.uid])).status_code == 303
    client.logout()
    assert "25,6" in client.get(reverse("indicator", args=["cr-1"])).content.decode()


@NEEDS_OPENPYXL
def test_workbook_goes_out_prefilled_and_comes_back_with_errors_per_cell(
    client: Client, now: datetime
) -> None:
    from openpyxl import load_workbook

    asked = member()
    first = IndicatorFactory.create(code="cr-1", label=text("=Piège", "=Trap"))
    second = IndicatorFactory.create(code="cr-2")
    published(first, asked.territory, year=2024, value="9.1")
    opened(asked, at=now, indicators=[first, second])
    submission, person = answer_of(asked), correspondent(asked)
    filled(submission, person, now, cr_2=Answer(missing_reason="L", note="Enquête en 2027"))
    signed_in(client, person)

    def download() -> Any:
        answer = client.get(reverse("submission_workbook", args=[submission.uid]))
        assert answer.status_code == 200
        return load_workbook(io.BytesIO(answer.content))

    def upload(workbook: Any) -> Any:
        buffer = io.BytesIO()
        workbook.save(buffer)
        file = SimpleUploadedFile("classeur.xlsx", buffer.getvalue())
        return client.post(reverse("submission_upload", args=[submission.uid]), {"file": file})

    workbook = download()
    sheet = workbook.worksheets[0]
    assert [sheet.cell(4, c).value for c in (1, 2, 5, 6)] == ["cr-1", "'=Piège", "9,1 (2024)", None]
    assert [sheet.cell(5, c).value for c in (1, 7, 10)] == ["cr-2", "L", "Enquête en 2027"]
    assert workbook["keys"].sheet_state == "veryHidden"
    assert sheet.column_dimensions["A"].hidden

    sheet["F4"] = "beaucoup"
    sheet["F5"] = 12
    refused = upload(workbook)
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "F4 cr-1 : « beaucoup » (case F4)" in html
    sheet["F4"] = "=1+1"
    assert "n&#x27;est pas un nombre" in upload(workbook).content.decode()
    sheet["F4"] = 140
    html = upload(workbook).content.decode()
    assert "F4 cr-1 : 140 n&#x27;est pas une part" in html
    assert "F5 cr-2 : une valeur et une raison" in html
    assert submission.cells.get(indicator=first).value is None
    sheet["F4"], sheet["G5"] = "10,4", None
    assert upload(workbook).status_code == 303
    assert [c.value for c in submission.cells.order_by("indicator__code")] == [Decimal("10.4"), 12]

    # the same workbook again is older than what stands; another member's is not this one's
    assert upload(workbook).status_code == 409
    fresh = download()
    fresh["keys"]["B1"] = "018f2f2e-0000-7000-8000-000000000000"
    assert "celui d&#x27;une autre réponse" in upload(fresh).content.decode()
    junk = SimpleUploadedFile("classeur.xlsx", b"PK\x03\x04 rien")
    answer = client.post(reverse("submission_upload", args=[submission.uid]), {"file": junk})
    assert answer.status_code == 422
    assert "pas le classeur de cette collecte" in answer.content.decode()


@NEEDS_OPENPYXL
def test_workbook_of_another_member_is_unknown(client: Client, now: datetime) -> None:
    asked, other = member(), member()
    opened(asked, other, at=now)
    signed_in(client, correspondent(other))
    assert client.get(reverse("submission_workbook", args=[answer_of(asked).uid])).status_code == 404


def test_collection_is_fictitious_through_to_its_figures(now: datetime) -> None:
    asked = member()
    opened(asked, at=now, is_fictitious=True)
    submission, person = answer_of(asked), correspondent(asked)
    filled(submission, person, now, cr_1=Answer(value=Decimal("5")))
    submit_cells(submission=submission, by=person, at=now)
    sign_submission(submission=submission, by=person, at=now)
    publish_submission(submission=submission, by=SYSTEM, at=now)
    assert Figure.objects.get().is_fictitious
