"""The pages of the room: a text is drafted, debated, objected to, voted, adopted."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import ChangedMeanwhile, Unknown
from polyphonie.kernel.rights import permit
from polyphonie.recommendations.domain.drafting import wordings
from polyphonie.recommendations.interfaces.forms import languages_of
from polyphonie.web.refusals import refusals_on

from ..domain import decision_texts as texts
from ..domain import decisions as verbs
from ..domain.queries import decisions as queries
from ..domain.queries import meetings
from ..enums import DecisionState
from ..interfaces.forms import DebateForm, DecisionForm, ObjectionForm, RewordForm, VoteForm
from ..models import Decision
from .asking import form_page, number_in, seen


def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft a decision of a meeting."""
    meeting = meetings.meeting_named(slug, request.viewer, request.at)
    permit("governance.draft_decision", request.viewer, meeting)
    form = DecisionForm(request.POST or None)
    form.add_text_fields(languages_of(meeting.process.languages))
    form.offer(
        meeting,
        queries.members_with_seat(meeting),
        meetings.sources_open_to(meeting, request.viewer, request.at),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            made = texts.draft_decision(
                meeting=meeting,
                texts=form.texts(),
                rapporteur=data["rapporteur"],
                item=data["item"],
                mode=data["mode"],
                source=data["source"],
                reason=data["reason"],
                reason_language=get_language() or "fr",
                report_due=data["report_due"],
                is_fictitious=data["is_fictitious"],
                by=request.viewer,
                at=request.at,
            )
            return seen(made)
    return form_page(
        request, form, "decision", lead=meeting.conference.title, back=meeting.get_absolute_url()
    )


def _decision(request: HttpRequest, uid: UUID, right: str) -> Decision:
    found = queries.decision_found(uid, request.viewer, request.at)
    permit(right, request.viewer, found.meeting)
    return found


def reword(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give the text other words before it is decided."""
    found = _decision(request, uid, "governance.draft_decision")
    before = wordings(found.revision)
    form = RewordForm(request.POST or None, initial={"version": found.version})
    form.add_text_fields(
        languages_of(found.meeting.process.languages, before),
        initial=found.revision.texts_by_language(),
        before=before,
    )
    clash = None
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                texts.reword_decision(
                    decision=found,
                    texts=form.texts(),
                    version=form.cleaned_data["version"],
                    by=request.viewer,
                    at=request.at,
                )
                return seen(found)
        except ChangedMeanwhile as meanwhile:
            clash = meanwhile
    return form_page(
        request,
        form,
        "reword",
        lead=found.symbol,
        back=found.get_absolute_url(),
        clash=clash,
        status=409 if clash else 422 if form.errors else 200,
    )


@require_POST
def table(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put the draft before the room."""
    found = _decision(request, uid, "governance.draft_decision")
    texts.table_decision(
        decision=found, version=number_in(request, "version"), by=request.viewer, at=request.at
    )
    return seen(found)


def debate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open the debate, and say until when members may object."""
    found = _decision(request, uid, "governance.conduct_meeting")
    form = DebateForm(
        request.POST or None,
        zone=found.meeting.conference.time_zone,
        initial={"version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.open_debate(
                decision=found,
                version=form.cleaned_data["version"],
                window_closes_at=form.cleaned_data["window_closes_at"],
                by=request.viewer,
                at=request.at,
            )
            return seen(found)
    return form_page(request, form, "debate", lead=found.symbol, back=found.get_absolute_url())


def objection(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Record what a member has against the text."""
    found, delegations = queries.deciding_on(uid, request.viewer, request.at)
    form = ObjectionForm(request.POST or None, delegations=delegations, decision=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.record_objection(
                decision=found,
                language=get_language() or "fr",
                by=request.viewer,
                at=request.at,
                **form.cleaned_data,
            )
            return seen(found)
    return form_page(request, form, "objection", lead=found.symbol, back=found.get_absolute_url())


@require_POST
def lift(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Lift an objection: it stays in the record as lifted."""
    found = queries.decision_found(uid, request.viewer, request.at)
    made = found.objections.select_related("member").filter(pk=number).first()
    if made is None:
        raise Unknown()
    delegation = (
        found.meeting.delegations.filter(member=made.member)
        .select_related("member", "group", "meeting__conference", "meeting__instance", "meeting__group")
        .first()
    )
    if delegation is None:
        raise Unknown()
    verbs.lift_objection(objection=made, delegation=delegation, by=request.viewer, at=request.at)
    return seen(found)


def vote(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer the roll for a member."""
    found, delegations = queries.deciding_on(uid, request.viewer, request.at)
    form = VoteForm(request.POST or None, delegations=delegations)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verbs.cast_vote(decision=found, by=request.viewer, at=request.at, **form.cleaned_data)
            return seen(found)
    return form_page(request, form, "vote", lead=found.symbol, back=found.get_absolute_url())


@require_POST
def adopt(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Adopt the text: with the quorum, after the window, or by a vote that carries."""
    found = _decision(request, uid, "governance.conduct_meeting")
    verbs.adopt_decision(
        decision=found, version=number_in(request, "version"), by=request.viewer, at=request.at
    )
    return seen(found)


@require_POST
def set_aside(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put the text off, withdraw it, or note that it was not adopted."""
    found = _decision(request, uid, "governance.conduct_meeting")
    to = request.POST.get("to", "")
    if to not in {DecisionState.DEFERRED, DecisionState.WITHDRAWN, DecisionState.NOT_ADOPTED}:
        raise Unknown()
    verbs.set_aside_decision(
        decision=found, to=to, version=number_in(request, "version"), by=request.viewer, at=request.at
    )
    return seen(found)
