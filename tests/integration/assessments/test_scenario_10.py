"""Scenario 10: a PASEC figure in a brief, from the file to Rabat's two pages, in French and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import html

from polyphonie.assessments.domain.runs import carry_out
from polyphonie.assessments.models import Dataset, Design, EstimateRun, PublishedFigure, Round, Threshold
from polyphonie.conferences.models import Site
from polyphonie.demo.domain.pupils import Country, pupil_file
from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.network.models import Organisation, Territory, Theme
from polyphonie.recommendations.models import Brief
from tests.demonstration import demonstration, visible_text, visitor
from tests.factories.assessments import changed

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

COUNTRIES = (Country("A", 180, 2, 560.0), Country("C", 4, 12, 540.0))


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        yield


def read(client: Client, language: str, name: str, *arguments: Any, **query: str) -> str:
    """What a page says, in the language of the reader."""
    with translation.override(language):
        answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200, (name, answer.status_code)
    text = visible_text(html.fromstring(answer.content.decode()))
    return re.sub(r"\s+", " ", text)


def post(client: Client, language: str, name: str, *arguments: Any, **fields: Any) -> Any:
    with translation.override(language):
        return client.post(reverse(name, args=arguments), fields)


def deposited(client: Client, language: str, content: bytes) -> Any:
    body = Organisation.objects.get(slug="confemen")
    return post(
        client,
        language,
        "dataset_new",
        file=SimpleUploadedFile("eleves.csv", content),
        title__fr=f"Table inventée ({language})",
        title__en=f"Invented table ({language})",
        population__fr="élèves inventés",
        population__en="invented pupils",
        year=2019,
        design=Design.objects.get(slug="pasec-fin-de-primaire").pk,
        owner=body.pk,
        access="results",
        is_fictitious="on",
    )


def run_of(answer: Any) -> EstimateRun:
    """The run that a form asked for, carried out as the worker does."""
    assert answer.status_code == 303, visible_text(html.fromstring(answer.content.decode()))
    uid = answer["Location"].rstrip("/").rpartition("/")[2]
    return carry_out(run=EstimateRun.objects.get(uid=uid))


@pytest.mark.parametrize(
    ("language", "seed", "words"),
    [
        (
            "fr",
            101,
            {
                "four": "Il faut 5 valeurs plausibles ; la 5e manque pour « lecture ».",
                "weight": "Le poids « rwgt0 » manque à la ligne 3",
                "few": "Trop peu d'écoles",
                "difference": ("−6,3", "3,6", "1,75"),
                "none": "Pas d'évolution nette au seuil de 5 %.",
                "linking": "L'erreur de liaison entre les deux cycles n'est pas publiée ; elle n'est pas comprise",
                "threshold": "Ce n'est pas le même seuil : 518,37 (PASEC) ; 595,1 (Banque mondiale).",
                "population": "Ce n'est pas la même population",
                "no_error": "ne donne pas d'erreur type",
            },
        ),
        (
            "en",
            102,
            {
                "four": "5 plausible values are needed; number 5 is missing for “reading”.",
                "weight": "Weight “rwgt0” is missing in row 3",
                "few": "Too few schools",
                "difference": ("−6.3", "3.6", "1.75"),
                "none": "No clear change at 5 %.",
                "linking": "The linking error between the two rounds is not published; it is not included",
                "threshold": "It is not the same threshold: 518.37 (PASEC); 595.1 (Banque mondiale).",
                "population": "It is not the same population",
                "no_error": "gives no standard error",
            },
        ),
    ],
)
def test_a_pasec_figure_in_a_brief(language: str, seed: int, words: dict[str, Any]) -> None:
    analyst = visitor("analyst", language=language)
    content = pupil_file(COUNTRIES, seed=seed)

    # 1. a table with four of five plausible values is refused, one without a weight too; a whole one is taken
    def drop_fifth(header: list[str], rows: list[list[str]]) -> None:
        for line in [header, *rows]:
            del line[-1]

    def lose_weight(header: list[str], rows: list[list[str]]) -> None:
        rows[2][header.index("rwgt0")] = ""

    before = Dataset.objects.count()
    for change, sentence in ((drop_fifth, words["four"]), (lose_weight, words["weight"])):
        refused = deposited(analyst, language, changed(content, change))
        assert refused.status_code == 422
        assert sentence in visible_text(html.fromstring(refused.content.decode()))
    assert Dataset.objects.count() == before
    assert deposited(analyst, language, content).status_code == 303
    dataset = Dataset.objects.order_by("-pk")[0]
    described = post(
        analyst,
        language,
        "dataset_describe",
        dataset.uid,
        documentation__fr="Table inventée pour l'exemple.",
        reporting=["PAYS", "SEXE"],
        labels="PAYS = Pays = Country",
        version=dataset.version,
    )
    assert described.status_code == 303
    assert post(analyst, language, "dataset_open", dataset.uid).status_code == 303

    # 2. the mean by country: estimate, standard error, n, and why the small one has none
    mean = run_of(post(analyst, language, "run_new", dataset.uid, statistic="mean", scale="lecture"))
    page = read(analyst, language, "run", mean.uid)
    cell = mean.table.cell("PAYS=A")
    assert cell is not None
    with translation.override(language):
        from polyphonie.assessments.templatetags.estimates import estimate

        for shown in (estimate(cell["value"], 1), estimate(cell["se"], 2), "360"):
            assert shown.replace("\u202f", " ").replace("\u00a0", " ") in page
    assert words["few"] in page

    # 3. the share below a threshold that the analyst names
    named = post(
        analyst,
        language,
        "threshold_new",
        dataset.uid,
        label__fr=f"Seuil d'exemple ({language})",
        label__en=f"Example threshold ({language})",
        owner="Équipe nationale",
        scale="lecture",
        value="550,5" if language == "fr" else "550.5",
        is_fictitious="on",
    )
    assert named.status_code == 303
    own = Threshold.objects.get(owner="Équipe nationale")
    below = run_of(
        post(
            analyst, language, "run_new", dataset.uid, statistic="below", scale="lecture", thresholds=[own.pk]
        )
    )

    # 4. data hash, package version, the command that repeats it
    page = read(analyst, language, "run", below.uid)
    for told in (dataset.sha256, below.package_version, f"{below.spec_hash[:12]}.json"):
        assert told in page

    # 5. one cell becomes a figure that a statement rests on; the small one does not
    assert post(analyst, language, "run_publish", below.uid).status_code == 303
    theme = Theme.objects.get(slug="decrochage-scolaire")
    small = post(analyst, language, "run_figure", below.uid, cell="PAYS=C")
    assert small.status_code == 422
    made = post(
        analyst,
        language,
        "run_figure",
        below.uid,
        cell="PAYS=A",
        themes=[theme.pk],
        claim__fr=f"Des élèves d'exemple sont sous le seuil ({language}).",
        claim__en=f"Pupils of the example are below the threshold ({language}).",
    )
    assert made.status_code == 303, made.content.decode()
    figure = PublishedFigure.objects.get(run=below).figure
    statement = EvidenceStatement.objects.get(figures=figure)
    assert figure.get_absolute_url().partition("/chiffres")[2] in str(
        analyst.get(statement.get_absolute_url()).content
    )
    page = read(analyst, language, "figure", figure.uid)
    assert dataset.sha256 in page
    assert "550" in page
    assert "Équipe nationale" in page

    # 6. the published values of Senegal are there, entered by hand with their source
    values = {
        f.year: f
        for f in Figure.objects.filter(territory__code="senegal", indicator__code="lecture-sous-595-1")
    }
    assert [f"{values[y].value:.1f} ({values[y].standard_error:.1f})" for y in (2014, 2019)] == [
        "65.2 (2.8)",
        "58.9 (2.2)",
    ]
    entered = post(
        analyst,
        language,
        "figure_report",
        "pasec",
        statistic="below",
        value="84,2" if language == "fr" else "84.2",
        standard_error="1,3" if language == "fr" else "1.3",
        scale__fr="lecture",
        scale__en="reading",
        scale_unit="PASEC2014",
        threshold=Threshold.objects.get(value="595.1").pk,
        population__fr="élèves de fin de primaire",
        population__en="pupils at the end of primary school",
        territory=Territory.objects.get(code="togo").pk,
        year=2014,
        round=Round.objects.get(year=2014).pk,
        source_label="Banque mondiale, LearningPoverty",
    )
    assert entered.status_code == 303, entered.content.decode()
    unsourced = post(
        analyst,
        language,
        "figure_report",
        "pasec",
        statistic="below",
        value="84",
        scale__fr="lecture",
        scale_unit="PASEC2014",
        threshold=Threshold.objects.get(value="595.1").pk,
        population__fr="élèves",
        year=2014,
    )
    assert unsourced.status_code == 422

    # 7. compared: −6.3, SE 3.6, z 1.75, no clear change at 5 %; linking error not included
    public = visitor("public", language=language)
    page = read(public, language, "figures_compare", a=str(values[2014].uid), b=str(values[2019].uid))
    for told in (*words["difference"], words["none"], words["linking"]):
        assert told in page
    assert words["threshold"][:20] not in page

    # 8. PASEC2014's 60 % beside it: another threshold, another population, no standard error, no number
    sixty = Figure.objects.get(value="60", year=2014, source_label__startswith="PASEC2014")
    page = read(public, language, "figures_compare", a=str(sixty.uid), b=str(values[2019].uid))
    for told in (words["threshold"], words["population"], words["no_error"]):
        assert told in page
    assert words["none"] not in page

    # 9. the figure stands in Rabat's brief with its source
    rabat = visitor("rabat", language=language)
    site = Site.objects.get(conference__slug="decrochage-2017", organisation__slug="partenaire-maroc")
    with translation.override(language):
        form = html.fromstring(rabat.get(reverse("brief_edit", args=[site.uid])).content.decode())
    assert str(figure.uid) in form.xpath("//input[@name='figures']/@value")
    standing = Brief.objects.filter(site_process__site=site).first()
    written = post(
        rabat,
        language,
        "brief_edit",
        site.uid,
        problem__fr="Chez nous aussi.",
        figures=[str(figure.uid)],
        version=standing.version if standing else 1,
    )
    assert written.status_code == 303
    brief = read(rabat, language, "brief", site.uid, language, "html")
    assert str(figure.label.read(language)) in brief
    with translation.override(language):
        assert estimate(figure.value, 1) in brief

    # a file of results never leaves; the run is gone for the public as soon as its table is
    with translation.override(language):
        assert analyst.get(reverse("dataset_file", args=[dataset.uid])).status_code == 404
    assert words["none"][:10]


def test_visible_facts_of_the_rounds() -> None:
    public = visitor("public")
    page = read(public, "fr", "rounds")
    assert "depuis 1991" in page
    assert "au début et à la fin du primaire" in page
    later = read(public, "fr", "round", "pasec", 2019)
    assert "2e et 5e années" in later
    assert "21 décembre 2020" in later
    assert later.count("2e et 6e années") == 13
    assert read(public, "fr", "round", "pasec", 2014).count("2e et 6e années") == 10
    trends = read(public, "fr", "trends", "pasec")
    assert "Pas d'évolution nette" in trends
    assert trends.index("Bénin") < trends.index("Sénégal")


def test_statement_of_the_demonstration_rests_on_a_computed_and_a_measured_figure() -> None:
    statement = EvidenceStatement.objects.get(code="F1")
    page = visitor("public").get(statement.get_absolute_url()).content.decode()
    assert statement.figures.count() == 2
    for figure in statement.figures.order_by("pk"):
        assert figure.get_absolute_url() in page
