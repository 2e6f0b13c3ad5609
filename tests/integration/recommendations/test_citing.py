"""A figure is superseded: who writes the recommendations that rest on it is told, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from polyphonie.evidence.domain.figure import supersede_figure
from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice, Person
from polyphonie.recommendations.models import EvidenceLink
from tests.factories.evidence import EvidenceStatementFactory, FigureFactory
from tests.factories.network import HostFactory, coordinator_of
from tests.factories.recommendations import LATER, draft, host_process, published, seated

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

LOADER = Actor.system("tests")


def people(*actors: Actor) -> set[Person]:
    return {Person.objects.get(actor_identity__actor_id=actor.id) for actor in actors}


def told() -> dict[Person, str]:
    return {n.person: str(n.expectation) for n in Notice.objects.select_related("person").order_by("pk")}


def test_the_coordination_of_a_published_recommendation_is_told() -> None:
    process = host_process()
    coordination = coordinator_of(process.issuer, Role.HOST_COORDINATOR)
    coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR)
    coordinator_of(process.issuer)
    figure = FigureFactory.create()
    cites, other = published(process, "1b"), published(process, "2a")
    claim, elsewhere = EvidenceStatementFactory.create(figures=[figure]), EvidenceStatementFactory.create()
    EvidenceLink.objects.create(revision=cites.revisions.get(), statement=claim)
    EvidenceLink.objects.create(revision=other.revisions.get(), statement=elsewhere)
    supersede_figure(figure=figure, value=Decimal(9), by=LOADER, at=LATER)
    assert set(told()) == people(coordination)
    (sentence,) = told().values()
    assert sentence.endswith("relisez ce qui s'y appuie : recommandation 1b.")


def test_a_draft_of_a_closed_deliberation_is_its_panels_alone() -> None:
    process = host_process(is_closed=True)
    coordinator_of(process.issuer, Role.HOST_COORDINATOR)
    panel = seated(process, seats=3, quorum=2)
    figure = FigureFactory.create()
    claim = EvidenceStatementFactory.create(figures=[figure])
    EvidenceLink.objects.create(revision=draft(process, "1b").revisions.get(), statement=claim)
    supersede_figure(figure=figure, value=Decimal(9), by=LOADER, at=LATER)
    assert set(told()) == {member.person for member in panel.members.order_by("pk")}


def test_a_text_that_was_replaced_tells_nobody() -> None:
    process = host_process()
    coordinator_of(process.issuer, Role.HOST_COORDINATOR)
    figure = FigureFactory.create()
    claim = EvidenceStatementFactory.create(figures=[figure])
    recommendation = published(process, "1b")
    old = recommendation.revisions.get()
    EvidenceLink.objects.create(revision=old, statement=claim)
    newer = type(old).objects.create(
        recommendation=recommendation,
        number=2,
        state="published",
        sha256="0" * 64,
        created_at=LATER,
        published_at=LATER - timedelta(days=1),
    )
    assert newer.evidence_links.count() == 0
    supersede_figure(figure=figure, value=Decimal(9), by=LOADER, at=LATER)
    assert told() == {}
