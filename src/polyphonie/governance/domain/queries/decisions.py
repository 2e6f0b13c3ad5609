"""How a text was decided and what became of it, member by member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing, Unknown
from polyphonie.kernel.localised import fold
from polyphonie.kernel.rights import declared, may, permit
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation
from polyphonie.recommendations.models import Derivation, Recommendation, RevisionText

from ...enums import DecisionState, Mode, Progress
from ...models import Decision, Delegation, FollowUpReport, Meeting, Objection
from ..entitlement import Seats, day_of_meeting, entitled_members


@dataclass(frozen=True)
class ObjectionRow:
    """An objection and the passage that it is about."""

    objection: Objection
    passage: str


def tone_of(report: FollowUpReport | None) -> str:
    """The tone of the badge that names the progress; the word is always there too."""
    if report is None:
        return "neutral"
    return {Progress.DONE: "good", Progress.UNDER_WAY: "info"}.get(Progress(report.progress), "neutral")


@dataclass(frozen=True)
class MemberProgress:
    """Where a member stands: its last report, or none, which is not the same as nothing done."""

    member: Organisation
    report: FollowUpReport | None
    earlier: int
    may_report: bool

    @property
    def tone(self) -> str:
        return tone_of(self.report)


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
    keeps: bool
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
        keeps=may("governance.keep_meeting", viewer, meeting),
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


def deciding_on(uid: UUID, viewer: Actor, at: datetime) -> tuple[Decision, list[Delegation]]:
    """A decision and the delegations for which the viewer may speak on it; with none, the right that
    is missing is named."""
    decision = decision_found(uid, viewer, at)
    delegations = delegations_speaking(decision, viewer)
    if not delegations:
        raise RightMissing(declared()["governance.speak_for_member"])
    return decision, delegations


@dataclass(frozen=True)
class Standing:
    """A member's last word on a decision, or its silence."""

    decision: Decision
    text: RevisionText
    report: FollowUpReport | None
    is_late: bool

    @property
    def tone(self) -> str:
        return tone_of(self.report)


def standing_decisions(viewer: Actor, at: datetime, instance: Organisation | None = None) -> list[Decision]:
    """The decisions adopted by the instant that the viewer reads, the last first."""
    rows = (
        Decision.objects.readable_by(viewer, at)
        .standing(at)
        .select_related("meeting__conference", "meeting__instance", "revision__recommendation")
        .prefetch_related("revision__texts")
        .order_by("-decided_at", "pk")
    )
    return list(rows.filter(meeting__instance=instance) if instance is not None else rows)


def concerning(decisions: list[Decision]) -> dict[int, set[int]]:
    """For each decision, the keys of the members of the day of its adoption: one query for all."""
    seats = Seats({d.meeting.instance for d in decisions})
    return {
        d.pk: seats.members(d.meeting.instance, day_of_meeting(d.meeting, d.decided_at))
        for d in decisions
        if d.decided_at is not None
    }


def last_reports(decisions: list[Decision], at: datetime) -> dict[tuple[int, int], FollowUpReport]:
    """The newest report of each member on each decision."""
    found: dict[tuple[int, int], FollowUpReport] = {}
    for report in FollowUpReport.objects.filter(
        decision__in=[d.pk for d in decisions], entered_at__lte=at
    ).order_by("period", "pk"):
        found[report.decision_id, report.member_id] = report
    return found


def is_late(decision: Decision, report: FollowUpReport | None, at: datetime) -> bool:
    """A report that was asked for by a day that is past and has not come."""
    return report is None and decision.report_due is not None and decision.report_due < at.date()


def standing_of(
    members: Sequence[Organisation], viewer: Actor, at: datetime, language: str
) -> dict[int, list[Standing]]:
    """For each member, the decisions that concern it and its last word on each; four queries for all."""
    decisions = standing_decisions(viewer, at)
    concerned, reports = concerning(decisions), last_reports(decisions, at)
    found: dict[int, list[Standing]] = {m.pk: [] for m in members}
    for decision in decisions:
        text = decision.revision.text_for(language)
        for member in members:
            if text is not None and member.pk in concerned.get(decision.pk, ()):
                report = reports.get((decision.pk, member.pk))
                found[member.pk].append(Standing(decision, text, report, is_late(decision, report, at)))
    return found


@dataclass(frozen=True)
class BoardRow:
    """A member before all decisions of an instance; None where a decision does not concern it."""

    member: Organisation
    cells: tuple[Standing | None, ...]
    correspondents: int

    @property
    def silent(self) -> int:
        return sum(c is not None and c.report is None for c in self.cells)


@dataclass(frozen=True)
class Board:
    """Who has reported on what: the secretariat's view."""

    instance: Organisation
    decisions: tuple[Standing, ...]
    rows: tuple[BoardRow, ...]
    silent: tuple[int, ...]


def follow_up_board(slug: str, viewer: Actor, at: datetime, language: str) -> Board:
    """Every member of an instance before each of its decisions, those first that have said least."""
    instance = Organisation.objects.readable_by(viewer, at).filter(slug=slug).first()
    if instance is None:
        raise Unknown()
    permit("governance.call_meeting", viewer, instance)
    decisions = standing_decisions(viewer, at, instance)
    concerned, reports = concerning(decisions), last_reports(decisions, at)
    members = Organisation.objects.filter(pk__in=sorted(set().union(*concerned.values()))).order_by("slug")
    heads = {
        d.pk: Standing(d, text, None, False)
        for d in decisions
        if (text := d.revision.text_for(language)) is not None
    }
    told = Counter(
        mandates_in_force(at)
        .filter(role=Role.NATIONAL_CORRESPONDENT)
        .order_by()
        .values_list("scope", flat=True)
    )
    rows = []
    for member in members:
        cells: list[Standing | None] = []
        for pk, head in heads.items():
            report = reports.get((pk, member.pk))
            cells.append(
                Standing(head.decision, head.text, report, is_late(head.decision, report, at))
                if member.pk in concerned[pk]
                else None
            )
        rows.append(BoardRow(member, tuple(cells), told[member.urn]))
    silent = tuple(
        sum(row.cells[n] is not None and row.cells[n].report is None for row in rows)  # type: ignore[union-attr]
        for n in range(len(heads))
    )
    ordered = sorted(rows, key=lambda row: (-row.silent, fold(str(row.member.name))))
    return Board(instance, tuple(heads.values()), tuple(ordered), silent)
