"""Pages that everybody may open; what they show is cut by ``readable_by``."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from polyphonie.kernel.rights import may
from polyphonie.web.access import public
from polyphonie.web.exports import csv_response

from ..domain.queries.agreement import agreement_page
from ..domain.queries.choices import team_choices
from ..domain.queries.comparison import comparison as compared
from ..domain.queries.comparison import comparison_cell as compared_cell
from ..domain.queries.notebook import edits_to_settle, photos_of
from ..domain.queries.practices import citable_sheets, plan_page, practice_page
from ..domain.queries.programmes import grid_page, list_programmes, programme_page
from ..domain.queries.syntheses import synthesis_page
from ..domain.queries.visits import is_author, observation_found, visit_page
from ..interfaces.exporters import comparison_rows, sheet_rows
from ..interfaces.exporters import programme_json as programme_data
from ..interfaces.exporters import visit_json as visit_data
from ..interfaces.forms import (
    AdjustmentForm,
    AssignmentForm,
    CellForm,
    ClaimForm,
    DebriefForm,
    EvaluationForm,
    HostForm,
    ShareForm,
    SlotForm,
)
from ..models.reach import organised_by

AS_IT_IS = {"ensure_ascii": False}


@public
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme of visits that the reader may read."""
    found = list_programmes(request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "mobility/programmes.html", {"programmes": found})


@public
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """One programme: flows, participants, stages planned and held, results with their proof."""
    page = programme_page(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    mine = organised_by(request.viewer)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "programme": page.programme,
        "records": may("mobility.record_stage", request.viewer, page.programme),  # type: ignore[attr-defined]
        "organises": any(row.flow.organiser.uid in mine for row in page.flows),
    }
    return render(request, "mobility/programme.html", context)


@public
def programme_json(request: HttpRequest, slug: str) -> JsonResponse:
    """The programme as data."""
    page = programme_page(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    return JsonResponse(programme_data(page), json_dumps_params=AS_IT_IS)


@public
def grid(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What teams look at, cell by cell."""
    page = grid_page(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "mobility/grid.html", {"page": page, "grid": page.grid})


@public
def visit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One visit: its days, its hosts, its grid with the empty cells, its sheets."""
    page = visit_page(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    context = {"page": page, "visit": page.visit}
    if page.runs:
        context |= {
            "host_form": HostForm(prefix="host"),
            "assignment_form": AssignmentForm(
                prefix="assignment",
                visit=page.visit,
                persons=team_choices(page.visit, request.at),  # type: ignore[attr-defined]
            ),
            "slot_form": SlotForm(prefix="slot", visit=page.visit),
            "debrief_form": DebriefForm(
                prefix="debrief",
                visit=page.visit,
                initial={"day": page.next_debrief.isoformat() if page.next_debrief else None},
            ),
        }
    if page.in_team:
        context["cell_form"] = CellForm(prefix="cell", visit=page.visit)
    return render(request, "mobility/visit.html", context)


@public
def visit_json(request: HttpRequest, uid: UUID) -> JsonResponse:
    """The visit as data."""
    page = visit_page(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    return JsonResponse(visit_data(page), json_dumps_params=AS_IT_IS)


@public
def visit_csv(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The grid as a table, empty cells included."""
    page = visit_page(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    return csv_response(f"visite-{page.visit.start_date:%Y-%m-%d}.csv", *sheet_rows(page))


@public
def observation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One sheet: the fact, what somebody makes of it, whether it can travel."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    sheet = observation_found(uid, viewer, at)
    runs, own = may("mobility.run_visit", viewer, sheet.visit), is_author(sheet, viewer)
    context = {
        "sheet": sheet,
        "visit": sheet.visit,
        "own": own,
        "runs": runs,
        "may_share": (own and sheet.is_draft)
        or (runs and may("mobility.observe", viewer, sheet.visit) and sheet.audience != "public"),
        "may_withdraw": own or (runs and may("mobility.observe", viewer, sheet.visit)),
        "photos": photos_of(sheet, viewer, at),
        "kept": edits_to_settle(sheet) if own else [],
        "share_form": ShareForm(runs=runs, initial={"audience": sheet.audience}),
    }
    return render(request, "mobility/observation.html", context)


@public
def practice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One practice card."""
    page = practice_page(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    acts = may("mobility.act_at_home", request.viewer)  # type: ignore[attr-defined]
    return render(request, "mobility/practice.html", {"page": page, "card": page.card, "acts": acts})


@public
def action_plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One action at home: by whom, by when, measured by what, for which recommendation."""
    page = plan_page(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    context = {"page": page, "plan": page.plan}
    if page.keeps:
        context |= {
            "evaluation_form": EvaluationForm(prefix="evaluation"),
            "adjustment_form": AdjustmentForm(prefix="adjustment"),
        }
    return render(request, "mobility/action_plan.html", context)


@public
def synthesis(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The synthesis of a visit: sentences that open their sheets."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    page = synthesis_page(uid, viewer, at)
    context = {"page": page, "visit": page.visit}
    if page.in_team:
        context["claim_form"] = ClaimForm(sheets=citable_sheets(page.visit.pk, viewer, at))
    return render(request, "mobility/synthesis.html", context)


def agreement(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far two observers agree, and what is left to settle; for the team alone."""
    page = agreement_page(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "mobility/agreement.html", {"page": page, "visit": page.visit})


@public
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """The programme's countries side by side: what was seen, and what nobody has looked at."""
    page = compared(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "mobility/comparison.html", {"page": page, "programme": page.programme})


@public
def comparison_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix as a table, with what it is not."""
    page = compared(slug, request.viewer, request.at)  # type: ignore[attr-defined]
    return csv_response(f"{page.programme.slug}-comparaison.csv", *comparison_rows(page))


@public
def comparison_cell(request: HttpRequest, slug: str, cell: str, code: str) -> HttpResponse:
    """What stands behind one cell of the matrix."""
    page = compared_cell(slug, cell, code, request.viewer, request.at)  # type: ignore[attr-defined]
    return render(request, "mobility/comparison_cell.html", {"page": page, "programme": page.programme})
