"""Tables for people: the numbers, the labels and the conventions, in two languages and four forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from ilsa import Assessment, DesignError, EstimateTable, Threshold, Unavailable
from ilsa.io import Codebook, CodeLabel, ColumnDescription
from ilsa.provenance import NOTES
from ilsa.report import NOTES_FR, REASONS_FR, WORDS, report
from ilsa.unavailable import REASONS

pytestmark = pytest.mark.unit

BOOK = Codebook(
    (
        ColumnDescription(
            "girl",
            label={"fr": "Sexe", "en": "Sex"},
            kind="category",
            values=(
                CodeLabel(0, {"fr": "garçon", "en": "boy"}),
                CodeLabel(1, {"fr": "fille & <x>", "en": "girl & <x>"}),
            ),
        ),
        ColumnDescription("reading", label={"fr": "lecture", "en": "reading"}),
    )
)


@pytest.fixture(scope="module")
def ds(assess: Callable[..., Assessment]) -> Assessment:
    return assess()


def fields(texts: str) -> set[str]:
    import string

    return {name for _, name, _, _ in string.Formatter().parse(texts) if name}


def test_french_and_english_say_the_same_things() -> None:
    assert set(NOTES_FR) == set(NOTES)
    assert set(REASONS_FR) == set(REASONS)
    for code, sentence in NOTES_FR.items():
        assert fields(sentence) <= fields(NOTES[code]), code
    for word, (french, english) in WORDS.items():
        assert fields(french) == fields(english), word


def test_a_table_in_two_languages(ds: Assessment) -> None:
    table = ds.estimate.mean("reading", by="girl")
    french, english = (report(table, language=language, codebook=BOOK) for language in ("fr", "en"))  # type: ignore[arg-type]
    assert french.title == "Moyenne : lecture"
    assert french.head == (
        "country",
        "Sexe",
        "Valeur",
        "Erreur type",
        "Intervalle de confiance à 95 %",
        "Élèves",
        "Écoles",
    )
    assert english.head[1:5] == ("Sex", "Value", "Standard error", "95% confidence interval")
    cell = table["C0", 0]
    assert french.body[0][:4] == (
        "C0",
        "garçon",
        f"{cell.value:.2f}".replace(".", ","),
        f"{cell.se:.2f}".replace(".", ","),
    )
    assert english.body[0][:4] == ("C0", "boy", f"{cell.value:.2f}", f"{cell.se:.2f}")
    assert (
        "reading : 3 valeurs plausibles ; la variance d'échantillonnage est la moyenne de celles de toutes (Rubin)."
        in french.conventions
    )
    assert (
        "Standard errors by method JK2-half, 6 replicates, deviations from the full-sample estimate."
        in english.conventions
    )
    assert "Degrees of freedom: Barnard and Rubin." in english.conventions


def test_shares_are_per_cent_and_a_threshold_names_its_owner(ds: Assessment) -> None:
    table = ds.estimate.share(
        "reading", at_least=Threshold(480, owner="us", name="enough"), where={"region": "east"}
    )
    made = report(table, language="fr")
    cell = table["C0"]
    assert made.body[0][1] == f"{100 * cell.value:.1f} %".replace(".", ",")
    assert "Seuil : 480 (enough, us)." in made.conventions
    assert "Champ : region = east." in made.conventions


def test_what_is_unavailable_is_its_reason_everywhere(assess: Callable[..., Assessment]) -> None:
    table = assess(minimum_n=10_000).estimate.mean("reading")
    made = report(table, language="fr")
    assert made.body[0][1:4] == ("trop peu d'élèves",) * 3
    (row, *_) = csv.DictReader(io.StringIO(made.as_csv()))
    assert (row["value"], row["se"], row["reason"], row["reason_label"]) == (
        "",
        "",
        "below_minimum_n",
        "trop peu d'élèves",
    )


def test_csv_keeps_all_digits(ds: Assessment) -> None:
    table = ds.estimate.percentiles("reading", (10, 50))
    rows = list(csv.DictReader(io.StringIO(report(table).as_csv())))
    assert [float(row["value"]) for row in rows] == [cell.value for cell in table]
    assert [float(row["se"]) for row in rows] == [cell.se for cell in table]
    assert [(row["country"], row["percentile"]) for row in rows][:2] == [("C0", "10"), ("C0", "50")]
    assert rows[0]["notes"] == NOTES["percentiles_jackknife"]


def test_csv_holds_nothing_that_runs(
    assess: Callable[..., Assessment], pupils_of: Callable[..., Any]
) -> None:
    pupils = pupils_of()
    pupils["region"] = ["=1+1"] * len(pupils["region"])
    rows = list(
        csv.DictReader(io.StringIO(report(assess(pupils).estimate.mean("reading", by="region")).as_csv()))
    )
    assert {row["region"] for row in rows} == {"'=1+1"}


class Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1], data))


def test_html_is_well_formed_and_escaped(ds: Assessment) -> None:
    made = report(ds.estimate.mean("reading", by="girl"), language="fr", codebook=BOOK)
    page = Cells()
    page.feed(made.as_html())
    assert page.open == []
    assert [text for tag, text in page.texts if tag == "td"] == [
        cell for row in made.body for cell in row[2:]
    ]
    assert ("th", "fille & <x>") in page.texts
    assert [text for tag, text in page.texts if tag == "li"] == list(made.conventions)
    assert made.as_html().startswith('<section lang="fr">')


def test_latex_escapes_what_it_would_read(ds: Assessment) -> None:
    made = report(ds.estimate.share("reading", at_least=480, by="girl"), codebook=BOOK)
    text = made.as_latex()
    assert r"girl \& <x>" in text
    assert r"95\% confidence interval" in text
    assert r"{\footnotesize Conventions. Weight: weight." in text
    assert text.count(r"\\") == len(made.body) + 1
    assert r"\begin{tabular}{llrrrrr}" in text


def test_text_for_a_terminal(ds: Assessment) -> None:
    made = report(ds.estimate.levels("reading"))
    lines = made.as_text().splitlines()
    assert lines[0] == "Distribution by level: reading"
    assert lines[2].split()[:2] == ["country", "Level"]
    assert "- Thresholds of the levels: 450; 520." in lines


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_statistic_and_combination_can_be_told(ds: Assessment, language: Any) -> None:
    e = ds.estimate
    tables = [
        e.mean("reading"),
        e.sd("reading", divisor="sum_w_minus_1"),
        e.moments("reading"),
        e.share("reading", at_least=480, below=True),
        e.levels("reading"),
        e.percentiles("reading", definition="left_continuous"),
        e.lm("reading ~ girl + C(region)"),
        e.logit("reading ~ girl", at_least=480),
        e.quantile("reading ~ girl", (50,)),
        e.corr("reading", "ses"),
        e.crosstab("girl", "region"),
        e.distribution("region"),
        e.effect_size("reading", "girl", 1, 0),
        e.eta_squared("reading", "region"),
        e.mean("reading", by="girl").gap("girl", 1, 0),
        e.mean("reading", sampling="pv1", where=[True] * ds.rows).average("country"),
    ]
    for table in tables:
        made = report(table, language=language)
        assert len(made.body) == len(table)
        assert all(len(row) == len(made.head) for row in made.body)
        for text in (made.as_csv(), made.as_html(), made.as_latex(), made.as_text()):
            assert text
    assert (
        report(EstimateTable(statistic="mean", dimensions=(), cells=()), language=language).as_csv() == "\n"
    )


def test_rules_of_degrees_of_freedom_have_their_names(ds: Assessment) -> None:
    for rule, told in (("johnson_rust", "Johnson et Rust"), ("normal", "loi normale"), ("rubin", "Rubin")):
        made = report(ds.estimate.mean("reading", df=rule), language="fr")  # type: ignore[arg-type]
        assert f"Degrés de liberté : {told}." in made.conventions
    average = report(ds.estimate.mean("reading").average("country"))
    assert "Degrees of freedom: Satterthwaite, over Barnard and Rubin." in average.conventions


def test_another_language_is_refused(ds: Assessment) -> None:
    with pytest.raises(DesignError, match="'de'; it must be one of fr, en"):
        report(ds.estimate.mean("reading"), language="de")  # type: ignore[arg-type]


def test_reasons_are_those_of_the_package() -> None:
    assert {str(Unavailable(reason)) for reason in REASONS_FR} == set(REASONS.values())
