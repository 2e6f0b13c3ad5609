"""Rounds, an invented file and what is computed from it, made by the room's own verbs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ilsa import AssessmentDesign, ReplicateWeights
from polyphonie.assessments.domain.datasets import describe_dataset, open_dataset, receive_dataset
from polyphonie.assessments.domain.designs import DesignTerms, Scale, declare_design, name_threshold
from polyphonie.assessments.domain.rounds import Dated, Origin, Taking, open_assessment, open_round
from polyphonie.assessments.domain.runs import ask_run, carry_out
from polyphonie.assessments.models import Assessment, Dataset, Design, EstimateRun, Round, Threshold
from polyphonie.demo.domain.pupils import Country, pupil_file
from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation

from .network import OrganisationFactory, TerritoryFactory, coordinator_of, text

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
SYSTEM = Actor.system("tests")
COUNTRIES = (Country("A", 180, 2, 560.0), Country("C", 4, 12, 540.0))


def analyst_of(body: Organisation) -> Actor:
    return coordinator_of(body, Role.ANALYST)


def assessment(owner: Organisation | None = None, **fields: Any) -> Assessment:
    values = {"slug": "pasec", "name": text("Programme", "Programme"), "short_name": "PASEC", **fields}
    return open_assessment(owner=owner or OrganisationFactory.create(), by=SYSTEM, at=AT, **values)


def round_of(
    found: Assessment | None = None, *, year: int = 2019, codes: Sequence[str] = ("gabon",)
) -> Round:
    return open_round(
        assessment=found or assessment(),
        year=year,
        title=text(f"PASEC{year}", f"PASEC{year}"),
        territories=[
            Taking(TerritoryFactory.create(code=c), grades=text("2e et 5e années", "grades 2 and 5"))
            for c in codes
        ],
        calendar=[Dated("report", year + 1, origin=Origin("Rapport"))],
        origin=Origin("Rapport du cycle", "https://www.example.org/rapport"),
        by=SYSTEM,
        at=AT,
    )


def terms() -> DesignTerms:
    return DesignTerms(
        AssessmentDesign(
            weight="rwgt0",
            psu="ECOLE",
            sample=("PAYS",),
            replicates=ReplicateWeights.from_columns("rwgt{r}", 1, 90, method="JK2-half"),
        ),
        (Scale("lecture", text("lecture", "reading"), "LECT_PV{m}", 5, "PASEC2014"),),
    )


def design(owner: Organisation) -> Design:
    found = Design.objects.filter(slug="pasec", version=1).first()
    return found or declare_design(
        slug="pasec", version=1, label=text("Plan", "Design"), terms=terms(), owner=owner, by=SYSTEM, at=AT
    )


def file_of(countries: Sequence[Country] = COUNTRIES, **fields: Any) -> bytes:
    return pupil_file(countries, **fields)


def changed(content: bytes, change: Any) -> bytes:
    """The file with its table, header and rows, passed through ``change(header, rows)``."""
    lines = [line.split(",") for line in content.decode().splitlines()]
    header, rows = lines[0], lines[1:]
    change(header, rows)
    return ("\n".join(",".join(line) for line in [header, *rows]) + "\n").encode()


def received(
    owner: Organisation | None = None, *, content: bytes | None = None, by: Actor | None = None, **fields: Any
) -> Dataset:
    """A data set that has been checked and not described."""
    body = owner or OrganisationFactory.create()
    values = {
        "title": text("Fichier d'exemple", "Example file"),
        "population": text("élèves de 6e année", "grade 6 pupils"),
        "year": 2019,
        "access": "results",
        "is_fictitious": True,
        **fields,
    }
    return receive_dataset(
        content=content if content is not None else file_of(),
        design=design(body),
        owner=body,
        by=by or SYSTEM,
        at=AT,
        **values,
    )


def ready(owner: Organisation | None = None, **fields: Any) -> Dataset:
    """A data set that may be computed on."""
    dataset = received(owner, **fields)
    dataset = describe_dataset(
        dataset=dataset,
        version=dataset.version,
        documentation=text("Fichier inventé.", "Invented file."),
        reporting={
            "PAYS": text("Pays", "Country"),
            "SEXE": text("Sexe", "Sex"),
            "LANGUE": text("Langue", "Language"),
        },
        values={"SEXE": {"F": text("Filles", "Girls"), "G": text("Garçons", "Boys")}},
        by=SYSTEM,
        at=AT,
    )
    return open_dataset(dataset=dataset, by=SYSTEM, at=AT)


def threshold(value: str = "595.1", **fields: Any) -> Threshold:
    values = {
        "label": text("Seuil minimal", "Minimum"),
        "owner": "Banque mondiale",
        "unit": "PASEC2014",
        "scale": "lecture",
        "value": Decimal(value),
        "source_label": "GLAD",
        **fields,
    }
    return name_threshold(by=SYSTEM, at=AT, **values)


def run_on(dataset: Dataset, *, by: Actor | None = None, **wanted: Any) -> EstimateRun:
    """A run that has been carried out."""
    values = {"statistic": "mean", "scale": "lecture", **wanted}
    return carry_out(run=ask_run(dataset=dataset, by=by or SYSTEM, at=AT, **values))
