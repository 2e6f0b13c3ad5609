"""The Bureau of the demonstration, as each of its people reads it, in French and in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from lxml import html

from tests.demonstration import demonstration, visible_text, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        yield


def page(key: str, name: str, *args: str, language: str = "fr", moment: str = "today") -> str:
    client = visitor(key, moment=moment, language=language)
    with translation.override(language):
        address = reverse(name, args=args)
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return visible_text(html.fromstring(answer.content.decode()))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("key", ["public", "correspondent", "secretariat"])
def test_the_meeting_is_read(key: str, language: str) -> None:
    text = page(key, "meeting", "confemen-bureau-2019", language=language)
    assert "CONFEMEN/BUR/2019/DOC.1" in text


def test_body() -> None:
    print(page("public", "organisation", "confemen"))
    print(page("public", "organisation", "confemen-bureau"))
    print(page("public", "meeting", "confemen-bureau-2019"))
    print(page("correspondent", "dossier"))
    print(page("correspondent", "home"))
    print(page("secretariat", "meeting", "confemen-bureau-2019", language="en"))
