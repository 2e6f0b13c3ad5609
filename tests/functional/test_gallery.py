"""The design system in a real browser: accessible, narrow, dark, from right to left, without a mouse."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [
    pytest.mark.functional,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

LANGUAGES = ["fr", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_component_passes_axe(page: Any, accessible: Any, language: str) -> None:
    page.goto(f"/{language}/composants/")
    accessible(page)
    # the same with everything unfolded and the dialog open
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
    accessible(page)
    page.get_by_role(
        "button", name="Comparer avec la source" if language == "fr" else "Compare with the source"
    ).or_(page.locator("[data-opens=dialogue]")).first.click()
    accessible(page)


@pytest.mark.parametrize("path", ["account/login/", "accessibilite/", "rien-de-tel/"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_pages_pass_axe(page: Any, accessible: Any, language: str, path: str) -> None:
    page.goto(f"/{language}/{path}")
    accessible(page)
    if path == "rien-de-tel/":
        assert page.complaints == [
            "error: Failed to load resource: the server responded with a status of 404 (Not Found)"
        ]
        page.complaints.clear()


@pytest.mark.parametrize(("width", "direction"), [(320, "ltr"), (390, "rtl"), (1280, "rtl")])
def test_no_page_is_wider_than_its_screen(page: Any, width: int, direction: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/fr/composants/")
    page.evaluate(f"document.documentElement.dir = '{direction}'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_scheme_passes_axe(page: Any, accessible: Any) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/fr/composants/")
    accessible(page)


def test_keyboard_reaches_the_content_first_and_the_dialog_gives_focus_back(page: Any) -> None:
    page.goto("/fr/accessibilite/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.goto("/fr/composants/")
    opener = page.locator("[data-opens=dialogue]")
    opener.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.getElementById('dialogue').open")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.getElementById('dialogue').open")
    assert page.evaluate("document.activeElement.dataset.opens") == "dialogue"


def test_refused_form_receives_the_focus(page: Any) -> None:
    page.goto("/fr/composants/")
    assert page.evaluate("document.activeElement.className") == "form-errors"


def test_dialog_is_reached_without_scripts(chromium: Any, live_server: Any) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/fr/composants/#dialogue")
    assert page.locator("#dialogue").is_visible()
    page.goto("/fr/account/login/")
    assert page.locator("#sign-in-form").is_visible()
    context.close()


def test_print_leaves_the_furniture_out_and_says_where_links_lead(page: Any) -> None:
    page.goto("/fr/composants/")
    page.emulate_media(media="print")
    for furniture in (".site-head", ".site-foot", ".skip", ".button"):
        assert not page.locator(furniture).first.is_visible(), furniture
    assert page.locator("h1").is_visible()
    after = page.evaluate("getComputedStyle(document.querySelector('.source a'), '::after').content")
    assert "example.org" in after
