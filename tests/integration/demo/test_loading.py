"""The demonstration is loaded by verbs, whole or not at all, with its facts sourced."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

from polyphonie.conferences.models import Conference, Session, Site
from polyphonie.demo.domain import loading
from polyphonie.demo.domain.loading import Stage, load_demonstration
from polyphonie.kernel.domain.ledger import verify_chains
from polyphonie.kernel.identity import Sourced
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.models import Account, Person
from polyphonie.recommendations.models import Recommendation

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def loaded() -> None:
    assert load_demonstration(at=AT) is True


@pytest.mark.usefixtures("loaded")
def test_load_demonstration_brings_the_facts() -> None:
    with_recommendations = Conference.objects.filter(host__slug="cnesco-conseil").order_by("start_date")
    assert list(with_recommendations.values_list("slug", flat=True)) == [
        "decrochage-2017",
        "orientation-2018",
        "langues-2019",
    ]
    assert Site.objects.filter(conference__slug="orientation-2018").count() == 12
    assert Site.objects.filter(conference__slug="langues-2019").count() == 12
    host = Recommendation.objects.filter(issuer__slug="cnesco-conseil")
    codes = list(
        host.filter(process__conference__slug="decrochage-2017")
        .order_by("order")
        .values_list("code", flat=True)
    )
    assert codes == ["1a", "1b", "1c", "2a", "2b", "2c", "2d", "2e", "3"]
    assert host.filter(process__conference__slug="langues-2019").count() == 10


@pytest.mark.usefixtures("loaded")
def test_load_demonstration_twice_changes_nothing() -> None:
    before = LedgerEvent.objects.count()
    assert load_demonstration(at=AT) is False
    assert LedgerEvent.objects.count() == before


@pytest.mark.usefixtures("loaded")
def test_ledger_of_the_demonstration_holds() -> None:
    count, breaks = verify_chains()
    assert breaks == []
    assert count > 300


@pytest.mark.usefixtures("loaded")
def test_every_fact_carries_its_source_or_its_badge() -> None:
    without = [
        f"{model.__name__} {row}"
        for model in apps.get_models()
        if issubclass(model, Sourced) and model.__name__ not in {"Relay"}
        for row in model._default_manager.all()
        if not row.has_source and not row.is_fictitious and not getattr(row, "resource_id", None)
    ]
    assert without == []


@pytest.mark.usefixtures("loaded")
def test_persons_are_invented_and_use_example_org() -> None:
    assert not Person.objects.filter(is_fictitious=False).exists()
    assert not Account.objects.exclude(email__endswith="@example.org").exists()


@pytest.mark.usefixtures("loaded")
def test_hours_of_2019_are_sourced_and_those_of_2017_marked() -> None:
    first = Session.objects.filter(conference__slug="langues-2019").order_by("start_at").first()
    assert first is not None
    assert first.hour_is_invented is False
    assert first.start_at.astimezone(ZoneInfo("America/Toronto")).strftime("%H:%M") == "05:00"
    assert not Session.objects.filter(conference__slug="decrochage-2017", hour_is_invented=False).exists()


def test_load_demonstration_interrupted_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(shelf: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "load_feedback", stop)
    with pytest.raises(KeyboardInterrupt):
        load_demonstration(at=AT)
    assert not Conference.objects.exists()
    assert not LedgerEvent.objects.exists()


def test_stage_leaves_out_what_a_scenario_makes() -> None:
    load_demonstration(at=AT, stage=Stage(with_rabat=False, with_accepted_guidance=False, on_air=False))
    assert not Site.objects.filter(
        conference__slug="decrochage-2017", organisation__slug="partenaire-maroc"
    ).exists()
    states = set(Site.objects.filter(conference__slug="orientation-2018").values_list("state", flat=True))
    assert states == {"proposed"}
