"""The main navigation: rooms on higher floors register what it leads to, and nobody here names them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from polyphonie.kernel.actor import Actor

Visible = Callable[[Actor], bool]


def everybody(viewer: Actor) -> bool:
    """The item is shown to the public."""
    return True


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the navigation. ``visible`` says to whom it is shown; the page still asks its right."""

    label: Any
    url_name: str
    order: int = 100
    visible: Visible = everybody


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    current: bool


_ITEMS: dict[str, Item] = {}


def register(label: Any, url_name: str, *, order: int = 100, visible: Visible = everybody) -> None:
    """Show ``label`` in the navigation; it leads to the page ``url_name``, which takes no argument."""
    _ITEMS[url_name] = Item(label, url_name, order, visible)


def registered() -> list[Item]:
    return sorted(_ITEMS.values(), key=lambda item: (item.order, item.url_name))


def links(viewer: Actor, path: str) -> list[Link]:
    """What ``viewer`` is offered on the page at ``path``, in order. The longest match is the current one."""
    offered: list[tuple[Item, str]] = []
    for item in registered():
        if item.visible(viewer):
            try:
                offered.append((item, reverse(item.url_name)))
            except NoReverseMatch:
                continue  # the room that owns the page is not installed
    matching = [href for _, href in offered if path.startswith(href)]
    here = max(matching, key=len, default="")
    return [Link(str(item.label), href, href == here) for item, href in offered]
