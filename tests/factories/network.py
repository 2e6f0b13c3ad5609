"""Rows of the network for tests. Persons are invented; their addresses are at example.org."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.queries.standing import person_actor, person_of
from polyphonie.network.enums import INSTALLATION, OrganisationKind, Role, TerritoryKind
from polyphonie.network.models import (
    Account,
    ActorIdentity,
    Group,
    Mandate,
    Membership,
    Notice,
    Organisation,
    OrganisationName,
    Person,
    StakeholderGroup,
    Territory,
    Theme,
)


def text(fr: str, en: str | None = None) -> LocalisedText:
    """A text in French and English; the English is the French in brackets where none is given."""
    return LocalisedText(fr=fr, en=en or f"[{fr}]")


class TerritoryFactory(DjangoModelFactory[Territory]):
    class Meta:
        model = Territory

    kind = TerritoryKind.COUNTRY
    code = factory.Sequence(lambda n: f"pays-{n}")
    name = factory.LazyAttribute(lambda t: text(f"Pays {t.code}", f"Country {t.code}"))
    time_zone = "Europe/Paris"
    languages = factory.LazyFunction(lambda: ["fr"])
    source_label = "Base de test"


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    kind = OrganisationKind.PARTNER_BODY
    slug = factory.Sequence(lambda n: f"instance-{n}")
    name = factory.LazyAttribute(lambda o: text(f"Instance {o.slug}", f"Body {o.slug}"))
    territory = factory.SubFactory(TerritoryFactory)
    languages = factory.LazyFunction(lambda: ["fr"])
    is_fictitious = True


class HostFactory(OrganisationFactory):
    kind = OrganisationKind.HOST_BODY


class OrganisationNameFactory(DjangoModelFactory[OrganisationName]):
    class Meta:
        model = OrganisationName

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: text(f"Ancien nom {n}", f"Former name {n}"))
    until_date = datetime(2019, 1, 1, tzinfo=UTC).date()


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    body = factory.SubFactory(OrganisationFactory)
    source_label = "Liste publiée"


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person

    given_name = factory.Sequence(lambda n: f"Prénom{n}")
    family_name = factory.Sequence(lambda n: f"Nom{n}")
    is_fictitious = True


class AccountFactory(DjangoModelFactory[Account]):
    class Meta:
        model = Account
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    person = factory.SubFactory(PersonFactory)
    password = "!"

    @factory.post_generation
    def verified(account: Account, create: bool, extracted: Any, **_: Any) -> None:
        from allauth.account.models import EmailAddress

        if create and extracted is not False:
            EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)


class MandateFactory(DjangoModelFactory[Mandate]):
    class Meta:
        model = Mandate

    person = factory.SubFactory(PersonFactory)
    role = Role.SITE_COORDINATOR
    organisation = factory.SubFactory(OrganisationFactory)
    scope = factory.LazyAttribute(lambda m: m.organisation.urn if m.organisation else INSTALLATION)
    is_fictitious = True


class GroupFactory(DjangoModelFactory[Group]):
    class Meta:
        model = Group

    kind = "jury"
    name = factory.Sequence(lambda n: text(f"Jury {n}", f"Jury {n}"))
    is_fictitious = True


class StakeholderGroupFactory(DjangoModelFactory[StakeholderGroup]):
    class Meta:
        model = StakeholderGroup

    slug = factory.Sequence(lambda n: f"groupe-{n}")
    name = factory.LazyAttribute(lambda g: text(f"Groupe {g.slug}", f"Group {g.slug}"))
    order = factory.Sequence(lambda n: n)


class ThemeFactory(DjangoModelFactory[Theme]):
    class Meta:
        model = Theme

    slug = factory.Sequence(lambda n: f"theme-{n}")
    title = factory.LazyAttribute(lambda t: text(f"Thème {t.slug}", f"Theme {t.slug}"))


class NoticeFactory(DjangoModelFactory[Notice]):
    class Meta:
        model = Notice

    person = factory.SubFactory(PersonFactory)
    subject_urn = "network:organisation:00000000-0000-7000-8000-000000000001"
    expectation = factory.Sequence(lambda n: text(f"Relire le document {n}", f"Read document {n}"))
    created_at = datetime(2024, 1, 1, tzinfo=UTC)


def actor_with(
    role: str,
    scope: str,
    *,
    organisation: Organisation | None = None,
    at: datetime | None = None,
    person: Person | None = None,
) -> Actor:
    """The actor of a person who holds one more mandate, without end: ``actor_with(Role.EXPERT, conf.urn)``."""
    person = person or PersonFactory.create()
    ActorIdentity.objects.get_or_create(person=person)
    MandateFactory.create(person=person, role=role, scope=scope, organisation=organisation)
    return person_actor(person, at or datetime(2024, 1, 1, tzinfo=UTC))


def coordinator_of(organisation: Organisation, role: str = Role.SITE_COORDINATOR) -> Actor:
    """Somebody with a role over a body, held for that body."""
    return actor_with(role, organisation.urn, organisation=organisation)


def officer_today(organisation: Organisation, role: str, at: datetime) -> Actor:
    """Somebody with a role over a body, with all that the mandate brings at the instant."""
    person = person_of(coordinator_of(organisation, role))
    assert person is not None
    return person_actor(person, at)


def administrator() -> Actor:
    """Somebody who administers the installation."""
    return actor_with(Role.ADMINISTRATOR, INSTALLATION)


def signed_in(client: Any, actor_or_person: Actor | Person) -> Any:
    """The test client, signed in as the person (or the person behind the actor)."""
    if isinstance(actor_or_person, Actor):
        person = Person.objects.get(actor_identity__actor_id=actor_or_person.id)
    else:
        person = actor_or_person
    account = Account.objects.filter(person=person).first() or AccountFactory.create(person=person)
    client.force_login(account)
    return client
