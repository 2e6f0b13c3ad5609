"""The whole demonstration, page by page: every link that somebody is offered leads somewhere whole.

Each identity walks from home and from the welcome page through all links in both languages. The pages
are read as a browser, a screen reader and a person who knows one language would.
"""

from __future__ import annotations

import gettext
import re
from collections import Counter, deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from lxml import html

from tests.demonstration import KEYS, PUBLIC, demonstration, visible_text, visitor
from tests.strict_policy import violations

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

ROOT = Path(__file__).resolve().parents[2]
HOST = "http://testserver"
MOMENTS = {
    "host": "twelve",
    "rabat": "dropout-published",
    "chile": "guidance",
    "ireland": "guidance",
    "expert": "guidance",
    "moderator": "dropout",
    "hall": "dropout",
    "evidence": "today",
    "training": "today",
    "partnerships": "today",
    "cooperation": "today",
    "visit": "visit",
    "analyst": "today",
    "correspondent": "today",
    "secretariat": "today",
    "public": "today",
}
# pages of one kind beyond this many are asked for by one identity alone
OF_ONE_KIND = 1
ALL = 1_000
HEAVY = re.compile(r"\.(pdf|docx|xlsx|m3u8|m4s|mp4|vtt)$|/account/|/files/")
GALLERY = "gallery"
RAW = re.compile(
    r"\?\?\?|\{\{|\}\}|\{%|%\}|<c-|%\(\w+\)[sd]|\bNone\b(?! of)|LocalisedText|<QuerySet|\bobject \(\d+\)"
    r"|datetime\.|Actor\(|__\w+__|&lt;|&amp;|\blambda\b"
)


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        yield


@cache
def sentences() -> list[tuple[str, re.Pattern[str]]]:
    """What the interface says in French and otherwise in English: long enough to be no word of both."""
    found = {}
    for compiled in sorted((ROOT / "src/polyphonie").glob("*/locale/en/LC_MESSAGES/django.mo")):
        with compiled.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
        for key, english in catalogue._catalog.items():  # type: ignore[attr-defined]  # no other way to list it
            french = (key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2]
            literal = max(re.split(r"%\(\w+\)[a-z]|\{\w*\}", french), key=len).strip()
            if len(literal) > 12 and literal != english and literal not in str(english):
                folded = re.sub(r"\s+", " ", literal)
                found[french] = re.compile(rf"(?<!\w){re.escape(folded)}(?!\w)")
    return sorted(found.items())


class Walk:
    """One identity in one language: what it was offered, what it read, what was wrong."""

    def __init__(self, key: str, language: str) -> None:
        self.key, self.language = key, language
        self.client: Client = visitor(key, moment=MOMENTS[key], language=language)
        self.wrong: list[str] = []
        self.read: set[str] = set()
        self.kinds: Counter[str] = Counter()

    def run(self) -> None:
        with translation.override(self.language):
            start = [reverse("home"), reverse("welcome")]
        waiting = deque((address, "start") for address in start)
        seen = set(start)
        while waiting:
            address, origin = waiting.popleft()
            for link in self.visit(address, origin):
                if link not in seen:
                    seen.add(link)
                    waiting.append((link, address))

    def visit(self, address: str, origin: str) -> list[str]:
        path = urlsplit(address).path
        try:
            with translation.override(self.language):
                kind = resolve(path).url_name or path
        except Resolver404:
            self.wrong.append(f"{address} (from {origin}) is no address")
            return []
        # pages that only sort and filter differ little; those with a name of their own are all read once
        kind += "?" if "?" in address else ""
        self.kinds[kind] += 1
        limit = OF_ONE_KIND if "?" in address or self.key != PUBLIC else ALL
        if HEAVY.search(path) or self.kinds[kind] > limit or (kind == GALLERY and self.key != PUBLIC):
            return []
        self.read.add(address)
        try:
            answer = self.client.get(address)
        except Exception as error:  # the walk goes on, to tell everything at once
            self.wrong.append(f"{address} (from {origin}) raises {type(error).__name__}: {error}")
            return []
        if answer.status_code in {301, 302, 303}:
            target = urljoin(HOST + address, answer["Location"])
            return [inside(target)] if target.startswith(HOST) else []
        if answer.status_code != 200:
            self.wrong.append(f"{address} (from {origin}) answers {answer.status_code}")
            return []
        if not answer["Content-Type"].startswith("text/html"):
            b"".join(answer) if answer.streaming else answer.content  # what comes in parts comes whole
            return []
        page = html.fromstring(answer.content.decode())
        self.wrong += [f"{address}: {w}" for w in self.problems(answer.content.decode(), page)]
        return self.links(address, page)

    def links(self, address: str, page: Any) -> list[str]:
        found = []
        for element in page.xpath("//a[@href]"):
            href = element.get("href")
            target = urldefrag(urljoin(HOST + address, href)).url
            if not href.startswith(("mailto:", "tel:")) and target.startswith(f"{HOST}/"):
                found.append(inside(target))
            elif not href.startswith(("http", "/", "?", "#", ".", "mailto:", "tel:")):
                self.wrong.append(f"{address}: link to {href!r}")
        other = "en" if self.language == "fr" else "fr"
        return [link for link in found if not link.startswith(f"/{other}/")]

    def problems(self, source: str, page: Any) -> Iterator[str]:
        yield from violations(source)
        for form in page.xpath("//form[@action]"):
            if urlsplit(form.get("action")).netloc:
                yield f"form to {form.get('action')}"
        if page.get("lang") != self.language:
            yield f"lang={page.get('lang')!r}"
        if len(page.xpath("//h1")) != 1:
            yield f"{len(page.xpath('//h1'))} h1"
        title = page.findtext(".//title") or ""
        if len(title.split("·")[0].strip()) < 2:
            yield f"title {title!r}"
        ids = Counter(page.xpath("//@id"))
        yield from (f"id {i!r} {n} times" for i, n in ids.items() if n > 1)
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for value in page.xpath(f"//@{name}"):
                yield from (f"{name}={i!r} leads nowhere" for i in value.split() if i not in ids)
        for href in page.xpath("//a/@href[starts-with(., '#')]"):
            if href not in {"#", f"#{urldefrag(href).fragment}"} or urldefrag(href).fragment not in ids:
                yield f"{href} leads nowhere on the page"
        text = visible_text(page)
        yield from (f"raw {m[0]!r} in {around(text, m.start())!r}" for m in RAW.finditer(text))
        if self.language == "en":
            mine = re.sub(r"\s+", " ", visible_text(page, without_languages=True))
            yield from (
                f"French {french!r} in {around(mine, m.start())!r}"
                for french, pattern in sentences()
                if (m := pattern.search(mine))
            )


def inside(target: str) -> str:
    parts = urlsplit(target)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def around(text: str, position: int) -> str:
    return " ".join(text[max(0, position - 40) : position + 60].split())


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_every_page_that_is_offered_is_whole(key: str, language: str) -> None:
    walk = Walk(key, language)
    walk.run()
    assert not walk.wrong, f"{len(walk.read)} pages read\n" + "\n".join(walk.wrong)
    assert len(walk.read) > 10, walk.read
