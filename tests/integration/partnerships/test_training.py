"""Training actions: written by an académie, linked to recommendations by the rule of that room."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing
from polyphonie.partnerships.domain import training as verbs
from polyphonie.partnerships.domain.commitments import record_proof
from polyphonie.partnerships.domain.queries.remarks import remarks_on
from polyphonie.partnerships.domain.training import TrainingDetails
from polyphonie.partnerships.models import TrainingAction
from polyphonie.recommendations.domain.actions import ActionPrecedesRecommendation
from polyphonie.recommendations.models import ActionLink
from tests.factories.network import HostFactory, signed_in, text
from tests.factories.partnerships import (
    SYSTEM,
    academie,
    active,
    commitment,
    manager_of,
    on,
    trainer_of,
    training,
)
from tests.factories.recommendations import published

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = on(2025, 1, 10, 9)


def details(**more: object) -> TrainingDetails:
    given = {
        "title": text("Atelier"),
        "start_date": date(2025, 3, 1),
        "last_day": date(2025, 3, 1),
        "duration_minutes": 180,
        **more,
    }
    return TrainingDetails(**given)  # type: ignore[arg-type]  # the values of one test


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"last_day": date(2025, 2, 1)},
            "La formation finirait le 1 février 2025, avant de commencer le 1 mars 2025 ; "
            "corrigez l'une des deux dates.",
        ),
        (
            {"duration_minutes": 0},
            "Une durée de 0 minutes n'est pas possible ; donnez la durée en heures et minutes.",
        ),
    ],
)
def test_record_training_action_refuses(given: dict[str, object], sentence: str) -> None:
    body = academie()
    with pytest.raises(Exception) as refused:  # noqa: PT011  the sentence says which one
        verbs.record_training_action(organisation=body, details=details(**given), by=trainer_of(body), at=AT)
    assert str(refused.value) == sentence
    assert not TrainingAction.objects.exists()


def test_a_draft_is_read_by_its_body_and_by_the_host_to_whom_it_was_handed_over() -> None:
    host, dijon = HostFactory.create(), academie()
    agreement = active(host=host, partner=dijon)
    action = training(dijon)
    manager, stranger = manager_of(host), trainer_of(academie("academie-reims"))
    readers = [trainer_of(dijon), manager, stranger, Actor.visitor()]

    def who() -> list[bool]:
        return [TrainingAction.objects.readable_by(v, AT).exists() for v in readers]

    assert who() == [True, False, False, False]
    record_proof(commitment=commitment(agreement, "paf_entry"), training_action=action, by=SYSTEM, at=AT)
    assert who() == [True, True, False, False]
    verbs.publish_training_action(action=action, by=readers[0], at=AT)
    assert who() == [True, True, True, True]


def test_change_training_action_never_overwrites() -> None:
    body = academie()
    action = training(body)
    verbs.change_training_action(
        action=action, version=1, details=details(title=text("Nouveau")), by=trainer_of(body), at=AT
    )
    with pytest.raises(ChangedMeanwhile):
        verbs.change_training_action(action=action, version=1, details=details(), by=SYSTEM, at=AT)
    action.refresh_from_db()
    assert str(action.title) == "Nouveau"


def test_a_training_is_linked_once_published_and_precedes_what_was_written_later(client: Client) -> None:
    body = academie()
    by = trainer_of(body)
    recommendation = published()
    action = training(body, start_date=date(2017, 2, 12), last_day=date(2017, 2, 13))
    later = on(2025, 7, 1)

    def link(relation: str) -> ActionLink:
        return verbs.link_training_to_recommendation(
            action=action, recommendation=recommendation, relation=relation, by=by, at=later
        )

    with pytest.raises(verbs.TrainingNotPublished):
        link("precedes")
    verbs.publish_training_action(action=action, by=by, at=later)
    with pytest.raises(ActionPrecedesRecommendation) as refused:
        link("implements")
    assert "choisissez « précède » ou « illustre »" in str(refused.value)
    with pytest.raises(RightMissing):
        verbs.link_training_to_recommendation(
            action=action,
            recommendation=recommendation,
            relation="precedes",
            by=trainer_of(academie("academie-reims")),
            at=later,
        )
    made = link("precedes")
    assert (made.action_urn, made.started, made.organisation) == (action.urn, date(2017, 2, 12), body)
    page = client.get(recommendation.get_absolute_url()).content.decode()
    assert page.count("Sanctionner sans exclure") == 2, "the line, and the way to the sheet"
    assert action.get_absolute_url() in page
    sheet = client.get(action.get_absolute_url()).content.decode()
    assert recommendation.get_absolute_url() in sheet


# the sheet


def sheet_of(body: Any, **more: Any) -> TrainingAction:
    given = {
        "code": "26-042",
        "title": text("Sanctionner sans exclure", "Sanction without exclusion"),
        "aims": text("=SOMME(A1)", "Aims"),
        "public": text("Vie scolaire", "School life"),
        "trainers": text("Deux formatrices", "Two trainers"),
        "place": text("Dijon", "Dijon"),
        **more,
    }
    action = training(body, **given)
    return verbs.publish_training_action(action=action, by=SYSTEM, at=on(2024, 12, 1))


def test_sheet_as_csv_neutralises_formulas_and_names_what_is_not_known(client: Client) -> None:
    action = sheet_of(academie(), code="")
    answer = client.get(f"/fr/formations/{action.uid}.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Titre,Forme,Code PAF,Objectifs,Public,Durée,Dates,Lieu,Formateurs")
    assert ",'=SOMME(A1)," in lines[1]
    assert "non précisé" in lines[1]
    assert "12 h" in lines[1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sheet_as_word_and_pdf(client: Client, language: str) -> None:
    action = sheet_of(academie())
    word = client.get(f"/{language}/formations/{action.uid}.docx")
    with zipfile.ZipFile(io.BytesIO(word.content)) as package:
        content = package.read("word/document.xml").decode()
    for wanted in {
        "fr": ("Sanctionner sans exclure", "Deux formatrices", "12 février 2025"),
        "en": ("Sanction without exclusion", "Two trainers", "12 February 2025"),
    }[language]:
        assert wanted in content
    pdf = client.get(f"/{language}/formations/{action.uid}.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"] == 'attachment; filename="26-042.pdf"'


def test_sheet_of_a_draft_is_its_bodys_alone(client: Client) -> None:
    body = academie()
    action = training(body)
    for fmt in ("csv", "docx", "pdf"):
        assert client.get(f"/fr/formations/{action.uid}.{fmt}").status_code == 404
    signed_in(client, trainer_of(body))
    answer = client.get(f"/fr/formations/{action.uid}.pdf")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_remarks_name_what_makes_a_sheet_hard_to_come_to() -> None:
    body = academie()
    good = sheet_of(body)
    assert remarks_on(good, AT) == []
    poor = training(
        body, title=text("FORMATION EPLE"), start_date=date(2025, 1, 20), last_day=date(2025, 1, 20)
    )
    assert [str(r) for r in remarks_on(poor, AT)] == [
        "« Code PAF » n'est pas rempli.",
        "« Objectifs » n'est pas rempli.",
        "« Public » n'est pas rempli.",
        "« Formateurs » n'est pas rempli.",
        "« Lieu » n'est pas rempli.",
        "Le titre « FORMATION EPLE » ne dit pas de quoi il s'agit ; écrivez-le en toutes lettres.",
        "Le délai de convocation est de 10 jours ; il en faut 21 au moins.",
    ]
    clash = sheet_of(body, start_date=date(2025, 2, 13), last_day=date(2025, 2, 13))
    TrainingAction.objects.filter(pk=clash.pk).update(place=text("Mâcon"))
    clash.refresh_from_db()
    assert [str(r) for r in remarks_on(clash, AT)] == [
        "« Sanctionner sans exclure » réunit le même public le 13 février 2025 dans un autre lieu (Dijon)."
    ]
