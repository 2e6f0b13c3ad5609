"""Which benefit is open under an agreement at an instant, since when, and why not.

Pure: from the dated facts of an agreement to its answer at any instant. No tick-box; the only override is
a dated waiver. What conditions a benefit is an accepted proof of each required commitment: lateness leaves
the benefit open for the days of grace, then suspends it until the proof is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..enums import OPEN_STATES, EntitlementState, OpeningRule, ProofState, ReasonCode, Standing
from ..models import Agreement, Benefit, Commitment, EntitlementRule


@dataclass(frozen=True, slots=True)
class Duty:
    """A commitment with its instants: late from the day after the due date, closing after the grace."""

    commitment: Commitment
    late_at: datetime
    closes_at: datetime
    settled_at: datetime | None

    @property
    def type_slug(self) -> str:
        return self.commitment.type.slug

    def is_settled(self, at: datetime) -> bool:
        """Kept or waived by then."""
        return self.settled_at is not None and self.settled_at <= at

    def is_late(self, at: datetime) -> bool:
        return self.late_at <= at and not self.is_settled(at)

    def closes(self, at: datetime) -> bool:
        return self.closes_at <= at and not self.is_settled(at)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a sentence that both sides read, who must act, and by when where a day is known."""

    code: ReasonCode
    sentence: Any
    actor: str
    commitment: Commitment | None = None
    day: date | None = None

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The answer for one benefit at one instant."""

    benefit: Benefit
    state: EntitlementState
    since: datetime | None
    reasons: tuple[Reason, ...]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Facts:
    """The dated facts of one agreement, read once, answered at any instant."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.start_at = agreement.midnight(agreement.start_date)
        self.end_at = agreement.midnight(agreement.until_date)
        self.duties = tuple(duty_of(c, agreement) for c in agreement.commitments.all())

    @property
    def opens_at(self) -> datetime | None:
        if self.agreement.activated_at is None:
            return None
        return max(self.agreement.activated_at, self.start_at)

    @property
    def closes_at(self) -> datetime:
        ended = self.agreement.terminated_at
        return self.end_at if ended is None else min(self.end_at, ended)

    def boundaries(self) -> list[datetime]:
        """Every instant at which the answer may change, in order."""
        found = {self.start_at, self.end_at}
        for instant in (
            self.agreement.activated_at,
            self.agreement.terminated_at,
            self.agreement.signed_at,
            self.agreement.sent_at,
        ):
            if instant is not None:
                found.add(instant)
        for duty in self.duties:
            found |= {duty.late_at, duty.closes_at}
            if duty.settled_at is not None:
                found.add(duty.settled_at)
        return sorted(found)

    def state(self, required: frozenset[str], at: datetime) -> EntitlementState:
        """The state of a benefit that these commitments condition."""
        opens = self.opens_at
        if self.agreement.terminated_at is not None and self.agreement.terminated_at <= at:
            return EntitlementState.SUSPENDED
        if opens is None or at < opens:
            return EntitlementState.PENDING
        if at >= self.closes_at:
            return EntitlementState.SUSPENDED
        if self.missing(required, at):
            return EntitlementState.PENDING
        mine = [d for d in self.duties if d.type_slug in required]
        if any(d.closes(at) for d in mine):
            return EntitlementState.SUSPENDED
        if any(d.is_late(at) for d in mine):
            return EntitlementState.GRACE
        return EntitlementState.ACTIVE

    def missing(self, required: frozenset[str], at: datetime) -> list[Duty]:
        """Under the rule of evidence: for each commitment never settled so far, its earliest due."""
        if self.agreement.opening_rule != OpeningRule.ON_EVIDENCE:
            return []
        settled = {d.type_slug for d in self.duties if d.is_settled(at)}
        first: dict[str, Duty] = {}
        for duty in self.duties:
            if duty.type_slug in required and duty.type_slug not in settled:
                first.setdefault(duty.type_slug, duty)
        return list(first.values())

    def since(self, required: frozenset[str], at: datetime) -> datetime | None:
        """From when the state holds without a break; None where it has held from the beginning."""
        now = self.state(required, at)
        since = None
        for boundary in reversed([b for b in self.boundaries() if b <= at]):
            if self.state(required, boundary) != now:
                return since
            since = boundary
        beginning = self.state(required, self.agreement.drafted_at - timedelta(days=36_500))
        return since if beginning != now else None

    def open_intervals(self, required: frozenset[str]) -> list[tuple[datetime, datetime]]:
        """From when to when the benefit is open, as it is known now; the agreement's end closes the last."""
        intervals: list[tuple[datetime, datetime]] = []
        opened: datetime | None = None
        for boundary in self.boundaries():
            is_open = self.state(required, boundary) in OPEN_STATES
            if is_open and opened is None:
                opened = boundary
            elif not is_open and opened is not None:
                intervals.append((opened, boundary))
                opened = None
        return intervals

    def reasons(self, required: frozenset[str], at: datetime) -> tuple[Reason, ...]:
        """Why the benefit is pending, suspended, or open for some days only."""
        agreement, state = self.agreement, self.state(required, at)
        if state is EntitlementState.ACTIVE:
            return ()
        if agreement.terminated_at is not None and agreement.terminated_at <= at:
            return (_terminated(agreement),)
        if self.opens_at is None or at < self.opens_at:
            return (_pending(agreement, at),)
        if at >= self.closes_at:
            return (_ended(agreement),)
        if missing := self.missing(required, at):
            return tuple(_missing(agreement, duty) for duty in missing)
        late = [d for d in self.duties if d.type_slug in required and d.is_late(at)]
        late.sort(key=lambda d: (not d.closes(at), d.commitment.due_date))
        return tuple(_late(agreement, duty, at) for duty in late)

    def answer(self, rule: EntitlementRule, at: datetime) -> Entitlement:
        """The whole answer for one benefit."""
        required = required_of(rule)
        return Entitlement(
            rule.benefit, self.state(required, at), self.since(required, at), self.reasons(required, at)
        )


def duty_of(commitment: Commitment, agreement: Agreement) -> Duty:
    """The instants of a commitment. It is kept when as many proofs as its threshold are accepted."""
    accepted = sorted(
        p.reviewed_at
        for p in commitment.proofs.all()
        if p.state == ProofState.ACCEPTED and p.reviewed_at is not None
    )
    kept = accepted[commitment.threshold - 1] if len(accepted) >= commitment.threshold else None
    settled = min((i for i in (kept, commitment.waived_at) if i is not None), default=None)
    late = commitment.due_date + timedelta(days=1)
    return Duty(
        commitment,
        agreement.midnight(late),
        agreement.midnight(late + timedelta(days=agreement.grace_days)),
        settled,
    )


def required_of(rule: EntitlementRule) -> frozenset[str]:
    return frozenset(t.slug for t in rule.required.all())


def entitlement(agreement: Agreement, benefit: str, at: datetime) -> Entitlement:
    """Whether a benefit (by its slug) is open under an agreement at an instant, since when, and why."""
    rule = agreement.rules.select_related("benefit").prefetch_related("required").get(benefit__slug=benefit)
    return Facts(agreement).answer(rule, at)


def entitlements(agreement: Agreement, at: datetime) -> list[Entitlement]:
    """The answer for each line of the base tier, in its order."""
    facts = Facts(agreement)
    return [facts.answer(rule, at) for rule in agreement.rules.all()]


def best(answers: Iterable[Entitlement]) -> Entitlement | None:
    """An organisation holds a benefit if any of its agreements does: the most open answer."""
    order = [
        EntitlementState.ACTIVE,
        EntitlementState.GRACE,
        EntitlementState.SUSPENDED,
        EntitlementState.PENDING,
    ]
    return min(answers, key=lambda a: order.index(a.state), default=None)


def _in_words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def days_in_words(count: int) -> str:
    return ngettext("%(count)d jour", "%(count)d jours", count) % {"count": count}


def _pending(agreement: Agreement, at: datetime) -> Reason:
    standing = agreement.standing(at)
    values = {
        "reference": agreement.reference,
        "host": agreement.host,
        "partner": agreement.partner,
        "day": _in_words(agreement.start_date),
    }
    if standing is Standing.SENT:
        sentence = _(
            "La convention %(reference)s attend sa signature : %(partner)s la signe, puis %(host)s dépose le "
            "fichier signé."
        )
        return Reason(ReasonCode.AGREEMENT_PENDING, sentence % values, "partner")
    if standing is Standing.SIGNED:
        sentence = _(
            "La convention %(reference)s est signée ; %(host)s constate l'acceptation des engagements pour l'activer."
        )
        return Reason(ReasonCode.AGREEMENT_PENDING, sentence % values, "host")
    if standing is Standing.UPCOMING:
        sentence = _("La convention %(reference)s commence le %(day)s.")
        return Reason(ReasonCode.AGREEMENT_PENDING, sentence % values, "", day=agreement.start_date)
    sentence = _("La convention %(reference)s n'est pas encore envoyée à la signature : %(host)s la prépare.")
    return Reason(ReasonCode.AGREEMENT_PENDING, sentence % values, "host")


def _missing(agreement: Agreement, duty: Duty) -> Reason:
    due = duty.commitment.due_date
    return Reason(
        ReasonCode.COMMITMENT_MISSING,
        _(
            "« %(commitment)s » n'a encore aucun justificatif accepté, et le socle s'ouvre sur justificatifs : "
            "%(partner)s le remet, au plus tard le %(due)s."
        )
        % {
            "commitment": duty.commitment.type.label,
            "partner": agreement.partner,
            "due": _in_words(due),
        },
        "partner",
        duty.commitment,
        due,
    )


def _terminated(agreement: Agreement) -> Reason:
    assert agreement.terminated_at is not None
    day = agreement.day_of(agreement.terminated_at)
    return Reason(
        ReasonCode.AGREEMENT_ENDED,
        _("La convention %(reference)s a été résiliée le %(day)s.")
        % {"reference": agreement.reference, "day": _in_words(day)},
        "",
        day=day,
    )


def _ended(agreement: Agreement) -> Reason:
    return Reason(
        ReasonCode.AGREEMENT_ENDED,
        _("La convention %(reference)s a pris fin le %(day)s ; une nouvelle convention peut la renouveler.")
        % {"reference": agreement.reference, "day": _in_words(agreement.last_day)},
        "host",
        day=agreement.last_day,
    )


def _late(agreement: Agreement, duty: Duty, at: datetime) -> Reason:
    due = duty.commitment.due_date
    last = due + timedelta(days=agreement.grace_days)
    values = {
        "commitment": duty.commitment.type.label,
        "partner": agreement.partner,
        "host": agreement.host,
        "due": _in_words(due),
        "late": days_in_words((agreement.day_of(at) - due).days),
        "last": _in_words(last),
    }
    waiting = any(
        p.state_at(at) == ProofState.SUBMITTED and p.submitted_at <= at for p in duty.commitment.proofs.all()
    )
    if duty.closes(at):
        sentence = (
            _(
                "« %(commitment)s » était attendu le %(due)s : %(late)s de retard, le sursis a pris fin le "
                "%(last)s. Un justificatif est remis ; %(host)s l'examine, l'accès revient s'il est accepté."
            )
            if waiting
            else _(
                "« %(commitment)s » était attendu le %(due)s : %(late)s de retard, le sursis a pris fin le "
                "%(last)s. %(partner)s remet le justificatif ; l'accès revient dès qu'il est accepté."
            )
        )
    else:
        sentence = (
            _(
                "« %(commitment)s » était attendu le %(due)s : %(late)s de retard. Le droit reste ouvert "
                "jusqu'au %(last)s. Un justificatif est remis ; %(host)s l'examine."
            )
            if waiting
            else _(
                "« %(commitment)s » était attendu le %(due)s : %(late)s de retard. Le droit reste ouvert "
                "jusqu'au %(last)s ; %(partner)s remet le justificatif."
            )
        )
    return Reason(
        ReasonCode.COMMITMENT_LATE,
        sentence % values,
        "host" if waiting else "partner",
        duty.commitment,
        last,
    )
