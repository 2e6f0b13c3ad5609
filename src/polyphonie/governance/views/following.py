"""The correspondents' pages: where a member stands with a decision."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import ChangedMeanwhile
from polyphonie.kernel.rights import permit
from polyphonie.web.access import public
from polyphonie.web.exports import csv_response
from polyphonie.web.refusals import refusals_on

from ..domain.follow_up import Report, close_follow_up, remind_members, report_follow_up
from ..domain.queries import decisions as queries
from ..interfaces.exporters import board_rows_of, progress_rows_of
from ..interfaces.forms import ReportForm
from .asking import form_page, number_in, seen


def report(request: HttpRequest, uid: UUID, member: str) -> HttpResponse:
    """Say where a member stands. The form starts from the last report."""
    decision = queries.decision_found(uid, request.viewer, request.at)
    body = queries.member_concerned(decision, member)
    permit("governance.report_follow_up", request.viewer, body)
    period = request.POST.get("period") or queries.period_of(decision, request.at)
    standing = queries.report_for(decision, body, period)
    last = standing or queries.last_report(decision, body)
    initial = {
        **(_initial(Report.of(last)) if last else {}),
        "period": period,
        "version": standing.version if standing else 0,
    }
    form = ReportForm(request.POST or None, request.FILES or None, initial=initial)
    clash = None
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                report_follow_up(
                    decision=decision,
                    member=body,
                    report=form.report(get_language() or "fr"),
                    proofs=form.proofs(),
                    version=form.cleaned_data["version"],
                    is_fictitious=decision.is_fictitious or body.is_fictitious,
                    by=request.viewer,
                    at=request.at,
                )
                return seen(decision)
        except ChangedMeanwhile as meanwhile:
            clash = meanwhile
            kept = request.POST.copy()
            kept["version"] = str(standing.version if standing else 0)
            form = ReportForm(kept, request.FILES or None, initial=initial)
    return form_page(
        request,
        form,
        "report",
        lead=decision.symbol,
        back=decision.get_absolute_url(),
        facts=[(body.name, "")],
        clash=clash,
        theirs=clash.theirs if clash else None,
        status=409 if clash else 422 if form.errors else 200,
    )


def _initial(last: Report) -> dict[str, object]:
    return {name: getattr(last, name) for name in ("progress", "text", "lead", "indicator", "started")}


@public
def reports_csv(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where every member concerned stands, those included of whom there is no report."""
    decision = queries.decision_found(uid, request.viewer, request.at)
    part = queries.decision_on(
        decision.revision.recommendation, request.viewer, request.at, get_language() or "fr"
    )
    assert part is not None  # found above by the same rule
    return csv_response(f"{decision.symbol.replace('/', '-')}.csv", *progress_rows_of(part))


def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The secretariat's view: who has reported on what, and who has not."""
    page = queries.follow_up_board(slug, request.viewer, request.at, get_language() or "fr")
    return render(request, "governance/board.html", {"board": page, "instance": page.instance})


def board_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a table."""
    page = queries.follow_up_board(slug, request.viewer, request.at, get_language() or "fr")
    return csv_response(f"{page.instance.slug}-suivi.csv", *board_rows_of(page))


@require_POST
def remind(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Remind the correspondents of the members of whom there is no report."""
    decision = queries.decision_found(uid, request.viewer, request.at)
    remind_members(decision=decision, by=request.viewer, at=request.at)
    return seen(reverse("follow_up_board", args=[decision.meeting.instance.slug]))


@require_POST
def close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Close the follow-up of a decision."""
    decision = queries.decision_found(uid, request.viewer, request.at)
    close_follow_up(
        decision=decision, version=number_in(request, "version"), by=request.viewer, at=request.at
    )
    return seen(decision)
