"""Data sets: received and checked, described, opened to computation, superseded, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation

from ..enums import Access, ColumnRole
from ..models import Dataset, Design, Round
from ..states import DATASET
from .designs import DesignTerms
from .estimating import check_against
from .pupil_files import PupilFile, keep_pupil_file, read_pupil_file

MOST_VALUES = 40
"""A column with more different values than this tells pupils apart; no table is broken down by it."""


class DatasetReceivedAlready(Refusal):
    def __init__(self, sha256: str) -> None:
        super().__init__(
            _("Ce fichier est déjà là (empreinte %(hash)s) ; ouvrez sa fiche au lieu de le déposer encore.")
            % {"hash": sha256[:12]},
            field="file",
        )


class ProvenanceMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites d'où vient ce fichier : qui l'a produit, sous quel nom."), field="source_label"
        )


class AccessUnknown(Refusal):
    def __init__(self, access: str) -> None:
        super().__init__(
            _("« %(access)s » n'est pas un niveau d'accès ; choisissez dans la liste.") % {"access": access},
            field="access",
        )


class DocumentationMissing(Refusal):
    """A data set without documentation is of no use to who did not make it."""

    def __init__(self) -> None:
        super().__init__(
            _("Décrivez ce jeu de données en une phrase au moins : population, année, ce qu'il contient."),
            field="documentation",
        )


class ColumnNotReporting(Refusal):
    def __init__(self, column: str, why: Any) -> None:
        super().__init__(
            _("La colonne « %(column)s » ne peut pas ventiler un tableau : %(why)s")
            % {"column": column, "why": why},
            field="reporting",
        )


class DatasetChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, *, theirs: Dataset, mine: object) -> None:
        super().__init__(
            _("Quelqu'un a décrit ce jeu de données entre-temps ; relisez sa fiche, puis recommencez."),
            theirs=theirs,
            mine=mine,
        )


def receive_dataset(
    *,
    content: bytes,
    title: LocalisedText,
    population: LocalisedText,
    year: int,
    design: Design,
    owner: Organisation,
    access: str,
    by: Actor,
    at: datetime,
    round: Round | None = None,
    grade: LocalisedText | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Dataset:
    """Take in a file of pupils, once it fits its design: weights, replicates, plausible values are
    checked row by row before a byte is kept. What is refused leaves nothing behind, not even an event."""
    with ledger.act("assessments.receive_dataset", by=by, at=at) as act:
        permit("assessments.receive_dataset", by, owner)
        if access not in Access.values:
            raise AccessUnknown(access)
        if not (source_label.strip() or is_fictitious):
            raise ProvenanceMissing()
        file = read_pupil_file(content, limit=settings.PUPIL_FILE_LIMIT)
        if Dataset.objects.filter(owner=owner, sha256=file.sha256).exclude(state="withdrawn").exists():
            raise DatasetReceivedAlready(file.sha256)
        terms = DesignTerms.of(design)
        notes = check_against(terms, file.columns)
        dataset = Dataset.objects.create(
            round=round,
            design=design,
            owner=owner,
            title=title,
            population=population,
            year=year,
            grade=grade or LocalisedText(),
            sha256=file.sha256,
            table_sha256=keep_pupil_file(file),
            size=len(file.source),
            rows=file.rows,
            columns=len(file.columns),
            codebook=_first_codebook(terms, file),
            notes=notes,
            access=access,
            received_at=at,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(dataset.urn)
        act.note(sha256=file.sha256, rows=file.rows, columns=len(file.columns), access=access)
        return dataset


def describe_dataset(
    *,
    dataset: Dataset,
    version: int,
    documentation: LocalisedText,
    reporting: Mapping[str, LocalisedText],
    by: Actor,
    at: datetime,
    values: Mapping[str, Mapping[str, LocalisedText]] | None = None,
    terms: LocalisedText | None = None,
) -> Dataset:
    """Say what the file holds, on which terms it may be used, and by which columns tables may be broken
    down. A column that tells pupils or schools apart is refused."""
    with ledger.act("assessments.describe_dataset", by=by, at=at) as act:
        permit("assessments.keep_dataset", by, dataset)
        row = _locked(dataset)
        if row.version != version:
            raise DatasetChangedMeanwhile(theirs=row, mine=documentation)
        DATASET.check(row.state, "described", row)
        if not documentation:
            raise DocumentationMissing()
        row.codebook = [
            _described(entry, reporting, (values or {}).get(entry["name"], {})) for entry in row.codebook
        ]
        unknown = sorted(set(reporting) - {entry["name"] for entry in row.codebook})
        if unknown:
            raise ColumnNotReporting(unknown[0], _("elle n'est pas dans le fichier."))
        row.documentation = documentation
        row.terms = terms or row.terms
        row.state = "described"
        row.version += 1
        row.save()
        act.on(row.urn)
        act.note(reporting=sorted(reporting))
        return row


def open_dataset(*, dataset: Dataset, by: Actor, at: datetime) -> Dataset:
    """Let those who may have something computed from it do so."""
    return _move(dataset, "ready", "assessments.open_dataset", by, at)


def withdraw_dataset(*, dataset: Dataset, by: Actor, at: datetime) -> Dataset:
    """Take a data set back: nothing more is computed from it; what was published stays, with its hash."""
    return _move(dataset, "withdrawn", "assessments.withdraw_dataset", by, at)


def supersede_dataset(*, dataset: Dataset, successor: Dataset, by: Actor, at: datetime) -> Dataset:
    """Put a corrected file in the place of one; both keep their pages."""
    with ledger.act("assessments.supersede_dataset", by=by, at=at) as act:
        permit("assessments.keep_dataset", by, dataset)
        row = _locked(dataset)
        DATASET.check(row.state, "superseded", row)
        row.state = "superseded"
        row.version += 1
        row.save(update_fields=["state", "version"])
        successor.supersedes = row
        successor.save(update_fields=["supersedes"])
        act.on(row.urn)
        act.note(successor=successor.urn)
        return row


def _move(dataset: Dataset, state: str, what: str, by: Actor, at: datetime) -> Dataset:
    with ledger.act(what, by=by, at=at) as act:
        permit("assessments.keep_dataset", by, dataset)
        row = _locked(dataset)
        DATASET.check(row.state, state, row)
        row.state = state
        row.version += 1
        row.save(update_fields=["state", "version"])
        act.on(row.urn)
        return row


def _locked(dataset: Dataset) -> Dataset:
    return (
        Dataset.objects.select_for_update(of=("self",)).select_related("owner", "design").get(pk=dataset.pk)
    )


def _first_codebook(terms: DesignTerms, file: PupilFile) -> list[dict[str, Any]]:
    """What the design alone says of the columns. The values of a column are kept only where they are few
    enough to be groups: never an identifier, never a score."""
    design = set(terms.columns_of_design())
    scores = {column for scale in terms.scales for column in scale.columns()}
    book: list[dict[str, Any]] = []
    for name, column in file.columns.items():
        entry: dict[str, Any] = {"name": name, "role": ColumnRole.OTHER.value}
        if name in terms.sampling.sample:
            entry["role"] = ColumnRole.REPORTING.value
        elif name in scores:
            entry["role"] = ColumnRole.SCORE.value
        elif name in design:
            entry["role"] = ColumnRole.DESIGN.value
        entry["groups"] = _groups(column) if entry["role"] in {"other", "reporting"} else 0
        book.append(entry)
    return book


def _groups(column: Any) -> int:
    """How many groups a column makes; 0 where there are too many for a table."""
    found = np.unique(column[~np.isnan(column)] if column.dtype.kind == "f" else column)
    return int(found.size) if found.size <= MOST_VALUES else 0


def _described(
    entry: dict[str, Any], reporting: Mapping[str, LocalisedText], values: Mapping[str, LocalisedText]
) -> dict[str, Any]:
    name = entry["name"]
    if name not in reporting:
        return {**entry, "role": "other"} if entry["role"] == ColumnRole.REPORTING else entry
    if entry["role"] in {ColumnRole.DESIGN, ColumnRole.SCORE}:
        raise ColumnNotReporting(name, _("elle sert au plan de sondage ou aux scores."))
    if not entry["groups"]:
        raise ColumnNotReporting(
            name, _("elle a plus de %(most)d valeurs différentes.") % {"most": MOST_VALUES}
        )
    return {
        **entry,
        "role": ColumnRole.REPORTING.value,
        "label": reporting[name].as_dict(),
        "values": {value: label.as_dict() for value, label in values.items()},
    }


def choosable_columns(dataset: Dataset) -> Sequence[str]:
    """The columns that could break down a table, for the form that describes the data set."""
    return [
        entry["name"]
        for entry in dataset.codebook
        if entry["role"] in {ColumnRole.OTHER, ColumnRole.REPORTING} and entry.get("groups")
    ]
