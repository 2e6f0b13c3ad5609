"""The frame of every page, in both languages, and what the policy would refuse in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import translation
from lxml import html

from polyphonie.kernel.errors import ChangedMeanwhile, Refusal, RightMissing, Unknown
from polyphonie.web import errors
from polyphonie.web.refusals import RefusalMiddleware
from tests.factories.network import AccountFactory
from tests.strict_policy import violations

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def nothing_counted_before() -> None:
    """The limits on tries count in the cache."""
    cache.clear()


def accented(page: str) -> set[str]:
    """Words of a page's content with letters that English does without: what may have stayed French."""
    return set(re.findall(r"\w*[àâçéèêëîïôùûœ]\w*", " ".join(html.fromstring(page).xpath("//main//text()"))))


@pytest.mark.parametrize(
    ("language", "direction", "skip"), [("fr", "ltr", "Aller au contenu"), ("en", "ltr", "Skip to content")]
)
def test_every_page_says_its_language_and_leads_to_the_other(
    client: Client, language: str, direction: str, skip: str
) -> None:
    response = client.get(f"/{language}/composants/?q=1")
    page = html.fromstring(response.content)
    assert (page.get("lang"), page.get("dir")) == (language, direction)
    assert page.find_class("skip")[0].text == skip
    assert len(page.xpath("//h1")) == 1
    switch = {a.get("hreflang"): a for a in page.xpath("//ul[@class='language-switch']//a")}
    assert {tag: a.get("href") for tag, a in switch.items()} == {
        "fr": "/fr/composants/?q=1",
        "en": "/en/composants/?q=1",
    }
    assert [tag for tag, a in switch.items() if a.get("aria-current")] == [language]
    alternates = {link.get("hreflang"): link.get("href") for link in page.xpath("//link[@rel='alternate']")}
    assert alternates == {
        "fr": "http://testserver/fr/composants/",
        "en": "http://testserver/en/composants/",
    }


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "composants/",
        "accessibilite/",
        "account/login/",
        "account/password/reset/",
        "account/login/code/",
        "account/signup/",
        "rien-de-tel/",
    ],
)
def test_pages_hold_nothing_that_a_strict_policy_refuses(client: Client, language: str, path: str) -> None:
    response = client.get(f"/{language}/{path}")
    assert response.status_code == (404 if path == "rien-de-tel/" else 200)
    assert violations(response.content) == []
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_gallery_shows_every_component_in_the_readers_language(client: Client) -> None:
    french = client.get("/fr/composants/").content.decode()
    english = client.get("/en/composants/").content.decode()
    assert 'lang="ar" dir="rtl"' in french
    assert "Exemple fictif" in french
    assert "Fictitious example" in english
    assert accented(english) <= {"Montréal"}  # a town's name is the same in both


def test_gallery_form_marks_what_is_to_be_mended(client: Client) -> None:
    page = html.fromstring(client.get("/fr/composants/").content)
    form = page.get_element_by_id("formulaire-refuse")
    summary = form.find_class("form-errors")[0]
    assert summary.get("role") == "alert"
    for link in summary.xpath(".//a"):
        assert page.get_element_by_id(link.get("href")[1:]) is not None
    field = form.xpath(".//input[@name='name']")[0]
    assert field.get("aria-invalid") == "true"
    for described in field.get("aria-describedby").split():
        assert page.get_element_by_id(described) is not None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_person_menu_signs_out_by_post(client: Client, language: str) -> None:
    client.force_login(AccountFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = html.fromstring(client.get(f"/{language}/composants/").content)
    form = page.xpath("//details[@class='person-menu']//form")[0]
    assert (form.get("method"), form.get("action")) == ("post", f"/{language}/account/logout/")
    response = client.post(form.get("action"))
    assert response.status_code == 302
    assert [str(m) for m in get_messages(response.wsgi_request)] in (
        ["La session est fermée."],
        ["You are signed out."],
    )
    assert "person-menu" not in client.get(f"/{language}/composants/").content.decode()


OPEN_PAGES = [
    "account_login",
    "account_reset_password",
    "account_request_login_code",
    "account_reset_password_done",
    "account_signup",
    "account_inactive",
]
ACCOUNT_PAGES = [
    *OPEN_PAGES,
    "account_logout",
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_activate_totp",
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_account_pages_wear_the_look_of_the_house(client: Client, name: str, language: str) -> None:
    if name not in OPEN_PAGES:
        account = AccountFactory()
        account.set_password("une phrase assez longue")
        account.save()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        # what asks for a fresh proof finds one
        client.post(f"/{language}/account/reauthenticate/", {"password": "une phrase assez longue"})
    with translation.override(language):
        address = reverse(name)
    response = client.get(address)
    assert response.status_code == 200, address
    page = html.fromstring(response.content)
    assert page.find_class("site-head")
    assert len(page.xpath("//main//h1")) == 1
    assert violations(response.content) == []
    if language == "en":
        assert accented(response.content.decode()) == set()


def test_totp_picture_is_drawn_by_an_address_of_ours(client: Client) -> None:
    from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY

    client.force_login(AccountFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")
    with translation.override("fr"):
        address = reverse("totp_picture")
    assert client.get(address).status_code == 404
    session = client.session
    session[SECRET_SESSION_KEY] = "JBSWY3DPEHPK3PXP"
    session.save()
    response = client.get(address)
    assert response["Content-Type"] == "image/svg+xml"
    assert "no-store" in response["Cache-Control"]
    assert b"<svg" in response.content
    assert b"style=" not in response.content


def refused(request: HttpRequest, refusal: Refusal) -> Any:
    response = RefusalMiddleware(lambda r: None).process_exception(request, refusal)
    assert response is not None
    return response


@pytest.mark.parametrize(
    ("refusal", "status", "said"),
    [
        (RightMissing("Il faut la coordination du site."), 403, "Il faut la coordination du site."),
        (Unknown(), 404, "Introuvable"),
        (ChangedMeanwhile("Modifié.", theirs="le leur", mine="le mien"), 409, "le mien"),
        (Refusal("Le délai est passé."), 422, "Le délai est passé."),
    ],
)
def test_refusal_becomes_a_page_that_says_what_was_kept(
    rf: RequestFactory, refusal: Refusal, status: int, said: str
) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/fr/x/")
    request.user = AnonymousUser()
    with translation.override("fr"):
        response = refused(request, refusal)
    assert response.status_code == status
    assert said in response.content.decode()
    assert ("le leur" in response.content.decode()) == (status == 409)
    assert violations(response.content) == []


def test_conflict_page_escapes_both_versions(rf: RequestFactory) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/fr/x/")
    request.user = AnonymousUser()
    page = refused(
        request, ChangedMeanwhile("Modifié.", theirs="<script>x</script>", mine="b")
    ).content.decode()
    assert "<script>x" not in page


@override_settings(ALLOWED_HOSTS=["localhost"])
def test_unknown_host_is_refused_in_the_look_of_the_house() -> None:
    response = Client(headers={"host": "evil.example"}).get("/fr/composants/")
    assert response.status_code == 400
    assert "site-head" in response.content.decode()
    assert "evil.example" not in response.content.decode()


def test_form_without_proof_is_refused_with_a_way_out() -> None:
    response = Client(enforce_csrf_checks=True).post("/fr/account/login/", {"login": "a@example.org"})
    assert response.status_code == 403
    assert "rattaché à votre visite" in response.content.decode()


def test_failure_page_needs_no_context(rf: RequestFactory, django_assert_num_queries: Any) -> None:
    with translation.override("en"), django_assert_num_queries(0):
        response = errors.failed(rf.get("/en/x/"))
    assert response.status_code == 500
    assert "The page could not be made" in response.content.decode()
    assert violations(response.content) == []


def test_gone_page_says_nothing_of_what_was_there(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from polyphonie.web import permalinks

    def gone(uid: Any, viewer: Any, at: Any) -> None:
        raise permalinks.Gone("un titre secret")

    monkeypatch.setitem(permalinks._RESOLVERS, "parti", gone)
    response = client.get("/id/parti/018f2f2e-0000-7000-8000-000000000000")
    assert response.status_code == 410
    assert "secret" not in response.content.decode()
    assert violations(response.content) == []
