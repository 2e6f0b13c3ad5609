"""The question desk: one queue for all sites; the expert's page; the session report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from polyphonie.kernel import clock
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.domain.queries.standing import person_of
from polyphonie.web.exports import csv_response
from polyphonie.web.refusals import refusals_on

from ..domain import question_groups as verbs
from ..domain.chat import post_message, post_notice, remove_message
from ..domain.live_log import instant
from ..domain.queries.live_log import site_uids_of, snapshot
from ..domain.queries.questions import GroupRow, desk, forwarded_to, report
from ..domain.queries.rooms import conference_handled_by
from ..domain.questions import decline_question, reopen_question
from ..interfaces.live_forms import (
    ORIGINS,
    ForwardForm,
    GroupForm,
    GroupTextForm,
    MarkForm,
    MessageForm,
    QuestionReasonForm,
    QuestionsForm,
    ReasonForm,
    languages_of,
)
from ..interfaces.requests import Seen
from ..interfaces.room_page import SPEAKERS, STATES, message_rows
from ..live.tokens import HOST, Claims, issue_stream
from ..models import Conference


def _conference(request: Seen, slug: str) -> Conference:
    return conference_handled_by(slug, request.viewer, request.at)


def _claims(request: Seen, conference: Conference) -> Claims:
    """Those who work for the host follow without delay, on the conference's own clock."""
    return Claims(
        conference.pk, HOST, 1, str(request.viewer.id), "staff", conference.clock_offset.total_seconds()
    )


@require_GET
def question_desk(request: Seen, slug: str) -> HttpResponse:
    return _page(request, _conference(request, slug))


def _page(request: Seen, conference: Conference, status: int = 200, **more: Any) -> HttpResponse:
    now = clock.now(conference.clock_offset)
    held = snapshot(
        conference=conference,
        site=HOST,
        scope=("public", "staff"),
        site_now=now,
        site_uids=site_uids_of(conference),
        keep=40,
    )
    return render(
        request,
        "conferences/question_desk.html",
        {
            **_queue(request, conference),
            "messages_shown": message_rows(held.messages, set()),
            "message_form": more.pop("message_form", None) or MessageForm(prefix="message"),
            "data": {
                "mode": "desk",
                "cursor": str(held.cursor),
                "stream": "/live/stream",
                "streamToken": issue_stream(_claims(request, conference)),
                "tokens": reverse("desk_tokens", args=[conference.slug]),
                "panel": reverse("desk_queue", args=[conference.slug]),
                "speakers": {key: str(word) for key, word in SPEAKERS.items()},
                "siteNow": instant(now),
                "programmeZone": conference.time_zone,
                "language": get_language() or "fr",
            },
            **more,
        },
        status=status,
    )


def _queue(request: Seen, conference: Conference) -> dict[str, Any]:
    return {
        "conference": conference,
        "desk": desk(conference, request.viewer, request.at),
        "experts": verbs.experts_of(conference, request.at),
        "moderates": may("conferences.moderate", request.viewer, conference),
        "languages": languages_of(conference),
        "origins": ORIGINS,
        "states": STATES,
    }


@require_GET
def desk_queue(request: Seen, slug: str) -> HttpResponse:
    """The queue alone, fetched again when something has happened."""
    return render(request, "conferences/desk_queue.html", _queue(request, _conference(request, slug)))


@require_GET
def desk_tokens(request: Seen, slug: str) -> JsonResponse:
    response = JsonResponse({"stream": issue_stream(_claims(request, _conference(request, slug)))})
    response["Cache-Control"] = "private, no-store"
    return response


def _merge(form: Any, **who: Any) -> None:
    verbs.merge_questions(questions=list(form.cleaned_data["questions"]), **who)


def _ungroup(form: Any, **who: Any) -> None:
    for question in form.cleaned_data["questions"]:
        verbs.ungroup_question(question=question, **who)


def _decline(form: Any, **who: Any) -> None:
    for question in form.cleaned_data["questions"]:
        decline_question(question=question, reason=form.cleaned_data["reason"], **who)


def _reopen(form: Any, **who: Any) -> None:
    for question in form.cleaned_data["questions"]:
        reopen_question(question=question, **who)


def _seen(form: Any) -> dict[str, Any]:
    return {"group": form.cleaned_data["group"], "version": form.cleaned_data["version"]}


def _translate(form: Any, **who: Any) -> None:
    data = form.cleaned_data
    verbs.set_group_text(
        language=data["language"], text=data["text"], origin=data["origin"] or "human", **_seen(form), **who
    )


def _forward(form: Any, **who: Any) -> None:
    verbs.forward_group(expert=form.cleaned_data["expert"], **_seen(form), **who)


def _answer(form: Any, **who: Any) -> None:
    data = form.cleaned_data
    verbs.answer_group(
        language=data["language"], text=data["text"], doubtful=form.words(), **_seen(form), **who
    )


def _add_version(form: Any, **who: Any) -> None:
    data = form.cleaned_data
    verbs.add_answer_version(
        language=data["language"],
        text=data["text"],
        origin=data["origin"] or "human",
        doubtful=form.words(),
        **_seen(form),
        **who,
    )


def _decline_group(form: Any, **who: Any) -> None:
    verbs.decline_group(reason=form.cleaned_data["reason"], **_seen(form), **who)


def _mark(form: Any, **who: Any) -> None:
    verbs.mark_group(mark=form.cleaned_data["mark"], value=form.cleaned_data["value"], **_seen(form), **who)


def _plain(verb: Callable[..., Any]) -> Callable[..., None]:
    def run(form: Any, **who: Any) -> None:
        verb(**_seen(form), **who)

    return run


ACTS: dict[str, tuple[Any, Callable[..., None]]] = {
    "regrouper": (QuestionsForm, _merge),
    "degrouper": (QuestionsForm, _ungroup),
    "ecarter": (QuestionReasonForm, _decline),
    "rouvrir": (QuestionsForm, _reopen),
    "traduire": (GroupTextForm, _translate),
    "transmettre": (ForwardForm, _forward),
    "rendre": (GroupForm, _plain(verbs.send_back_group)),
    "ecarter-groupe": (ReasonForm, _decline_group),
    "repondre": (GroupTextForm, _answer),
    "version": (GroupTextForm, _add_version),
    "publier": (GroupForm, _plain(verbs.publish_answer)),
    "approuver": (GroupForm, _plain(verbs.approve_group)),
    "retirer": (GroupForm, _plain(verbs.withdraw_approval)),
    "marquer": (MarkForm, _mark),
}


@require_POST
def act(request: Seen, slug: str, verb: str) -> HttpResponse:
    """One act on the queue; a refusal stands above it, and what was typed is kept."""
    conference = _conference(request, slug)
    if verb not in ACTS:
        raise Unknown()
    form_class, run = ACTS[verb]
    form = form_class(request.POST, conference=conference)
    back = "expert_desk" if request.POST.get("page") == "transmises" else "question_desk"
    if form.is_valid():
        with refusals_on(form):
            run(form, by=request.viewer, at=request.at)
            return redirect(back, slug=slug)
    if back == "expert_desk":
        return _expert_page(request, conference, 422, refused=form, typed=request.POST)
    return _page(request, conference, 422, refused=form, typed=request.POST)


@require_POST
def say_for_host(request: Seen, slug: str) -> HttpResponse:
    """Speak in the chat for the host, or tell every site something urgent."""
    conference = _conference(request, slug)
    form = MessageForm(request.POST, prefix="message")
    if form.is_valid():
        with refusals_on(form):
            language = get_language() or "fr"
            if "urgent" in request.POST:
                post_notice(
                    conference=conference,
                    text=form.cleaned_data["text"],
                    language=language,
                    by=request.viewer,
                    at=request.at,
                )
            else:
                post_message(
                    conference=conference,
                    site=None,
                    text=form.cleaned_data["text"],
                    language=language,
                    by=request.viewer,
                    at=request.at,
                    key=form.cleaned_data["key"],
                )
            return redirect("question_desk", slug=slug)
    return _page(request, conference, 422, message_form=form)


@require_POST
def remove(request: Seen, slug: str) -> HttpResponse:
    """Remove a message everywhere."""
    conference = _conference(request, slug)
    seq = request.POST.get("seq", "")
    if not seq.isdecimal() or len(seq) > 12:
        raise Unknown()
    remove_message(conference=conference, seq=int(seq), by=request.viewer, at=request.at)
    return redirect("question_desk", slug=slug)


@require_GET
def expert_desk(request: Seen, slug: str) -> HttpResponse:
    """What was passed on to me; I answer once."""
    return _expert_page(request, _conference(request, slug))


def _expert_page(request: Seen, conference: Conference, status: int = 200, **more: Any) -> HttpResponse:
    rows = forwarded_to(conference, person_of(request.viewer), request.at)
    return render(
        request,
        "conferences/expert_desk.html",
        {
            "conference": conference,
            "waiting": [r for r in rows if r.group.state == "forwarded"],
            "answered": [r for r in rows if r.group.state == "answered"],
            "languages": languages_of(conference),
            "reader": get_language() or "fr",
            **more,
        },
        status=status,
    )


@require_GET
def session_report(request: Seen, slug: str) -> HttpResponse:
    """Questions, answers and sites, to read or to print."""
    conference = _conference(request, slug)
    rows = report(conference, request.viewer, request.at)
    return render(
        request,
        "conferences/session_report.html",
        {"conference": conference, "rows": [_report_row(r) for r in rows]},
    )


@require_GET
def session_report_csv(request: Seen, slug: str) -> HttpResponse:
    """The same as a table: one line per question asked."""
    conference = _conference(request, slug)
    header = (
        _("séance"),
        _("heure de programme (UTC)"),
        _("site"),
        _("langue"),
        _("question"),
        _("état"),
        _("soutiens"),
        _("réponse"),
        _("langues de la réponse"),
        _("publiée à l'heure de programme (UTC)"),
    )
    lines = []
    for row in report(conference, request.viewer, request.at):
        found = _report_row(row)
        for member in found["members"]:
            lines.append(
                (
                    str(member.session.title) if member.session else "",
                    instant(member.refers_to),
                    str(member.site.organisation),
                    member.language,
                    member.text,
                    str(STATES[member.state]),
                    found["votes"],
                    found["answers"][0].text if found["answers"] else "",
                    " ".join(t.language for t in found["answers"]),
                    instant(found["published"]) if found["published"] else "",
                )
            )
    return csv_response(f"questions-{conference.slug}.csv", header, lines)


def _report_row(row: Any) -> dict[str, Any]:
    if isinstance(row, GroupRow):
        return {
            "members": row.members,
            "questions": row.questions,
            "answers": row.answers,
            "votes": row.votes,
            "state": STATES[row.group.state],
            "published": row.group.answer_programme_time,
        }
    return {
        "members": (row,),
        "questions": (),
        "answers": (),
        "votes": 0,
        "state": STATES[row.state],
        "published": None,
    }
