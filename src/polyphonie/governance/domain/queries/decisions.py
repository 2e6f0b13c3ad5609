"""How a text was decided and what became of it, member by member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.models import Organisation
from polyphonie.recommendations.models import Derivation, Recommendation

from ...enums import DecisionState, Mode, Progress
from ...models import Decision, Delegation, FollowUpReport, Meeting, Objection
from ..entitlement import day_of_meeting, entitled_members


@dataclass(frozen=True)
class ObjectionRow:
    """An objection and the passage that it is about."""

    objection: Objection
    passage: str


@dataclass(frozen=True)
class MemberProgress:
    """Where a member stands: its last report, or none, which is not the same as nothing done."""

    member: Organisation
    report: FollowUpReport | None
    earlier: int
    may_report: bool

    @property
    def tone(self) -> str:
        if self.report is None:
            return "neutral"
        return {Progress.DONE: "good", Progress.UNDER_WAY: "info"}.get(
            Progress(self.report.progress), "neutral"
        )


@dataclass(frozen=True)
class DecisionPart:
    """What the page of the recommendation shows of the decision."""

    decision: Decision
    objections: tuple[ObjectionRow, ...]
    progress: tuple[MemberProgress, ...]
    reported: int
    origin: Derivation | None
    own_delegations: tuple[Delegation, ...]
    conducts: bool
    drafts: bool
    meeting_is_readable: bool

    @property
    def is_by_vote(self) -> bool:
        return self.decision.mode == Mode.VOTE

    @property
    def is_in_debate(self) -> bool:
        return self.decision.state == DecisionState.IN_DEBATE

    @property
    def silent(self) -> int:
        """Members of whom there is no report."""
        return len(self.progress) - self.reported


def decision_found(uid: UUID, viewer: Actor, at: datetime) -> Decision:
    """The decision at this address; what is in the making is there for the room alone."""
    found = (
        Decision.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related(
            "meeting__conference",
            "meeting__instance__parent",
            "meeting__group",
            "revision__recommendation",
            "rapporteur",
            "presiding",
            "item",
        )
        .prefetch_related("revision__texts")
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def decision_on(
    recommendation: Recommendation, viewer: Actor, at: datetime, language: str
) -> DecisionPart | None:
    """The part for a recommendation that is a decision; for others nothing."""
    decision = (
        Decision.objects.readable_by(viewer, at)
        .filter(revision__recommendation=recommendation)
        .select_related(
            "meeting__conference",
            "meeting__instance__parent",
            "meeting__group",
            "revision__recommendation",
            "rapporteur",
            "presiding",
            "item",
        )
        .prefetch_related("revision__texts")
        .order_by("-pk")
        .first()
    )
    if decision is None:
        return None
    text = decision.revision.text_for(language)
    passages = {b["block_id"]: b["text"] for b in (text.blocks if text else ())}
    objections = tuple(
        ObjectionRow(o, passages.get(o.block_id, ""))
        for o in decision.objections.select_related("member").order_by("made_at", "pk")
    )
    progress = progress_of(decision, viewer, at)
    meeting = decision.meeting
    return DecisionPart(
        decision=decision,
        objections=objections,
        progress=progress,
        reported=sum(p.report is not None for p in progress),
        origin=Derivation.objects.readable_by(viewer, at)
        .filter(target=decision.revision, source=None, superseded_at=None)
        .order_by("pk")
        .first(),
        own_delegations=tuple(delegations_speaking(decision, viewer))
        if decision.state == DecisionState.IN_DEBATE and viewer.is_person
        else (),
        conducts=may("governance.conduct_meeting", viewer, meeting),
        drafts=may("governance.draft_decision", viewer, meeting),
        meeting_is_readable=Meeting.objects.readable_by(viewer, at).filter(pk=meeting.pk).exists(),
    )


def members_concerned(decision: Decision) -> list[Organisation]:
    """The members of the day of the adoption, by name: those from whom a report is asked."""
    if decision.decided_at is None:
        return []
    keys = entitled_members(decision.meeting.instance, day_of_meeting(decision.meeting, decision.decided_at))
    return list(Organisation.objects.filter(pk__in=sorted(keys)).order_by("slug"))


def progress_of(decision: Decision, viewer: Actor, at: datetime) -> tuple[MemberProgress, ...]:
    """Every member concerned, with its newest report. Members without one are listed too."""
    if not decision.is_standing:
        return ()
    reports: dict[int, list[FollowUpReport]] = {}
    for report in (
        FollowUpReport.objects.readable_by(viewer, at)
        .filter(decision=decision)
        .prefetch_related("proofs__file")
        .order_by("-period", "pk")
    ):
        reports.setdefault(report.member_id, []).append(report)
    return tuple(
        MemberProgress(
            member,
            next(iter(reports.get(member.pk, ())), None),
            max(0, len(reports.get(member.pk, ())) - 1),
            may("governance.report_follow_up", viewer, member),
        )
        for member in members_concerned(decision)
    )


def members_with_seat(meeting: Meeting) -> list[Organisation]:
    """Who has a seat in a meeting, by name."""
    keys = entitled_members(meeting.instance, meeting.conference.start_date)
    return list(Organisation.objects.filter(pk__in=sorted(keys)).order_by("slug"))


def delegations_speaking(decision: Decision, viewer: Actor) -> list[Delegation]:
    """The delegations for which the viewer may speak on a text."""
    rows = decision.meeting.delegations.select_related(
        "member", "group", "meeting__conference", "meeting__instance", "meeting__group"
    ).order_by("member__slug", "pk")
    return [d for d in rows if may("governance.speak_for_member", viewer, d)]


def member_concerned(decision: Decision, slug: str) -> Organisation:
    """A body by its address; whether it is concerned is for the verb to say."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise Unknown()
    return found


def period_of(decision: Decision, at: datetime) -> str:
    """The period of which one reports today: the year, on the clock of the meeting's place."""
    return str(day_of_meeting(decision.meeting, at).year)


def report_for(decision: Decision, member: Organisation, period: str) -> FollowUpReport | None:
    return FollowUpReport.objects.filter(decision=decision, member=member, period=period.strip()).first()


def last_report(decision: Decision, member: Organisation) -> FollowUpReport | None:
    return FollowUpReport.objects.filter(decision=decision, member=member).order_by("-period", "-pk").first()
