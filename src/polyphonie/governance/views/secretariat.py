"""The secretariat's pages: one verb each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import permit
from polyphonie.web.refusals import refusals_on

from ..domain.delegations import (
    call_the_roll,
    invite_member,
    name_new_delegate,
    receive_credential,
    settle_credential,
)
from ..domain.documents import (
    announce_document,
    deposit_version,
    issue_version,
    move_deadline,
    proofread_version,
    withdraw_document,
)
from ..domain.entitlement import rules_of
from ..domain.meetings import add_item, advance_meeting, call_meeting, move_item, record_outcome, seat_room
from ..domain.member_import import MemberLine, import_members, preview_members
from ..domain.members import set_rules
from ..domain.queries import meetings as queries
from ..enums import CredentialState, MeetingState
from ..interfaces.forms import (
    CallForm,
    CredentialForm,
    DeadlineForm,
    DelegateForm,
    DocumentForm,
    InviteForm,
    ItemForm,
    MembersForm,
    OutcomeForm,
    RulesForm,
    SeatForm,
    VersionForm,
)
from ..models import Meeting
from .asking import form_page, number_in, seen


def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Call a meeting of an instance."""
    instance = queries.instance_named(slug, request.viewer, request.at)
    permit("governance.call_meeting", request.viewer, instance)
    before = queries.meetings_before(instance, request.viewer, request.at)
    form = CallForm(request.POST or None, before=before)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = call_meeting(instance=instance, calling=form.calling(), by=request.viewer, at=request.at)
            return seen(made)
    return form_page(request, form, "call", lead=instance.name, back=instance.get_absolute_url())


def _meeting(request: HttpRequest, slug: str, right: str = "governance.keep_meeting") -> Meeting:
    meeting = queries.meeting_named(slug, request.viewer, request.at)
    permit(right, request.viewer, meeting)
    return meeting


def _back(request: HttpRequest, meeting: Meeting, form: Any, task: str, **context: Any) -> HttpResponse:
    return form_page(
        request, form, task, lead=meeting.conference.title, back=meeting.get_absolute_url(), **context
    )


def seat(request: HttpRequest, slug: str) -> HttpResponse:
    """Seat the room: presidency, rapporteur, secretariat."""
    meeting = _meeting(request, slug)
    form = SeatForm(request.POST or None, people=queries.people_of_room(meeting, request.at))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            seat_room(meeting=meeting, officers=form.seats(), by=request.viewer, at=request.at)
            return seen(meeting)
    return _back(request, meeting, form, "seat")


def new_item(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a point to the agenda."""
    meeting = _meeting(request, slug)
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            item = add_item(
                meeting=meeting,
                wordings=form.wordings(),
                purpose=data["purpose"],
                stage=data["stage"],
                distribution=data["distribution"],
                presenter=data["presenter"],
                by=request.viewer,
                at=request.at,
            )
            return seen(f"{meeting.get_absolute_url()}#point-{item.number}")
    return _back(request, meeting, form, "item")


def outcome(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write what came of a point."""
    item = queries.item_found(uid, request.viewer, request.at)
    permit("governance.draft_decision", request.viewer, item.meeting)
    form = OutcomeForm(request.POST or None, initial={"outcome": item.outcome, "version": item.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_outcome(
                item=item,
                outcome=form.cleaned_data["outcome"],
                version=form.cleaned_data["version"],
                by=request.viewer,
                at=request.at,
            )
            return seen(f"{item.meeting.get_absolute_url()}#point-{item.number}")
    return _back(request, item.meeting, form, "outcome")


@require_POST
def move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a point at another moment."""
    item = queries.item_found(uid, request.viewer, request.at)
    move_item(item=item, order=number_in(request, "order"), by=request.viewer, at=request.at)
    return seen(f"{item.meeting.get_absolute_url()}#point-{item.number}")


@require_POST
def advance(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the meeting to its next stage."""
    meeting = _meeting(request, slug)
    to = request.POST.get("to", "")
    if to not in MeetingState.values:
        raise Unknown()
    advance_meeting(
        meeting=meeting, to=to, version=number_in(request, "version"), by=request.viewer, at=request.at
    )
    return seen(meeting)


def new_document(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a document its symbol, languages and deadline."""
    meeting = _meeting(request, slug)
    form = DocumentForm(request.POST or None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            made = announce_document(meeting=meeting, by=request.viewer, at=request.at, **data)
            return seen(made)
    return _back(request, meeting, form, "document")


def document(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Deposit a document in one language."""
    found = queries.document_found(uid, request.viewer, request.at)
    permit("governance.keep_meeting", request.viewer, found.meeting)
    form = VersionForm(request.POST or None, request.FILES or None)
    form.fields["language"].initial = request.GET.get("langue", found.original_language)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            deposit_version(
                document=found,
                language=data["language"],
                content=data["file"] or None,
                filename=data["file"].name if data["file"] else "",
                link=data["link"],
                by=request.viewer,
                at=request.at,
            )
            return seen(found)
    return _back(request, found.meeting, form, "version", facts=[(found.symbol, found.title)])


def deadline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Set another deadline."""
    found = queries.document_found(uid, request.viewer, request.at)
    permit("governance.keep_meeting", request.viewer, found.meeting)
    form = DeadlineForm(
        request.POST or None,
        zone=found.meeting.conference.time_zone,
        initial={"due_at": found.due_at, "version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            move_deadline(
                document=found,
                due_at=form.cleaned_data["due_at"],
                version=form.cleaned_data["version"],
                by=request.viewer,
                at=request.at,
            )
            return seen(found)
    return _back(request, found.meeting, form, "deadline", facts=[(found.symbol, found.title)])


@require_POST
def version_step(request: HttpRequest, uid: UUID, step: str) -> HttpResponse:
    """Proofread or issue one language, or withdraw the document."""
    found = queries.document_found(uid, request.viewer, request.at)
    common = {"by": request.viewer, "at": request.at}
    if step == "relire":
        proofread_version(document=found, language=request.POST.get("language", ""), **common)
    elif step == "parution":
        issue_version(document=found, language=request.POST.get("language", ""), **common)
    elif step == "retrait":
        withdraw_document(document=found, version=number_in(request, "version"), **common)
    else:
        raise Unknown()
    return seen(found)


def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite a member to send a delegation."""
    meeting = _meeting(request, slug)
    form = InviteForm(
        request.POST or None, members=queries.invitable(meeting), zone=meeting.conference.time_zone
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            invite_member(meeting=meeting, by=request.viewer, at=request.at, **form.cleaned_data)
            return seen(f"{meeting.get_absolute_url()}#delegations")
    return _back(request, meeting, form, "invite")


def name(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Name somebody of a delegation: its correspondents, or the secretariat."""
    delegation = queries.delegation_found(uid, request.viewer, request.at)
    permit("governance.name_delegation", request.viewer, delegation)
    form = DelegateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            name_new_delegate(delegation=delegation, by=request.viewer, at=request.at, **form.cleaned_data)
            return seen(f"{delegation.meeting.get_absolute_url()}#delegations")
    facts = [(delegation.member.name, "")]
    return _back(request, delegation.meeting, form, "name", facts=facts)


def credential(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take in a letter of credentials."""
    found = queries.credential_found(uid, request.viewer, request.at)
    meeting = found.delegate.delegation.meeting
    form = CredentialForm(request.POST or None, request.FILES or None, initial={"authority": found.authority})
    if request.method == "POST" and form.is_valid():
        letter = form.cleaned_data["letter"]
        with refusals_on(form):
            receive_credential(
                credential=found,
                authority=form.cleaned_data["authority"],
                letter=letter or None,
                filename=letter.name if letter else "",
                by=request.viewer,
                at=request.at,
            )
            return seen(f"{meeting.get_absolute_url()}#delegations")
    facts = [(found.delegate.delegation.member.name, "")]
    return _back(request, meeting, form, "credential", facts=facts)


@require_POST
def settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Check, accept, query or refuse credentials."""
    found = queries.credential_found(uid, request.viewer, request.at)
    to = request.POST.get("to", "")
    if to not in CredentialState.values:
        raise Unknown()
    settle_credential(
        credential=found,
        to=to,
        version=number_in(request, "version"),
        by=request.viewer,
        at=request.at,
    )
    return seen(f"{found.delegate.delegation.meeting.get_absolute_url()}#delegations")


@require_POST
def roll(request: HttpRequest, slug: str) -> HttpResponse:
    """Say who is in the room today."""
    meeting = _meeting(request, slug, "governance.conduct_meeting")
    present = [int(v) for v in request.POST.getlist("present") if v.isdecimal()]
    call_the_roll(meeting=meeting, present=present, by=request.viewer, at=request.at)
    return seen(f"{meeting.get_absolute_url()}#delegations")


def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Set how an instance decides; an administrator does."""
    instance = queries.instance_named(slug, request.viewer, request.at)
    permit("governance.set_rules", request.viewer, instance)
    standing = rules_of(instance)
    initial = (
        {
            **{name: getattr(standing, name) for name in RulesForm.base_fields},
            "languages": ", ".join(standing.languages),
        }
        if standing
        else {}
    )
    form = RulesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            set_rules(instance=instance, by=request.viewer, at=request.at, **form.rules())
            return seen(instance)
    return form_page(request, form, "rules", lead=instance.name, back=instance.get_absolute_url())


def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring members in from a table: first what it would do, then, asked again, all of it."""
    body = queries.instance_named(slug, request.viewer, request.at)
    permit("governance.keep_members", request.viewer, body)
    form = MembersForm(request.POST or None, request.FILES or None)
    lines: list[MemberLine] = []
    text = ""
    if request.method == "POST" and form.is_valid():
        content = form.content()
        with refusals_on(form):
            if "write" in request.POST:
                import_members(body=body, content=content, by=request.viewer, at=request.at)
                return seen(f"{body.get_absolute_url()}#members")
            lines = preview_members(body=body, content=content, by=request.viewer)
            text = content.decode("utf-8-sig")
    return render(
        request,
        "governance/members_import.html",
        {
            "form": form,
            "body": body,
            "lines": lines,
            "text": text,
            "clean": bool(lines) and not any(line.problem for line in lines),
        },
        status=422 if form.errors else 200,
    )
