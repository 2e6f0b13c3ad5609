"""Closed until opened: every address asks for a person, unless it is declared public here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from polyphonie.web.access import is_public


def patterns(
    resolver: Any = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, route, inner)
        else:
            yield route, f"{namespace}{entry.name}", entry


def ours() -> list[tuple[str, str, URLPattern]]:
    return [p for p in patterns() if p[2].callback.__module__.startswith("polyphonie")]


def fill(route: str) -> str:
    """A concrete address of the route, leading to nothing that exists."""
    samples = {
        "uuid": "018f2f2e-0000-7000-8000-000000000000",
        "slug": "rien",
        "str": "rien",
        "int": "1",
        "path": "rien",
    }
    route = re.sub(r"<(\w+):\w+>", lambda m: samples.get(m.group(1), "rien"), route)
    return "/" + re.sub(r"<\w+>", "rien", route).replace("^", "").replace("$", "").replace("\\Z", "")


def test_every_address_has_a_name() -> None:
    assert [route for route, name, _ in ours() if not name or name.endswith("None")] == []


def test_no_two_rooms_give_one_name_to_their_addresses() -> None:
    rooms: dict[str, set[str]] = {}
    for _route, name, pattern in ours():
        rooms.setdefault(name, set()).add(pattern.callback.__module__.split(".")[1])
    assert {name: sorted(found) for name, found in rooms.items() if len(found) > 1} == {}


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "name"), [(r, n) for r, n, p in ours() if not is_public(p.callback)])
def test_closed_addresses_ask_to_sign_in(client: Client, route: str, name: str) -> None:
    address = fill(route)
    response = client.get(address)
    assert response.status_code == 302, f"{name} {address}"
    assert reverse("account_login").split("/", 2)[2] in response["Location"]
    assert client.post(address).status_code in {302, 403}
