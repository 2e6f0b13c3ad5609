"""What a meeting leaves behind: its minutes and its final act, made from what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.recommendations.models import RevisionText

from ...enums import CredentialState
from ...models import Decision, Objection
from .meetings import DelegationRow, MeetingPage, meeting_page


@dataclass(frozen=True)
class DecisionRecord:
    """A decision with its text in the language asked for, or the nearest there is."""

    decision: Decision
    text: RevisionText
    objections: tuple[Objection, ...]


@dataclass(frozen=True)
class DayRecord:
    """Who was counted on a day."""

    day: date
    members: tuple[DelegationRow, ...]


@dataclass(frozen=True)
class MeetingRecord:
    """Everything that minutes and final act say to one reader, in one language."""

    page: MeetingPage
    decisions: tuple[DecisionRecord, ...]
    days: tuple[DayRecord, ...]
    language: str


def record_of(slug: str, viewer: Actor, at: datetime, language: str) -> MeetingRecord:
    """The record as this reader may read it: the room at once, everybody once the acts are published.
    Before that, for others, there is nothing at that address."""
    page = meeting_page(slug, viewer, at, language)
    if not page.record_is_open:
        raise Unknown()
    objections: dict[int, list[Objection]] = {}
    for objection in (
        Objection.objects.filter(decision__in=[line.decision.pk for line in page.decisions])
        .select_related("member")
        .order_by("made_at", "pk")
    ):
        objections.setdefault(objection.decision_id, []).append(objection)
    return MeetingRecord(
        page,
        tuple(
            DecisionRecord(line.decision, line.text, tuple(objections.get(line.decision.pk, ())))
            for line in page.decisions
        ),
        _days(page.delegations or ()),
        language,
    )


def _days(rows: tuple[DelegationRow, ...]) -> tuple[DayRecord, ...]:
    """Day by day, the members of whom somebody with a voice answered the roll."""
    days: dict[date, list[DelegationRow]] = {}
    for row in rows:
        if not row.has_seat:
            continue
        answered = {
            call.day
            for d in row.delegates
            if d.speaks and d.credential.state == CredentialState.ACCEPTED
            for call in d.delegate.roll_calls.all()
        }
        for day in answered:
            days.setdefault(day, []).append(row)
    return tuple(DayRecord(day, tuple(days[day])) for day in sorted(days))
