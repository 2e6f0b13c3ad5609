"""The theme tree, read whole: it is small and every page of the portal hangs on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.network.models import Theme


@dataclass(frozen=True)
class Branch:
    """A theme with what hangs under it."""

    theme: Theme
    children: tuple[Branch, ...]


@dataclass(frozen=True)
class ThemeTree:
    """All themes, by key, in their order."""

    themes: tuple[Theme, ...]

    def roots(self) -> tuple[Branch, ...]:
        """The tree from its top. A theme whose parent is missing stands at the top."""
        known = {t.pk for t in self.themes}
        return tuple(self._branch(t) for t in self.themes if t.parent_id not in known)

    def _branch(self, theme: Theme) -> Branch:
        return Branch(theme, tuple(self._branch(t) for t in self.themes if t.parent_id == theme.pk))

    def named(self, slug: str) -> Theme:
        """The theme at this address. Raises :class:`Unknown`."""
        for theme in self.themes:
            if theme.slug == slug:
                return theme
        raise Unknown()

    def above(self, theme: Theme) -> tuple[Theme, ...]:
        """From the top down to the theme's parent."""
        by_key = {t.pk: t for t in self.themes}
        path: list[Theme] = []
        parent = by_key.get(theme.parent_id or 0)
        while parent is not None and parent not in path:
            path.insert(0, parent)
            parent = by_key.get(parent.parent_id or 0)
        return tuple(path)

    def under(self, theme: Theme) -> tuple[Theme, ...]:
        """The theme and everything that hangs under it."""
        found = [theme]
        for row in found:
            found.extend(t for t in self.themes if t.parent_id == row.pk and t not in found)
        return tuple(found)


def theme_tree(viewer: Actor, at: datetime) -> ThemeTree:
    """All themes, in one query."""
    return ThemeTree(tuple(Theme.objects.readable_by(viewer, at).order_by("order", "slug")))


def keys(themes: Iterable[Theme]) -> list[int]:
    return [theme.pk for theme in themes]
