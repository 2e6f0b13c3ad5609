"""Pages over HTTP in both languages, their machine neighbours, their refusals, their queries."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from polyphonie.assessments.domain.runs import ask_run, carry_out
from polyphonie.assessments.domain.tables import publish_table
from polyphonie.assessments.models import Dataset, EstimateRun
from polyphonie.evidence.models import Figure
from polyphonie.network.enums import Role
from tests.factories.assessments import (
    SYSTEM,
    analyst_of,
    assessment,
    changed,
    design,
    file_of,
    ready,
    received,
    round_of,
    run_on,
    threshold,
)
from tests.factories.network import OrganisationFactory, coordinator_of, signed_in

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_round_page_shows_calendar_and_grades_in_both_languages(client: Client) -> None:
    page = round_of()
    for language, grades, kind in (
        ("fr", "2e et 5e années", "Rapport international"),
        ("en", "grades 2 and 5", "International report"),
    ):
        with translation.override(language):
            html = client.get(page.get_absolute_url()).content.decode()
        assert grades in html
        assert kind in html
        assert "Rapport du cycle" in html
    data = client.get(reverse("round_json", args=["pasec", 2019])).json()
    assert [t["code"] for t in data["territories"]] == ["gabon"]
    assert client.get(page.permalink).status_code == 302
    assert client.get("/fr/evaluations/pasec/1995/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_rounds_takes_the_same_number_of_queries(client: Client, count: int) -> None:
    found = assessment()
    for number in range(count):
        round_of(found, year=2014 + number, codes=(f"pays-{number}",))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        html = client.get(reverse("rounds")).content.decode()
    assert html.count("<tr>") == count + 1
    assert len(queries) == 2


def test_file_is_received_by_a_form_that_keeps_the_input(client: Client) -> None:
    owner = OrganisationFactory.create()
    signed_in(client, analyst_of(owner))
    plan = design(owner)

    def post(content: bytes) -> object:
        return client.post(
            reverse("dataset_new"),
            {
                "file": SimpleUploadedFile("eleves.csv", content),
                "title__fr": "Mon fichier",
                "population__fr": "6e année",
                "year": "2019",
                "design": plan.pk,
                "owner": owner.pk,
                "access": "results",
                "is_fictitious": "on",
            },
        )

    broken = post(changed(file_of(), lambda header, rows: header.__setitem__(-1, "LECT_PV9")))
    assert broken.status_code == 422
    html = broken.content.decode()
    assert "la 5e manque pour" in html
    assert "Mon fichier" in html
    assert not Dataset.objects.exists()
    assert post(file_of()).status_code == 303
    dataset = Dataset.objects.get()
    address = reverse("dataset_describe", args=[dataset.uid])
    answer = client.post(
        address,
        {
            "documentation__fr": "Ce qu'il contient.",
            "reporting": ["SEXE"],
            "labels": "SEXE = Sexe = Sex\nSEXE:F = Filles = Girls",
            "version": dataset.version,
        },
    )
    assert answer.status_code == 303, answer.content.decode()
    assert client.post(reverse("dataset_open", args=[dataset.uid])).status_code == 303
    dataset.refresh_from_db()
    assert dataset.state == "ready"
    assert dataset.value_label("SEXE", "F").read("en") == "Girls"


def test_run_is_asked_for_published_and_cited_over_http(client: Client) -> None:
    owner = OrganisationFactory.create()
    dataset = ready(owner)
    cut = threshold()
    signed_in(client, analyst_of(owner))
    page = client.get(reverse("run_new", args=[dataset.uid])).content.decode()
    assert "part sous un seuil" in page
    answer = client.post(
        reverse("run_new", args=[dataset.uid]),
        {"statistic": "below", "scale": "lecture", "thresholds": [cut.pk], "breakdown": ["SEXE"]},
    )
    assert answer.status_code == 303
    run = EstimateRun.objects.get()
    waiting = client.get(run.get_absolute_url()).content.decode()
    assert "Ce calcul n'est pas terminé" in waiting or "Ce calcul n&#x27;est pas terminé" in waiting
    carry_out(run=run)
    assert client.post(reverse("run_publish", args=[run.uid])).status_code == 303
    for language, withheld in (("fr", "Trop peu d"), ("en", "Too few")):
        with translation.override(language):
            html = client.get(run.get_absolute_url()).content.decode()
        assert withheld in html
        assert dataset.sha256 in html
        assert run.package_version in html
        assert f"polyphonie estimate {dataset.short_hash}.csv {run.spec_hash[:12]}.json" in html
    csv = client.get(reverse("run_csv", args=[run.uid])).content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("Pays,Sexe,niveau,valeur,erreur type")
    assert len(csv) == 5
    assert json.loads(client.get(reverse("run_json", args=[run.uid])).content)["spec_sha256"] == run.spec_hash
    made = client.post(reverse("run_figure", args=[run.uid]), {"cell": "PAYS=A|SEXE=F"})
    assert made.status_code == 303
    figure = Figure.objects.get()
    shown = client.get(figure.get_absolute_url()).content.decode()
    assert dataset.sha256 in shown
    assert run.get_absolute_url() in shown
    again = client.post(reverse("run_figure", args=[run.uid]), {"cell": "PAYS=A|SEXE=F"})
    assert again.status_code == 422


def test_run_form_refuses_a_share_without_threshold(client: Client) -> None:
    owner = OrganisationFactory.create()
    dataset = ready(owner)
    signed_in(client, analyst_of(owner))
    answer = client.post(reverse("run_new", args=[dataset.uid]), {"statistic": "below", "scale": "lecture"})
    assert answer.status_code == 422
    assert "une part sous un seuil sans nom ne se cite pas" in answer.content.decode()
    named = client.post(
        reverse("threshold_new", args=[dataset.uid]),
        {"label__fr": "Suffisant", "owner": "", "scale": "lecture", "value": "518,37"},
    )
    assert named.status_code == 422
    named = client.post(
        reverse("threshold_new", args=[dataset.uid]),
        {
            "label__fr": "Suffisant",
            "owner": "PASEC",
            "scale": "lecture",
            "value": "518,37",
            "source_label": "Rapport",
        },
    )
    assert named.status_code == 303


def test_only_an_open_file_leaves_and_every_other_address_is_unknown(client: Client) -> None:
    owner = OrganisationFactory.create()
    open_set = ready(owner, access="open")
    others = [
        ready(owner, access=access, content=file_of(seed=number))
        for number, access in enumerate(("results", "restricted", "closed"))
    ]
    fetched = client.get(reverse("dataset_file", args=[open_set.uid]))
    assert b"".join(fetched.streaming_content) == file_of()
    signed_in(client, analyst_of(owner))
    nothing = client.get(reverse("dataset_file", args=["018f2f2e-0000-7000-8000-000000000000"]))
    for dataset in others:
        answer = client.get(reverse("dataset_file", args=[dataset.uid]))
        assert answer.status_code == nothing.status_code == 404
    assert "Télécharger" not in client.get(others[1].get_absolute_url()).content.decode()


def test_unpublished_run_and_closed_set_are_unknown_to_the_public(client: Client) -> None:
    closed = ready(access="closed")
    run = run_on(closed)
    for address in (
        closed.get_absolute_url(),
        closed.permalink,
        run.get_absolute_url(),
        run.permalink,
        reverse("run_csv", args=[run.uid]),
        reverse("run_json", args=[run.uid]),
    ):
        assert client.get(address).status_code == 404


def test_withdrawn_set_is_gone_and_says_nothing_of_what_it_was(client: Client) -> None:
    owner = OrganisationFactory.create()
    dataset = ready(owner)
    signed_in(client, analyst_of(owner))
    assert client.post(reverse("dataset_withdraw", args=[dataset.uid])).status_code == 303
    client.logout()
    answer = client.get(dataset.permalink)
    assert answer.status_code == 410
    assert str(dataset.title) not in answer.content.decode()


def test_keeping_pages_ask_their_right(client: Client) -> None:
    owner = OrganisationFactory.create()
    waiting, done = received(owner), ready(owner, content=file_of(seed=3))
    run = ask_run(dataset=done, statistic="mean", scale="lecture", by=SYSTEM, at=AT)
    publish_table(run=carry_out(run=run), by=SYSTEM, at=AT)
    signed_in(client, coordinator_of(owner, Role.SITE_COORDINATOR))
    assert client.get(reverse("dataset_new")).status_code == 403
    assert client.get(reverse("dataset_describe", args=[waiting.uid])).status_code == 404
    assert client.get(reverse("dataset_describe", args=[done.uid])).status_code == 403
    assert client.get(reverse("run_new", args=[done.uid])).status_code == 403
    for name, subject in (
        ("dataset_open", done),
        ("dataset_withdraw", done),
        ("run_publish", run),
        ("run_figure", run),
    ):
        answer = client.post(reverse(name, args=[subject.uid]), {"cell": "PAYS=A"})
        assert answer.status_code == 403, name
