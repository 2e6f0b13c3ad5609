"""The board as a table: one line per body and conference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.web import language_names

from ..domain.queries.sites import Board, Cell
from ..domain.wording import hour
from ..enums import Remedy, SiteMode, SiteState

HEADER = (
    _("Instance"),
    _("Conférence"),
    _("Premier jour"),
    _("Heure de l'hôte"),
    _("Heure locale"),
    _("Heure de visionnage"),
    _("Décalage en jours"),
    _("Fuseau horaire"),
    _("Mode"),
    _("Différé en minutes"),
    _("Langue de travail"),
    _("Langue entendue"),
    _("Remède"),
    _("Préparation, sur 6"),
    _("État"),
    _("Séances de nuit"),
    _("Exemple fictif"),
)


def lines(board: Board) -> Iterator[list[Any]]:
    """A body without a site in a conference has its line too, so that nobody is forgotten."""
    for row in board.rows:
        for conference, cell in row.cells:
            head = [str(row.organisation), str(conference.title), conference.start_date.isoformat()]
            yield head + (_cell(cell) if cell else [""] * (len(HEADER) - len(head)))


def _cell(cell: Cell) -> list[Any]:
    site, hours = cell.site, cell.hours
    return [
        hour(hours.host_from) if hours else "",
        hour(hours.local_from) if hours else "",
        hour(hours.viewing_from) if hours else "",
        hours.viewing_shift if hours else "",
        site.time_zone,
        str(SiteMode(site.mode).label),
        site.delay_minutes,
        language_names.of(site.language),
        str(_("oui") if cell.language.is_heard else _("non")),
        str(Remedy(cell.language.remedy).label) if cell.language.remedy else "",
        cell.ready,
        str(SiteState(site.state).label),
        cell.night_sessions,
        str(_("oui") if site.is_fictitious else _("non")),
    ]
