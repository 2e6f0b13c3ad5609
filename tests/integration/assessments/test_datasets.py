"""What a file is refused for, sentence by sentence, and who may know of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from polyphonie.assessments.domain.datasets import (
    ColumnNotReporting,
    DatasetChangedMeanwhile,
    DatasetReceivedAlready,
    describe_dataset,
    open_dataset,
    supersede_dataset,
    withdraw_dataset,
)
from polyphonie.assessments.models import Dataset
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Refusal, RightMissing
from polyphonie.kernel.models import LedgerEvent
from polyphonie.kernel.states import TransitionRefused
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation
from tests.factories.assessments import SYSTEM, analyst_of, changed, file_of, ready, received
from tests.factories.network import OrganisationFactory, actor_with, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
PUBLIC = Actor.visitor()
Change = Callable[[list[str], list[list[str]]], None]


def set_cell(column: str, row: int, value: str) -> Change:
    def change(header: list[str], rows: list[list[str]]) -> None:
        rows[row - 1][header.index(column)] = value

    return change


def set_column(column: str, value: str) -> Change:
    def change(header: list[str], rows: list[list[str]]) -> None:
        for row in rows:
            row[header.index(column)] = value

    return change


def drop(column: str) -> Change:
    def change(header: list[str], rows: list[list[str]]) -> None:
        place = header.index(column)
        for line in [header, *rows]:
            del line[place]

    return change


def all_equal(header: list[str], rows: list[list[str]]) -> None:
    first = header.index("LECT_PV1")
    for row in rows:
        row[first : first + 5] = [row[first]] * 5


REFUSED: list[tuple[Change, str, str]] = [
    (
        drop("LECT_PV5"),
        "Il faut 5 valeurs plausibles ; la 5e manque pour « lecture ».",
        "5 plausible values are needed; number 5 is missing for “reading”.",
    ),
    (
        set_cell("rwgt0", 7, ""),
        "Le poids « rwgt0 » manque à la ligne 7 (1 en tout) ; rétablissez-le ou retirez la ligne en le disant.",
        "Weight “rwgt0” is missing in row 7 (1 in all); restore it, or remove the row and say so.",
    ),
    (
        set_cell("rwgt0", 12, "-3.5"),
        "Le poids « rwgt0 » vaut -3.5 à la ligne 12 ; un poids compte des élèves et n'est jamais négatif.",
        "Weight “rwgt0” is -3.5 in row 12; a weight counts pupils and is never negative.",
    ),
    (
        set_column("rwgt44", "0"),
        "Le poids de réplication « rwgt44 » est nul partout dans l'échantillon A ; l'erreur type serait "
        "fausse : rétablissez la colonne.",
        "Replicate weight “rwgt44” is zero throughout sample A; the standard error would be wrong: restore "
        "the column.",
    ),
    (
        set_cell("LECT_PV2", 9, ""),
        "La valeur plausible « LECT_PV2 » manque à la ligne 9 (1 en tout) ; complétez-la ou retirez les "
        "élèves en le disant.",
        "Plausible value “LECT_PV2” is missing in row 9 (1 in all); complete it, or remove the pupils and "
        "say so.",
    ),
    (
        set_cell("LECT_PV3", 4, "cinq cents"),
        "La colonne « LECT_PV3 » contient du texte à la ligne 4 ; convertissez-la en nombres, puis déposez "
        "de nouveau le fichier.",
        "Column “LECT_PV3” holds text in row 4; convert it to numbers, then deposit the file again.",
    ),
    (
        all_equal,
        "Les valeurs plausibles de « lecture » sont égales chez tous les élèves : c'est un score individuel, "
        "pas des tirages. Demandez les valeurs plausibles à qui a produit le fichier.",
        "The plausible values of “reading” are equal for all pupils: this is an individual score, not draws. "
        "Ask whoever made the file for the plausible values.",
    ),
    (
        drop("rwgt90"),
        "Le fichier n'a pas de colonne « rwgt90 », que le plan de sondage attend ; corrigez son nom ou "
        "choisissez un autre plan.",
        "The file has no column “rwgt90”, which the sampling design expects; correct its name or choose "
        "another design.",
    ),
]


@pytest.mark.parametrize(("change", "french", "english"), REFUSED, ids=[r[1][:40] for r in REFUSED])
def test_receive_refuses_with_column_and_row_and_keeps_nothing(
    change: Change, french: str, english: str
) -> None:
    owner = OrganisationFactory.create()
    events = None
    for language, sentence in (("fr", french), ("en", english)):
        with translation.override(language), pytest.raises(Refusal) as refused:
            received(owner, content=changed(file_of(), change))
        with translation.override(language):
            assert str(refused.value) == sentence
        # the design's own event is there; nothing is added by what was refused
        found = LedgerEvent.objects.filter(what="assessments.receive_dataset").count()
        assert events in {None, found}
        events = found
    assert (events, Dataset.objects.count()) == (0, 0)


def test_receive_keeps_hash_and_counts_and_no_row_in_the_ledger() -> None:
    dataset = received()
    assert (dataset.rows, dataset.columns, dataset.state) == (408, 100, "checked")
    event = LedgerEvent.objects.get(what="assessments.receive_dataset")
    assert event.data == {"sha256": dataset.sha256, "rows": 408, "columns": 100, "access": "results"}
    kept = settings.ASSESSMENTS_DIR / "files" / dataset.sha256[:2] / dataset.sha256
    assert (kept / "source.csv").read_bytes() == file_of()
    assert (kept / "source.csv").stat().st_mode & 0o077 == 0
    served = settings.STORAGES["default"]["OPTIONS"]["location"]
    assert not kept.is_relative_to(served)


def test_same_file_twice_is_refused_until_the_first_is_withdrawn() -> None:
    owner = OrganisationFactory.create()
    first = received(owner)
    with pytest.raises(DatasetReceivedAlready) as refused:
        received(owner)
    assert first.short_hash in str(refused.value)
    withdraw_dataset(dataset=first, by=SYSTEM, at=AT)
    assert received(owner).sha256 == first.sha256


def test_describe_refuses_identifiers_scores_and_unknown_columns() -> None:
    dataset = received()
    for column, why in (
        ("ECOLE", "elle sert au plan de sondage ou aux scores."),
        ("LECT_PV1", "elle sert au plan de sondage ou aux scores."),
        ("AGE", "elle n'est pas dans le fichier."),
    ):
        with pytest.raises(ColumnNotReporting) as refused:
            describe(dataset, {column: text("x", "x")})
        assert str(refused.value) == f"La colonne « {column} » ne peut pas ventiler un tableau : {why}"
    many = received(content=changed(file_of(), number_each_pupil))
    with pytest.raises(ColumnNotReporting) as refused:
        describe(many, {"ELEVE": text("Élève", "Pupil")})
    assert "elle a plus de 40 valeurs différentes." in str(refused.value)


def number_each_pupil(header: list[str], rows: list[list[str]]) -> None:
    header.append("ELEVE")
    for number, row in enumerate(rows):
        row.append(str(number))


def describe(dataset: Dataset, reporting: dict[str, Any], version: int | None = None) -> Dataset:
    return describe_dataset(
        dataset=dataset,
        version=dataset.version if version is None else version,
        documentation=text("Une phrase.", "A sentence."),
        reporting=reporting,
        by=SYSTEM,
        at=AT,
    )


def test_states_follow_their_table_and_nothing_is_overwritten() -> None:
    dataset = received()
    with pytest.raises(TransitionRefused):
        open_dataset(dataset=dataset, by=SYSTEM, at=AT)
    described = describe(dataset, {"SEXE": text("Sexe", "Sex")})
    with pytest.raises(DatasetChangedMeanwhile):
        describe(dataset, {}, version=dataset.version)
    assert open_dataset(dataset=described, by=SYSTEM, at=AT).state == "ready"
    successor = received(dataset.owner, content=file_of(seed=7))
    assert supersede_dataset(dataset=described, successor=successor, by=SYSTEM, at=AT).state == "superseded"
    successor.refresh_from_db()
    assert successor.supersedes == dataset


def test_who_may_know_of_a_data_set_and_who_may_compute() -> None:
    owner: Organisation = OrganisationFactory.create()
    sets = {
        access: ready(owner, access=access, content=file_of(seed=number))
        for number, access in enumerate(("open", "results", "restricted", "closed"))
    }
    unready = received(owner, content=file_of(seed=99))
    own, other = analyst_of(owner), analyst_of(OrganisationFactory.create())
    named = actor_with(Role.ANALYST, sets["restricted"].urn)

    def known(viewer: Actor) -> set[str]:
        return {d.access for d in Dataset.objects.announced_to(viewer, AT).exclude(pk=unready.pk)}

    def usable(viewer: Actor) -> set[str]:
        return {d.access for d in Dataset.objects.readable_by(viewer, AT)}

    assert known(PUBLIC) == known(other) == known(named) == {"open", "results", "restricted"}
    assert known(own) == set(sets)
    assert usable(PUBLIC) == set()
    assert usable(other) == {"open", "results"}
    assert usable(named) == {"open", "results", "restricted"}
    assert usable(own) == set(sets)
    assert {d.access for d in Dataset.objects.downloadable_by(own, AT)} == {"open"}
    assert Dataset.objects.announced_to(own, AT).filter(pk=unready.pk).exists()
    assert not Dataset.objects.announced_to(other, AT).filter(pk=unready.pk).exists()


def test_receiving_needs_the_role_of_the_owner() -> None:
    with pytest.raises(RightMissing):
        received(OrganisationFactory.create(), by=analyst_of(OrganisationFactory.create()))
