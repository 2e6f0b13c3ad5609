"""When the committee meets next, and what is put before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...enums import Standing
from ...models import Agreement, CommitteeMeeting

EARLY_DAYS = 60


@dataclass(frozen=True)
class CommitteePrompt:
    """The committee is to meet by ``due``; ``last`` is the day on which it met before."""

    due: date
    last: date | None
    days_late: int

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


def year_after(day: date) -> date:
    """The same day one year later; the last of February after a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def committee_prompt(agreement: Agreement, at: datetime) -> CommitteePrompt | None:
    """What to tell when a year without a committee comes to its end; nothing before the last sixty days,
    nor when the agreement ends before."""
    if agreement.standing(at) is not Standing.ACTIVE:
        return None
    today = agreement.day_of(at)
    held = [m.held_on for m in agreement.meetings.all() if m.recorded_at <= at and m.held_on <= today]
    last = max(held, default=None)
    due = year_after(last or agreement.start_date)
    if today < due - timedelta(days=EARLY_DAYS) or due >= agreement.until_date:
        return None
    return CommitteePrompt(due, last, max(0, (today - due).days))


def meetings_of(agreement: Agreement, at: datetime) -> list[CommitteeMeeting]:
    """The meetings noted so far, the latest first."""
    return list(
        CommitteeMeeting.objects.filter(agreement=agreement, recorded_at__lte=at)
        .prefetch_related("decisions")
        .order_by("-held_on", "pk")
    )
