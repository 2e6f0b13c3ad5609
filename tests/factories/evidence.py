"""Rows of the evidence room for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from polyphonie.evidence.models import (
    AccessGrant,
    Conflict,
    ConflictReading,
    EvidenceStatement,
    EvidenceStatementText,
    Figure,
    Indicator,
    Resource,
    ResourceContext,
    ResourceKind,
    ResourceVersion,
    StatementFigure,
)

from .network import HostFactory, OrganisationFactory, TerritoryFactory, text

PUBLISHED = datetime(2018, 1, 1, tzinfo=UTC)


class ResourceKindFactory(DjangoModelFactory[ResourceKind]):
    class Meta:
        model = ResourceKind
        django_get_or_create = ("slug",)

    slug = "expert_note"
    label = factory.LazyAttribute(lambda k: text("note d'expert", "expert's note"))
    opens_early = True


class ResourceFactory(DjangoModelFactory[Resource]):
    """A public resource. For one under embargo: ``public_at=`` later, ``early_at=``, ``announced_at=``."""

    class Meta:
        model = Resource

    kind = factory.SubFactory(ResourceKindFactory)
    title = factory.Sequence(lambda n: text(f"Ressource {n}", f"Resource {n}"))
    authors = "A. Exemple"
    issuer = factory.SubFactory(HostFactory)
    dated = date(2017, 11, 9)
    source_label = "Site de l'instance hôte"
    source_url = "https://www.example.org/ressource"
    source_read_date = date(2026, 11, 1)
    announced_at = PUBLISHED
    public_at = PUBLISHED


class ResourceContextFactory(DjangoModelFactory[ResourceContext]):
    class Meta:
        model = ResourceContext

    resource = factory.SubFactory(ResourceFactory)
    urn = "conferences:conference:00000000-0000-7000-8000-0000000000c1"
    label = factory.LazyFunction(lambda: text("Conférence de test", "Test conference"))


class ResourceVersionFactory(DjangoModelFactory[ResourceVersion]):
    class Meta:
        model = ResourceVersion

    resource = factory.SubFactory(ResourceFactory)
    language = "fr"
    link = "https://www.example.org/ressource.pdf"
    released_at = PUBLISHED


class AccessGrantFactory(DjangoModelFactory[AccessGrant]):
    class Meta:
        model = AccessGrant

    organisation = factory.SubFactory(OrganisationFactory)
    scope = factory.LazyFunction(lambda: ResourceFactory.create().urn)
    from_at = PUBLISHED
    reason = factory.LazyFunction(lambda: text("convention signée", "signed agreement"))


class IndicatorFactory(DjangoModelFactory[Indicator]):
    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"indicateur-{n}")
    label = factory.LazyAttribute(lambda i: text(f"Indicateur {i.code}", f"Indicator {i.code}"))
    definition = factory.LazyFunction(lambda: text("Part des jeunes de 18 à 24 ans", "Share aged 18 to 24"))
    unit = factory.LazyFunction(lambda: text("%", "%"))


class FigureFactory(DjangoModelFactory[Figure]):
    """A published figure, 8.8 %. For a draft: ``published_at=None``."""

    class Meta:
        model = Figure

    label = factory.Sequence(lambda n: text(f"Sorties précoces {n}", f"Early leavers {n}"))
    definition = factory.LazyFunction(
        lambda: text("18–24 ans, peu diplômés, hors formation", "Aged 18–24, low attainment, not in training")
    )
    value = Decimal("8.8")
    decimals = 1
    unit = factory.LazyFunction(lambda: text("%", "%"))
    year = 2016
    territory = factory.SubFactory(TerritoryFactory)
    source_label = "Eurostat"
    source_url = "https://www.example.org/eurostat"
    source_read_date = date(2026, 11, 1)
    published_at = PUBLISHED


class EvidenceStatementFactory(DjangoModelFactory[EvidenceStatement]):
    """A published claim with its text in French; ``texts={"en": …}`` adds languages."""

    class Meta:
        model = EvidenceStatement
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"C{n}")
    resource = factory.SubFactory(ResourceFactory)
    page = "12"
    strength = "moderate"
    source_label = "Rapport de test"
    source_url = "https://www.example.org/rapport"
    source_read_date = date(2026, 11, 1)
    published_at = PUBLISHED

    @factory.post_generation
    def figures(statement: EvidenceStatement, create: bool, extracted: Any, **_: Any) -> None:
        if create:
            for order, figure in enumerate(extracted or ()):
                StatementFigure.objects.create(statement=statement, figure=figure, order=order)

    @factory.post_generation
    def texts(statement: EvidenceStatement, create: bool, extracted: Any, **_: Any) -> None:
        if create:
            wordings = {
                "fr": f"L'exclusion répétée éloigne de l'école ({statement.code}).",
                **(extracted or {}),
            }
            for language, wording in wordings.items():
                EvidenceStatementText.objects.create(
                    statement=statement,
                    language=language,
                    text=wording,
                    translation="original" if language == "fr" else "reviewed",
                )


class ConflictFactory(DjangoModelFactory[Conflict]):
    class Meta:
        model = Conflict

    subject = factory.Sequence(lambda n: text(f"Baisse depuis 2007 ({n})", f"Fall since 2007 ({n})"))
    recorded_at = PUBLISHED


class ConflictReadingFactory(DjangoModelFactory[ConflictReading]):
    class Meta:
        model = ConflictReading

    conflict = factory.SubFactory(ConflictFactory)
    wording = factory.Sequence(lambda n: text(f"Lecture {n}", f"Reading {n}"))
    source_label = "Presse"
