"""Pages of those who work on a visit or on what follows from it: one verb each."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import ChangedMeanwhile, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.web.refusals import refusals_on

from ..domain.action_plans import (
    adjust_action_plan,
    adopt_action_plan,
    change_action_plan,
    close_action_plan,
    draft_action_plan,
    evaluate_action_plan,
    link_plan_to_recommendation,
    start_action_plan,
)
from ..domain.observations import (
    change_observation,
    share_observation,
    withdraw_observation,
    write_observation,
)
from ..domain.practices import change_practice, draft_practice, publish_practice
from ..domain.programmes import record_stage
from ..domain.queries.agreement import settlement_found
from ..domain.queries.choices import cell_named, flows_open_to, persons_open_to, team_choices
from ..domain.queries.practices import (
    bodies_served,
    citable_sheets,
    linkable_recommendations,
    plan_found,
    practice_found,
)
from ..domain.queries.programmes import programme_named, stage_found
from ..domain.queries.syntheses import claim_found
from ..domain.queries.visits import consent_found, observation_found, visit_found
from ..domain.ratings import assign_cell, settle_rating, sign_settlement
from ..domain.refusals import WrittenMeanwhile
from ..domain.syntheses import publish_synthesis, remove_claim, write_claim
from ..domain.visits import (
    call_debrief,
    close_debriefs,
    close_visit,
    hold_debrief,
    name_host,
    note_cell,
    plan_visit,
    publish_visit,
    reopen_visit,
    schedule_slot,
    withdraw_consent,
)
from ..interfaces.forms import (
    AdjustmentForm,
    AssignmentForm,
    CellForm,
    ClaimForm,
    DebriefForm,
    EvaluationForm,
    HostForm,
    LinkForm,
    NewPlanForm,
    PlanForm,
    PracticeForm,
    SettlementForm,
    SheetForm,
    SlotForm,
    StageForm,
    VisitForm,
)
from ..models import ActionPlan, Visit

VISIT_STEPS: dict[str, Callable[..., Visit]] = {
    "publish": publish_visit,
    "conclude": close_debriefs,
    "reopen": reopen_visit,
    "close": close_visit,
}
PLAN_STEPS: dict[str, Callable[..., ActionPlan]] = {
    "adopt": adopt_action_plan,
    "start": start_action_plan,
    "close": close_action_plan,
}


def _seen(address: Any) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


def _form_page(
    request: HttpRequest, form: forms.Form, task: str, *, status: int | None = None, **context: Any
) -> HttpResponse:
    status = status or (422 if form.errors else 200)
    return render(request, "mobility/form.html", {"form": form, "task": task, **context}, status=status)


def _differences(form: forms.Form, theirs: Any, mine: Any) -> list[dict[str, Any]]:
    """The fields that two versions say differently."""
    rows = []
    for name, field in form.fields.items():
        if name == "version" or not hasattr(theirs, name):
            continue
        left, right = _shown(getattr(theirs, name)), _shown(getattr(mine, name))
        if left != right:
            rows.append({"label": field.label, "theirs": left, "mine": right})
    return rows


def _shown(value: Any) -> str:
    if isinstance(value, LocalisedText):
        return str(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(sorted(str(v) for v in value))
    return "" if value is None else str(value)


def _meanwhile(
    request: HttpRequest, form: forms.Form, task: str, changed: ChangedMeanwhile, version: int, **context: Any
) -> HttpResponse:
    """Both versions, and the form with the person's own text, to be sent again or put aside."""
    form.data = form.data.copy()
    form.data["version"] = str(version)
    rows = _differences(form, changed.theirs, changed.mine)
    return _form_page(request, form, task, status=409, meanwhile=changed, differences=rows, **context)


def new_visit(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a visit of one of the programme's flows and form its team."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    programme = programme_named(slug, viewer, at)
    flows = flows_open_to(programme, viewer)
    form = VisitForm(request.POST or None, flows=flows, persons=persons_open_to(programme, viewer, at))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            visit = plan_visit(
                flow=data["flow"],
                title=data["title"],
                start_date=data["start_date"],
                end_date=data["end_date"],
                chair=data["chair"],
                members=list(data["members"]),
                is_fictitious=programme.is_fictitious,
                by=viewer,
                at=at,
            )
            return _seen(visit)
    return _form_page(request, form, "visit", programme=programme)


def record(request: HttpRequest, slug: str, order: int) -> HttpResponse:
    """Say when a stage was held and what came of it; what was planned stays."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    stage = stage_found(slug, order, viewer, at)
    permit("mobility.record_stage", viewer, stage.programme)
    form = StageForm(request.POST or None, initial=StageForm.starting_from(stage))
    if request.method == "POST" and form.is_valid():
        data = {**form.cleaned_data, "version": form.cleaned_data["version"] or 0}
        try:
            with refusals_on(form):
                record_stage(stage=stage, by=viewer, at=at, **data)
                return _seen(f"{stage.programme.get_absolute_url()}#stages")
        except ChangedMeanwhile as meanwhile:
            theirs = SimpleNamespace(**StageForm.starting_from(stage))
            both = WrittenMeanwhile(theirs=theirs, mine=SimpleNamespace(**data))
            both.sentence = meanwhile.sentence
            return _meanwhile(request, form, "stage", both, stage.version, programme=stage.programme)
    return _form_page(request, form, "stage", programme=stage.programme)


@require_POST
def take_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a consent back: what it covered is hidden at once."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    consent = consent_found(uid, viewer, at)
    withdraw_consent(consent=consent, by=viewer, at=at)
    return _seen(consent.visit)


@require_POST
def step(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """The next state of a visit: published, concluded, reopened, closed."""
    visit = visit_found(uid, request.viewer, request.at)  # type: ignore[attr-defined]
    permit("mobility.run_visit", request.viewer, visit)  # type: ignore[attr-defined]
    VISIT_STEPS[verb](visit=visit, by=request.viewer, at=request.at)  # type: ignore[attr-defined]
    return _seen(visit)


@require_POST
def new_host(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write who receives the team."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.run_visit", viewer, visit)
    form = HostForm(request.POST, prefix="host")
    if form.is_valid():
        with refusals_on(form):
            name_host(visit=visit, is_fictitious=visit.is_fictitious, by=viewer, at=at, **form.cleaned_data)
            return _seen(visit)
    return _form_page(request, form, "host", visit=visit, status=422)


@require_POST
def new_slot(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write an hour of the programme."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.run_visit", viewer, visit)
    form = SlotForm(request.POST, prefix="slot", visit=visit)
    if form.is_valid():
        with refusals_on(form):
            schedule_slot(visit=visit, by=viewer, at=at, **form.cleaned_data)
            return _seen(visit)
    return _form_page(request, form, "slot", visit=visit, status=422)


@require_POST
def cell(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say why a cell has no sheet."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.observe", viewer, visit)
    form = CellForm(request.POST, prefix="cell", visit=visit)
    if form.is_valid():
        with refusals_on(form):
            note_cell(visit=visit, by=viewer, at=at, **form.cleaned_data)
            return _seen(f"{visit.get_absolute_url()}#grid")
    return _form_page(request, form, "cell", visit=visit, status=422)


@require_POST
def debrief(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Call the team for an evening, or keep what the evening found."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.run_visit", viewer, visit)
    form = DebriefForm(request.POST, prefix="debrief", visit=visit)
    if form.is_valid():
        with refusals_on(form):
            if "call" in request.POST:
                call_debrief(visit=visit, day=form.cleaned_data["day"], by=viewer, at=at)
            else:
                hold_debrief(visit=visit, by=viewer, at=at, **form.cleaned_data)
            return _seen(f"{visit.get_absolute_url()}#days")
    return _form_page(request, form, "debrief", visit=visit, status=422)


def new_observation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write a sheet in one cell of the visit's grid."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.observe", viewer, visit)
    asked = cell_named(visit, request.GET.get("case", ""))
    form = SheetForm(
        request.POST or None,
        visit=visit,
        initial=SheetForm.new(visit, at, asked, get_language() or "fr"),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sheet = write_observation(
                visit=visit,
                criterion=form.cleaned_data["criterion"],
                sheet=form.sheet(),
                client_uuid=form.cleaned_data["client_uuid"],
                by=viewer,
                at=at,
            )
            return _seen(sheet)
    return _form_page(request, form, "sheet", visit=visit, criterion=asked)


def edit_observation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change one's own draft; if it was written elsewhere meanwhile, both versions are shown."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    sheet = observation_found(uid, viewer, at)
    permit("mobility.observe", viewer, sheet.visit)
    form = SheetForm(
        request.POST or None,
        visit=sheet.visit,
        cell=sheet.criterion,
        initial=SheetForm.starting_from(sheet),
    )
    context = {"visit": sheet.visit, "sheet": sheet, "criterion": sheet.criterion}
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                changed = change_observation(
                    observation=sheet,
                    version=form.cleaned_data["version"] or 0,
                    sheet=form.sheet(),
                    by=viewer,
                    at=at,
                )
                return _seen(changed)
        except ChangedMeanwhile as meanwhile:
            return _meanwhile(request, form, "sheet", meanwhile, sheet.version, **context)
    return _form_page(request, form, "sheet", **context)


@require_POST
def share(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open a sheet to the team, the programme or everybody."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    sheet = observation_found(uid, viewer, at)
    permit("mobility.observe", viewer, sheet.visit)
    share_observation(observation=sheet, audience=request.POST.get("audience", ""), by=viewer, at=at)
    return _seen(sheet)


@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a sheet away."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    sheet = observation_found(uid, viewer, at)
    permit("mobility.observe", viewer, sheet.visit)
    withdraw_observation(observation=sheet, by=viewer, at=at)
    return _seen(sheet.visit)


def new_practice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Begin a practice card from the shared sheets of a visit."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.draft_practice", viewer, visit)
    form = PracticeForm(request.POST or None, sheets=citable_sheets(visit.pk, viewer, at))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            card = draft_practice(visit=visit, practice=form.practice_said(), by=viewer, at=at)
            return _seen(card)
    return _form_page(request, form, "practice", visit=visit)


def edit_practice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change a practice card; if somebody else wrote first, both versions are shown."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    card = practice_found(uid, viewer, at)
    permit("mobility.keep_practice", viewer, card)
    form = PracticeForm(
        request.POST or None,
        sheets=citable_sheets(card.visit_id, viewer, at),
        initial=PracticeForm.starting_from(card),
    )
    context = {"visit": card.visit, "card": card}
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                changed = change_practice(
                    card=card,
                    version=form.cleaned_data["version"] or 0,
                    practice=form.practice_said(),
                    by=viewer,
                    at=at,
                )
                return _seen(changed)
        except ChangedMeanwhile as meanwhile:
            return _meanwhile(request, form, "practice", meanwhile, card.version, **context)
    return _form_page(request, form, "practice", **context)


@require_POST
def publish_card(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open a practice card to everybody."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    card = practice_found(uid, viewer, at)
    publish_practice(card=card, by=viewer, at=at)
    return _seen(card)


def new_plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Prepare an action at home from a practice card."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    card = practice_found(uid, viewer, at)
    permit("mobility.act_at_home", viewer)
    form = NewPlanForm(request.POST or None, bodies=bodies_served(viewer))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            plan = draft_action_plan(
                organisation=form.cleaned_data["organisation"],
                plan=form.plan(),
                practice=card,
                is_fictitious=card.is_fictitious,
                by=viewer,
                at=at,
            )
            return _seen(plan)
    return _form_page(request, form, "plan", card=card)


def edit_plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change an action in preparation."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    plan = plan_found(uid, viewer, at)
    permit("mobility.keep_action_plan", viewer, plan)
    form = PlanForm(request.POST or None, initial=PlanForm.starting_from(plan))
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_on(form):
                changed = change_action_plan(
                    plan=plan,
                    version=form.cleaned_data["version"] or 0,
                    details=form.plan(),
                    by=viewer,
                    at=at,
                )
                return _seen(changed)
        except ChangedMeanwhile as meanwhile:
            return _meanwhile(request, form, "plan", meanwhile, plan.version, plan=plan)
    return _form_page(request, form, "plan", plan=plan)


@require_POST
def plan_step(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """The next state of an action: adopted, running, closed."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    plan = plan_found(uid, viewer, at)
    PLAN_STEPS[verb](plan=plan, by=viewer, at=at)
    return _seen(plan)


@require_POST
def evaluate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say what the indicator shows."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    plan = plan_found(uid, viewer, at)
    permit("mobility.keep_action_plan", viewer, plan)
    form = EvaluationForm(request.POST, prefix="evaluation")
    if form.is_valid():
        with refusals_on(form):
            evaluate_action_plan(plan=plan, by=viewer, at=at, **form.cleaned_data)
            return _seen(plan)
    return _form_page(request, form, "evaluation", plan=plan, status=422)


@require_POST
def adjust(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Draw the conclusion of an evaluation."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    plan = plan_found(uid, viewer, at)
    permit("mobility.keep_action_plan", viewer, plan)
    form = AdjustmentForm(request.POST, prefix="adjustment")
    if form.is_valid():
        with refusals_on(form):
            adjust_action_plan(plan=plan, by=viewer, at=at, **form.cleaned_data)
            return _seen(plan)
    return _form_page(request, form, "adjustment", plan=plan, status=422)


def link(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say which recommendation an action implements, illustrates or precedes."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    plan = plan_found(uid, viewer, at)
    permit("mobility.keep_action_plan", viewer, plan)
    form = LinkForm(request.POST or None, recommendations=linkable_recommendations(viewer, at))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            link_plan_to_recommendation(plan=plan, by=viewer, at=at, **form.cleaned_data)
            return _seen(plan)
    return _form_page(request, form, "link", plan=plan)


@require_POST
def assign(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a cell to one observer, or to two who do not read each other."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.run_visit", viewer, visit)
    form = AssignmentForm(request.POST, prefix="assignment", visit=visit, persons=team_choices(visit, at))
    if form.is_valid():
        with refusals_on(form):
            assign_cell(visit=visit, by=viewer, at=at, **form.cleaned_data)
            return _seen(f"{visit.get_absolute_url()}#grid")
    return _form_page(request, form, "assignment", visit=visit, status=422)


def settle_cell(request: HttpRequest, uid: UUID, cell: str) -> HttpResponse:
    """One of the two who rated a cell differently proposes how to settle it."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.observe", viewer, visit)
    criterion = cell_named(visit, cell)
    if criterion is None:
        raise Unknown()
    form = SettlementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            settle_rating(visit=visit, criterion=criterion, by=viewer, at=at, **form.cleaned_data)
            return _seen(reverse("observers_agreement", args=[visit.uid]))
    return _form_page(request, form, "settlement", visit=visit, criterion=criterion)


@require_POST
def sign_cell(request: HttpRequest, uid: UUID, cell: str) -> HttpResponse:
    """The other of the two agrees."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.observe", viewer, visit)
    sign_settlement(settlement=settlement_found(visit, cell), by=viewer, at=at)
    return _seen(reverse("observers_agreement", args=[visit.uid]))


@require_POST
def new_claim(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Add a sentence to the synthesis."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    permit("mobility.observe", viewer, visit)
    form = ClaimForm(request.POST, sheets=citable_sheets(visit.pk, viewer, at))
    if form.is_valid():
        with refusals_on(form):
            write_claim(visit=visit, language=get_language() or "fr", by=viewer, at=at, **form.cleaned_data)
            return _seen(reverse("synthesis", args=[visit.uid]))
    return _form_page(request, form, "claim", visit=visit, status=422)


@require_POST
def drop_claim(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a sentence of the synthesis away."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    claim = claim_found(uid, viewer, at)
    remove_claim(claim=claim, by=viewer, at=at)
    return _seen(reverse("synthesis", args=[claim.synthesis.visit.uid]))


@require_POST
def open_synthesis(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Publish the synthesis of a visit."""
    viewer, at = request.viewer, request.at  # type: ignore[attr-defined]
    visit = visit_found(uid, viewer, at)
    publish_synthesis(visit=visit, by=viewer, at=at)
    return _seen(reverse("synthesis", args=[visit.uid]))
