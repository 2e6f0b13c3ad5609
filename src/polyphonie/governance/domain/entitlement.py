"""Who has a seat on a day, who is in the room, how many must be: read, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from polyphonie.kernel import clock
from polyphonie.network.models import Membership, Organisation

from ..enums import SPEAKING, CredentialState
from ..models import Delegation, InstanceRules, Meeting
from .quorum import Share


@dataclass(frozen=True, slots=True)
class Quorum:
    """Members present, members required, seats; ``required`` is None while no rule is set."""

    present: int
    required: int | None
    seats: int | None

    @property
    def is_reached(self) -> bool:
        return self.required is not None and self.present >= self.required

    @property
    def missing(self) -> int:
        return max(0, (self.required or 0) - self.present)


def in_force(day: date) -> Q:
    return Q(Q(from_date=None) | Q(from_date__lte=day), Q(until_date=None) | Q(until_date__gt=day))


class Seats:
    """Who has a seat in some instances on any day, read in one query.

    An instance that elects its members has memberships of its own; where none is recorded for the day,
    the members of its body sit. An observer has neither seat nor voice.
    """

    def __init__(self, instances: Iterable[Organisation]) -> None:
        bodies = {pk for i in instances for pk in (i.pk, i.parent_id) if pk is not None}
        self._periods: dict[int, list[tuple[int, date | None, date | None]]] = {}
        for body, member, start, end in (
            Membership.objects.filter(body__in=sorted(bodies), status="member")
            .order_by()
            .values_list("body_id", "organisation_id", "from_date", "until_date")
        ):
            self._periods.setdefault(body, []).append((member, start, end))

    def _of(self, body: int | None, day: date) -> set[int]:
        return {
            member
            for member, start, end in self._periods.get(body or 0, ())
            if (start is None or start <= day) and (end is None or day < end)
        }

    def members(self, instance: Organisation, day: date) -> set[int]:
        """The keys of the members that sit in the instance on a day."""
        return self._of(instance.pk, day) or self._of(instance.parent_id, day)


def entitled_members(instance: Organisation, day: date) -> set[int]:
    """The keys of the members that have a seat and a voice in one instance on a day."""
    return Seats([instance]).members(instance, day)


def day_of_meeting(meeting: Meeting, at: datetime) -> date:
    """The day of an instant on the clock of the meeting's place."""
    return clock.local(at, meeting.conference.time_zone).date()


def rules_of(instance: Organisation) -> InstanceRules | None:
    return InstanceRules.objects.filter(instance=instance).first()


def quorum_share(rules: InstanceRules) -> Share:
    return Share(rules.quorum_numerator, rules.quorum_denominator, rules.quorum_is_strict)


def vote_share(rules: InstanceRules) -> Share:
    return Share(rules.vote_numerator, rules.vote_denominator, rules.vote_is_strict)


def members_present(meeting: Meeting, day: date) -> set[int]:
    """Members with a seat whose head, minister or alternate, credentials accepted, answered the roll."""
    answering = (
        Delegation.objects.filter(
            meeting=meeting,
            is_observer=False,
            delegates__capacity__in=sorted(SPEAKING),
            delegates__credential__state=CredentialState.ACCEPTED,
            delegates__roll_calls__day=day,
        )
        .order_by()
        .values_list("member_id", flat=True)
    )
    return set(answering) & entitled_members(meeting.instance, day)


def quorum_on(meeting: Meeting, day: date) -> Quorum:
    """How the room stands against the instance's own rule."""
    rules = rules_of(meeting.instance)
    present = len(members_present(meeting, day))
    if rules is None:
        return Quorum(present, None, None)
    return Quorum(present, quorum_share(rules).least_of(rules.seats), rules.seats)
