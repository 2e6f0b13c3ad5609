"""Ways in: by code, by link, by password, never by oneself; and back to where one was."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.models import LedgerEvent, OutboxMessage
from polyphonie.network.domain import account as accounts
from polyphonie.network.enums import INSTALLATION, Role
from polyphonie.network.models import Account, Mandate, Person, SignInLink
from tests.factories.network import (
    AccountFactory,
    MandateFactory,
    NoticeFactory,
    PersonFactory,
    signed_in,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BY = Actor.system("install")
PASSWORD = "quatre mots bien choisis"


def wall() -> datetime:
    return clock.wall()


# accounts


def test_install_administrator_makes_person_account_and_mandate_once() -> None:
    account = accounts.install_administrator(email="admin@example.org", password=PASSWORD, at=wall())
    again = accounts.install_administrator(email="ADMIN@example.org", at=wall())
    assert again == account
    assert account.check_password(PASSWORD)
    assert Person.objects.count() == 1
    mandate = Mandate.objects.get()
    assert (mandate.role, mandate.scope, mandate.person) == (Role.ADMINISTRATOR, INSTALLATION, account.person)
    assert not any("admin@example.org" in str(e.data) + e.urn for e in LedgerEvent.objects.order_by("pk"))


def test_install_administrator_refuses_a_weak_password_and_writes_nothing() -> None:
    with pytest.raises(accounts.PasswordTooWeak):
        accounts.install_administrator(email="admin@example.org", password="court", at=wall())
    assert not Account.objects.exists()
    assert not LedgerEvent.objects.exists()


@pytest.mark.parametrize(
    ("email", "error"),
    [("pas une adresse", accounts.EmailInvalid), ("TAKEN@example.org", accounts.EmailTaken)],
)
def test_open_account_refuses(email: str, error: type[Exception]) -> None:
    AccountFactory.create(email="taken@example.org")
    with pytest.raises(error):
        accounts.open_account(person=PersonFactory.create(), email=email, by=BY, at=wall())
    assert Account.objects.count() == 1


def test_open_account_refuses_a_second_one() -> None:
    account = AccountFactory.create()
    assert account.person
    with pytest.raises(accounts.AccountOpenAlready):
        accounts.open_account(person=account.person, email="autre@example.org", by=BY, at=wall())


def test_nobody_opens_an_account_alone(client: Client) -> None:
    response = client.get("/fr/account/signup/")
    assert "sur invitation" in response.content.decode()
    client.post("/fr/account/signup/", {"email": "intrus@example.org"})
    assert not Account.objects.exists()


# by link


@pytest.fixture
def account() -> Account:
    return AccountFactory.create()


def link(account: Account, **more: Any) -> str:
    token = accounts.make_sign_in_link(account=account, at=more.pop("at", wall()), **more)
    return reverse("sign_in_by_link", args=[token])


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_in_link_survives_previews_and_works_once(client: Client, account: Account) -> None:
    address = link(account)
    for _ in range(2):
        assert client.get(address).status_code == 200
    assert not is_signed_in(client)
    response = client.post(address, {"next": "/fr/organisations/"})
    assert (response.status_code, response["Location"]) == (302, "/fr/organisations/")
    assert is_signed_in(client)
    for again in (Client().get(address), Client().post(address)):
        assert again.status_code == 410
        assert "a déjà servi" in again.content.decode()


def test_sign_in_link_leads_nowhere_else(client: Client, account: Account) -> None:
    response = client.post(link(account), {"next": "https://ailleurs.example.org/"})
    assert "ailleurs" not in response["Location"]


def test_sign_in_link_expires_by_wall_time(client: Client, account: Account) -> None:
    old = link(account, at=wall() - timedelta(hours=25))
    session = client.session
    session["clock_offset_seconds"] = -10 * 365 * 86_400
    session.save()
    response = client.post(old)
    assert response.status_code == 410
    assert "a expiré" in response.content.decode()
    assert not is_signed_in(client)
    assert client.post(link(account)).status_code == 302


def test_sign_in_link_unknown_or_of_a_closed_account_is_not_found(client: Client, account: Account) -> None:
    address = link(account)
    accounts.close_account(account=account, by=BY, at=wall())
    for bad in (address, reverse("sign_in_by_link", args=["rien"])):
        assert client.post(bad).status_code == 404
    assert not is_signed_in(client)


def test_sign_in_link_is_kept_as_a_hash_alone(account: Account) -> None:
    token = accounts.make_sign_in_link(account=account, at=wall())
    assert token not in str(SignInLink.objects.values().get())
    assert not any(token in str(e.data) for e in LedgerEvent.objects.order_by("pk"))


def test_sign_in_link_does_not_pass_by_the_second_factor(client: Client, account: Account) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(account, generate_totp_secret())
    response = client.post(link(account))
    assert "2fa" in response["Location"]
    assert not is_signed_in(client)


def test_make_sign_in_link_needs_the_right_to_invite(account: Account) -> None:
    from polyphonie.kernel.errors import RightMissing

    with pytest.raises(RightMissing):
        accounts.make_sign_in_link(account=account, at=wall(), by=Actor.visitor())


# by code and by password


def test_sign_in_by_code_goes_through_the_outbox_and_back_to_the_page(
    client: Client, account: Account, django_capture_on_commit_callbacks: Any
) -> None:
    closed = reverse("my_account")
    asked = client.get(closed)
    assert asked.status_code == 302
    where = "?next=" + closed
    assert asked["Location"].endswith(where)
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(
            reverse("account_request_login_code") + where, {"email": account.email, "next": closed}
        )
    assert f'name="next" value="{closed}"' in client.get(sent["Location"]).content.decode()
    assert [m.to for m in mail.outbox] == [[account.email]]
    code = re.findall(r"^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$", mail.outbox[0].body, re.MULTILINE)[0]
    kept = OutboxMessage.objects.get()
    assert (kept.body, kept.sent_at is not None, kept.cause_urn) == ("", True, account.urn)
    response = client.post(sent["Location"], {"code": code, "next": closed})
    assert (response.status_code, response["Location"]) == (302, closed)
    assert is_signed_in(client)


def test_a_code_asked_for_an_unknown_address_is_not_sent(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("account_request_login_code"), {"email": "inconnu@example.org"})
    assert response.status_code == 302
    assert not mail.outbox
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("tag", ["fr", "en"])
def test_sign_in_page_by_password_returns_to_where_one_was(client: Client, tag: str) -> None:
    account = accounts.open_account(
        person=PersonFactory.create(), email="x@example.org", password=PASSWORD, by=BY, at=wall()
    )
    address = f"/{tag}/account/login/?next=/{tag}/mon-compte/"
    page = client.get(address).content.decode()
    assert {"fr": "Se connecter", "en": "Sign in"}[tag] in page
    response = client.post(
        address, {"login": account.email, "password": PASSWORD, "next": f"/{tag}/mon-compte/"}
    )
    assert (response.status_code, response["Location"]) == (302, f"/{tag}/mon-compte/")


@pytest.mark.parametrize("tag", ["fr", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "account/login/",
        "account/login/code/",
        "account/password/reset/",
        "account/2fa/",
        "account/email/",
        "account/password/set/",
        "account/logout/",
        "account/2fa/webauthn/",
        "account/reauthenticate/",
    ],
)
def test_sign_in_pages_wear_the_house_and_keep_its_policy(client: Client, tag: str, path: str) -> None:
    if "2fa" in path or path in {"account/email/", "account/password/set/", "account/logout/"}:
        signed_in(client, PersonFactory.create())
    response = client.get(f"/{tag}/{path}", follow=True)
    page = response.content.decode()
    assert response.status_code == 200
    assert "site-head" in page
    assert "style=" not in page
    assert 'src="data:' not in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)


# my account


def test_my_account_shows_mandates_and_notices(client: Client, account: Account) -> None:
    mandate = MandateFactory.create(person=account.person)
    NoticeFactory.create(person=account.person, expectation=text("Relire le brief"), due_at=wall())
    page = signed_in(client, account.person).get(reverse("my_account")).content.decode()
    assert str(mandate.organisation.name) in page
    assert "Relire le brief" in page


@pytest.mark.parametrize("tag", ["fr", "en"])
def test_my_account_in_both_languages(client: Client, account: Account, tag: str) -> None:
    page = signed_in(client, account.person).get(f"/{tag}/mon-compte/").content.decode()
    assert {"fr": "Mes mandats", "en": "My mandates"}[tag] in page


def test_set_my_preferences_keeps_what_was_typed_when_refused(client: Client, account: Account) -> None:
    signed_in(client, account.person)
    given = {"given_name": "Léa", "family_name": "Modèle", "language": "en", "time_zone": "GMT+1"}
    refused = client.post(reverse("set_my_preferences"), given)
    assert refused.status_code == 422
    assert 'value="Léa"' in refused.content.decode()
    response = client.post(reverse("set_my_preferences"), {**given, "time_zone": "Africa/Dakar"})
    assert (response.status_code, response["Location"]) == (302, "/en/mon-compte/")
    assert account.person
    account.person.refresh_from_db()
    assert (account.person.given_name, account.person.time_zone) == ("Léa", "Africa/Dakar")


def test_set_my_consent_can_be_taken_back(client: Client, account: Account) -> None:
    signed_in(client, account.person)
    assert account.person
    for given, expected in (({"contact_consent": "on"}, True), ({}, False)):
        client.post(reverse("set_my_consent"), given)
        account.person.refresh_from_db()
        assert account.person.contact_consent is expected


def test_settle_my_notice_is_mine_alone(client: Client, account: Account) -> None:
    mine, other = NoticeFactory.create(person=account.person), NoticeFactory.create()
    signed_in(client, account.person)
    assert client.post(reverse("settle_my_notice", args=[mine.uid])).status_code == 302
    assert client.post(reverse("settle_my_notice", args=[other.uid])).status_code == 404
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.done_at
    assert not other.done_at


def test_my_calendar_gives_the_dated_notices_to_whoever_has_the_address(
    client: Client, account: Account
) -> None:
    due = datetime(2030, 3, 1, 9, tzinfo=UTC)
    NoticeFactory.create(person=account.person, expectation=text("Voter"), due_at=due, link="/id/site/1")
    NoticeFactory.create(person=account.person)
    NoticeFactory.create(due_at=due)
    page = signed_in(client, account.person).get(reverse("my_account")).content.decode()
    address = re.findall(r"<code>http://testserver([^<]+)</code>", page)[0]
    response = Client().get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert (str(event["SUMMARY"]), event["DTSTART"].dt) == ("Voter", due)
    client.post(reverse("renew_my_calendar"))
    assert Client().get(address).status_code == 404


@pytest.mark.usefixtures("rooms_above_silent")
@pytest.mark.parametrize("count", [1, 3])
def test_my_account_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, account: Account, count: int
) -> None:
    for _ in range(count):
        MandateFactory.create(person=account.person)
        NoticeFactory.create(person=account.person)
    signed_in(client, account.person).get(reverse("my_account"))
    with django_assert_num_queries(8):
        assert client.get(reverse("my_account")).status_code == 200


def test_hours_are_given_on_the_readers_clock(client: Client, account: Account) -> None:
    assert account.person
    Person.objects.filter(pk=account.person.pk).update(time_zone="Asia/Tokyo")
    NoticeFactory.create(person=account.person, due_at=datetime(2030, 3, 1, 9, tzinfo=UTC))
    page = signed_in(client, account.person).get(reverse("my_account")).content.decode()
    assert "18:00" in page
