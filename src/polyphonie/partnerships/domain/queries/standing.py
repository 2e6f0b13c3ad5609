"""Where commitments stand at an instant, and what happens if they are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...enums import CommitmentStanding, EntitlementState, ProofState, Standing
from ...models import Benefit, Commitment, Proof
from ..entitlement import Duty, Entitlement, Facts, required_of


@dataclass(frozen=True)
class CommitmentRow:
    """A commitment as both sides read it. ``days_late`` counts from the day after the due date."""

    commitment: Commitment
    standing: CommitmentStanding
    days_late: int
    grace_until: date
    proofs: tuple[Proof, ...]
    kept_at: datetime | None
    at_stake: tuple[Benefit, ...]

    @property
    def label(self) -> str:
        return str(self.standing.label)

    @property
    def tone(self) -> str:
        return TONES[self.standing][0]

    @property
    def icon(self) -> str:
        return TONES[self.standing][1]

    @property
    def is_open(self) -> bool:
        """Whether a proof may still be handed over."""
        return self.standing not in {CommitmentStanding.KEPT, CommitmentStanding.WAIVED}

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


TONES = {
    CommitmentStanding.PLANNED: ("neutral", "calendar"),
    CommitmentStanding.SUBMITTED: ("info", "eye"),
    CommitmentStanding.LATE: ("bad", "clock"),
    CommitmentStanding.OVERDUE: ("bad", "stop"),
    CommitmentStanding.KEPT: ("good", "check"),
    CommitmentStanding.WAIVED: ("neutral", "info"),
}

ENTITLEMENT_TONES = {
    EntitlementState.ACTIVE: ("good", "unlock"),
    EntitlementState.GRACE: ("warn", "clock"),
    EntitlementState.SUSPENDED: ("bad", "lock"),
    EntitlementState.PENDING: ("neutral", "lock"),
}

STANDING_TONES = {
    Standing.DRAFT: ("neutral", "edit"),
    Standing.IN_REVIEW: ("info", "eye"),
    Standing.SENT: ("info", "send"),
    Standing.SIGNED: ("good", "document"),
    Standing.UPCOMING: ("info", "calendar"),
    Standing.ACTIVE: ("good", "check"),
    Standing.ENDED: ("neutral", "clock"),
    Standing.TERMINATED: ("bad", "stop"),
}


def commitment_rows(facts: Facts, at: datetime) -> tuple[CommitmentRow, ...]:
    """The commitments of an agreement, by due date."""
    at_stake: dict[str, list[Benefit]] = {}
    for rule in facts.agreement.rules.all():
        for slug in required_of(rule):
            at_stake.setdefault(slug, []).append(rule.benefit)
    return tuple(
        _row(duty, facts, at, tuple(at_stake.get(duty.type_slug, ())))
        for duty in sorted(facts.duties, key=lambda d: (d.commitment.due_date, d.commitment.type.order))
    )


def _row(duty: Duty, facts: Facts, at: datetime, at_stake: tuple[Benefit, ...]) -> CommitmentRow:
    commitment, agreement = duty.commitment, facts.agreement
    proofs = tuple(p for p in commitment.proofs.all() if p.submitted_at <= at)
    late = 0
    if duty.is_settled(at):
        waived = commitment.waived_at is not None and commitment.waived_at == duty.settled_at
        standing = CommitmentStanding.WAIVED if waived else CommitmentStanding.KEPT
    else:
        # after the agreement's end nothing more falls due
        counted = min(at, facts.closes_at)
        late = max(0, (agreement.day_of(counted) - commitment.due_date).days)
        if duty.closes(counted):
            standing = CommitmentStanding.OVERDUE
        elif duty.is_late(counted):
            standing = CommitmentStanding.LATE
        elif any(p.state_at(at) == ProofState.SUBMITTED for p in proofs):
            standing = CommitmentStanding.SUBMITTED
        else:
            standing = CommitmentStanding.PLANNED
    return CommitmentRow(
        commitment,
        standing,
        late,
        commitment.due_date + timedelta(days=agreement.grace_days),
        proofs,
        duty.settled_at if duty.is_settled(at) else None,
        at_stake,
    )


@dataclass(frozen=True)
class EntitlementRow:
    """One line of the base tier with its answer."""

    entitlement: Entitlement

    @property
    def benefit(self) -> Benefit:
        return self.entitlement.benefit

    @property
    def label(self) -> str:
        return str(self.entitlement.state.label)

    @property
    def tone(self) -> str:
        return ENTITLEMENT_TONES[self.entitlement.state][0]

    @property
    def icon(self) -> str:
        return ENTITLEMENT_TONES[self.entitlement.state][1]


@dataclass(frozen=True)
class Heading:
    """The lines of the base tier under one heading."""

    title: object
    rows: tuple[EntitlementRow, ...]


def headings(entitlements: list[Entitlement]) -> tuple[Heading, ...]:
    grouped: list[tuple[object, list[EntitlementRow]]] = []
    for answer in entitlements:
        if not grouped or grouped[-1][0] != answer.benefit.heading:
            grouped.append((answer.benefit.heading, []))
        grouped[-1][1].append(EntitlementRow(answer))
    return tuple(Heading(title, tuple(rows)) for title, rows in grouped)


def shared_reasons(entitlements: list[Entitlement]) -> tuple[str, ...]:
    """The reasons of all lines, each said once."""
    return tuple(dict.fromkeys(str(r) for answer in entitlements for r in answer.reasons))
