"""Scenario 1 by keyboard alone, and on a narrow screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.functional.conftest import Visit
from tests.functional.keys import Keys
from tests.functional.servers import Server

pytestmark = pytest.mark.functional

REASON = "La santé scolaire relève d'un autre ministère (exemple fictif)."


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server(with_rabat=True)


def test_rabat_by_keyboard_alone(visits: Callable[..., Visit], server: Server) -> None:
    visit = visits(server, "fr")
    page, keys = visit.page, Keys(visit)
    page.goto(server.entry)
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    keys.follow(page.locator('form[action$="/demo/identite/rabat"] button'))
    visit.sees("08:30–09:30", "10:00–11:00")

    # the room: a message and a question
    keys.follow(page.locator('main a[href$="/salle/"]'))
    keys.write(page.locator('[name="message-text"]'), "Bonjour de Rabat, au clavier")
    keys.press(page.locator("#message-form button"))
    expect(page.locator("#messages")).to_contain_text("Bonjour de Rabat, au clavier")
    keys.press(page.locator("details.ask summary"))
    keys.write(page.locator('[name="question-text"]'), "Et au clavier ?")
    keys.press(page.locator("#question-form button"))
    expect(page.locator(".own-questions li").filter(has_text="Et au clavier ?")).to_contain_text("soumise")

    # the clock, from the strip
    keys.reach(page.locator("#demo-moment"))
    page.keyboard.type("11 déc")
    keys.follow(page.locator('form[action$="/demo/horloge/"] button'))
    keys.follow(page.locator('nav.crumbs a[href*="/sites/"]'))
    keys.follow(page.locator('main a[href$="/atelier/"]'))

    # the workshop: without a reason first, then with it
    keys.follow(page.locator('#p-2e .place-ours a[href*="/atelier/"]'))
    keys.choose(page.locator('[name="relation"]'), "not_adopted")
    with visit.watch.expecting(422):
        keys.follow(page.locator('main form button[type="submit"]').last)
    sentence = "Dites pourquoi le point 2e n'est pas retenu : une phrase suffit."
    visit.sees(sentence)
    expect(page.locator(".form-errors")).to_be_focused()
    keys.write(page.locator('[name="reason"]'), REASON)
    evidence = page.locator('[name="evidence"]')
    if evidence.count():
        keys.press(evidence.first, "Space")
    keys.follow(page.locator('main form button[type="submit"]').last)
    expect(page.locator("#p-2e")).to_contain_text(REASON)

    # the panel
    seats = page.locator('[name="present"]')
    for number in range(5):
        keys.press(seats.nth(number), "Space")
    keys.follow(page.locator('form[action$="/atelier/presence/"] button'))
    keys.follow(page.locator('form[action$="/atelier/decision/"] button'))
    keys.follow(page.locator('form[action$="/atelier/publication/"] button'))
    visit.sees("La version 1 est publiée.", within="#publication")

    # away with the brief
    keys.follow(page.locator('main a[href*="/note/"]'))
    visit.sees(REASON)
    with page.expect_download() as download:
        keys.press(page.locator('main a[href$=".pdf"]'))
    assert re.search(r"\.pdf$", download.value.suggested_filename)


def test_main_pages_fit_a_telephone(visits: Callable[..., Visit], server: Server) -> None:
    visit = visits(server, "fr", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit.page.goto(server.new_entry())
    visit.go("/demo/")
    visit.fits()
    visit.look("welcome")
    visit.become("rabat")
    site = visit.page.url.rstrip("/").rsplit("/", 1)[1]
    for moment, path in (
        ("dropout", "/conferences/decrochage-2017/"),
        ("dropout", f"/sites/{site}/"),
        ("dropout", f"/sites/{site}/modifier/"),
        ("dropout", f"/sites/{site}/salle/"),
        ("dropout-published", f"/sites/{site}/atelier/"),
        ("dropout-published", f"/sites/{site}/note/fr.html"),
        ("dropout-published", "/themes/decrochage-scolaire/"),
        ("dropout-published", "/themes/decrochage-scolaire/filiation/"),
        ("dropout-published", "/"),
    ):
        visit.go(path)
        if visit.page.locator("#demo-moment").input_value() != moment:
            visit.move_clock(moment)
        visit.fits()
        visit.look(path.strip("/").replace("/", "-").replace(site, "rabat") or "home")
