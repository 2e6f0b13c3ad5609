"""A real browser and a real server. Without Chromium these tests say what would run them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

# the browser's driver runs a loop of its own in this thread; Django's guard takes it for an asynchronous view
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
]


def chromium_path() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for the run. Where it is required (``POLYPHONIE_REQUIRE``) and absent, this fails."""
    path = chromium_path()
    if path is None:
        if "chromium" in os.environ.get("POLYPHONIE_REQUIRE", "").split(","):
            pytest.fail("Chromium is required and is not on this machine.")
        pytest.skip("needs Chromium: install the package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A page in a fresh context; what the browser refuses or reports as an error fails the test."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"{m.type}: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.complaints = complaints
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def accessible() -> Any:
    """``accessible(page)`` runs axe on what is shown and names what it finds."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def check(page: Any) -> None:
        found = axe.run(
            page,
            options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
        )
        said = [
            f"{v['id']}: {v['help']} — {node['target']} {node.get('failureSummary', '')[:200]}"
            for v in found.response["violations"]
            for node in v["nodes"]
        ]
        assert said == [], page.url

    return check
