"""Claims, figures and disagreements: what is published, with what, and how it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from polyphonie.evidence.domain import conflict as conflicts
from polyphonie.evidence.domain import figure as figures
from polyphonie.evidence.domain import statement as statements
from polyphonie.evidence.domain.citation import cite_figure, cite_resource, cite_statement
from polyphonie.evidence.domain.numbers import number, value_with_unit
from polyphonie.evidence.domain.queries.claims import conflicts_about, conflicts_beside
from polyphonie.evidence.models import Conflict, EvidenceStatement, Figure, Indicator
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent
from polyphonie.kernel.unavailable import Unavailable
from polyphonie.network.enums import INSTALLATION, Role
from tests.factories.evidence import (
    ConflictFactory,
    ConflictReadingFactory,
    EvidenceStatementFactory,
    FigureFactory,
    IndicatorFactory,
    ResourceFactory,
)
from tests.factories.network import (
    OrganisationFactory,
    TerritoryFactory,
    ThemeFactory,
    actor_with,
    coordinator_of,
    signed_in,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

AT = datetime(2024, 1, 10, tzinfo=UTC)
PUBLIC_READER = Actor.visitor()


@pytest.fixture
def analyst() -> Actor:
    return actor_with(Role.ANALYST, INSTALLATION)


def draft(by: Actor, **given: Any) -> Figure:
    complete: dict[str, Any] = {
        "label": text("Sorties précoces", "Early leavers"),
        "value": Decimal("8.8"),
        "decimals": 1,
        "definition": text("18–24 ans, peu diplômés", "Aged 18–24, low attainment"),
        "unit": text("%", "%"),
        "year": 2016,
        "source_label": "Eurostat",
    }
    return figures.add_figure(**{**complete, **given}, by=by, at=AT)


# figures


def test_publish_figure_lets_everybody_read_it(analyst: Actor) -> None:
    figure = draft(analyst)
    assert not Figure.objects.readable_by(PUBLIC_READER, AT).exists()
    figures.publish_figure(figure=figure, by=analyst, at=AT)
    assert Figure.objects.readable_by(PUBLIC_READER, AT).get() == figure
    assert not Figure.objects.readable_by(PUBLIC_READER, AT - timedelta(seconds=1)).exists()
    assert list(LedgerEvent.objects.order_by("seq").values_list("what", flat=True)) == [
        "evidence.add_figure",
        "evidence.publish_figure",
    ]


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"definition": None}, "Il manque la définition pour publier ce chiffre ; complétez la fiche."),
        ({"unit": None}, "Il manque l'unité pour publier ce chiffre ; complétez la fiche."),
        ({"year": None}, "Il manque l'année pour publier ce chiffre ; complétez la fiche."),
        ({"source_label": " "}, "Il manque la source pour publier ce chiffre ; complétez la fiche."),
        (
            {"definition": None, "unit": None, "source_label": ""},
            "Il manque la définition, l'unité et la source pour publier ce chiffre ; complétez la fiche.",
        ),
    ],
)
def test_publish_figure_names_what_lacks(analyst: Actor, lacking: dict[str, Any], sentence: str) -> None:
    figure = draft(analyst, **lacking)
    events = LedgerEvent.objects.count()
    with pytest.raises(figures.FigureIncomplete) as refused:
        figures.publish_figure(figure=figure, by=analyst, at=AT)
    assert str(refused.value) == sentence
    assert refused.value.field in lacking
    figure.refresh_from_db()
    assert figure.published_at is None
    assert LedgerEvent.objects.count() == events


def test_add_figure_takes_definition_and_unit_from_its_indicator(analyst: Actor) -> None:
    indicator = IndicatorFactory.create()
    figure = draft(analyst, indicator=indicator, definition=None, unit=None)
    assert (figure.definition, figure.unit) == (indicator.definition, indicator.unit)


def test_add_figure_refuses_neither_value_nor_reason(analyst: Actor) -> None:
    with pytest.raises(figures.FigureWithoutValue):
        draft(analyst, value=None)
    with pytest.raises(figures.StandardErrorNegative):
        draft(analyst, standard_error=Decimal(-1))
    assert not Figure.objects.exists()


def test_a_figure_without_value_says_why(analyst: Actor, client: Client) -> None:
    reason = text("Mali n'a pas pris part à ce cycle.", "Mali did not take part in this round.")
    figure = draft(analyst, value=None, why_unavailable=reason)
    figures.publish_figure(figure=figure, by=analyst, at=AT)
    assert figure.reading == Unavailable(reason)
    page = client.get(figure.get_absolute_url()).content.decode()
    assert "Mali n&#x27;a pas pris part à ce cycle." in page
    assert "figure-value" not in page.replace("evidence.css", "")


def test_revise_draft_figure_refuses_a_stale_version_and_a_published_one(analyst: Actor) -> None:
    figure = draft(analyst)
    revised = figures.revise_draft_figure(figure=figure, version=1, year=2017, by=analyst, at=AT)
    assert (revised.year, revised.version) == (2017, 2)
    with pytest.raises(ChangedMeanwhile) as refused:
        figures.revise_draft_figure(figure=figure, version=1, year=2018, by=analyst, at=AT)
    assert refused.value.theirs.year == 2017
    assert refused.value.mine == {"year": 2018}
    figures.publish_figure(figure=figure, by=analyst, at=AT)
    with pytest.raises(figures.FigurePublishedAlready):
        figures.revise_draft_figure(figure=figure, version=3, year=2018, by=analyst, at=AT)


def test_supersede_figure_publishes_a_new_one_and_keeps_the_old(analyst: Actor, client: Client) -> None:
    old = FigureFactory.create()
    old.themes.add(ThemeFactory.create())
    new = figures.supersede_figure(figure=old, value=Decimal("8.9"), year=2017, by=analyst, at=AT)
    assert (new.label, new.definition, new.source_label) == (old.label, old.definition, old.source_label)
    assert list(new.themes.all()) == list(old.themes.all())
    page = client.get(old.get_absolute_url()).content.decode()
    assert "8,8" in page
    assert new.get_absolute_url() in page


def test_supersede_figure_refuses_a_draft(analyst: Actor) -> None:
    with pytest.raises(figures.FigureNotPublished):
        figures.supersede_figure(figure=draft(analyst), value=Decimal(1), by=analyst, at=AT)


def test_writing_figures_needs_the_role(analyst: Actor) -> None:
    by = coordinator_of(OrganisationFactory.create())
    figure = draft(analyst)
    with pytest.raises(RightMissing):
        draft(by)
    with pytest.raises(RightMissing):
        figures.publish_figure(figure=figure, by=by, at=AT)


def test_define_indicator_refuses_a_taken_code_and_a_missing_unit(analyst: Actor) -> None:
    given: dict[str, Any] = {"label": text("Sorties"), "definition": text("Part"), "unit": text("%")}
    figures.define_indicator(code="elet", **given, by=analyst, at=AT)
    with pytest.raises(figures.IndicatorCodeTaken):
        figures.define_indicator(code="elet", **given, by=analyst, at=AT)
    with pytest.raises(figures.FigureIncomplete) as refused:
        figures.define_indicator(code="neet", **{**given, "unit": LocalisedText()}, by=analyst, at=AT)
    assert refused.value.field == "unit"
    assert Indicator.objects.count() == 1


# disagreements


def test_record_conflict_stands_beside_its_figures_and_claims(analyst: Actor) -> None:
    figure, other, theme = FigureFactory.create(), FigureFactory.create(), ThemeFactory.create()
    claim = EvidenceStatementFactory.create()
    conflict = conflicts.record_conflict(
        subject=text("Baisse des sorties précoces"),
        readings=[
            conflicts.Reading(text("12,8 % → 8,8 %"), figure=figure),
            conflicts.Reading(
                text("2,4 points en dix ans"), source_label="Banque des territoires", statement=claim
            ),
        ],
        themes=[theme],
        by=analyst,
        at=AT,
    )
    for found in (
        conflicts_beside(viewer=PUBLIC_READER, at=AT, figures=[figure]),
        conflicts_beside(viewer=PUBLIC_READER, at=AT, statements=[claim]),
        conflicts_about(theme, viewer=PUBLIC_READER, at=AT),
    ):
        assert [c.conflict for c in found] == [conflict]
        assert [str(r.reading.wording) for r in found[0].readings] == [
            "12,8 % → 8,8 %",
            "2,4 points en dix ans",
        ]
    assert conflicts_beside(viewer=PUBLIC_READER, at=AT, figures=[other]) == []
    assert conflict.readings.get(figure=figure).source_label == figure.source_label


@pytest.mark.parametrize(
    ("readings", "error"),
    [
        (
            [conflicts.Reading(LocalisedText(fr="seule"), source_label="A")],
            conflicts.ConflictNeedsTwoReadings,
        ),
        (
            [
                conflicts.Reading(LocalisedText(fr="a"), source_label="A"),
                conflicts.Reading(LocalisedText(fr="b")),
            ],
            conflicts.ReadingWithoutSource,
        ),
    ],
)
def test_record_conflict_refuses(analyst: Actor, readings: list[Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        conflicts.record_conflict(subject=text("x"), readings=readings, by=analyst, at=AT)
    assert not Conflict.objects.exists()


def test_a_reading_drawn_from_what_is_closed_is_not_shown(analyst: Actor) -> None:
    shown, hidden = FigureFactory.create(), FigureFactory.create(published_at=None)
    conflict = ConflictFactory.create()
    for figure in (shown, hidden):
        ConflictReadingFactory.create(conflict=conflict, figure=figure)
    assert conflicts_beside(viewer=PUBLIC_READER, at=AT, figures=[shown]) == []
    ConflictReadingFactory.create(conflict=conflict)
    (found,) = conflicts_beside(viewer=PUBLIC_READER, at=AT, figures=[shown])
    assert hidden not in [r.figure for r in found.readings]
    assert len(conflicts_beside(viewer=analyst, at=AT, figures=[shown])[0].readings) == 3


# claims


def state(by: Actor, **given: Any) -> EvidenceStatement:
    complete: dict[str, Any] = {
        "texts": {"fr": "L'exclusion éloigne.", "en": "Exclusion drives away."},
        "source_label": "Rapport",
        "page": "12",
    }
    return statements.state_evidence(**{**complete, **given}, by=by, at=AT)


def test_state_evidence_keeps_one_text_per_language(analyst: Actor) -> None:
    claim = state(analyst, original_language="en")
    assert {t.language: t.translation for t in claim.texts.all()} == {"fr": "reviewed", "en": "original"}
    assert EvidenceStatement.objects.readable_by(PUBLIC_READER, AT).get() == claim


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"texts": {"fr": "  "}}, statements.StatementTextMissing),
        ({"texts": {"français": "x"}}, statements.StatementLanguageUnknown),
        ({"source_label": ""}, statements.StatementWithoutSource),
        ({"strength": "certain"}, statements.StrengthUnknown),
    ],
)
def test_state_evidence_refuses(analyst: Actor, given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        state(analyst, **given)
    assert not EvidenceStatement.objects.exists()
    assert not LedgerEvent.objects.exists()


def test_translate_statement_adds_a_language_once(analyst: Actor) -> None:
    claim = state(analyst)
    statements.translate_statement(
        statement=claim, language="ar", text="الإقصاء المؤقت يبعد.", by=analyst, at=AT
    )
    with pytest.raises(statements.StatementTranslatedAlready):
        statements.translate_statement(statement=claim, language="fr", text="Autre.", by=analyst, at=AT)
    assert claim.wording.read("ar") == "الإقصاء المؤقت يبعد."


def test_a_claim_from_a_closed_resource_is_closed(client: Client) -> None:
    resource = ResourceFactory.create(public_at=AT + timedelta(days=4000), announced_at=AT)
    claim = EvidenceStatementFactory.create(resource=resource)
    assert not EvidenceStatement.objects.readable_by(PUBLIC_READER, AT).exists()
    assert client.get(claim.get_absolute_url()).status_code == 404
    assert client.get(claim.get_absolute_url().rstrip("/") + ".json").status_code == 404


def test_a_claim_outlives_its_source_without_leading_to_it(client: Client) -> None:
    resource = ResourceFactory.create(withdrawn_at=AT)
    claim = EvidenceStatementFactory.create(resource=resource)
    page = client.get(claim.get_absolute_url()).content.decode()
    assert "une ressource retirée depuis" in page
    assert str(resource.title) not in page
    assert str(resource.uid) not in page


def test_withdraw_statement_says_that_it_is_gone(analyst: Actor, client: Client) -> None:
    claim = state(analyst)
    statements.withdraw_statement(statement=claim, by=analyst, at=AT)
    for address in (claim.get_absolute_url(), claim.permalink):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "exclusion" not in gone.content.decode().lower()


def test_draft_claims_and_figures_are_not_there_for_the_public(analyst: Actor, client: Client) -> None:
    for row in (state(analyst, publish=False), draft(analyst)):
        assert client.get(row.get_absolute_url()).status_code == 404
        assert client.get(row.permalink).status_code == 404
    signed_in(client, analyst)
    assert "brouillon" in client.get(draft(analyst).get_absolute_url()).content.decode()


# how it reads


@pytest.mark.parametrize(
    ("value", "decimals", "language", "written"),
    [
        ("8.8", 1, "fr", "8,8"),
        ("8.8", 1, "en", "8.8"),
        ("450000", 0, "fr", "450 000"),
        ("450000", 0, "en", "450,000"),
        ("-6.3", 1, "fr", "\u22126,3"),
        ("8.75", 1, "fr", "8,8"),
        ("65.2", 0, "es", "65"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(
    value: str, decimals: int, language: str, written: str
) -> None:
    shown = number(Decimal(value), decimals, language)
    assert shown.replace("\u00a0", " ").replace("\u202f", " ") == written


def test_value_with_unit_never_parts_with_its_unit() -> None:
    figure = FigureFactory.build(territory=None)
    assert value_with_unit(figure, "fr") == "8,8\u00a0%"
    assert value_with_unit(figure, "en") == "8.8\u00a0%"


def test_citation_of_a_figure_in_both_languages() -> None:
    figure = FigureFactory.create(
        label=text("Sorties précoces, 18–24 ans", "Early leavers, 18–24"),
        standard_error=Decimal("0.2"),
        territory=TerritoryFactory.create(name=text("France", "France")),
    )
    given: dict[str, Any] = {"address": "https://p.example.org/id/figure/1", "read_date": date(2026, 11, 22)}
    assert cite_figure(figure, language="fr", **given).replace("\u00a0", " ") == (
        "Sorties précoces, 18–24 ans : 8,8 % (France, 2016, erreur type 0,2). Source : Eurostat. "
        "Polyphonie, https://p.example.org/id/figure/1, consulté le 22 novembre 2026."
    )
    assert cite_figure(figure, language="en-GB", **given).replace("\u00a0", " ") == (
        "Early leavers, 18–24: 8.8 % (France, 2016, standard error 0.2). Source: Eurostat. "
        "Polyphonie, https://p.example.org/id/figure/1, read on 22 November 2026."
    )


def test_citation_of_a_claim_and_of_a_resource() -> None:
    claim = EvidenceStatementFactory.create(code="C1", texts={"fr": "L'exclusion éloigne."})
    given: dict[str, Any] = {
        "language": "fr",
        "address": "https://p.example.org/x",
        "read_date": date(2026, 11, 22),
    }
    assert cite_statement(claim, **given).replace("\u00a0", " ") == (
        "« L'exclusion éloigne ». Source : Rapport de test, p. 12. "
        "Polyphonie, https://p.example.org/x, consulté le 22 novembre 2026."
    )
    resource = ResourceFactory.create(title=text("Prévenir"))
    assert cite_resource(resource, **given) == (
        "A. Exemple, Prévenir, 9 novembre 2017. Polyphonie, https://p.example.org/x, consulté le 22 novembre 2026."
    )


# pages


@pytest.mark.parametrize(("tag", "value", "word"), [("fr", "8,8", "Définition"), ("en", "8.8", "Definition")])
def test_figure_page_in_both_languages(client: Client, tag: str, value: str, word: str) -> None:
    figure = FigureFactory.create()
    with translation.override(tag):
        page = client.get(figure.get_absolute_url()).content.decode()
    assert f"{value}\u00a0%" in page
    assert word in page
    assert "2016" in page
    assert "Eurostat" in page


def test_figure_page_shows_both_sides_of_a_disagreement(client: Client) -> None:
    figure = FigureFactory.create()
    conflict = ConflictFactory.create()
    ConflictReadingFactory.create(conflict=conflict, figure=figure, wording=text("12,8 % → 8,8 %"))
    ConflictReadingFactory.create(conflict=conflict, wording=text("2,4 points"), source_label="Gazette")
    page = client.get(figure.get_absolute_url()).content.decode()
    assert "12,8 % → 8,8 %" in page
    assert "2,4 points" in page
    assert "Gazette" in page


@pytest.mark.parametrize(("tag", "shown"), [("fr", "L&#x27;exclusion répétée"), ("en", "Repeated exclusion")])
def test_statement_page_in_both_languages(client: Client, tag: str, shown: str) -> None:
    claim = EvidenceStatementFactory.create(texts={"en": "Repeated exclusion drives away."})
    with translation.override(tag):
        page = client.get(claim.get_absolute_url()).content.decode()
    assert shown in page.split("</h1>")[0]


def test_statement_page_says_in_which_language_it_is(client: Client) -> None:
    claim = EvidenceStatementFactory.create()
    with translation.override("en"):
        page = client.get(claim.get_absolute_url()).content.decode()
    assert '<h1 lang="fr" dir="ltr">' in page
    assert "language-note" in page


def test_figure_json_and_csv_carry_the_exact_value(client: Client) -> None:
    figure = FigureFactory.create(standard_error=Decimal("0.25"), label=text("=Sorties", "Leavers"))
    base = figure.get_absolute_url().rstrip("/")
    record = client.get(base + ".json").json()
    assert record["value"] == "8.8"
    assert record["standard_error"] == "0.2"
    assert record["source"]["read_date"] == "2026-11-01"
    assert record["permalink"] == f"http://testserver{figure.permalink}"
    header, line = client.get(base + ".csv").content.decode("utf-8-sig").splitlines()
    assert header.startswith("permalink,label_fr,label_en,value,standard_error,unit,year,")
    assert line.split(",")[1] == "'=Sorties"
    assert line.split(",")[3:7] == ["8.8", "0.2", "%", "2016"]


def test_statement_json_carries_all_languages(client: Client) -> None:
    claim = EvidenceStatementFactory.create(texts={"en": "Exclusion drives away."})
    record = client.get(claim.get_absolute_url().rstrip("/") + ".json").json()
    assert [t["language"] for t in record["texts"]] == ["fr", "en"]
    assert record["page"] == "12"


def test_a_claim_cites_several_figures_in_its_own_order_and_no_draft(analyst: Actor, client: Client) -> None:
    first, second = FigureFactory.create(), FigureFactory.create()
    closed = FigureFactory.create(published_at=None, label=text("chiffre encore fermé", "still closed"))
    claim = statements.state_evidence(
        texts={"fr": "Deux sources disent la même chose."},
        figures=[second, closed, first, second],
        source_label="Rapport de test",
        by=analyst,
        at=AT,
    )
    record = client.get(claim.get_absolute_url().rstrip("/") + ".json").json()
    assert record["figures"] == [second.urn, first.urn]
    page = client.get(claim.get_absolute_url()).content.decode()
    assert page.index(second.get_absolute_url()) < page.index(first.get_absolute_url())
    assert closed.get_absolute_url() not in page
    assert "encore fermé" not in page


@pytest.mark.usefixtures("rooms_above_silent")
@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    figure = FigureFactory.create()
    claim = EvidenceStatementFactory.create(figures=[figure])
    for n in range(count):
        conflict = ConflictFactory.create()
        ConflictReadingFactory.create(conflict=conflict, figure=figure)
        ConflictReadingFactory.create(conflict=conflict, statement=claim)
        ConflictReadingFactory.create(conflict=conflict)
        figure.themes.add(ThemeFactory.create())
        EvidenceStatementFactory.create(figures=[figure])
        statement_text = claim.texts.model(statement=claim, language=["es", "pt", "ar"][n], text="x")
        statement_text.save()
    client.get(figure.get_absolute_url())
    with django_assert_num_queries(9):
        assert client.get(figure.get_absolute_url()).status_code == 200
    with django_assert_num_queries(7):
        assert client.get(claim.get_absolute_url()).status_code == 200
