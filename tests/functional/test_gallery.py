"""The design system in a real browser: accessible, narrow, dark, from right to left, without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.functional


def test_every_component_passes_axe(visits: Callable[..., Any], server: Any, language: str) -> None:
    visit = visits(server, language)
    # the first chart of a server loads the drawing library
    visit.page.set_default_navigation_timeout(60_000)
    page = visit.go("/composants/")
    visit.look("composants")
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
    visit.check_access("composants, unfolded")
    page.locator("[data-opens=dialogue]").click()
    visit.look("dialogue")


def test_plain_pages_pass_axe(visits: Callable[..., Any], server: Any, language: str) -> None:
    visit = visits(server, language)
    visit.go("/account/login/")
    visit.look("connexion")
    visit.go("/accessibilite/")
    visit.look("accessibilite")
    with visit.watch.expecting(404):
        visit.go("/rien-de-tel/")
        visit.look("introuvable")


def test_every_scheme_passes_axe(visits: Callable[..., Any], server: Any) -> None:
    visit = visits(server)
    page = visit.go("/composants/")
    for scheme, contrast in (("dark", "no-preference"), ("light", "more"), ("dark", "more")):
        page.emulate_media(color_scheme=scheme, contrast=contrast)
        visit.check_access(f"{scheme}, {contrast}")


@pytest.mark.parametrize(("width", "direction"), [(320, "ltr"), (390, "rtl"), (1280, "rtl")])
def test_no_page_is_wider_than_its_screen(
    visits: Callable[..., Any], server: Any, width: int, direction: str
) -> None:
    visit = visits(server, viewport={"width": width, "height": 800})
    page = visit.go("/composants/")
    page.evaluate(f"document.documentElement.dir = '{direction}'")
    visit.fits()


def test_keyboard_reaches_the_content_first_and_the_dialog_gives_focus_back(
    visits: Callable[..., Any], server: Any
) -> None:
    visit = visits(server)
    page = visit.go("/accessibilite/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page = visit.go("/composants/")
    page.locator("[data-opens=dialogue]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.getElementById('dialogue').open")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.getElementById('dialogue').open")
    assert page.evaluate("document.activeElement.dataset.opens") == "dialogue"


def test_refused_form_receives_the_focus(visits: Callable[..., Any], server: Any) -> None:
    page = visits(server).go("/composants/")
    assert page.evaluate("document.activeElement.className") == "form-errors"


def test_dialog_is_reached_without_scripts(visits: Callable[..., Any], server: Any) -> None:
    visit = visits(server, java_script_enabled=False)
    page = visit.go("/composants/#dialogue")
    assert page.locator("#dialogue").is_visible()
    page = visit.go("/account/login/")
    assert page.locator("#sign-in-form").is_visible()


def test_print_leaves_the_furniture_out_and_says_where_links_lead(
    visits: Callable[..., Any], server: Any
) -> None:
    page = visits(server).go("/composants/")
    page.emulate_media(media="print")
    for furniture in (".site-head", ".site-foot", ".skip", ".button"):
        assert not page.locator(furniture).first.is_visible(), furniture
    assert page.locator("h1").is_visible()
    after = page.evaluate("getComputedStyle(document.querySelector('.source a'), '::after').content")
    assert "example.org" in after
    # on paper every table of a chart lies open
    assert page.locator(".chart-table td").first.is_visible()
