"""The coordination committee: it meets at least once a year, and what it decides has an owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit

from ..enums import Side
from ..models import Agreement, CommitteeDecision, CommitteeMeeting
from .commitments import AgreementNotRunning
from .refusals import lock


class MeetingInFuture(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(
            _("Le %(day)s est à venir ; notez un comité une fois qu'il s'est réuni.")
            % {"day": date_format(day, "DATE_FORMAT")},
            field="held_on",
        )


class MeetingOutsideAgreement(Refusal):
    def __init__(self, day: date, agreement: Agreement) -> None:
        super().__init__(
            _("Le %(day)s précède la signature de la convention, le %(signed)s ; corrigez la date.")
            % {
                "day": date_format(day, "DATE_FORMAT"),
                "signed": date_format(agreement.signed_on or agreement.start_date, "DATE_FORMAT"),
            },
            field="held_on",
        )


class MeetingRecorded(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(
            _("Le comité du %(day)s est déjà noté ; ouvrez la page de la convention pour le lire.")
            % {"day": date_format(day, "DATE_FORMAT")},
            field="held_on",
        )


class PresentMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites qui était là, par fonction : une ligne suffit."), field="present")


class DecisionMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Notez au moins une décision, avec qui s'en charge ; « rien ne change » en est une."),
            field="decision_1",
        )


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision before it is written."""

    text: str
    owner: str = Side.BOTH
    due_date: date | None = None


def record_committee(
    *,
    agreement: Agreement,
    held_on: date,
    present: str,
    decisions: Sequence[Decided],
    by: Actor,
    at: datetime,
) -> CommitteeMeeting:
    """Note that the committee met: the day, who was there by function, what was decided."""
    with ledger.act("partnerships.record_committee", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        row = lock(agreement)
        if row.activated_at is None or row.activated_at > at:
            raise AgreementNotRunning(row)
        if held_on > row.day_of(at):
            raise MeetingInFuture(held_on)
        if row.signed_on is not None and held_on < row.signed_on:
            raise MeetingOutsideAgreement(held_on, row)
        if row.meetings.filter(held_on=held_on).exists():
            raise MeetingRecorded(held_on)
        if not present.strip():
            raise PresentMissing()
        written = [d for d in decisions if d.text.strip()]
        if not written:
            raise DecisionMissing()
        meeting = CommitteeMeeting.objects.create(
            agreement=row, held_on=held_on, present=present.strip(), recorded_at=at
        )
        for order, decision in enumerate(written):
            CommitteeDecision.objects.create(
                meeting=meeting,
                order=order,
                text=decision.text.strip(),
                owner=Side(decision.owner),
                due_date=decision.due_date,
            )
        act.on(meeting.urn, book=row.urn)
        act.note(held_on=held_on, decisions=len(written))
        return meeting
