"""The room of a site: what its hall hears, says and asks, at the hour of its own clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from polyphonie.kernel.errors import Refusal, Unknown
from polyphonie.kernel.rights import may
from polyphonie.web.access import public
from polyphonie.web.refusals import refusals_on

from ..domain.chat import post_message, remove_message
from ..domain.live_log import instant
from ..domain.queries.conferences import resources_for
from ..domain.queries.live_log import Snapshot, site_uids_of, snapshot
from ..domain.queries.questions import own_questions, supported_by, tallies_of
from ..domain.queries.replays import log_between, messages_before, session_log
from ..domain.queries.rooms import RoomState, own_messages, room_state, site_followed_by
from ..domain.questions import ask_question, support_question, withdraw_question
from ..interfaces.live_forms import MessageForm, MomentForm, QuestionForm
from ..interfaces.requests import Seen
from ..interfaces.room_page import SPEAKERS, STATES, TONES, delay_in_words, message_rows, question_cards
from ..live.tokens import Claims, issue_media, issue_stream
from ..models import Question, QuestionGroup, Session, Site


class RangeMalformed(Refusal):
    """A span that is no span, or longer than a day."""

    status_code = 400

    def __init__(self) -> None:
        super().__init__(_("Donnez un intervalle d'un jour au plus, ou un numéro et un nombre."))


def claims_for(request: Seen, state: RoomState) -> Claims:
    """What a reader of this room may receive: what is public, at the site's clock."""
    return Claims(
        state.site.conference_id,
        state.site.pk,
        state.clock.epoch,
        str(request.viewer.id),
        "public",
        request.clock_offset.total_seconds(),
    )


def wants_json(request: Seen) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _site(request: Seen, uid: UUID) -> Site:
    return site_followed_by(uid, request.viewer, request.at)


@public
@require_GET
def room(request: Seen, uid: UUID) -> HttpResponse:
    """The room as it stands at the site's clock. Without a script the page is read and reloaded."""
    if request.viewer.is_visitor:
        return redirect_to_login(request.get_full_path())
    return _page(request, _site(request, uid))


def _page(request: Seen, site: Site, status: int = 200, **forms: Any) -> HttpResponse:
    viewer, at = request.viewer, request.at
    state = room_state(site, at)
    session = _replayed(request, state) if state.is_replay else None
    language = get_language() or "fr"
    mine = own_messages(site.conference, viewer)
    cards, messages, held = _held(request, state, session, mine)
    speaks = may("conferences.speak_at_site", viewer, site)
    claims = claims_for(request, state)
    light = request.GET.get("debit") == "reduit"
    return render(
        request,
        "conferences/room.html",
        {
            "site": site,
            "conference": site.conference,
            "state": state,
            "delay_words": delay_in_words(state.delay),
            "replayed": session,
            "messages_shown": messages,
            "has_earlier": held.has_earlier_messages,
            "first_seq": messages[0].seq if messages else 0,
            "cards": cards,
            "own": [_own_row(q) for q in own_questions(site, viewer)],
            "resources": resources_for(site.conference, viewer, at),
            "speaks": speaks,
            "moderates": may("conferences.moderate", viewer, site.conference),
            "handles": may("conferences.handle_questions", viewer, site.conference),
            "light": light,
            "message_form": forms.get("message_form") or MessageForm(prefix="message"),
            "question_form": forms.get("question_form")
            or QuestionForm(
                prefix="question",
                conference=site.conference,
                language=site.language if viewer.kind == "participant" else language,
            ),
            "moment_form": forms.get("moment_form") or MomentForm(prefix="moment"),
            "data": _data(state, session, held, claims, light=light),
        },
        status=status,
    )


def _replayed(request: Seen, state: RoomState) -> Session | None:
    """The session that a replay shows: the one asked for, or the first."""
    past = [s for s in state.sessions if s.start_at <= state.site_now]
    wanted = request.GET.get("seance", "")
    return next((s for s in past if str(s.uid) == wanted), past[0] if past else None)


def _held(
    request: Seen, state: RoomState, session: Session | None, mine: set[int]
) -> tuple[list[Any], list[Any], Snapshot]:
    conference = state.site.conference
    uids = site_uids_of(conference)
    votes, supported = tallies_of(conference.pk), supported_by(request.viewer, conference)
    before = request.GET.get("avant", "")
    held = snapshot(
        conference=conference,
        site=state.site.pk,
        scope=("public",),
        site_now=state.site_now,
        site_uids=uids,
        before=int(before) if before.isdecimal() and len(before) < 12 else None,
        with_programme=state.is_replay,
        keep=0 if session is not None else 100,
    )
    events = held.events
    if session is not None:
        events = tuple(session_log(session, site_now=state.site_now, site_uids=uids))
    own_clock = request.at - state.delay if state.delay else None
    cards = question_cards(events, own_clock=own_clock, votes=votes, supported=supported)
    return cards, message_rows(events, mine), held


def _own_row(question: Question) -> dict[str, Any]:
    return {
        "question": question,
        "state": STATES[question.state],
        "tone": TONES.get(question.state, "info"),
    }


def _data(
    state: RoomState, session: Session | None, held: Snapshot, claims: Claims, *, light: bool
) -> dict[str, Any]:
    """What the page's script starts from. It holds no text that the page does not show."""
    site = state.site
    epoch = state.clock.epoch
    span = (
        f"&from={int(session.start_at.timestamp())}&to={int(session.end_at.timestamp())}" if session else ""
    )
    return {
        "site": str(site.uid),
        "mode": "replay" if session else "live",
        "cursor": str(held.cursor),
        "stream": "/live/stream",
        "streamToken": issue_stream(claims),
        "mediaToken": issue_media(claims),
        "tokens": reverse("live_tokens", args=[site.uid]),
        "master": f"/live/site/{site.uid}/{epoch}/master.m3u8",
        "span": span,
        "panel": reverse("room_panel", args=[site.uid]),
        "siteNow": instant(state.site_now),
        "programmeZone": site.conference.time_zone,
        "siteZone": site.time_zone,
        "light": light,
        "startsAt": instant(session.start_at) if session else None,
        "speakers": {key: str(word) for key, word in SPEAKERS.items()},
        "language": get_language() or "fr",
    }


@public
@require_GET
def room_panel(request: Seen, uid: UUID) -> HttpResponse:
    """The public questions and one's own, as they stand: the part that the script fetches again.

    ``a`` is the instant that the reader is watching, never later than the site's clock.
    """
    site = _site(request, uid)
    state = room_state(site, request.at)
    shown = _instant(request.GET.get("a", ""))
    if shown is not None and shown < state.site_now:
        state = RoomState(
            state.site,
            state.clock,
            shown,
            state.sessions,
            state.current,
            state.following,
            state.is_replay,
            state.delay,
        )
    session = _replayed(request, state) if state.is_replay else None
    cards, _messages, _snapshot = _held(request, state, session, set())
    return render(
        request,
        "conferences/room_panel.html",
        {
            "site": site,
            "state": state,
            "cards": cards,
            "own": [_own_row(q) for q in own_questions(site, request.viewer)],
            "speaks": may("conferences.speak_at_site", request.viewer, site),
        },
    )


def _instant(text: str) -> datetime | None:
    """An instant as our pages write it; anything else is no instant."""
    if not 16 <= len(text) <= 40:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _watching(form: Any, state: RoomState) -> datetime:
    """What the author was watching: as their player says, never ahead of the site's clock."""
    said = form.cleaned_data.get("watching")
    return min(said, state.site_now) if said is not None else state.site_now


def _done(request: Seen, site: Site, anchor: str, **data: Any) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(data)
    return redirect(reverse("room", args=[site.uid]) + anchor)


def _refused(request: Seen, site: Site, name: str, form: Any) -> HttpResponse:
    if wants_json(request):
        sentences = [str(e) for errors in form.errors.values() for e in errors]
        return JsonResponse({"refusal": " ".join(sentences)}, status=422)
    return _page(request, site, 422, **{name: form})


@public
@require_POST
def say(request: Seen, uid: UUID) -> HttpResponse:
    """Post a line in the chat."""
    site = _site(request, uid)
    form = MessageForm(request.POST, prefix="message")
    if form.is_valid():
        state = room_state(site, request.at)
        with refusals_on(form):
            message = post_message(
                conference=site.conference,
                site=site,
                text=form.cleaned_data["text"],
                language=get_language() or "fr",
                by=request.viewer,
                at=request.at,
                watching=_watching(form, state),
                key=form.cleaned_data["key"],
            )
            return _done(request, site, "#fil", seq=message.event_seq)
    return _refused(request, site, "message_form", form)


@public
@require_POST
def take_back(request: Seen, uid: UUID) -> HttpResponse:
    """Remove a message: one's own, or any for the moderation."""
    site = _site(request, uid)
    seq = request.POST.get("seq", "")
    if not seq.isdecimal() or len(seq) > 12:
        raise Unknown()
    remove_message(conference=site.conference, seq=int(seq), by=request.viewer, at=request.at)
    return _done(request, site, "#fil", removed=int(seq))


@public
@require_POST
def ask(request: Seen, uid: UUID) -> HttpResponse:
    """Ask the experts a question."""
    site = _site(request, uid)
    form = QuestionForm(request.POST, prefix="question", conference=site.conference, language=site.language)
    if form.is_valid():
        state = room_state(site, request.at)
        with refusals_on(form):
            question = ask_question(
                site=site,
                text=form.cleaned_data["text"],
                language=form.cleaned_data["language"],
                by=request.viewer,
                at=request.at,
                watching=_watching(form, state),
                key=form.cleaned_data["key"],
            )
            return _done(request, site, "#questions", question=str(question.uid))
    return _refused(request, site, "question_form", form)


@public
@require_POST
def withdraw(request: Seen, uid: UUID) -> HttpResponse:
    """Take back one's own question."""
    site = _site(request, uid)
    question = Question.objects.filter(site=site, uid=_uid(request, "question")).first()
    if question is None:
        raise Unknown()
    withdraw_question(question=question, by=request.viewer, at=request.at)
    return _done(request, site, "#questions")


@public
@require_POST
def support(request: Seen, uid: UUID) -> HttpResponse:
    """Support a public question."""
    site = _site(request, uid)
    group = QuestionGroup.objects.filter(conference=site.conference, uid=_uid(request, "group")).first()
    if group is None:
        raise Unknown()
    supporters = support_question(group=group, site=site, by=request.viewer, at=request.at)
    return _done(request, site, "#questions", supporters=supporters)


def _uid(request: Seen, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Unknown() from None


@public
@require_GET
def live_tokens(request: Seen, uid: UUID) -> JsonResponse:
    """Fresh tokens for a page that stays open, and the cursor from which a page that lost its own goes on."""
    site = _site(request, uid)
    state = room_state(site, request.at)
    claims = claims_for(request, state)
    return _private({"stream": issue_stream(claims), "media": issue_media(claims), "epoch": claims.epoch})


@public
@require_GET
def live_me(request: Seen, uid: UUID) -> JsonResponse:
    """What concerns the reader alone: their questions with their states. It never enters a shared frame."""
    site = _site(request, uid)
    return _private(
        {
            "questions": [
                {
                    "question": str(q.uid),
                    "state": q.state,
                    "state_label": str(STATES[q.state]),
                    "text": q.text,
                    "language": q.language,
                    "reason": q.decline_reason,
                }
                for q in own_questions(site, request.viewer)
            ]
        }
    )


@public
@require_GET
def replay_log(request: Seen, uid: UUID) -> JsonResponse:
    """The log of a site for a player that seeks: ``from`` and ``to``, or ``before`` and ``count``."""
    site = _site(request, uid)
    state = room_state(site, request.at)
    uids = site_uids_of(site.conference)
    before, count = request.GET.get("before", ""), request.GET.get("count", "50")
    if before:
        if not (before.isdecimal() and count.isdecimal() and len(before) < 12 and len(count) < 6):
            raise RangeMalformed()
        events = messages_before(
            site.conference,
            before=int(before),
            count=int(count),
            site_now=state.site_now,
            site_uids=uids,
        )
    else:
        after, until = _instant(request.GET.get("from", "")), _instant(request.GET.get("to", ""))
        if after is None or until is None or until <= after or until - after > timedelta(days=1):
            raise RangeMalformed()
        events = log_between(site.conference, after=after, until=min(until, state.site_now), site_uids=uids)
    return _private({"events": events})


def _private(data: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(data)
    response["Cache-Control"] = "private, no-store"
    return response
