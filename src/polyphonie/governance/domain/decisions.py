"""Deciding: a text is debated in an announced window, objected to, voted, adopted with a quorum.

The verbs of recommendations publish what was adopted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from polyphonie.conferences.domain.wording import day_and_hour
from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation
from polyphonie.recommendations.domain.drafting import (
    publish_revision,
)
from polyphonie.recommendations.domain.origins import withdraw_origin
from polyphonie.recommendations.domain.wording import is_blank

from ..enums import Choice, DecisionState, Mode, ObjectionKind
from ..models import Ballot, Decision, Delegation, Objection
from .correspondents import tell_correspondents
from .decision_texts import check_version, held_with_meeting, move_to
from .delegations import NotAMember
from .documents import RulesMissing
from .entitlement import (
    day_of_meeting,
    entitled_members,
    members_present,
    quorum_share,
    rules_of,
    vote_share,
)
from .quorum import Tally


class WindowMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Dites jusqu'à quand les membres peuvent objecter : le silence ne vaut que dans un délai annoncé."
            ),
            field="window_closes_at",
        )


class WindowInThePast(Refusal):
    def __init__(self, closes_at: datetime) -> None:
        super().__init__(
            _("Le délai d'objection finirait le %(moment)s, qui est passé ; donnez un instant à venir.")
            % {"moment": day_and_hour(closes_at)},
            field="window_closes_at",
        )


class WindowStillOpen(Refusal):
    """Silence counts only once the announced window has closed."""

    def __init__(self, closes_at: datetime) -> None:
        super().__init__(
            _("Les membres peuvent objecter jusqu'au %(moment)s ; adoptez ensuite.")
            % {"moment": day_and_hour(closes_at)}
        )


class QuorumOfMembersMissing(Refusal):
    """Fewer members are there than the rule of the instance asks. The text stays in debate."""

    def __init__(self, present: int, required: int) -> None:
        missing = required - present
        super().__init__(
            ngettext(
                "Il manque %(missing)d membre présent sur %(required)d pour décider ; le texte reste en débat.",
                "Il manque %(missing)d membres présents sur %(required)d pour décider ; le texte reste en débat.",
                missing,
            )
            % {"missing": missing, "required": required}
        )


class DecisionBlocked(Refusal):
    def __init__(self, members: Iterable[str]) -> None:
        super().__init__(
            _("Opposition maintenue de : %(members)s. Reprenez le texte, ou mettez-le de côté.")
            % {"members": ", ".join(sorted(members))}
        )


class VoteDoesNotCarry(Refusal):
    def __init__(self, tally: Tally) -> None:
        super().__init__(
            _("Le vote n'emporte pas la décision : %(yes)d pour, %(no)d contre, %(abstain)d abstentions.")
            % {"yes": tally.yes, "no": tally.no, "abstain": tally.abstain}
        )


class NotInDebate(Refusal):
    def __init__(self, symbol: str, state: str) -> None:
        super().__init__(
            _("%(symbol)s est « %(state)s » ; on objecte et on vote pendant le débat.")
            % {"symbol": symbol, "state": state}
        )


class WindowClosed(Refusal):
    def __init__(self, closed_at: datetime) -> None:
        super().__init__(
            _("Le délai d'objection a pris fin le %(moment)s ; demandez à la présidence de le rouvrir.")
            % {"moment": day_and_hour(closed_at)}
        )


class ObjectionReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites la raison de cette objection : elle reste au dossier après l'adoption."), field="reason"
        )


class PassageUnknown(Refusal):
    def __init__(self, block_id: str) -> None:
        super().__init__(
            _("Le passage « %(block)s » n'est pas dans ce texte ; choisissez-en un autre.")
            % {"block": block_id},
            field="block_id",
        )


class ObjectedAlready(Refusal):
    def __init__(self, member: str) -> None:
        super().__init__(
            _("« %(member)s » a déjà une objection à cet endroit ; levez-la avant d'en faire une autre.")
            % {"member": member},
            field="member",
        )


class NotByVote(Refusal):
    def __init__(self, symbol: str) -> None:
        super().__init__(
            _("%(symbol)s se décide par consensus : objectez, ou laissez passer le délai.")
            % {"symbol": symbol}
        )


class VotedAlready(Refusal):
    def __init__(self, member: str) -> None:
        super().__init__(
            _("« %(member)s » a déjà répondu à l'appel ; un membre répond une fois.") % {"member": member},
            field="member",
        )


class NotPresent(Refusal):
    def __init__(self, member: str) -> None:
        super().__init__(
            _(
                "« %(member)s » n'a pas répondu présent aujourd'hui, pouvoirs acceptés ; faites l'appel d'abord."
            )
            % {"member": member},
            field="member",
        )


def open_debate(
    *,
    decision: Decision,
    version: int,
    by: Actor,
    at: datetime,
    window_closes_at: datetime | None = None,
) -> Decision:
    """Open the debate. By consensus, say until when members may object; by vote, the roll may be called."""
    with ledger.act("governance.open_debate", by=by, at=at) as act:
        permit("governance.conduct_meeting", by, decision.meeting)
        row = held_with_meeting(decision)
        check_version(row, version)
        if row.mode == Mode.CONSENSUS and window_closes_at is None:
            raise WindowMissing()
        if window_closes_at is not None and window_closes_at <= at:
            raise WindowInThePast(clock.local(window_closes_at, row.meeting.conference.time_zone))
        move_to(row, DecisionState.IN_DEBATE)
        row.debate_opened_at, row.window_closes_at = at, window_closes_at
        row.save(update_fields=["state", "version", "debate_opened_at", "window_closes_at"])
        act.on(row.urn, book=row.meeting.urn)
        act.note(symbol=row.symbol, window_closes_at=window_closes_at)
        return row


def _delegation_with_voice(row: Decision, delegation: Delegation, at: datetime) -> None:
    """Pass where the delegation's member has a seat and answered the roll; otherwise say which lacks."""
    if row.state != DecisionState.IN_DEBATE:
        raise NotInDebate(row.symbol, row.get_state_display())
    day = day_of_meeting(row.meeting, at)
    member = delegation.member
    if (
        delegation.meeting_id != row.meeting_id
        or delegation.is_observer
        or (member.pk not in entitled_members(row.meeting.instance, day))
    ):
        raise NotAMember(str(member), str(row.meeting.instance))
    if member.pk not in members_present(row.meeting, day):
        raise NotPresent(str(member))


def record_objection(
    *,
    decision: Decision,
    delegation: Delegation,
    kind: str,
    reason: str,
    by: Actor,
    at: datetime,
    block_id: str = "",
    language: str = "fr",
    is_fictitious: bool = False,
) -> Objection:
    """Record what a member has against the text, with its reason. It stays in the record."""
    with ledger.act("governance.record_objection", by=by, at=at) as act:
        permit("governance.speak_for_member", by, delegation)
        row = held_with_meeting(decision)
        _delegation_with_voice(row, delegation, at)
        if row.window_closes_at is not None and at >= row.window_closes_at:
            raise WindowClosed(clock.local(row.window_closes_at, row.meeting.conference.time_zone))
        if is_blank(reason):
            raise ObjectionReasonMissing()
        known = {b["block_id"] for text in row.revision.texts.order_by("pk") for b in text.blocks}
        if block_id and block_id not in known:
            raise PassageUnknown(block_id)
        standing = row.objections.filter(member=delegation.member, block_id=block_id, withdrawn_at=None)
        if standing.exists():
            raise ObjectedAlready(str(delegation.member))
        objection = Objection.objects.create(
            decision=row,
            member=delegation.member,
            kind=ObjectionKind(kind),
            block_id=block_id,
            reason=reason.strip(),
            language=language,
            made_at=at,
            is_fictitious=is_fictitious or delegation.is_fictitious,
        )
        act.on(row.urn, book=row.meeting.urn)
        act.note(member=delegation.member.urn, kind=str(objection.kind), block=block_id)
        return objection


def lift_objection(*, objection: Objection, delegation: Delegation, by: Actor, at: datetime) -> Objection:
    """The member lifts its objection. That it was made, and why, stays in the record."""
    with ledger.act("governance.lift_objection", by=by, at=at) as act:
        permit("governance.speak_for_member", by, delegation)
        row = held_with_meeting(objection.decision)
        if row.state != DecisionState.IN_DEBATE or delegation.member_id != objection.member_id:
            raise NotInDebate(row.symbol, row.get_state_display())
        held = Objection.objects.select_for_update().get(pk=objection.pk)
        held.withdrawn_at = held.withdrawn_at or at
        held.save(update_fields=["withdrawn_at"])
        act.on(row.urn, book=row.meeting.urn)
        act.note(member=delegation.member.urn)
        return held


def cast_vote(
    *,
    decision: Decision,
    delegation: Delegation,
    choice: str,
    by: Actor,
    at: datetime,
    is_fictitious: bool = False,
) -> Ballot:
    """A member answers the roll: yes, no or abstention; once, by who leads its delegation, never for
    another. Who has no seat has no vote."""
    with ledger.act("governance.cast_vote", by=by, at=at) as act:
        permit("governance.speak_for_member", by, delegation)
        row = held_with_meeting(decision)
        if row.mode != Mode.VOTE:
            raise NotByVote(row.symbol)
        _delegation_with_voice(row, delegation, at)
        if row.ballots.filter(member=delegation.member).exists():
            raise VotedAlready(str(delegation.member))
        ballot = Ballot.objects.create(
            decision=row,
            member=delegation.member,
            choice=Choice(choice),
            cast_at=at,
            is_fictitious=is_fictitious or delegation.is_fictitious,
        )
        act.on(row.urn, book=row.meeting.urn)
        act.note(member=delegation.member.urn, choice=str(ballot.choice))
        return ballot


def adopt_decision(*, decision: Decision, version: int, by: Actor, at: datetime) -> Decision:
    """Adopt: with the quorum of members, after the window, with no opposition left or by a vote that
    carries. What was counted is frozen, the text is published, its follow-up begins."""
    with ledger.act("governance.adopt_decision", by=by, at=at) as act:
        permit("governance.conduct_meeting", by, decision.meeting)
        row = held_with_meeting(decision)
        check_version(row, version)
        meeting = row.meeting
        rules = rules_of(meeting.instance)
        if rules is None:
            raise RulesMissing(str(meeting.instance))
        if row.state != DecisionState.IN_DEBATE:
            raise NotInDebate(row.symbol, row.get_state_display())
        present = members_present(meeting, day_of_meeting(meeting, at))
        required = quorum_share(rules).least_of(rules.seats)
        if len(present) < required:
            raise QuorumOfMembersMissing(len(present), required)
        standing = list(row.objections.filter(withdrawn_at=None).select_related("member").order_by("pk"))
        if row.mode == Mode.CONSENSUS:
            if row.window_closes_at is None:
                raise WindowMissing()
            if at < row.window_closes_at:
                raise WindowStillOpen(clock.local(row.window_closes_at, meeting.conference.time_zone))
            blocking = [str(o.member) for o in standing if o.kind == ObjectionKind.BLOCK]
            if blocking:
                raise DecisionBlocked(blocking)
            row.tally = {}
        else:
            choices = (
                row.ballots.filter(member__in=sorted(present)).order_by().values_list("choice", flat=True)
            )
            tally = Tally.of(choices, len(present))
            if not tally.carries(vote_share(rules)):
                raise VoteDoesNotCarry(tally)
            row.tally = tally.as_dict()
        publish_revision(revision=row.revision, checked_above=True, by=by, at=at)
        move_to(row, DecisionState.WITH_RESERVATIONS if standing else DecisionState.ADOPTED)
        row.decided_at = at
        row.present, row.required, row.seats = len(present), required, rules.seats
        row.presiding = row.presiding or meeting.presiding
        row.text_sha256 = row.revision.sha256
        row.save()
        _begin_follow_up(row, by=by, at=at)
        act.on(row.urn, book=meeting.urn)
        act.note(
            symbol=row.symbol,
            present=row.present,
            required=required,
            objections=len(standing),
            tally=row.tally,
            sha256=row.text_sha256,
        )
        return row


def _begin_follow_up(row: Decision, *, by: Actor, at: datetime) -> None:
    keys = entitled_members(row.meeting.instance, day_of_meeting(row.meeting, at))
    due = None
    if row.report_due is not None:
        zone = clock.zone(row.meeting.conference.time_zone)
        due = datetime(row.report_due.year, row.report_due.month, row.report_due.day, tzinfo=zone)
    tell_correspondents(
        members=Organisation.objects.filter(pk__in=sorted(keys)).order_by("pk"),
        subject_urn=row.urn,
        expectation=LocalisedText(
            fr=f"Dire où nous en sommes : décision {row.symbol}",
            en=f"Say where we stand: decision {row.symbol}",
        ),
        link=row.permalink,
        due_at=due,
        by=by,
        at=at,
    )


def set_aside_decision(*, decision: Decision, to: str, version: int, by: Actor, at: datetime) -> Decision:
    """Put a text off, withdraw it or note that it was not adopted. It is not published; what was
    objected stays in the record of the room."""
    with ledger.act("governance.set_aside_decision", by=by, at=at) as act:
        permit("governance.conduct_meeting", by, decision.meeting)
        row = held_with_meeting(decision)
        check_version(row, version)
        before = row.state
        move_to(row, to)
        if to != DecisionState.DEFERRED:
            withdraw_origin(target=row.revision, checked_above=True, by=by, at=at)
        row.save(update_fields=["state", "version"])
        act.on(row.urn, book=row.meeting.urn)
        act.note(symbol=row.symbol, before=before, after=to)
        return row
