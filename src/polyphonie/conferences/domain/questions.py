"""Questions: asked at a site, seen at once by their asker, made public only when somebody says so.

A question is an act, not a pattern in the chat. The handling of questions (merging, forwarding,
answering) stands in :mod:`.question_groups`.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal, Unknown
from polyphonie.kernel.localised import LANGUAGE_TAG
from polyphonie.kernel.rights import permit

from ..models import LiveEvent, Question, QuestionGroup, QuestionVote, Site
from ..relay.cursor import Kind, Scope, is_fast
from ..states import QUESTION
from ..validators import plain_text
from .chat import checked_key, not_too_many, speaker
from .live_log import append_event
from .queries.live_log import envelope
from .queries.rooms import session_at
from .queries.site_clocks import site_clock

REASON_LIMIT = 300


class LanguageUnknown(Refusal):
    """A tag that names no language."""

    def __init__(self, tag: str) -> None:
        super().__init__(
            _("« %(tag)s » n'est pas une langue ; choisissez par exemple fr, en, es ou pt-BR.")
            % {"tag": tag[:20]},
            field="language",
        )


def checked_language(tag: str) -> str:
    if not LANGUAGE_TAG.match(tag) or len(tag) > 20:
        raise LanguageUnknown(tag)
    return tag


def announce_state(question: Question) -> None:
    """Tell the staff, and the asker in person, that a question has changed. No reader of a site sees it."""
    append_event(
        conference=question.conference,
        kind="question_state",
        scope=Scope.STAFF,
        body={"question": str(question.uid), "state": question.state},
        site=question.site,
        session=question.session,
        askers=[question.asker_id],
    )


def ask_question(
    *,
    site: Site,
    text: str,
    language: str,
    by: Actor,
    at: datetime,
    watching: datetime | None = None,
    key: str = "",
) -> Question:
    """Ask the experts a question from a site. It reads *submitted*, for its asker and the staff alone.

    It keeps its language and the programme instant that its author was watching, so that a question from
    a delayed site is answered about the right moment. Asking again with the same key changes nothing.
    """
    permit("conferences.speak_at_site", by, site)
    key = checked_key(key)
    language = checked_language(language)
    text = plain_text(text, limit=settings.QUESTION_LIMIT)
    earlier = Question.objects.filter(site=site, asker_id=by.id)
    if key and (asked := earlier.filter(idempotency_key=key).first()):
        return asked
    not_too_many(earlier, "asked_at", lambda q: q.asked_at, at)
    refers_to = min(watching or at, at)
    try:
        with ledger.act("conferences.ask_question", by=by, at=at) as act:
            question = Question.objects.create(
                conference=site.conference,
                site=site,
                session=session_at(site.conference, refers_to),
                asker_id=by.id,
                language=language,
                text=text,
                asked_at=at,
                refers_to=refers_to,
                idempotency_key=key,
            )
            event = append_event(
                conference=site.conference,
                kind=Kind.QUESTION,
                scope=Scope.STAFF,
                body={"question": str(question.uid), "text": text, **speaker(by, site.conference, site)},
                site=site,
                session=question.session,
                refers_to=refers_to,
                language=language,
                askers=[by.id],
            )
            question.event_seq = event.seq
            question.save(update_fields=["event_seq"])
            act.on(question.urn, book=site.conference.urn)
            act.note(site=site.urn, language=language, seq=event.seq)
        return question
    except IntegrityError:
        if key and (asked := earlier.filter(idempotency_key=key).first()):
            return asked
        raise


def move(question: Question, wanted: str) -> None:
    """Change the state of a locked question, if the table says that it follows."""
    QUESTION.check(question.state, wanted, question)
    question.state = wanted
    question.save(update_fields=["state", "group", "decline_reason"])
    announce_state(question)


def _locked(question: Question) -> Question:
    return (
        Question.objects.select_for_update(of=("self",))
        .select_related("conference__host", "site__organisation", "session")
        .get(pk=question.pk)
    )


def withdraw_question(*, question: Question, by: Actor, at: datetime) -> Question:
    """Take back one's own question while nobody has taken it up. Somebody else's is unknown."""
    if by.is_visitor or question.asker_id != by.id:
        raise Unknown()
    with ledger.act("conferences.withdraw_question", by=by, at=at) as act:
        question = _locked(question)
        move(question, "withdrawn")
        act.on(question.urn, book=question.conference.urn)
    return question


def decline_question(*, question: Question, by: Actor, at: datetime, reason: str = "") -> Question:
    """Put a submitted question aside; its asker reads so, with the reason where one is given."""
    permit("conferences.moderate", by, question.conference)
    with ledger.act("conferences.decline_question", by=by, at=at) as act:
        question = _locked(question)
        question.decline_reason = plain_text(reason, limit=REASON_LIMIT) if reason.strip() else ""
        move(question, "declined")
        act.on(question.urn, book=question.conference.urn)
        act.note(with_reason=bool(question.decline_reason))
    return question


def reopen_question(*, question: Question, by: Actor, at: datetime) -> Question:
    """Take a declined question up again: it is submitted, alone, as when it was asked."""
    permit("conferences.moderate", by, question.conference)
    with ledger.act("conferences.reopen_question", by=by, at=at) as act:
        question = _locked(question)
        question.group = None
        question.decline_reason = ""
        move(question, "submitted")
        act.on(question.urn, book=question.conference.urn)
    return question


def support_question(*, group: QuestionGroup, site: Site, by: Actor, at: datetime) -> int:
    """Support an approved question, once. Returns how many distinct people support it now.

    The vote counts for the member asked at one's own site where there is one. A person who supports two
    members of a group counts once. Votes are state, not log, and leave no ledger event. A question that
    the site has not been shown yet is unknown there.
    """
    permit("conferences.speak_at_site", by, site)
    approval = (
        group.conference_id == site.conference_id and group.approved and _approval_reached(group, site, at)
    )
    members = list(group.members.order_by("pk")) if approval else []
    if not members:
        raise Unknown()
    chosen = next((m for m in members if m.site_id == site.pk), members[0])
    QuestionVote.objects.get_or_create(question=chosen, voter_id=by.id, defaults={"voted_at": at})
    return tally(group)


def _approval_reached(group: QuestionGroup, site: Site, at: datetime) -> bool:
    event = (
        LiveEvent.objects.select_related("body_row")
        .filter(conference=group.conference_id, seq=group.approved_seq or 0, body_row__isnull=False)
        .first()
    )
    return event is not None and (
        is_fast(envelope(event), site.pk) or event.programme_time <= site_clock(site).site_now(at)
    )


def tally(group: QuestionGroup) -> int:
    """How many distinct people support the members of a group."""
    return QuestionVote.objects.filter(question__group=group).values("voter_id").distinct().count()
