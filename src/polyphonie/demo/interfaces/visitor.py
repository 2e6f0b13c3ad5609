"""Somebody without a browser: follows links, fills forms, keeps cookies, listens to a stream."""

from __future__ import annotations

import http.client
import http.cookiejar
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import lxml.html

PATIENCE = 15.0
Pairs = list[tuple[str, str]]


class NotThere(Exception):
    """A link, a form or a field that the page should have and has not."""


def folded(text: str) -> str:
    """Every run of white space, the narrow and the unbreakable too, as one space; one apostrophe."""
    return re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text.replace("\u2019", "'")).strip()


@dataclass
class Form:
    """A form as the page gave it; what is filled in replaces what stood there."""

    page: Page
    element: Any
    pairs: Pairs = field(default_factory=list)

    def fill(self, **values: str | list[str]) -> Form:
        """Fill fields by their names; a name that the form lacks is an error, as on paper."""
        names = {e.get("name") for e in self.element.xpath(".//*[@name]")}
        for name, value in values.items():
            if name not in names:
                raise NotThere(f"field {name!r}; there are {sorted(n for n in names if n)}")
            self.pairs = [(k, v) for k, v in self.pairs if k != name]
            self.pairs += [(name, v) for v in ([value] if isinstance(value, str) else value)]
        return self

    def tick(self, name: str, *values: str) -> Form:
        """Tick exactly these boxes of one name."""
        return self.fill(**{name: list(values)})

    def option(self, name: str, words: str) -> str:
        """The value of the option of a list whose words contain these."""
        for option in self.element.xpath(f".//select[@name='{name}']/option"):
            if words.casefold() in folded(option.text_content()).casefold():
                return str(option.get("value"))
        raise NotThere(f"option {words!r} of {name!r}")

    def submit(self, button: str = "", value: str = "") -> Page:
        pairs = [*self.pairs, *([(button, value)] if button else [])]
        target = urllib.parse.urljoin(self.page.address, self.element.get("action") or "")
        if (self.element.get("method") or "get").lower() == "get":
            return self.page.visitor.get(f"{target}?{urllib.parse.urlencode(pairs)}")
        return self.page.visitor.post(target, pairs)


@dataclass
class Page:
    """An answer: its status, its bytes, and what stands there to be read."""

    visitor: Visitor
    address: str
    status: int
    body: bytes
    kind: str

    @property
    def tree(self) -> Any:
        return lxml.html.fromstring(self.body.decode("utf-8", "replace") or "<p></p>")

    @property
    def text(self) -> str:
        """What the main part says."""
        if "html" not in self.kind:
            return self.body.decode("utf-8", "replace")
        tree = self.tree
        for silent in tree.xpath("//script|//style|//template"):
            silent.drop_tree()
        main = tree.xpath("//main")
        return folded((main[0] if main else tree).text_content())

    def links(self, part: str) -> list[str]:
        """The addresses of links whose address contains ``part``, as they stand."""
        return [str(a.get("href")) for a in self.tree.xpath("//a[@href]") if part in a.get("href")]

    def link(self, part: str) -> str:
        found = self.links(part)
        if not found:
            raise NotThere(f"a link to {part!r} on {self.address}")
        return found[0]

    def follow(self, part: str) -> Page:
        return self.visitor.get(self.link(part))

    def forms(self, action: str = "", having: str = "") -> Iterator[Form]:
        """The forms whose action contains ``action`` and that have a field named ``having``."""
        for element in self.tree.forms:
            target = urllib.parse.urljoin(self.address, element.get("action") or "")
            if action not in target:
                continue
            if having and not element.xpath(f".//*[@name='{having}']"):
                continue
            yield Form(self, element, [(k, str(v)) for k, v in element.form_values()])

    def form(self, action: str = "", having: str = "") -> Form:
        form = next(self.forms(action, having), None)
        if form is None:
            there = [e.get("action") for e in self.tree.forms]
            raise NotThere(f"a form to {action!r} with {having!r} on {self.address}; there are {there}")
        return form

    def attribute(self, name: str) -> str:
        """The first value of an attribute anywhere on the page."""
        found = self.tree.xpath(f"//*[@{name}]/@{name}")
        if not found:
            raise NotThere(f"an attribute {name!r} on {self.address}")
        return str(found[0])


class _Unfollowed(urllib.request.HTTPErrorProcessor):
    """Statuses that are not good are answers too, not exceptions."""

    def http_response(self, request: Any, response: Any) -> Any:
        if response.code in (301, 302, 303, 307, 308):
            return super().http_response(request, response)
        return response


class Visitor:
    """One browser's worth of cookies before one server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar), _Unfollowed()
        )

    def get(self, address: str) -> Page:
        return self._open(urllib.request.Request(self._whole(address)))

    def post(self, address: str, pairs: Pairs) -> Page:
        data = urllib.parse.urlencode(pairs).encode()
        return self._open(urllib.request.Request(self._whole(address), data=data, method="POST"))

    def _whole(self, address: str) -> str:
        return urllib.parse.urljoin(self.origin, address).partition("#")[0]

    def _open(self, request: urllib.request.Request) -> Page:
        with self._opener.open(request, timeout=PATIENCE) as response:
            return Page(
                self, response.geturl(), response.status, response.read(), response.headers.get_content_type()
            )

    def listen(self, address: str, until: Callable[[str], bool], ready: threading.Event) -> bool:
        """Listen to a stream of events until a line is the one awaited, or patience ends."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", address, headers={"Accept": "text/event-stream"})
            stream = connection.getresponse()
            ready.set()
            end = time.monotonic() + PATIENCE
            while stream.status == http.client.OK and time.monotonic() < end:
                line = stream.readline()
                if not line:
                    return False
                if until(line.decode()):
                    return True
            return False
        except TimeoutError:
            return False
        finally:
            ready.set()
            connection.close()
