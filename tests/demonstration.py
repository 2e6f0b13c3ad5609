"""The whole demonstration for tests in process: loaded once per module by the rooms' own verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from polyphonie.demo.domain.entry import make_entry_token
from polyphonie.demo.domain.loading import Stage, load_demonstration
from polyphonie.demo.identities import IDENTITIES
from polyphonie.kernel import clock
from polyphonie.portal.domain.search import reindex

PUBLIC = "public"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KEYS = tuple(identity.key for identity in IDENTITIES)


@contextmanager
def demonstration(blocker: Any, stage: Stage | None = None) -> Iterator[None]:
    """Everything in one transaction that is taken back at the end; the search is built once."""
    with blocker.unblock(), transaction.atomic():
        load_demonstration(at=clock.wall(), stage=stage)
        reindex()
        yield
        transaction.set_rollback(True)


def visitor(key: str, *, moment: str = "today", language: str = "fr") -> Client:
    """A browser that has come in by the entry link, stands at a moment and is one of the identities."""
    client = Client(headers={"accept-language": language})
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    client.get(reverse("demo_enter", args=[make_entry_token(settings.DATA_DIR)]))
    client.post(reverse("demo_clock"), {"moment": moment})
    answer = client.post(reverse("demo_become", args=[key]))
    assert answer.status_code == 302, (key, answer.status_code)
    if key == "hall":
        come_in(client, answer["Location"])
    return client


def come_in(client: Client, address: str) -> None:
    """Send the form behind a hall's short code, as the person does who reads it on the screen."""
    page = html.fromstring(client.get(address).content)
    for form in page.xpath("//main//form"):
        fields = {
            i.get("name"): i.get("value") or ""
            for i in form.xpath(".//input[@name]")
            if i.get("name") != "csrfmiddlewaretoken"
        }
        answer = client.post(form.get("action") or address, fields)
        assert answer.status_code in {302, 303}, answer.status_code
        return
    raise AssertionError(f"{address} has no form to come in by.")


def visible_text(page: Any, *, without_languages: bool = False) -> str:
    """What a reader sees, spaces folded; without the parts that are marked as another language."""
    parts: list[str] = []
    own = page.get("lang")

    def walk(element: Any) -> None:
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "template", "head"}:
            return
        if without_languages and element is not page and (element.get("lang") or own) != own:
            return
        if without_languages and "source" in (element.get("class") or "").split():
            return  # the title of a source stays in the language of the source
        parts.append(element.text or "")
        for name in ("aria-label", "alt", "placeholder", "title"):
            if element.get(name):
                parts.append(f" {element.get(name)} ")
        for child in element:
            walk(child)
            parts.append(child.tail or "")
        if element.tag not in INLINE:
            parts.append("\n")

    walk(page)
    return re.sub(r"[ \t\r\f\v\u00a0\u202f]+", " ", "".join(parts))


INLINE = {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time"}
