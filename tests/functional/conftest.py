"""A real browser before a real server; a page that complains in its console fails its test.

Each module has a server of its own on its own copy of the demonstration (``STAGE`` in the module says
from where it begins). Screenshots go to ``artefacts/screenshots/<test>/``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.functional.servers import Server, template

SCREENSHOTS = Path(__file__).resolve().parents[2] / "artefacts" / "screenshots"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
HERE = ("localhost", "127.0.0.1")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests of one module stay on one worker, beside their server."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.get_closest_marker("functional"):
            item.add_marker(pytest.mark.xdist_group(f"functional-{item.path.stem}"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, with nothing of an earlier visit."""
    if CHROMIUM is None:
        sentence = "Chromium is not on this machine; with it, the pages are walked in a browser."
        if "chromium" in os.environ.get("POLYPHONIE_REQUIRE", "").split(","):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where laid-out demonstrations stand, shared by the workers of one run."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    folder = base / "laid-out"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def start_server(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start a demonstration at a stage; it stops with the module."""
    started: list[Server] = []

    def start(**stage: bool) -> Server:
        data = tmp_path_factory.mktemp("house") / "data"
        started.append(Server.on(template(shelf, **stage), data))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, start_server: Callable[..., Server]) -> Server:
    """The module's own server, at the stage that the module names."""
    return start_server(**getattr(request.module, "STAGE", {}))


@dataclass
class Watch:
    """What a page may not do unseen: complain, break the policy, fail a request, leave the house."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # a status that is not good is judged as a response, below
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE:
            self.complaints.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # a stream or a picture that the reader leaves behind is not a failure
        if "ERR_ABORTED" not in (request.failure or ""):
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"status {response.status}: {response.request.method} {response.url}")

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Within, these statuses are what the test wants to see."""
        before, self.expected = self.expected, self.expected | set(statuses)
        try:
            yield
        finally:
            self.expected = before


class Visit:
    """One person at one browser: goes to pages, looks at them, becomes somebody, moves the clock."""

    def __init__(self, page: Page, server: Server, language: str, name: str) -> None:
        self.page, self.server, self.language = page, server, language
        self.watch = Watch(server.origin)
        self.watch.follow(page)
        self._shots = SCREENSHOTS / name
        self._shots.mkdir(parents=True, exist_ok=True)
        for old in self._shots.glob("*.png"):
            old.unlink()
        self._number = 0

    def says(self, french: str, english: str) -> str:
        """The words of the page's language."""
        return {"fr": french, "en": english}[self.language]

    def words(self, french: str, **values: object) -> str:
        """A sentence of the product in the page's language; in English it must have its English."""
        with translation.override(self.language):
            said = translation.gettext(french)
        assert self.language == "fr" or said != french, f"no English for « {french} »"
        return said % values if values else said

    def address(self, path: str) -> str:
        return f"{self.server.origin}/{self.language}{path}"

    def go(self, path: str) -> Page:
        self.page.goto(self.address(path), wait_until="load")
        return self.page

    def enter(self) -> None:
        """By the printed link, as anybody who starts the demonstration."""
        self.page.goto(self.server.entry)
        self.go("/demo/")

    def become(self, key: str) -> None:
        self.go("/demo/")
        self.page.locator(f'form[action$="/demo/identite/{key}"] button').click()
        self.page.wait_for_load_state()

    def move_clock(self, moment: str) -> None:
        # where no page of the conference is at stake, the strip stands on every page
        if not self.page.locator("#demo-moment").count():
            self.go("/demo/")
        self.page.select_option("#demo-moment", moment)
        self.page.locator('form[action$="/demo/horloge/"] button').click()
        self.page.wait_for_load_state()

    def text(self, selector: str = "main") -> str:
        """What stands there, spaces folded."""
        return folded(self.page.locator(selector).first.inner_text())

    def sees(self, *sentences: str, within: str = "main") -> None:
        """Everything named stands on the page, in whatever case the style draws it."""
        there = self.text(within).casefold()
        missing = [s for s in sentences if folded(s).casefold() not in there]
        assert not missing, f"{self.page.url} does not show {missing}; it shows:\n{there[:3000]}"

    def sees_not(self, *sentences: str, within: str = "main") -> None:
        there = self.text(within).casefold()
        shown = [s for s in sentences if folded(s).casefold() in there]
        assert not shown, f"{self.page.url} shows {shown}"

    def look(self, name: str) -> None:
        """One picture, and what axe says of the page."""
        self._number += 1
        self.page.screenshot(path=self._shots / f"{self._number:02d}-{name}.png", full_page=True)
        self.check_access(name)

    def check_access(self, name: str) -> None:
        # fields that a page hides behind a closed <details> come with it when it opens
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        for broken in found:
            places = "".join(f"\n    {node['html'][:200]}" for node in broken["nodes"][:4])
            self.watch.complaints.append(
                f"axe on {name} ({self.page.url}): {broken['id']}: {broken['help']}{places}"
            )

    def fits(self) -> None:
        """Nothing makes the page wider than the screen."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px wider than its screen"

    def refused(self, *sentences: str, act: Callable[[], Any], status: int = 422) -> None:
        """Do what is refused: the sentence is read, and no ledger has an event more."""
        before = self.server.acts()
        with self.watch.expecting(status):
            act()
            self.page.wait_for_load_state()
        self.sees(*sentences)
        assert self.server.acts() == before, "a refusal left an event in the ledger"

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Send what no page offers, as somebody who knows the address; the status and the page."""
        context = self.page.context
        token = next(c["value"] for c in context.cookies() if c["name"] == "csrftoken")
        address = path if path.startswith("http") else self.address(path)
        answer = context.request.post(
            address,
            form={"csrfmiddlewaretoken": token, **fields},
            max_redirects=0,
            headers={"Origin": self.server.origin},
        )
        return answer.status, answer.text()

    def status_of(self, path: str) -> int:
        """What this person is answered at an address."""
        return self.page.request.get(self.address(path), max_redirects=0).status

    def fetch(self, address: str) -> bytes:
        """A file behind a link of the page."""
        answer = self.page.request.get(
            address if address.startswith("http") else self.server.origin + address
        )
        assert answer.status == 200, f"{address}: {answer.status}"
        return answer.body()


def folded(text: str) -> str:
    """Every run of white space, the narrow and the unbreakable too, as one space."""
    return re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text.replace("’", "'")).strip()


@pytest.fixture
def visits(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Open a browser of one's own before a server. What its pages complained of fails the test."""
    opened: list[Visit] = []
    name = re.sub(r"[^\w-]+", "-", request.node.name).strip("-")

    def visit(server: Server, language: str = "fr", **context: Any) -> Visit:
        context.setdefault("viewport", {"width": 1280, "height": 900})
        made = browser.new_context(
            locale=LANGUAGES[language], reduced_motion="reduce", accept_downloads=True, **context
        )
        made.set_default_timeout(15_000)
        suffix = f"-{len(opened) + 1}" if opened else ""
        opened.append(Visit(made.new_page(), server, language, name + suffix))
        return opened[-1]

    yield visit
    complaints = []
    for one in opened:
        complaints += one.watch.complaints
        one.page.context.close()
    assert not complaints, "The pages complained:\n" + "\n".join(dict.fromkeys(complaints))


@pytest.fixture(scope="module", params=sorted(LANGUAGES, reverse=True))
def language(request: pytest.FixtureRequest) -> str:
    """French, then English."""
    return str(request.param)


@pytest.fixture
def visit(visits: Callable[..., Visit], server: Server) -> Visit:
    """One browser in French that has come in by the entry link of the module's server."""
    opened = visits(server)
    opened.enter()
    return opened


@pytest.fixture
def become(visit: Visit) -> Callable[[str], None]:
    return visit.become


@pytest.fixture
def move_clock(visit: Visit) -> Callable[[str], None]:
    return visit.move_clock
