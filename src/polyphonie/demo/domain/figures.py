"""PASEC's rounds, an invented file with one run and one figure, the Observatory's measures, and a
statement that rests on a figure of each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ilsa import AssessmentDesign, ReplicateWeights
from polyphonie.assessments.domain.datasets import describe_dataset, open_dataset, receive_dataset
from polyphonie.assessments.domain.designs import DesignTerms, Scale, declare_design, name_threshold
from polyphonie.assessments.domain.rounds import Dated, Origin, Taking, open_assessment, open_round
from polyphonie.assessments.domain.runs import ask_run, carry_out
from polyphonie.assessments.domain.tables import publish_figure, publish_table, report_figure
from polyphonie.assessments.models import EstimateTable, Round, Threshold
from polyphonie.evidence.domain.figure import define_indicator
from polyphonie.evidence.domain.statement import state_evidence
from polyphonie.evidence.models import Indicator
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.mandate import give_mandate
from polyphonie.network.domain.organisation import register_organisation
from polyphonie.network.domain.territory import register_territory
from polyphonie.network.models import Organisation, Territory
from polyphonie.observatory.domain.collecting import Answer, fill_cells, open_collection
from polyphonie.observatory.domain.measures import add_determinant, publish_measure, record_measure

from ..data import figures as facts
from ..data.sources import BANQUE, Source
from .pupils import PLAUSIBLE_VALUES, ZONES, pupil_file
from .shelf import FOUNDED, LOADER, Shelf, both

REPORTED = datetime(2020, 12, 21, 9, 0, tzinfo=UTC)
ASKED = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
CLOSES = datetime(2031, 1, 1, 0, 0, tzinfo=UTC)
STATED = datetime(2021, 1, 15, 9, 0, tzinfo=UTC)
PER_CENT = both("%", "%")
READING = "lecture-sous-595-1"


def load_assessments(shelf: Shelf) -> None:
    """The rounds of 2014 and 2019, and what can be computed from a file that nobody filled in."""
    owner = _confemen(shelf)
    for role in ("analyst", "observatory"):
        give_mandate(
            person=shelf.people["analyste"],
            role=role,
            scope=owner.urn,
            organisation=owner,
            from_date=FOUNDED.date(),
            is_fictitious=True,
            by=LOADER,
            at=FOUNDED,
        )
    pasec = open_assessment(
        slug="pasec",
        name=both(
            "Programme d'analyse des systèmes éducatifs de la CONFEMEN",
            "Programme for the analysis of CONFEMEN education systems",
        ),
        short_name="PASEC",
        description=both(
            "Ce que savent les élèves au début et à la fin du primaire. Au Gabon, la fin du primaire est "
            "la 5e année.",
            "What pupils know at the start and at the end of primary school. In Gabon primary school ends "
            "with grade 5.",
        ),
        owner=owner,
        since_year=1991,
        origin=_origin(facts.CONFEMEN_NOTE),
        by=LOADER,
        at=FOUNDED,
    )
    for year in (2014, 2019):
        open_round(
            assessment=pasec,
            year=year,
            title=both(f"PASEC{year}", f"PASEC{year}"),
            territories=[_taking(shelf, member) for member in facts.MEMBERS if year in member.rounds],
            by=LOADER,
            at=FOUNDED if year == 2014 else REPORTED,
            **_round(year),
        )
    _figure_from_invented_file(shelf, owner)
    _reported_figures(shelf, owner)


def load_observatory(shelf: Shelf) -> None:
    """The seven determinants, two indicators, published values by hand, and the statement."""
    for order, (slug, fr, en) in enumerate(facts.DETERMINANTS):
        add_determinant(
            slug=slug,
            label=both(fr, en),
            order=order,
            by=LOADER,
            at=FOUNDED,
            **facts.OBSERVATORY.as_fields(),
        )
    indicators = {
        READING: Indicator.objects.get(code=READING),
        "sorties-precoces": define_indicator(
            code="sorties-precoces",
            label=both("Sorties précoces, 18–24 ans", "Early leavers, aged 18–24"),
            definition=both(
                "Part des jeunes de 18 à 24 ans qui ne sont pas en formation et n'ont pas de diplôme du "
                "second cycle du secondaire.",
                "Share of people aged 18 to 24 who are not in training and hold no upper-secondary "
                "qualification.",
            ),
            unit=PER_CENT,
            determinant="efficacite-interne",
            by=LOADER,
            at=FOUNDED,
            **BANQUE.as_fields(),
        ),
    }
    for value in facts.PUBLISHED:
        at = datetime(value.known.year, value.known.month, value.known.day, 9, tzinfo=UTC)
        measure = record_measure(
            indicator=indicators[value.indicator],
            territory=shelf.territories[value.territory],
            year=value.year,
            value=Decimal(value.value),
            decimals=1,
            standard_error=Decimal(value.error) if value.error else None,
            by=LOADER,
            at=at,
            **value.source.as_fields(),
        )
        publish_measure(measure=measure, figure=shelf.figures.get(value.figure), by=LOADER, at=at)
    _collection(shelf, indicators)
    shelf.claims["sous-le-seuil"] = state_evidence(
        texts={
            "fr": "Plus de la moitié des élèves sont sous le seuil dans le fichier d'exemple comme, en 2019, "
            "au Sénégal ; les deux chiffres portent leur erreur type.",
            "en": "More than half of the pupils are below the threshold in the example file as, in 2019, in "
            "Senegal; both figures carry their standard error.",
        },
        original_language="fr",
        figures=[shelf.figures["exemple-sous-595-1"], shelf.figures["senegal-2019"]],
        code="F1",
        keeper=shelf.bodies["confemen"],
        themes=[shelf.themes["decrochage-scolaire"]],
        is_fictitious=True,
        by=LOADER,
        at=STATED,
    )


def _collection(shelf: Shelf, indicators: dict[str, Indicator]) -> None:
    """Invented: two example members are asked; one has answered half."""
    members = [
        (shelf.bodies[f"membre-exemple-{letter}"], _example_territory(letter))
        for letter in ("a", "b")
        if f"membre-exemple-{letter}" in shelf.bodies
    ]
    if not members:
        return
    found = open_collection(
        title=both("Collecte 2025", "Collection 2025"),
        year=2025,
        indicators=[indicators["sorties-precoces"], indicators[READING]],
        members=members,
        opens_at=ASKED,
        closes_at=CLOSES,
        is_fictitious=True,
        by=LOADER,
        at=ASKED,
    )
    first = found.submissions.order_by("pk")[0]
    fill_cells(
        submission=first,
        version=first.version,
        answers={"sorties-precoces": Answer(missing_reason="L", note="Enquête prévue en 2027.")},
        by=LOADER,
        at=ASKED,
    )


def _example_territory(letter: str) -> Territory:
    return register_territory(
        kind="other",
        code=f"territoire-exemple-{letter}",
        name=both(f"Territoire d'exemple {letter.upper()}", f"Example territory {letter.upper()}"),
        languages=["fr"],
        is_fictitious=True,
        by=LOADER,
        at=FOUNDED,
    )


def _reported_figures(shelf: Shelf, owner: Organisation) -> None:
    """What reports publish, entered by hand: the World Bank's shares, and PASEC's own 60 % of 2014."""
    indicator = define_indicator(
        code=READING,
        label=both(
            "Lecture en fin de primaire : élèves sous 595,1",
            "Reading at the end of primary school: pupils below 595.1",
        ),
        definition=both(
            "Part des élèves de fin de primaire sous 595,1 sur l'échelle de lecture PASEC2014, seuil "
            "minimal de la Banque mondiale ; ce n'est pas le seuil suffisant du PASEC.",
            "Share of pupils at the end of primary school below 595.1 on the PASEC2014 reading scale, "
            "the World Bank's minimum; it is not PASEC's sufficient threshold.",
        ),
        unit=PER_CENT,
        by=LOADER,
        at=FOUNDED,
        **facts.LEARNING_POVERTY.as_fields(),
    )
    thresholds = {t.value: t for t in Threshold.objects.order_by("pk")}
    reading: dict[str, Any] = {
        "scale": both("lecture", "reading"),
        "scale_unit": "PASEC2014",
        "statistic": "below",
    }
    for value in facts.PUBLISHED:
        if value.indicator != READING:
            continue
        shelf.figures[value.figure] = report_figure(
            **reading,
            value=Decimal(value.value),
            standard_error=Decimal(value.error),
            threshold=thresholds[Decimal("595.1")],
            population=both("élèves de fin de primaire", "pupils at the end of primary school"),
            grade=_grade(value.territory),
            method=both("publié par la Banque mondiale", "published by the World Bank"),
            round=Round.objects.get(year=value.year),
            territory=shelf.territories[value.territory],
            year=value.year,
            indicator=indicator,
            by=LOADER,
            at=datetime(value.known.year, value.known.month, value.known.day, 9, tzinfo=UTC),
            **value.source.as_fields(),
        )
    shelf.figures["pasec2014-suffisant"] = report_figure(
        **reading,
        value=Decimal("60"),
        decimals=0,
        threshold=thresholds[Decimal("518.37")],
        population=both(
            "élèves de fin de primaire des dix pays de 2014",
            "pupils at the end of primary school of the ten countries of 2014",
        ),
        grade=_grade(""),
        method=both("publié par le PASEC, valeur arrondie", "published by PASEC, rounded value"),
        round=Round.objects.get(year=2014),
        year=2014,
        by=LOADER,
        at=FOUNDED,
        **facts.PASEC_2014.as_fields(),
    )


def _grade(territory: str) -> LocalisedText:
    return both("5e année", "grade 5") if territory == "gabon" else both("6e année", "grade 6")


def _figure_from_invented_file(shelf: Shelf, owner: Organisation) -> None:
    terms = DesignTerms(
        AssessmentDesign(
            weight="rwgt0",
            psu="ECOLE",
            sample=("PAYS",),
            replicates=ReplicateWeights.from_columns("rwgt{r}", 1, ZONES, method="JK2-half"),
        ),
        (Scale("lecture", both("lecture", "reading"), "LECT_PV{m}", PLAUSIBLE_VALUES, "PASEC2014"),),
    )
    design = declare_design(
        slug="pasec-fin-de-primaire",
        version=1,
        label=both("PASEC, fin de primaire", "PASEC, end of primary school"),
        terms=terms,
        status={"weight": "documented", "replicates": "documented", "method": "inferred"},
        owner=owner,
        by=LOADER,
        at=FOUNDED,
        **facts.DOCUMENTATION.as_fields(),
    )
    minimum = name_threshold(
        label=both("Seuil minimal de la Banque mondiale", "World Bank minimum"),
        owner="Banque mondiale",
        unit="PASEC2014",
        scale="lecture",
        value=Decimal("595.1"),
        by=LOADER,
        at=FOUNDED,
        **facts.GLAD.as_fields(),
    )
    name_threshold(
        label=both("Seuil suffisant du PASEC (déduit)", "PASEC's sufficient threshold (inferred)"),
        owner="PASEC",
        unit="PASEC2014",
        scale="lecture",
        value=Decimal("518.37"),
        by=LOADER,
        at=FOUNDED,
        **facts.INTSVY.as_fields(),
    )
    dataset = receive_dataset(
        content=pupil_file(),
        title=both("Fichier d'exemple, fin de primaire", "Example file, end of primary school"),
        population=both(
            "élèves inventés de trois pays d'exemple", "invented pupils of three example countries"
        ),
        year=2019,
        design=design,
        owner=owner,
        access="results",
        is_fictitious=True,
        by=LOADER,
        at=FOUNDED,
    )
    dataset = describe_dataset(
        dataset=dataset,
        version=dataset.version,
        documentation=both(
            "Fichier inventé, de la forme d'un fichier du PASEC : cinq valeurs plausibles en lecture, un poids "
            "final et quatre-vingt-dix poids de réplication. Personne n'y a répondu.",
            "Invented file in the shape of a PASEC file: five plausible values in reading, a final weight and "
            "ninety replicate weights. Nobody answered it.",
        ),
        reporting={
            "PAYS": both("Pays", "Country"),
            "SEXE": both("Sexe", "Sex"),
            "LANGUE": both("Langue à la maison", "Language at home"),
        },
        values={
            "PAYS": {c: both(f"Pays d'exemple {c}", f"Example country {c}") for c in "ABC"},
            "SEXE": {"F": both("Filles", "Girls"), "G": both("Garçons", "Boys")},
            "LANGUE": {
                "1": both("celle de l'école", "that of the school"),
                "2": both("une autre", "another"),
            },
        },
        by=LOADER,
        at=FOUNDED,
    )
    dataset = open_dataset(dataset=dataset, by=LOADER, at=FOUNDED)
    run = carry_out(
        run=ask_run(
            dataset=dataset, statistic="below", scale="lecture", thresholds=[minimum], by=LOADER, at=FOUNDED
        )
    )
    publish_table(run=run, by=LOADER, at=FOUNDED)
    shelf.figures["exemple-sous-595-1"] = publish_figure(
        table=EstimateTable.objects.get(run=run), cell="PAYS=A", by=LOADER, at=FOUNDED
    )


def _round(year: int) -> dict[str, Any]:
    if year == 2014:
        return {
            "summary": both(
                "Dix pays, environ 40 000 élèves. Sous le seuil suffisant : 70 % en langue et 50 % en "
                "mathématiques au début du primaire, 60 % dans les deux à la fin.",
                "Ten countries, about 40,000 pupils. Below the sufficient threshold: 70 % in language and "
                "50 % in mathematics at the start of primary school, 60 % in both at the end.",
            ),
            "calendar": [
                Dated("main_survey", 2014, origin=_origin(facts.PASEC_2014)),
                Dated("report", 2015, origin=_origin(facts.NATIONAL_REPORTS)),
                Dated("national_reports", 2016, origin=_origin(facts.NATIONAL_REPORTS)),
                Dated("microdata", 2026, origin=_origin(facts.PUBLIC_FILES)),
            ],
            "origin": _origin(facts.PASEC_2014),
        }
    return {
        "summary": both(
            "Quatorze pays : les dix de 2014, la République démocratique du Congo, le Gabon, la Guinée et "
            "Madagascar. Quinze étaient prévus, avec le Mali.",
            "Fourteen countries: the ten of 2014, the Democratic Republic of the Congo, Gabon, Guinea and "
            "Madagascar. Fifteen were planned, with Mali.",
        ),
        "calendar": [
            Dated("main_survey", 2019, origin=_origin(facts.PASEC_2019)),
            Dated("report", 2020, day=date(2020, 12, 21), origin=_origin(facts.PASEC_2019)),
            Dated("microdata", 2026, origin=_origin(facts.PUBLIC_FILES)),
        ],
        "origin": _origin(facts.PASEC_2019),
    }


def _taking(shelf: Shelf, member: facts.Member) -> Taking:
    ends = "5" if member.code == "gabon" else "6"
    return Taking(
        _territory(shelf, member),
        grades=both(f"2e et {ends}e années", f"grades 2 and {ends}"),
        origin=_origin(facts.GRADES),
    )


def _territory(shelf: Shelf, member: facts.Member) -> Territory:
    if member.code not in shelf.territories:
        shelf.territories[member.code] = register_territory(
            kind="country",
            code=member.code,
            iso_code=member.iso,
            name=both(member.fr, member.en),
            time_zone=member.zone,
            languages=["fr"],
            source_label=facts.PASEC_2019.label,
            source_url=facts.PASEC_2019.url,
            source_read_date=facts.PASEC_2019.read_date,
            by=LOADER,
            at=FOUNDED,
        )
    return shelf.territories[member.code]


def _confemen(shelf: Shelf) -> Organisation:
    if "confemen" not in shelf.bodies:
        shelf.bodies["confemen"] = register_organisation(
            kind="intergovernmental",
            slug="confemen",
            name=both(
                "Conférence des ministres de l'éducation des États et gouvernements de la Francophonie",
                "Conference of ministers of education of French-speaking States and governments",
            ),
            short_name=both("CONFEMEN", "CONFEMEN"),
            languages=["fr"],
            by=LOADER,
            at=FOUNDED,
            **facts.CONFEMEN_NOTE.as_fields(),
        )
    return shelf.bodies["confemen"]


def _origin(source: Source) -> Origin:
    return Origin(source.label, source.url, source.read_date)
