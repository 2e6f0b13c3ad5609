"""*Partages*: all sites of the host's shared conferences on one screen."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from polyphonie.kernel.errors import Unknown
from polyphonie.web.exports import csv_response

from ..domain.queries.conferences import conference_for
from ..domain.queries.sites import Board, board_for
from ..domain.readiness import accept_proposed_modes
from ..domain.sites import invite_sites
from ..enums import Remedy, SiteState
from ..interfaces.board import HEADER, lines
from ..interfaces.requests import Seen, see_other
from ..models import Site


@require_GET
def board(request: Seen) -> HttpResponse:
    """Rows are bodies, columns conferences. A partner reads its own row."""
    found = board_for(request.viewer, request.at)
    proposals = {
        conference.pk: [
            cell.proposal
            for row in found.rows
            for of, cell in row.cells
            if of.pk == conference.pk and cell is not None and cell.proposal and cell.proposal.changes
        ]
        for conference in found.conferences
    }
    return render(
        request,
        "conferences/board.html",
        {
            "board": found,
            "proposals": [(c, proposals[c.pk]) for c in found.conferences if proposals[c.pk]]
            if found.runs
            else [],
            "remedies": Remedy.choices,
            "invitable": len(_invitable(found)) if found.runs else 0,
        },
    )


def _invitable(found: Board) -> list[Site]:
    return [
        cell.site
        for cell in found.cells
        if cell.site.state == SiteState.PROPOSED and cell.site.conference.announced_at is not None
    ]


@require_POST
def invite_all(request: Seen) -> HttpResponse:
    """Invite every proposed site of the host's announced conferences."""
    found = board_for(request.viewer, request.at)
    sites = _invitable(found) if found.runs else []
    if not sites:
        raise Unknown()
    invite_sites(sites=sites, by=request.viewer, at=request.at)
    return see_other("board")


@require_GET
def board_csv(request: Seen) -> HttpResponse:
    """The same rows as a table for a spreadsheet."""
    return csv_response("partages.csv", HEADER, lines(board_for(request.viewer, request.at)))


@require_POST
def accept_modes(request: Seen) -> HttpResponse:
    """Give the ticked sites of one conference the modes proposed for them."""
    conference = conference_for(request.POST.get("conference", ""), request.viewer, request.at)
    found = board_for(request.viewer, request.at)
    ticked = set(request.POST.getlist("site"))
    sites = [
        c.site for c in found.cells if str(c.site.uid) in ticked and c.site.conference_id == conference.pk
    ]
    if len(sites) != len(ticked):
        raise Unknown()
    accept_proposed_modes(conference=conference, sites=sites, by=request.viewer, at=request.at)
    return see_other("board")
