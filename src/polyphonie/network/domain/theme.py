"""Themes: the tree of subjects under which everything is found."""

from __future__ import annotations

from datetime import datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..models import Theme
from .reference import CodeTaken, NameMissing, check_languages


def add_theme(
    *,
    slug: str,
    title: LocalisedText,
    by: Actor,
    at: datetime,
    summary: LocalisedText | None = None,
    synonyms: dict[str, list[str]] | None = None,
    parent: Theme | None = None,
    order: int = 0,
) -> Theme:
    """Add a subject to the tree, with the other words by which people look for it, per language."""
    with ledger.act("network.add_theme", by=by, at=at) as act:
        permit("network.keep_reference_data", by)
        if not title:
            raise NameMissing()
        if Theme.objects.filter(slug=slug).exists():
            raise CodeTaken(slug, field="slug")
        check_languages(list(synonyms or {}))
        theme = Theme.objects.create(
            slug=slug,
            title=title,
            summary=summary or LocalisedText(),
            synonyms=synonyms or {},
            parent=parent,
            order=order,
        )
        act.on(theme.urn)
        act.note(slug=slug)
        return theme
