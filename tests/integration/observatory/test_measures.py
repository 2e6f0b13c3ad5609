"""A value or a reason; a figure that says the same; a revision of which all who cite are told."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from polyphonie.evidence.domain.statement import state_evidence
from polyphonie.evidence.models import Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice, Person
from polyphonie.observatory.domain.measures import (
    FigureSaysOtherwise,
    MeasureNegativeError,
    MeasurePublishedAlready,
    MeasureRecordedAlready,
    MeasureRevisedAlready,
    MeasureWithoutSource,
    MeasureWithoutValue,
    MeasureWithValueAndReason,
    MissingReasonUnknown,
    add_determinant,
    publish_measure,
    revise_measure,
)
from polyphonie.observatory.models import Measure
from polyphonie.recommendations.models import EvidenceLink
from tests.factories.evidence import FigureFactory, IndicatorFactory
from tests.factories.network import (
    OrganisationFactory,
    TerritoryFactory,
    coordinator_of,
    signed_in,
    text,
)
from tests.factories.observatory import SYSTEM, keeper, published, recorded
from tests.factories.portal import published_recommendation

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
PUBLIC = Actor.visitor()


def test_measure_has_a_value_or_a_reason_and_a_source() -> None:
    indicator, place = IndicatorFactory.create(), TerritoryFactory.create()
    with pytest.raises(MeasureWithoutValue):
        recorded(indicator, place, value=None)
    with pytest.raises(MeasureWithValueAndReason) as both:
        recorded(indicator, place, missing_reason="L")
    assert str(both.value) == (
        "Vous donnez la valeur 8.8 et une raison de son absence ; gardez l'une des deux."
    )
    with pytest.raises(MissingReasonUnknown):
        recorded(indicator, place, value=None, missing_reason="Z")
    with pytest.raises(MeasureWithoutSource):
        recorded(indicator, place, source_label=" ")
    with pytest.raises(MeasureNegativeError):
        recorded(indicator, place, standard_error=Decimal("-1"))
    assert not Measure.objects.exists()
    assert not LedgerEvent.objects.exists()
    zero = recorded(indicator, place, value="0")
    assert zero.value == 0
    with pytest.raises(MeasureRecordedAlready):
        recorded(indicator, place, value="9")


def test_database_refuses_a_measure_with_neither_value_nor_reason() -> None:
    measure = recorded()
    for fields in ({"value": None}, {"missing_reason": "L"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Measure.objects.filter(pk=measure.pk).update(**fields)


def test_published_measure_is_a_figure_with_its_indicator() -> None:
    measure = published(standard_error=Decimal("0.4"))
    figure = Figure.objects.get()
    assert measure.figure == figure
    assert (figure.value, figure.standard_error, figure.year) == (Decimal("8.8"), Decimal("0.4"), 2016)
    assert (figure.indicator, figure.territory) == (measure.indicator, measure.territory)
    assert figure.definition == measure.indicator.definition
    assert figure.source_label == "Eurostat"
    with pytest.raises(MeasurePublishedAlready):
        publish_measure(measure=measure, by=SYSTEM, at=AT)


def test_published_gap_is_a_figure_that_says_why() -> None:
    figure = published(value=None, missing_reason="Q").figure
    assert figure is not None
    assert (figure.value, figure.is_unavailable) == (None, True)
    assert figure.why_unavailable.read("fr") == "Masqué : petit groupe ou confidentialité"
    assert figure.why_unavailable.read("en") == "Suppressed: small group or confidentiality"


def test_figure_that_is_there_is_taken_only_where_it_says_the_same() -> None:
    place = TerritoryFactory.create()
    figure = FigureFactory.create(territory=place)
    measure = recorded(territory=place)
    with pytest.raises(FigureSaysOtherwise):
        publish_measure(
            measure=measure,
            figure=FigureFactory.create(value=Decimal("9"), territory=place),
            by=SYSTEM,
            at=AT,
        )
    assert publish_measure(measure=measure, figure=figure, by=SYSTEM, at=AT).figure == figure
    assert Figure.objects.count() == 2


def test_revision_supersedes_the_figure_and_tells_who_cites_it() -> None:
    measure = published()
    assert measure.figure is not None
    claim = state_evidence(
        texts={"fr": "Un constat."}, figures=[measure.figure], is_fictitious=True, by=SYSTEM, at=AT
    )
    recommendation = published_recommendation(code="1b")
    EvidenceLink.objects.create(revision=recommendation.revisions.get(), statement=claim)
    cites = coordinator_of(recommendation.issuer, Role.HOST_COORDINATOR)
    coordinator_of(OrganisationFactory.create(), Role.HOST_COORDINATOR)
    revised = revise_measure(measure=measure, value=Decimal("9.1"), status="B", by=keeper(), at=AT)
    new = revised.figure
    assert new is not None
    assert (new.supersedes, new.value) == (measure.figure, Decimal("9.1"))
    notice = Notice.objects.get()
    assert notice.person == Person.objects.get(actor_identity__actor_id=cites.id)
    assert notice.subject_urn == measure.figure.urn
    assert "was replaced" in notice.expectation.read("en")
    assert list(Measure.objects.standing(PUBLIC, AT)) == [revised]
    with pytest.raises(MeasureRevisedAlready):
        revise_measure(measure=measure, value=Decimal("9.2"), by=SYSTEM, at=AT)


def test_drafts_are_read_by_who_keeps_them() -> None:
    measure = recorded()
    assert not Measure.objects.readable_by(PUBLIC, AT).exists()
    assert list(Measure.objects.readable_by(keeper(), AT)) == [measure]
    with pytest.raises(RightMissing):
        recorded(by=coordinator_of(OrganisationFactory.create(), Role.ANALYST))


def test_indicator_page_shows_gaps_and_sources_side_by_side(client: Client) -> None:
    indicator = IndicatorFactory.create(determinant="equite")
    add_determinant(slug="equite", label=text("Équité", "Equity"), order=0, by=SYSTEM, at=AT)
    first, second = (TerritoryFactory.create(code=code) for code in ("alpha", "beta"))
    published(indicator, first, year=2014)
    published(indicator, first, year=2014, value="9.3", source_label="Institut")
    published(indicator, first, year=2019, value=None, missing_reason="L")
    published(indicator, second, year=2019, value="7.1")
    recorded(indicator, second, year=2020, value="1.234", decimals=3)
    address = reverse("indicator", args=[indicator.code])
    for language, differ, gap, why, value in (
        ("fr", "les sources diffèrent", "observation", "recueilli", "9,3"),
        ("en", "sources differ", "no observation", "is not collected", "9.3"),
    ):
        with translation.override(language):
            html = client.get(reverse("indicator", args=[indicator.code])).content.decode()
        for words in (differ, gap, why, value):
            assert words in html
        assert "1,234" not in html
        assert "1.234" not in html
        assert "2020</th>" not in html
    data = client.get(address.rstrip("/") + ".json").json()
    assert data["gaps"] == [{"territory": "beta", "year": 2014}]
    assert [m["value"] for m in data["measures"]] == ["8.8", "9.3", None, "7.1"]
    rows = (
        client.get(reverse("indicator_csv", args=[indicator.code])).content.decode("utf-8-sig").splitlines()
    )
    assert len(rows) == 5
    cut = client.get(
        reverse("indicator_json", args=[indicator.code]), {"membres": "beta", "de": "2015"}
    ).json()
    assert [m["territory"] for m in cut["measures"]] == ["beta"]
    assert client.get(indicator.permalink)["Location"] == address


def test_indicator_page_never_sorts_by_value(client: Client) -> None:
    indicator = IndicatorFactory.create()
    for code, value in (("gamma", "1"), ("alpha", "9"), ("beta", "5")):
        published(indicator, TerritoryFactory.create(code=code), value=value)
    data = client.get(reverse("indicator_json", args=[indicator.code])).json()
    assert [m["territory"] for m in data["measures"]] == ["alpha", "beta", "gamma"]


def test_country_profile_shows_last_measures_and_gaps(client: Client) -> None:
    place = TerritoryFactory.create(code="senegal")
    measured, empty = IndicatorFactory.create(), IndicatorFactory.create()
    published(measured, place, year=2014, value="65.2")
    published(measured, place, year=2019, value="58.9")
    other = FigureFactory.create(territory=place)
    html = client.get(reverse("profile", args=["senegal"])).content.decode()
    assert "58,9" in html
    assert "65,2" not in html
    assert reverse("indicator", args=[empty.code]) in html
    assert other.get_absolute_url() in html
    data = client.get(reverse("profile_json", args=["senegal"])).json()
    assert [[m["year"] for m in row["measures"]] for row in data["determinants"][0]["indicators"]] == [
        [2019],
        [],
    ]
    csv = client.get(reverse("profile_csv", args=["senegal"])).content.decode("utf-8-sig").splitlines()
    assert len(csv) == 2
    assert reverse("profile", args=["senegal"]) in client.get(place.get_absolute_url()).content.decode()
    assert client.get(reverse("profile", args=["nulle-part"])).status_code == 404


def test_measure_is_entered_and_published_over_http(client: Client) -> None:
    indicator, place = IndicatorFactory.create(), TerritoryFactory.create()
    signed_in(client, keeper())
    address = reverse("measure_new", args=[indicator.code])
    refused = client.post(address, {"territory": place.pk, "year": 2016, "source_label": "INSEE"})
    assert refused.status_code == 422
    assert "dites pourquoi elle manque" in refused.content.decode()
    done = client.post(
        address,
        {"territory": place.pk, "year": 2016, "value": "8,85", "source_label": "INSEE", "note": "Provisoire"},
    )
    assert done.status_code == 303
    measure = Measure.objects.get()
    assert (measure.value, measure.decimals) == (Decimal("8.85"), 2)
    draft = client.get(reverse("indicator", args=[indicator.code])).content.decode()
    assert "brouillon" in draft
    assert client.post(reverse("measure_publish", args=[measure.uid])).status_code == 303
    client.logout()
    figure = Figure.objects.get()
    html = client.get(figure.get_absolute_url()).content.decode()
    assert reverse("indicator", args=[indicator.code]) in html
    assert client.post(reverse("measure_publish", args=[measure.uid])).status_code == 302


def test_entering_measures_needs_the_role(client: Client) -> None:
    indicator = IndicatorFactory.create()
    signed_in(client, coordinator_of(OrganisationFactory.create(), Role.ANALYST))
    assert client.get(reverse("measure_new", args=[indicator.code])).status_code == 403
