"""A planted pupil would show wherever a row of a file leaves the house; it shows nowhere.

The marker stands in an identifier, in a text column and, as a number, in a score; beside it stands what
would lead to it: the set is listed, described, computed on, published and cited.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from polyphonie.assessments.domain.tables import publish_figure, publish_table, review_table
from polyphonie.assessments.models import Dataset, EstimateRun, EstimateTable
from polyphonie.kernel.models import LedgerEvent, OutboxMessage, StoredFile
from polyphonie.network.models import Notice
from polyphonie.portal.domain.search import reindex
from polyphonie.portal.models import SearchWord
from tests.factories.assessments import SYSTEM, analyst_of, changed, file_of, ready, round_of, run_on
from tests.factories.network import OrganisationFactory, signed_in

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
MARKERS = ("ZORILLE", "zorille", "7770007")


def plant(header: list[str], rows: list[list[str]]) -> None:
    """One pupil in a school of their own name, with a name, with a score that nobody else has."""
    header += ["ELEVE"]
    for number, row in enumerate(rows):
        row.append(f"E{number}")
    rows[5][header.index("ELEVE")] = "ZORILLE"
    rows[5][header.index("LECT_PV1")] = "577.7770007"


@pytest.fixture
def planted() -> Dataset:
    owner = OrganisationFactory.create()
    return ready(owner, round=round_of(), content=changed(file_of(), plant), access="restricted")


def found_in(text: str) -> list[str]:
    return [marker for marker in MARKERS if marker in text]


def test_marker_is_in_the_file_and_would_be_seen(planted: Dataset) -> None:
    kept = settings.ASSESSMENTS_DIR / "files" / planted.sha256[:2] / planted.sha256 / "source.csv"
    assert found_in(kept.read_text()) == ["ZORILLE", "7770007"]


def test_no_page_search_feed_api_file_notice_or_ledger_holds_a_row(
    planted: Dataset, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    analyst = analyst_of(planted.owner)
    with caplog.at_level(logging.DEBUG):
        run = run_on(planted, by=analyst, breakdown=["SEXE"])
        table = EstimateTable.objects.get(run=run)
        review_table(table=table, by=analyst_of(planted.owner), at=AT)
        table = publish_table(run=run, by=analyst, at=AT)
        figure = publish_figure(table=table, cell="PAYS=A|SEXE=F", by=SYSTEM, at=AT)
        reindex()
        for viewer in (None, analyst):
            client.logout()
            if viewer:
                signed_in(client, viewer)
            for address in addresses(planted, run, figure):
                answer = client.get(address)
                body = b"".join(answer) if answer.streaming else answer.content
                assert found_in(body.decode("utf-8", "replace")) == [], address
            for words in ("ZORILLE", "zorille", "577.7770007", "7770007", "E5"):
                html = client.get(reverse("search"), {"q": words}).content.decode()
                # what was asked for stands in its own box and in the sentence that nothing was found
                assert planted.permalink not in html
                assert str(planted.title) not in html
    assert found_in(caplog.text) == []
    assert not SearchWord.objects.filter(word__in=["zorille", "7770007"]).exists()
    for model in (LedgerEvent, Notice, OutboxMessage, EstimateTable, EstimateRun, Dataset):
        rows = [str({f.attname: getattr(r, f.attname) for f in r._meta.fields}) for r in model.objects.all()]
        assert found_in(" ".join(rows)) == [], model.__name__
    assert not StoredFile.objects.filter(sha256=planted.sha256).exists()


def addresses(dataset: Dataset, run: EstimateRun, figure: Any) -> list[str]:
    page = dataset.round
    assert page is not None
    return [
        dataset.get_absolute_url(),
        dataset.permalink,
        reverse("dataset_file", args=[dataset.uid]),
        reverse("dataset_describe", args=[dataset.uid]),
        reverse("run_new", args=[dataset.uid]),
        run.get_absolute_url(),
        reverse("run_csv", args=[run.uid]),
        reverse("run_json", args=[run.uid]),
        page.get_absolute_url(),
        reverse("round_json", args=[page.assessment.slug, page.year]),
        figure.get_absolute_url(),
        reverse("figure_csv", args=[figure.uid]),
        reverse("figure_json", args=[figure.uid]),
        reverse("rounds"),
        reverse("home"),
        reverse("sitemap"),
        reverse("feed_recommendations"),
        f"/assessments/files/{dataset.sha256[:2]}/{dataset.sha256}/source.csv",
        f"/static/assessments/{dataset.sha256}",
        f"/files/{dataset.uid}",
    ]


def test_error_page_and_refusal_hold_no_row(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """A file that is refused for one cell names the row by its number, not the pupil."""
    owner = OrganisationFactory.create()

    def broken(header: list[str], rows: list[list[str]]) -> None:
        plant(header, rows)
        rows[5][header.index("rwgt0")] = ""

    with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match="ligne 6") as refused:
        ready(owner, content=changed(file_of(), broken))
    assert found_in(str(refused.value) + caplog.text) == []
    assert not LedgerEvent.objects.filter(what="assessments.receive_dataset").exists()


def test_figure_of_a_run_is_public_while_its_set_stays_closed(client: Client) -> None:
    dataset = ready(access="closed", content=changed(file_of(), plant))
    run = run_on(dataset)
    figure = publish_figure(table=publish_table(run=run, by=SYSTEM, at=AT), cell="PAYS=A", by=SYSTEM, at=AT)
    html = client.get(figure.get_absolute_url()).content.decode()
    assert dataset.sha256 in html
    assert found_in(html) == []
    assert client.get(dataset.get_absolute_url()).status_code == 404
