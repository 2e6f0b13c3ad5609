"""Signing in as a real person does: a one-time link, then a passkey, then the passkey alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.functional.conftest import Visit
from tests.functional.servers import Server, environment

pytestmark = pytest.mark.functional


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server()


def one_time_link(server: Server, address: str) -> str:
    said = subprocess.run(
        [sys.executable, "-m", "polyphonie", "createadmin", address],
        env={**environment(), "POLYPHONIE_DATA_DIR": str(server.data), "POLYPHONIE_DEMO": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return server.origin + urlsplit(said.split()[-1]).path


def test_passkey_is_added_and_then_signs_in_alone(visits: Callable[..., Visit], server: Server) -> None:
    visit = visits(server)
    page = visit.page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )["authenticatorId"]

    link = one_time_link(server, "cle@example.org")
    page.goto(link)
    visit.look("link")
    page.locator("main form button").click()
    page.wait_for_load_state()

    visit.go("/account/2fa/")
    visit.look("second-factors")
    visit.go("/account/2fa/webauthn/add/")
    page.locator('[name="name"]').fill("Téléphone")
    page.locator('[name="passwordless"]').check()
    visit.look("new-key")
    with page.expect_navigation():
        page.locator("#mfa_webauthn_add").click()
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    visit.look("recovery-codes")
    visit.go("/account/2fa/webauthn/")
    visit.sees("Téléphone")
    visit.look("keys")

    visit.go("/account/logout/")
    visit.look("leaving")
    page.locator('main form button[type="submit"]').click()
    page.wait_for_load_state()
    assert page.request.get(link).status == 410

    visit.go("/account/login/?next=/fr/mon-compte/")
    visit.look("sign-in")
    with page.expect_navigation():
        page.locator("#passkey_login").click()
    page.wait_for_url(f"{server.origin}/fr/mon-compte/")
    expect(page.locator("main")).to_contain_text("Administration Polyphonie")
    visit.look("account")


def test_code_application_is_set_up_in_english(visits: Callable[..., Visit], server: Server) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    visit = visits(server, "en")
    page = visit.page
    page.goto(one_time_link(server, "code@example.org"))
    page.locator("main form button").click()
    page.wait_for_load_state()
    visit.go("/account/2fa/totp/activate/")
    visit.look("code-application")
    secret = page.locator("code.secret").inner_text()
    with visit.watch.expecting(200, 422):
        page.locator('[name="code"]').fill("000000")
        page.locator('main form button[type="submit"]').last.click()
        page.wait_for_load_state()
    visit.look("wrong-code")
    counter = next(iter(yield_hotp_counters_from_time()))
    page.locator('[name="code"]').fill(format_hotp_value(hotp_value(secret, counter)))
    page.locator('main form button[type="submit"]').last.click()
    page.wait_for_load_state()
    visit.look("activated")
    for path in ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"):
        visit.go(f"/account/2fa/{path}")
        visit.look(f"page-{path.strip('/').replace('/', '-') or 'index'}")
