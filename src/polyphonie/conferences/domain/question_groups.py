"""Handling questions: merging across languages and sites, forwarding, answering once, publishing.

A group has one canonical text per language; its members keep their own text, language, site and moment.
Ungrouping therefore loses nothing. Each verb takes the ``version`` that its author saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.ledger import Act
from polyphonie.kernel.errors import ChangedMeanwhile
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import may, permit
from polyphonie.kernel.states import TransitionRefused
from polyphonie.network.domain.notice import send_notice, settle_notices_about
from polyphonie.network.domain.queries.standing import person_of
from polyphonie.network.enums import Role
from polyphonie.network.models import Mandate, Person

from ..models import LiveEvent, Question, QuestionGroup, QuestionText, Site
from ..relay.cursor import Kind
from ..states import QUESTION
from ..validators import plain_text
from .live_log import append_event, remove_event
from .question_refusals import (
    AnswerAlreadyPublished,
    AnswerMissing,
    DoubtfulWordAbsent,
    MergeAcrossConferences,
    NotAnExpert,
    NotApproved,
    NotForwardedToYou,
    NothingToMerge,
    OriginUnknown,
    QuestionNotForwarded,
    ReasonMissing,
    TextAlreadyThere,
)
from .questions import REASON_LIMIT, announce_state, checked_language, move

ORIGINS = ("human", "machine", "checked")
ANSWER_LIMIT = 5_000
MARKS = ("on_air", "pinned")
HOUSE = Actor.system("conferences.question_desk")
EXPECTATION = LocalisedText(fr="Répondre à une question transmise", en="Answer a question passed on to you")


def _group(group: QuestionGroup, version: int | None) -> QuestionGroup:
    """The locked group, at the version that the author saw."""
    locked = (
        QuestionGroup.objects.select_for_update(of=("self",))
        .select_related("conference__host", "session", "expert")
        .get(pk=group.pk)
    )
    if version is not None and locked.version != version:
        raise ChangedMeanwhile(
            _("Quelqu'un d'autre vient de changer cette question ; relisez-la avant de recommencer."),
            theirs=locked,
            mine=group,
        )
    return locked


def _members(group: QuestionGroup) -> list[Question]:
    return list(
        Question.objects.select_for_update(of=("self",))
        .select_related("conference", "site__organisation", "session")
        .filter(group=group)
        .order_by("asked_at", "pk")
    )


def _save(group: QuestionGroup, *fields: str) -> None:
    group.version += 1
    group.save(update_fields=[*fields, "version"])


def _advance(group: QuestionGroup, wanted: str, *fields: str) -> list[Question]:
    """The group and its members go on together."""
    QUESTION.check(group.state, wanted, group)
    group.state = wanted
    _save(group, "state", *fields)
    members = _members(group)
    for member in members:
        member.decline_reason = group.decline_reason
        move(member, wanted)
    return members


def _note(act: Act, group: QuestionGroup, **data: Any) -> None:
    act.on(group.urn, book=group.conference.urn)
    act.note(state=group.state, **data)


def merge_questions(*, questions: Sequence[Question], by: Actor, at: datetime) -> QuestionGroup:
    """Handle one or more questions as one, across languages and sites of one conference.

    If one of them is in a group already the others join it; the groups that lose all their members stay
    as they are, empty, with their translations. The first text of each language becomes the canonical one.
    """
    if not questions:
        raise NothingToMerge()
    if len({q.conference_id for q in questions}) > 1:
        raise MergeAcrossConferences()
    conference = questions[0].conference
    permit("conferences.moderate", by, conference)
    with ledger.act("conferences.merge_questions", by=by, at=at) as act:
        rows = list(
            Question.objects.select_for_update(of=("self",))
            .select_related("conference", "site__organisation", "session", "group")
            .filter(pk__in=[q.pk for q in questions])
            .order_by("asked_at", "pk")
        )
        groups = sorted({r.group for r in rows if r.group is not None}, key=lambda g: g.pk)
        for group in groups:
            if group.state != "grouped":
                raise TransitionRefused(group.state, "grouped")
        if groups:
            target = _group(groups[0], None)
        else:
            target = QuestionGroup.objects.create(conference=conference, session=rows[0].session)
        # whole groups are merged: a translation made for two members is not true of one
        joining = list(
            Question.objects.select_for_update(of=("self",))
            .select_related("conference", "site__organisation", "session")
            .filter(group__in=groups[1:])
            .exclude(pk__in=[r.pk for r in rows])
            .order_by("asked_at", "pk")
        )
        known = set(
            QuestionText.objects.filter(group=target, part="question").values_list("language", flat=True)
        )
        added = 0
        for row in (*rows, *joining):
            if row.language not in known:
                known.add(row.language)
                QuestionText.objects.create(
                    group=target, part="question", language=row.language, text=row.text, origin="human"
                )
            if row.group_id == target.pk:
                continue
            added += 1
            row.group = target
            if row.state == "grouped":
                row.save(update_fields=["group"])
                announce_state(row)
            else:
                move(row, "grouped")
        _save(target)
        _note(act, target, members=[r.urn for r in (*rows, *joining)], added=added)
    return target


def ungroup_question(*, question: Question, by: Actor, at: datetime) -> Question:
    """Take one question out of its group: it is submitted again, with its own text and language."""
    permit("conferences.moderate", by, question.conference)
    with ledger.act("conferences.ungroup_question", by=by, at=at) as act:
        question = (
            Question.objects.select_for_update(of=("self",))
            .select_related("conference", "site__organisation", "session", "group")
            .get(pk=question.pk)
        )
        left = question.group
        question.group = None
        move(question, "submitted")
        if left is not None:
            _save(left)
        act.on(question.urn, book=question.conference.urn)
        act.note(left=left.urn if left else None)
    return question


def set_group_text(
    *,
    group: QuestionGroup,
    language: str,
    text: str,
    origin: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> QuestionText:
    """Write or translate the canonical text of a group in one language, saying how it was translated."""
    permit("conferences.moderate", by, group.conference)
    language = checked_language(language)
    text = plain_text(text, limit=settings.QUESTION_LIMIT)
    if origin not in ORIGINS:
        raise OriginUnknown(origin)
    with ledger.act("conferences.set_group_text", by=by, at=at) as act:
        group = _group(group, version)
        row, _created = QuestionText.objects.update_or_create(
            group=group, part="question", language=language, defaults={"text": text, "origin": origin}
        )
        _save(group)
        _note(act, group, language=language, origin=origin)
    return row


def experts_of(conference: Any, at: datetime) -> list[Person]:
    """The people to whom a question of this conference can be forwarded."""
    day = at.date()
    holders = (
        Mandate.objects.filter(role=Role.EXPERT, scope=conference.urn)
        .exclude(from_date__gt=day)
        .exclude(until_date__lte=day)
    )
    return list(Person.objects.filter(pk__in=holders.values("person")).order_by("family_name", "pk"))


def forward_group(
    *, group: QuestionGroup, expert: Person, by: Actor, at: datetime, version: int | None = None
) -> QuestionGroup:
    """Pass a group on to one expert, who is told what is expected of them."""
    permit("conferences.moderate", by, group.conference)
    if expert.pk not in {p.pk for p in experts_of(group.conference, at)}:
        raise NotAnExpert(str(expert))
    with ledger.act("conferences.forward_group", by=by, at=at) as act:
        group = _group(group, version)
        group.expert = expert
        _advance(group, "forwarded", "expert")
        send_notice(
            person=expert, subject_urn=group.urn, expectation=EXPECTATION, link=_link(group), by=HOUSE, at=at
        )
        _note(act, group, expert=expert.urn)
    return group


def send_back_group(
    *, group: QuestionGroup, by: Actor, at: datetime, version: int | None = None
) -> QuestionGroup:
    """Give a forwarded group back to the moderation: it can be sent to another expert."""
    permit("conferences.answer", by, group.conference)
    with ledger.act("conferences.send_back_group", by=by, at=at) as act:
        group = _group(group, version)
        _own(group, by)
        _advance(group, "grouped")
        _done(group, at)
        _note(act, group)
    return group


def decline_group(
    *, group: QuestionGroup, reason: str, by: Actor, at: datetime, version: int | None = None
) -> QuestionGroup:
    """Put a group aside. One that was forwarded needs a reason; the askers read it."""
    permit("conferences.moderate", by, group.conference)
    if group.state == "forwarded" and not reason.strip():
        raise ReasonMissing()
    with ledger.act("conferences.decline_group", by=by, at=at) as act:
        group = _group(group, version)
        group.decline_reason = plain_text(reason, limit=REASON_LIMIT) if reason.strip() else ""
        _advance(group, "declined", "decline_reason")
        _done(group, at)
        _note(act, group, with_reason=bool(group.decline_reason))
    return group


def _own(group: QuestionGroup, by: Actor) -> None:
    """An expert acts on what was passed on to them; moderators and rapporteurs on anything."""
    conference = group.conference
    if may("conferences.moderate", by, conference) or by.holds(Role.RAPPORTEUR, conference.urn):
        return
    person = person_of(by)
    if person is None or group.expert_id != person.pk:
        raise NotForwardedToYou()


def _done(group: QuestionGroup, at: datetime) -> None:
    settle_notices_about(subject_urn=group.urn, by=HOUSE, at=at)


def _link(group: QuestionGroup) -> str:
    return f"/conferences/{group.conference.slug}/questions/transmises/"


def checked_doubtful(words: Iterable[str], text: str) -> list[str]:
    """Words marked for the interpreter, each of which stands in the text."""
    kept = list(dict.fromkeys(w.strip() for w in words if w.strip()))
    for word in kept:
        if word.casefold() not in text.casefold():
            raise DoubtfulWordAbsent(word)
    return kept


def answer_group(
    *,
    group: QuestionGroup,
    text: str,
    language: str,
    by: Actor,
    at: datetime,
    doubtful: Iterable[str] = (),
    version: int | None = None,
) -> QuestionGroup:
    """Answer a forwarded group, once for all who asked. Nobody reads it before it is published."""
    permit("conferences.answer", by, group.conference)
    if group.state != "forwarded":
        raise QuestionNotForwarded(group.state)
    language = checked_language(language)
    text = plain_text(text, limit=ANSWER_LIMIT)
    words = checked_doubtful(doubtful, text)
    with ledger.act("conferences.answer_group", by=by, at=at) as act:
        group = _group(group, version)
        _own(group, by)
        group.answered_at = at
        _advance(group, "answered", "answered_at")
        QuestionText.objects.create(
            group=group, part="answer", language=language, text=text, origin="human", doubtful=words
        )
        _done(group, at)
        _note(act, group, language=language, doubtful=len(words))
    return group


def add_answer_version(
    *,
    group: QuestionGroup,
    text: str,
    language: str,
    origin: str,
    by: Actor,
    at: datetime,
    doubtful: Iterable[str] = (),
    version: int | None = None,
) -> QuestionGroup:
    """Give an answer in another language. If it is published already, its readers receive the new version."""
    permit("conferences.answer", by, group.conference)
    if group.state != "answered":
        raise AnswerMissing()
    language = checked_language(language)
    text = plain_text(text, limit=ANSWER_LIMIT)
    words = checked_doubtful(doubtful, text)
    if origin not in ORIGINS:
        raise OriginUnknown(origin)
    with ledger.act("conferences.add_answer_version", by=by, at=at) as act:
        group = _group(group, version)
        _own(group, by)
        existing = QuestionText.objects.filter(group=group, part="answer", language=language)
        if group.published_at is not None and existing.exists():
            raise TextAlreadyThere(language)
        QuestionText.objects.update_or_create(
            group=group,
            part="answer",
            language=language,
            defaults={"text": text, "origin": origin, "doubtful": words},
        )
        _save(group)
        if group.published_at is not None:
            members = _members(group)
            append_event(
                conference=group.conference,
                kind=Kind.ANSWER_LINK,
                body=_published_form(group, members),
                now_sites=_at_once(members),
                session=group.session,
                target_seq=group.answer_seq,
                askers=[m.asker_id for m in members],
            )
        _note(act, group, language=language, origin=origin)
    return group


def _texts(group: QuestionGroup, part: str) -> dict[str, dict[str, Any]]:
    return {
        t.language: {"text": t.text, "origin": t.origin, "doubtful": t.doubtful}
        for t in QuestionText.objects.filter(group=group, part=part).order_by("pk")
    }


def _origins(members: Iterable[Question]) -> list[dict[str, Any]]:
    found = {
        (m.site_id, m.language): {
            "from": (m.site.organisation.short_name or m.site.organisation.name).as_dict(),
            "language": m.language,
        }
        for m in members
    }
    return list(found.values())


def _at_once(members: Iterable[Question]) -> list[Site]:
    return [m.site for m in members if m.site.answers == "at_once"]


def _published_form(group: QuestionGroup, members: list[Question]) -> dict[str, Any]:
    return {
        "group": str(group.uid),
        "question": _texts(group, "question"),
        "answer": _texts(group, "answer"),
        "origins": _origins(members),
    }


def publish_answer(
    *, group: QuestionGroup, by: Actor, at: datetime, version: int | None = None
) -> QuestionGroup:
    """Publish an answer in all its languages: the sites that asked read it now, the others in time.

    Which sites read it now is frozen here: all sites of the merged group that take answers at once. A
    site that takes them with the programme reads it when its clock has come to this moment.
    """
    permit("conferences.moderate", by, group.conference)
    if group.state != "answered":
        raise AnswerMissing()
    with ledger.act("conferences.publish_answer", by=by, at=at) as act:
        group = _group(group, version)
        if group.published_at is not None:
            raise AnswerAlreadyPublished()
        members = _members(group)
        event = append_event(
            conference=group.conference,
            kind=Kind.ANSWER,
            body=_published_form(group, members),
            now_sites=_at_once(members),
            session=group.session,
            refers_to=min((m.refers_to for m in members), default=None),
            askers=[m.asker_id for m in members],
        )
        group.published_at = at
        group.answer_seq = event.seq
        group.answer_programme_time = event.programme_time
        _save(group, "published_at", "answer_seq", "answer_programme_time")
        _note(
            act,
            group,
            seq=event.seq,
            now_sites=[s.urn for s in {s.pk: s for s in _at_once(members)}.values()],
        )
    return group


def approve_group(
    *, group: QuestionGroup, by: Actor, at: datetime, version: int | None = None
) -> QuestionGroup:
    """Let everybody read a question: its own sites at once, the others in time. Others may support it."""
    permit("conferences.moderate", by, group.conference)
    with ledger.act("conferences.approve_group", by=by, at=at) as act:
        group = _group(group, version)
        if not group.approved:
            if group.state == "declined":
                raise TransitionRefused(group.state, "approved")
            members = _members(group)
            event = append_event(
                conference=group.conference,
                kind=Kind.APPROVAL,
                body={
                    "group": str(group.uid),
                    "question": _texts(group, "question"),
                    "origins": _origins(members),
                },
                now_sites=[m.site for m in members],
                session=group.session,
                refers_to=min((m.refers_to for m in members), default=None),
                askers=[m.asker_id for m in members],
            )
            group.approved, group.approved_seq = True, event.seq
            _save(group, "approved", "approved_seq")
        _note(act, group, seq=group.approved_seq)
    return group


def withdraw_approval(
    *, group: QuestionGroup, by: Actor, at: datetime, version: int | None = None
) -> QuestionGroup:
    """Take a question back from public view: it vanishes at every site at once, answer included."""
    permit("conferences.moderate", by, group.conference)
    with ledger.act("conferences.withdraw_approval", by=by, at=at) as act:
        group = _group(group, version)
        later_versions = list(
            LiveEvent.objects.filter(
                conference=group.conference, kind=Kind.ANSWER_LINK, target_seq=group.answer_seq or 0
            )
            .order_by("seq")
            .values_list("seq", flat=True)
        )
        for seq in (group.approved_seq, group.answer_seq):
            if seq is not None:
                remove_event(conference=group.conference, seq=seq)
        for seq in later_versions:
            remove_event(conference=group.conference, seq=seq)
        group.approved, group.approved_seq = False, None
        group.on_air = group.pinned = False
        group.published_at = group.answer_seq = group.answer_programme_time = None
        _save(
            group,
            "approved",
            "approved_seq",
            "on_air",
            "pinned",
            "published_at",
            "answer_seq",
            "answer_programme_time",
        )
        _note(act, group)
    return group


def mark_group(
    *, group: QuestionGroup, mark: str, value: bool, by: Actor, at: datetime, version: int | None = None
) -> QuestionGroup:
    """Put a public question on air or pin it; only one is on air at a time."""
    permit("conferences.moderate", by, group.conference)
    if mark not in MARKS:
        raise LookupError(f"no mark {mark!r}")
    with ledger.act("conferences.mark_group", by=by, at=at) as act:
        group = _group(group, version)
        if value and not group.approved:
            raise NotApproved()
        if getattr(group, mark) != value:
            if mark == "on_air" and value:
                QuestionGroup.objects.filter(conference=group.conference, on_air=True).update(on_air=False)
            setattr(group, mark, value)
            _save(group, mark)
            append_event(
                conference=group.conference,
                kind="mark",
                body={"group": str(group.uid), "mark": mark, "value": value},
                session=group.session,
                target_seq=group.approved_seq,
            )
        _note(act, group, mark=mark, value=value)
    return group
