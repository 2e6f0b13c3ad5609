"""Scenario 4: a visitor goes from evidence to recommendation and back. Nobody is signed in."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from polyphonie.demo.data.recommendations import DROPOUT
from tests.functional.conftest import Visit
from tests.functional.servers import Server
from tests.functional.words import on_page, words

pytestmark = pytest.mark.functional
STAGE = {"with_rabat_published": True}
POINT = next(point for point in DROPOUT.points if point.code == "1b")
SECRET = "quokka-délibération"


def uid_of(server: Server, table: str, where: str) -> str:
    """The public id of a row, as addresses write it."""
    plain = str(server.rows(f"SELECT uid FROM {table} WHERE {where} ORDER BY id LIMIT 1")[0][0])
    plain = plain.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def host_point(server: Server, code: str) -> str:
    return uid_of(server, "recommendations_recommendation", f"code = '{code}'")


def wait_for_search(visit: Visit, text: str, address: str) -> None:
    """The index is built by the background worker: look again until it has come so far."""
    until = time.monotonic() + 60
    while address not in visit.page.content():
        assert time.monotonic() < until, f"« {text} » is not found within a minute"
        time.sleep(0.5)
        visit.page.reload()


def search(visit: Visit, text: str) -> None:
    visit.page.fill("#site-search", text)
    with visit.page.expect_navigation():
        visit.page.press("#site-search", "Enter")


def test_visitor_goes_from_evidence_to_recommendation(
    visits: Callable[..., Visit], server: Server, language: str
) -> None:
    visit: Visit = visits(server, language)
    page = visit.page
    title, body = visit.says(POINT.fr, POINT.en), visit.says(POINT.text_fr, POINT.text_en)
    address = f"/{language}/recommandations/{host_point(server, '1b')}/"

    def w(french: str, **values: Any) -> str:
        return words(language, french, **values)

    # 1. found by its words and with a typing error
    visit.go("/")
    visit.look("home")
    search(visit, "exclusion temporaire")
    wait_for_search(visit, "exclusion temporaire", address)
    visit.look("search")
    search(visit, "exlcusion")
    visit.sees("exclusion")
    found = page.locator(f'main a[href="{address}"]').first
    visit.look("search-with-a-typing-error")

    # 2. text, issuer, date, recipients
    found.click()
    page.wait_for_url(f"**{address}")
    visit.sees(title, body, on_page(language, date(2017, 12, 8)))
    visit.sees(visit.says("Conseil national d'évaluation du système scolaire", "National"))
    visit.sees(visit.says(DROPOUT.recipients_fr, DROPOUT.recipients_en), w("Publiée le"), w("Destinataires"))
    visit.look("recommendation")

    # 3. a statement with its source, link and reading date
    page.locator("#constats a[href*='/constats/']", has_text="8").first.click()
    visit.sees("Banque des territoires", w("Source :"))
    source = page.locator("main a[rel~=external][href*='banquedesterritoires.fr']").first
    assert source.is_visible()
    visit.sees(on_page(language, date(2026, 11, 1)))
    visit.look("statement")

    # 4. the figure, and the disagreement beside it
    page.locator("main a[href*='/chiffres/']").first.click()
    visit.sees(visit.says("8,8 %", "8.8 %"), "2016", "18–24", "Banque des territoires")
    visit.sees(visit.says("12,8 %", "12.8"), visit.says("2,4 points", "2.4 points"), "2007")
    visit.look("figure")

    # 5. who took it up
    page.goto(visit.server.origin + address)
    for country in (visit.says("Maroc", "Morocco"), visit.says("Chili", "Chile")):
        row = page.locator("#reprises li, #reprises article, #reprises tr", has_text=country).first
        assert row.locator(".fictitious").count(), f"{country} without its badge"

    # 6. who acts
    visit.sees("Alternative Suspension", "Courcouronnes", w("précède"), within="#actions")
    visit.sees(
        visit.says("20 000", "20,000"), "2023", visit.says("60 000", "60,000"), "2025", within="#constats"
    )
    for name in ("YMCA Canada", "YMCA du Québec"):
        assert page.locator("#constats a[rel~=external]", has_text=name).count(), f"no source {name}"
    page.locator("#actions a[href*='/projets/']").first.click()
    visit.sees("2010", w("précède"))
    visit.look("project")

    # 7. citation, permalink, table
    page.goto(visit.server.origin + address)
    permalink = page.locator("a[href^='/id/recommendation/']").first.get_attribute("href")
    assert permalink
    assert permalink in visit.text("#citation")
    page.goto(visit.server.origin + permalink)
    assert page.url.endswith(address)
    table = visit.fetch(str(page.locator("a[href$='.csv']").first.get_attribute("href"))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";" if ";" in table.splitlines()[0] else ","))
    assert any("1b" in row for row in rows), rows[:3]

    # 8. the feedback leads back to the host
    page.locator("#retours a[href*='/retours/']").first.click()
    visit.sees(visit.says("Académie de Dijon", "Dijon"))
    assert page.locator("main .fictitious").count()
    visit.look("feedback")
    page.locator(f"main a[href='{address}']").first.click()
    page.locator("main a[href*='/organisations/']").first.click()
    assert page.locator("h1").inner_text()
    visit.look("host")


def test_what_is_not_for_the_public_is_nowhere(visits: Callable[..., Visit], server: Server) -> None:
    """A draft revision and an open deliberation: the same 404 as what does not exist."""
    uid = host_point(server, "2e")
    host = visits(server)
    host.enter()
    host.become("host")
    host.go(f"/recommandations/{uid}/reviser/")
    host.page.locator("[name=title_fr]").fill(f"Soigner {SECRET}")
    host.page.locator("main form[method=post] button[type=submit]").last.click()
    host.page.wait_for_load_state()
    assert server.count("recommendations_revision", "state = 'draft'") >= 1
    assert host.status_of(f"/recommandations/{uid}/revisions/2/") == 200

    rabat = visits(server)
    rabat.page.context.add_cookies(host.page.context.cookies())
    rabat.become("rabat")
    rabat.move_clock("today")
    site = uid_of(server, "conferences_site", "time_zone = 'Africa/Casablanca' AND mode = 'delayed'")
    rabat.go(f"/sites/{site}/atelier/{uid}/")
    rabat.page.locator("[name=relation][value=not_adopted]").check()
    rabat.page.locator("[name=reason]").fill(f"Parce que {SECRET}.")
    rabat.page.locator("[name=evidence]").first.check()
    rabat.page.locator("main form[method=post] button[type=submit]").last.click()
    rabat.page.wait_for_load_state()
    assert server.count("recommendations_derivation", "reason LIKE ?", f"%{SECRET}%") == 1
    time.sleep(2)  # the worker may take it up meanwhile

    public = visits(server)
    assert public.status_of(f"/recommandations/{uid}/revisions/2/") == 404
    assert public.status_of(f"/recommandations/{uid}/revisions/9/") == 404
    for path in (
        f"/recherche/?q={SECRET}",
        "/recherche/?q=quokka",
        "/flux/recommandations.atom",
        f"/recommandations/{uid}/",
        f"/recommandations/{uid}.json",
        f"/recommandations/{uid}.csv",
        "/themes/decrochage-scolaire/",
        "/themes/decrochage-scolaire/filiation/",
        "/themes/decrochage-scolaire.csv",
        f"/sites/{site}/",
        f"/sites/{site}.json",
    ):
        answer = public.page.request.get(public.address(path))
        assert answer.status == 200, path
        shown = (
            answer.text().replace("quokka&quot;", "").replace(f"« {SECRET} »", "").replace("« quokka »", "")
        )
        # the words that the visitor typed come back to them; nothing else does
        assert "Soigner" not in shown, path
        assert f"Parce que {SECRET}" not in shown, path


def test_visitor_needs_only_the_keyboard(visits: Callable[..., Visit], server: Server) -> None:
    """From the search field to the figure with Tab, Enter and letters."""
    visit = visits(server)
    page = visit.page
    visit.go("/")
    reach(page, "document.activeElement.id === 'site-search'")
    page.keyboard.type("exclusion temporaire")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    address = f"/fr/recommandations/{host_point(server, '1b')}/"
    wait_for_search(visit, "exclusion temporaire", address)
    follow(page, f"/recommandations/{host_point(server, '1b')}/")
    follow(page, "/constats/", holding="8,8")
    follow(page, "/chiffres/")
    visit.sees("8,8 %")


def reach(page: Any, condition: str, limit: int = 150) -> None:
    """Press Tab until the focus is where it should be; the focus is seen there."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            visible = "(e => !!(e.getClientRects().length))(document.activeElement)"
            assert page.evaluate(visible), "the focus is on something that is not shown"
            return
    raise AssertionError(f"{limit} times Tab on {page.url} do not reach {condition}")


def follow(page: Any, part: str, *, holding: str = "") -> None:
    """Tab to the first link in the page whose address holds ``part`` and whose text holds ``holding``."""
    wanted, words = json.dumps(part), json.dumps(holding)
    reach(
        page,
        "document.activeElement.closest('main') && "
        f"document.activeElement.textContent.includes({words}) && "
        f"(document.activeElement.getAttribute('href') || '').includes({wanted})",
    )
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{part}**")


def test_pages_fit_a_telephone(visits: Callable[..., Visit], server: Server) -> None:
    visit = visits(server, viewport={"width": 390, "height": 844})
    uid = host_point(server, "1b")
    figure = uid_of(server, "evidence_figure", "year = 2016")
    for path, name in (
        ("/", "home"),
        ("/recherche/?q=exclusion", "search"),
        (f"/recommandations/{uid}/", "recommendation"),
        (f"/chiffres/{figure}/", "figure"),
        ("/projets/education-france-quebec/", "project"),
        ("/themes/decrochage-scolaire/", "theme"),
    ):
        visit.go(path)
        visit.fits()
        visit.look(name)
