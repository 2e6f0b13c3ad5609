"""Rows of the cooperation room for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from polyphonie.cooperation.enums import ParticipationRole
from polyphonie.cooperation.models import FundingLine, Milestone, Participation, Project

from .network import OrganisationFactory, text

RECORDED = datetime(2018, 1, 1, tzinfo=UTC)


class ProjectFactory(DjangoModelFactory[Project]):
    """A published project. For a draft: ``published_at=None``."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"projet-{n}")
    title = factory.LazyAttribute(lambda p: text(f"Projet {p.slug}", f"Project {p.slug}"))
    form = "decentralised_cooperation"
    first_signed_year = 2010
    start_year = 2019
    end_on = date(2030, 12, 31)
    declared_status = "ongoing"
    source_label = "Atlas de test"
    source_url = "https://www.example.org/atlas"
    source_read_date = date(2026, 11, 1)
    recorded_at = RECORDED
    published_at = RECORDED


class ProjectParticipationFactory(DjangoModelFactory[Participation]):
    class Meta:
        model = Participation

    project = factory.SubFactory(ProjectFactory)
    role = ParticipationRole.PROJECT_OWNER
    organisation = factory.SubFactory(OrganisationFactory)
    order = factory.Sequence(lambda n: n % 30_000)


class FundingLineFactory(DjangoModelFactory[FundingLine]):
    class Meta:
        model = FundingLine

    project = factory.SubFactory(ProjectFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    year = 2019
    amount = Decimal("6500.00")


class MilestoneFactory(DjangoModelFactory[Milestone]):
    class Meta:
        model = Milestone

    project = factory.SubFactory(ProjectFactory)
    year = 2009
    kind = "mission"
    text = factory.Sequence(lambda n: text(f"Fait {n}", f"Fact {n}"))
    source_label = "Atlas de test"
