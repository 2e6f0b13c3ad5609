"""Persons, mandates, groups, notices: who may do what, and what waits for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.signing import Signer

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.clock import ZoneUnknown
from polyphonie.kernel.errors import RightMissing, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent, OutboxMessage
from polyphonie.network.domain import account as accounts
from polyphonie.network.domain import group as groups
from polyphonie.network.domain import mandate as mandates
from polyphonie.network.domain import notice as notices
from polyphonie.network.domain import person as people
from polyphonie.network.domain.queries.notices import (
    calendar_token,
    is_late,
    notices_for,
    person_of_calendar,
)
from polyphonie.network.domain.queries.standing import person_actor, person_of
from polyphonie.network.enums import INSTALLATION, Role
from polyphonie.network.models import Account, ActorIdentity, Mandate, Notice, Person
from tests.factories.network import (
    AccountFactory,
    HostFactory,
    MandateFactory,
    NoticeFactory,
    OrganisationFactory,
    PersonFactory,
    actor_with,
    coordinator_of,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

AT = datetime(2024, 1, 10, 12, tzinfo=UTC)
BY = Actor.system("import")


def register(**given: Any) -> Person:
    return people.register_person(
        **{"given_name": "Aïcha", "family_name": "Exemple", "by": BY, "at": AT, **given}
    )


def test_register_person_gives_a_pseudonym_and_no_right() -> None:
    person = register()
    actor = person_actor(person, AT)
    assert actor.claims == frozenset()
    assert person_of(actor) == person
    event = LedgerEvent.objects.get()
    assert "Aïcha" not in str(event.data) + event.urn + event.book


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"given_name": " "}, people.PersonNameMissing),
        ({"family_name": ""}, people.PersonNameMissing),
        ({"time_zone": "GMT+1"}, ZoneUnknown),
        ({"by": Actor.visitor()}, RightMissing),
    ],
)
def test_register_person_refuses(given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        register(**given)
    assert not Person.objects.exists()
    assert not ActorIdentity.objects.exists()


def test_set_consent_is_ones_own_to_give() -> None:
    person, other = register(), register()
    with pytest.raises(RightMissing):
        people.set_consent(person=person, contact_consent=True, by=person_actor(other, AT), at=AT)
    people.set_consent(person=person, contact_consent=True, by=person_actor(person, AT), at=AT)
    person.refresh_from_db()
    assert person.contact_consent


def test_forget_person_erases_who_it_was_and_keeps_the_chain() -> None:
    person = register()
    actor = person_actor(person, AT)
    accounts.open_account(person=person, email="aicha@example.org", by=BY, at=AT)
    mandate = MandateFactory.create(person=person)
    NoticeFactory.create(person=person)
    people.forget_person(person=person, by=actor, at=AT)
    person.refresh_from_db()
    mandate.refresh_from_db()
    assert (person.given_name, person.family_name) == ("", "")
    assert mandate.until_date == AT.date()
    assert person_of(actor) is None
    assert not Account.objects.exists()
    assert not Notice.objects.exists()
    assert LedgerEvent.objects.filter(actor_id=actor.id).exists()


# mandates


def test_give_mandate_makes_the_claim_hold_in_its_period_alone() -> None:
    person, body = register(), OrganisationFactory.create()
    mandates.give_mandate(
        person=person,
        role=Role.SITE_COORDINATOR,
        scope=body.urn,
        organisation=body,
        from_date=date(2024, 1, 10),
        until_date=date(2024, 2, 1),
        by=BY,
        at=AT,
    )
    held = [
        person_actor(person, datetime(*day, tzinfo=UTC)).holds(Role.SITE_COORDINATOR, body.urn)
        for day in ((2024, 1, 9), (2024, 1, 10), (2024, 1, 31), (2024, 2, 1))
    ]
    assert held == [False, True, True, False]
    assert person_actor(person, AT).organisations() == {body.urn}


def test_give_mandate_refuses_the_same_role_over_the_same_days() -> None:
    given: dict[str, Any] = {"person": register(), "role": Role.EXPERT, "scope": "c:c:1", "by": BY, "at": AT}
    mandates.give_mandate(**given, until_date=date(2024, 6, 1))
    with pytest.raises(mandates.MandateHeldAlready) as refused:
        mandates.give_mandate(**given)
    assert "« expertise »" in str(refused.value)
    assert mandates.give_mandate(**given, from_date=date(2024, 6, 1)).pk
    assert Mandate.objects.count() == 2


def test_host_coordinator_gives_mandates_over_what_they_coordinate_and_no_more() -> None:
    host, person = HostFactory.create(), register()
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    assert mandates.give_mandate(person=person, role=Role.MODERATOR, scope=host.urn, by=by, at=AT).pk
    for role, scope in ((Role.MODERATOR, "conferences:conference:1"), (Role.ADMINISTRATOR, host.urn)):
        with pytest.raises(RightMissing):
            mandates.give_mandate(person=person, role=role, scope=scope, by=by, at=AT)


def test_a_coordinator_cannot_make_themselves_administrator() -> None:
    host, person = HostFactory.create(), register()
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    with pytest.raises(RightMissing):
        mandates.give_mandate(
            person=person, role=Role.ADMINISTRATOR, scope=INSTALLATION, organisation=host, by=by, at=AT
        )


def test_end_mandate_ends_the_right() -> None:
    person, body = register(), OrganisationFactory.create()
    mandate = MandateFactory.create(person=person, organisation=body)
    mandates.end_mandate(mandate=mandate, on=AT.date(), by=BY, at=AT)
    assert person_actor(person, AT).claims == frozenset()
    assert person_actor(person, AT - timedelta(days=1)).holds(Role.SITE_COORDINATOR)


# groups


def test_form_group_gives_each_member_a_mandate_caused_by_it() -> None:
    members, chair = PersonFactory.create_batch(2), PersonFactory.create()
    group = groups.form_group(kind="jury", name=text("Jury"), members=members, chair=chair, by=BY, at=AT)
    assert all(person_actor(m, AT).holds(Role.MEMBER, group.urn) for m in members)
    assert person_actor(chair, AT).holds(Role.CHAIR, group.urn)
    formed = LedgerEvent.objects.get(what="network.form_group")
    causes = LedgerEvent.objects.filter(what="network.give_mandate").order_by("book")
    assert [e.caused_by for e in causes] == [formed.event_id] * 3


def test_form_group_undoes_everything_when_one_member_is_refused() -> None:
    member = PersonFactory.create()
    with pytest.raises(mandates.MandateHeldAlready):
        groups.form_group(kind="jury", name=text("Jury"), members=[member, member], by=BY, at=AT)
    assert not Mandate.objects.exists()
    assert not LedgerEvent.objects.exists()


# notices


def test_send_notice_waits_for_the_person_until_it_is_settled() -> None:
    person = register()
    viewer = person_actor(person, AT)
    later = notices.send_notice(
        person=person,
        subject_urn="x:y:1",
        expectation=text("Relire"),
        due_at=AT + timedelta(days=2),
        by=BY,
        at=AT,
    )
    undated = notices.send_notice(
        person=person, subject_urn="x:y:2", expectation=text("Signer"), by=BY, at=AT
    )
    sooner = notices.send_notice(
        person=person,
        subject_urn="x:y:3",
        expectation=text("Voter"),
        due_at=AT + timedelta(days=1),
        by=BY,
        at=AT,
    )
    assert list(notices_for(viewer, AT)) == [sooner, later, undated]
    assert not notices_for(viewer, AT - timedelta(seconds=1)).exists()
    assert is_late(sooner, AT + timedelta(days=2))
    notices.settle_notice(notice=sooner, by=viewer, at=AT)
    assert notices.settle_notices_about(subject_urn="x:y:1", by=BY, at=AT) == 1
    assert list(notices_for(viewer, AT)) == [undated]
    assert not notices_for(Actor.visitor(), AT).exists()


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"expectation": LocalisedText()}, notices.ExpectationMissing),
        ({"due_at": AT - timedelta(days=1)}, notices.DueInThePast),
        ({"by": Actor.visitor()}, RightMissing),
    ],
)
def test_send_notice_refuses(given: dict[str, Any], error: type[Exception]) -> None:
    person = register()
    with pytest.raises(error):
        notices.send_notice(
            **{
                "person": person,
                "subject_urn": "x:y:1",
                "expectation": text("Lire"),
                "by": BY,
                "at": AT,
                **given,
            }
        )
    assert not Notice.objects.exists()


def test_settle_notice_of_somebody_else_is_refused() -> None:
    notice = NoticeFactory.create()
    with pytest.raises(RightMissing):
        notices.settle_notice(notice=notice, by=actor_with(Role.EXPERT, "x:y:1"), at=AT)


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Quelque chose vous attend sur Polyphonie"),
        ("en", "Something is waiting for you on Polyphonie"),
    ],
)
def test_send_notice_by_mail_says_nothing_of_what_waits(language: str, subject: str) -> None:
    account = AccountFactory.create(person=register(language=language))
    assert account.person
    notices.send_notice(
        person=account.person,
        subject_urn="x:y:1",
        expectation=text("Délibérer sur 1b"),
        by=BY,
        at=AT,
        by_mail=True,
    )
    mail = OutboxMessage.objects.get()
    assert (mail.to, mail.subject) == (account.email, subject)
    assert "1b" not in mail.subject + mail.body


def test_calendar_token_opens_until_it_is_renewed_and_cannot_be_forged() -> None:
    person = register()
    token = calendar_token(person)
    assert person_of_calendar(token) == person
    people.renew_calendar(person=person, by=person_actor(person, AT), at=AT)
    for bad in (token, token[:-2], f"{person.uid}.2", Signer(salt="x").sign(f"{person.uid}.2"), ""):
        with pytest.raises(Unknown):
            person_of_calendar(bad)


def test_successor_holds_what_was_held_for_those_it_took_over_from() -> None:
    region = OrganisationFactory.create()
    former = OrganisationFactory.create(successor=region, valid_until=date(2016, 1, 1))
    first = OrganisationFactory.create(successor=former, valid_until=date(2002, 1, 1))
    OrganisationFactory.create(successor=OrganisationFactory.create(), valid_until=date(2002, 1, 1))
    person = PersonFactory.create()
    MandateFactory.create(person=person, role=Role.COOPERATION_OFFICER, scope=region.urn, organisation=region)

    def scopes(year: int) -> frozenset[str]:
        return person_actor(person, datetime(year, 6, 1, tzinfo=UTC)).scopes(Role.COOPERATION_OFFICER)

    assert scopes(2020) == {region.urn, former.urn, first.urn}
    assert scopes(2015) == {region.urn}, "the region had taken nothing over yet"
    later = person_actor(person, datetime(2020, 6, 1, tzinfo=UTC))
    assert later.organisations() == {region.urn, former.urn, first.urn}
