"""All that a page of this room shows, read in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.rights import may

from ...enums import Opening
from ...models import ResourceVersion
from ..citation import cite_figure, cite_resource, cite_statement
from ..numbers import standard_error_in_words, value_with_unit
from .claims import (
    conflicts_beside,
    readable_figure,
    readable_statement,
    statements_from,
    statements_with,
    successor_of,
)
from .opening import grants_that_open, is_readable, known_resource, why_not_yet

Absolute = Callable[[str], str]


def resource_page(
    uid: UUID, *, viewer: Actor, at: datetime, language: str, absolute: Absolute
) -> dict[str, Any]:
    """The page of a resource. For who may only know of it: kind, what it belongs to, dates, reasons;
    never title, author, summary or file."""
    resource = known_resource(uid, viewer=viewer, at=at)
    readable = is_readable(resource, viewer=viewer, at=at)
    opening = resource.opening(at)
    page: dict[str, Any] = {
        "resource": resource,
        "is_readable": readable,
        "is_public": opening is Opening.PUBLIC,
        "may_move": resource.public_at is not None and resource.public_at > at,
        "opening": opening,
        "may_keep": may("evidence.keep_resource", viewer, resource),
        "versions": [],
    }
    if not readable:
        return {**page, "reasons": why_not_yet(resource, viewer, at)}
    address = absolute(resource.permalink)
    return {
        **page,
        "versions": list(
            ResourceVersion.objects.filter(resource=resource, released_at__lte=at)
            .select_related("file")
            .order_by("-number", "language")
        ),
        "themes": list(resource.themes.readable_by(viewer, at).order_by("order", "slug")),
        "statements": statements_from(resource, viewer=viewer, at=at),
        "opened_by": [] if page["is_public"] else grants_that_open(resource, viewer=viewer, at=at),
        "citation": cite_resource(resource, language=language, address=address, read_date=at.date()),
        "address": address,
    }


def statement_page(
    uid: UUID, *, viewer: Actor, at: datetime, language: str, absolute: Absolute
) -> dict[str, Any]:
    """The page of a claim."""
    statement = readable_statement(uid, viewer=viewer, at=at)
    wording = statement.wording
    shown = wording.language_for(language)
    figures = statement.cited_figures
    address = absolute(statement.permalink)
    texts = list(statement.texts.all())
    return {
        "statement": statement,
        "may_keep": may("evidence.keep_evidence", viewer, statement),
        "wording": wording.read(language),
        "wording_language": shown,
        "text": next((t for t in texts if t.language == shown), None),
        "other_texts": [t for t in texts if t.language != shown],
        "figures": [(figure, value_with_unit(figure, language)) for figure in figures],
        "conflicts": conflicts_beside(viewer=viewer, at=at, figures=figures, statements=[statement]),
        "citation": cite_statement(statement, language=language, address=address, read_date=at.date()),
        "address": address,
    }


def figure_page(
    uid: UUID, *, viewer: Actor, at: datetime, language: str, absolute: Absolute
) -> dict[str, Any]:
    """The page of a figure."""
    figure = readable_figure(uid, viewer=viewer, at=at)
    address = absolute(figure.permalink)
    return {
        "figure": figure,
        "may_keep": may("evidence.keep_evidence", viewer, figure),
        "value": value_with_unit(figure, language),
        "standard_error": standard_error_in_words(figure, language),
        "latest": successor_of(figure, viewer=viewer, at=at),
        "themes": list(figure.themes.readable_by(viewer, at).order_by("order", "slug")),
        "conflicts": conflicts_beside(viewer=viewer, at=at, figures=[figure]),
        "statements": statements_with(figure, viewer=viewer, at=at),
        "citation": cite_figure(figure, language=language, address=address, read_date=at.date()),
        "address": address,
    }
