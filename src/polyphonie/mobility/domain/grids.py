"""A grid: what teams look at, published once and never changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..models import Criterion, GridElement, GridTheme, GridVersion
from .refusals import SourceMissing, WordingMissing

VERSION = re.compile(r"^\d+\.\d+\.\d+$")


class GridVersionTaken(Refusal):
    def __init__(self, code: str, version: str) -> None:
        super().__init__(
            _(
                "La grille « %(code)s » a déjà une version %(version)s, et une version publiée ne change plus ; "
                "donnez le numéro suivant."
            )
            % {"code": code, "version": version},
            field="version",
        )


class GridVersionMalformed(Refusal):
    def __init__(self, version: str) -> None:
        super().__init__(
            _("« %(version)s » n'est pas un numéro de version ; écrivez trois nombres, par exemple 1.0.0.")
            % {"version": version},
            field="version",
        )


class GridEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Une grille a au moins un thème et un élément de pilotage ; donnez-les avant de la publier.")
        )


class GridCodeTwice(Refusal):
    def __init__(self, code: str) -> None:
        super().__init__(
            _("« %(code)s » désigne deux lignes ou deux colonnes ; donnez à chacune son nom court.")
            % {"code": code}
        )


@dataclass(frozen=True)
class CellText:
    """What a cell asks, apart from its row and column."""

    question: LocalisedText = field(default_factory=LocalisedText)
    guidance: LocalisedText = field(default_factory=LocalisedText)
    anchors: tuple[tuple[int, LocalisedText], ...] = ()


def publish_grid(
    *,
    code: str,
    version: str,
    title: LocalisedText,
    themes: Sequence[tuple[str, LocalisedText]],
    elements: Sequence[tuple[str, LocalisedText]],
    by: Actor,
    at: datetime,
    cells: Mapping[tuple[str, str], CellText] | None = None,
    anchors: Sequence[tuple[int, LocalisedText]] = (),
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> GridVersion:
    """Publish a version of a grid, whole: its themes, its elements, one cell for each pair.

    ``cells`` gives the words of single cells; ``anchors`` the scale of those that name none. A version
    that is published never changes: what teams wrote against it keeps its meaning.
    """
    with ledger.act("mobility.publish_grid", by=by, at=at) as act:
        permit("mobility.keep_programme", by)
        if not VERSION.match(version):
            raise GridVersionMalformed(version)
        if not title:
            raise WordingMissing("title", _("titre"))
        if not themes or not elements:
            raise GridEmpty()
        for axis in (themes, elements):
            codes = [name for name, _label in axis]
            for name in codes:
                if codes.count(name) > 1:
                    raise GridCodeTwice(name)
        if not (source_label or source_url or is_fictitious):
            raise SourceMissing()
        if GridVersion.objects.filter(code=code, version=version).exists():
            raise GridVersionTaken(code, version)
        grid = GridVersion.objects.create(
            code=code,
            version=version,
            title=title,
            published_at=at,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        rows = [
            GridTheme.objects.create(grid=grid, code=name, label=label, order=n)
            for n, (name, label) in enumerate(themes)
        ]
        columns = [
            GridElement.objects.create(grid=grid, code=name, label=label, order=n)
            for n, (name, label) in enumerate(elements)
        ]
        known = cells or {}
        for row in rows:
            for column in columns:
                words = known.get((row.code, column.code), CellText())
                Criterion.objects.create(
                    grid=grid,
                    theme=row,
                    element=column,
                    code=f"{row.code}_{column.code}",
                    question=words.question,
                    guidance=words.guidance,
                    anchors=[
                        {"value": value, "text": text.as_dict()}
                        for value, text in (words.anchors or tuple(anchors))
                    ],
                )
        act.on(grid.urn)
        act.note(code=code, version=version, cells=len(rows) * len(columns))
        return grid
