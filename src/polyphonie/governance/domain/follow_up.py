"""What became of a decision at home: a member's report for a period, with its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.notice import settle_notices_about
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice, Organisation
from polyphonie.recommendations.domain.actions import link_action
from polyphonie.recommendations.domain.wording import is_blank
from polyphonie.recommendations.enums import ActionRelation
from polyphonie.recommendations.models import ActionLink

from ..enums import DecisionState, Progress
from ..models import Decision, FollowUpProof, FollowUpReport
from ..states import DECISION
from .correspondents import tell_correspondents
from .entitlement import day_of_meeting, entitled_members

TEXT_LIMIT = 5_000


class DecisionNotStanding(Refusal):
    def __init__(self, symbol: str) -> None:
        super().__init__(
            _("%(symbol)s n'est pas adoptée ; on rend compte de ce qui a été décidé.") % {"symbol": symbol}
        )


class NotConcerned(Refusal):
    def __init__(self, member: str, symbol: str) -> None:
        super().__init__(
            _("« %(member)s » n'était pas membre quand %(symbol)s a été adoptée ; rien ne lui est demandé.")
            % {"member": member, "symbol": symbol}
        )


class ProgressUnknown(Refusal):
    def __init__(self, progress: str) -> None:
        super().__init__(
            _("« %(progress)s » n'est pas de la liste ; dites où vous en êtes par l'un des cinq mots.")
            % {"progress": progress},
            field="progress",
        )


class PeriodMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites de quelle période vous rendez compte, par exemple 2020."), field="period")


class ReportEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites ce qui a été fait, ou pourquoi rien ne l'a été : une phrase suffit."), field="text"
        )


class ReportTooLong(Refusal):
    def __init__(self, length: int) -> None:
        super().__init__(
            _("Ce texte compte %(length)d signes ; la limite est %(limit)d. Gardez l'essentiel.")
            % {"length": length, "limit": TEXT_LIMIT},
            field="text",
        )


class ProofMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "« Fait » demande une preuve : un document ou un lien. Joignez-la, ou choisissez « en cours »."
            ),
            field="proof_link",
        )


class ReportChanged(ChangedMeanwhile):
    """Somebody else wrote for the same member and period first."""


class FollowUpClosed(Refusal):
    def __init__(self, symbol: str) -> None:
        super().__init__(_("Le suivi de %(symbol)s est clos ; demandez au secrétariat.") % {"symbol": symbol})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A document or an address that shows it."""

    label: str
    link: str = ""
    content: BinaryIO | None = None
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a member says of a period."""

    period: str
    progress: str
    text: str = ""
    language: str = "fr"
    lead: str = ""
    indicator: str = ""
    started: date | None = None

    @classmethod
    def of(cls, row: FollowUpReport) -> Report:
        return cls(
            period=row.period,
            progress=row.progress,
            text=row.text,
            language=row.language,
            lead=row.lead,
            indicator=row.indicator,
            started=row.started,
        )


def report_follow_up(
    *,
    decision: Decision,
    member: Organisation,
    report: Report,
    by: Actor,
    at: datetime,
    proofs: Sequence[Proof] = (),
    version: int = 0,
    is_fictitious: bool = False,
) -> FollowUpReport:
    """Say where a member stands with a decision in a period. One report per decision, member and
    period: writing again changes it, unless somebody else wrote since ``version``. What is under way or
    done is an action that answers the decision; the correspondents' notices are settled."""
    with ledger.act("governance.report_follow_up", by=by, at=at) as act:
        permit("governance.report_follow_up", by, member)
        held = (
            Decision.objects.select_for_update(of=("self",))
            .select_related("meeting__conference", "meeting__instance__parent", "revision__recommendation")
            .get(pk=decision.pk)
        )
        if held.state == DecisionState.CLOSED:
            raise FollowUpClosed(held.symbol)
        if not held.is_standing or held.decided_at is None or held.decided_at > at:
            raise DecisionNotStanding(held.symbol)
        day = day_of_meeting(held.meeting, held.decided_at)
        if member.pk not in entitled_members(held.meeting.instance, day):
            raise NotConcerned(str(member), held.symbol)
        _check(report)
        row = (
            FollowUpReport.objects.select_for_update()
            .filter(decision=held, member=member, period=report.period.strip())
            .first()
        )
        if (row.version if row else 0) != version:
            raise ReportChanged(
                _("Quelqu'un a rendu compte de %(period)s entre-temps ; lisez les deux textes.")
                % {"period": report.period},
                theirs=Report.of(row) if row else None,
                mine=report,
            )
        kept = row.proofs.count() if row else 0
        if report.progress == Progress.DONE and not (kept or proofs):
            raise ProofMissing()
        row = row or FollowUpReport(
            decision=held, member=member, period=report.period.strip(), version=0, is_fictitious=is_fictitious
        )
        row.progress = Progress(report.progress)
        row.text = report.text.replace("\r\n", "\n").strip()
        row.language, row.lead, row.indicator = report.language, report.lead.strip(), report.indicator.strip()
        row.started = report.started
        row.entered_by, row.entered_at = by.id, at
        row.version += 1
        row.save()
        for proof in proofs:
            made = FollowUpProof(report=row, label=proof.label.strip() or proof.link, link=proof.link)
            if proof.content is not None:
                made.file = store_file(
                    content=proof.content, filename=proof.filename, owner_urn=made.urn, at=at
                )
                made.link = ""
            made.save()
        if held.state != DecisionState.IN_FOLLOW_UP:
            DECISION.check(held.state, DecisionState.IN_FOLLOW_UP, held)
            held.state = DecisionState.IN_FOLLOW_UP
            held.version += 1
            held.save(update_fields=["state", "version"])
        _answer_by_action(held, row, by=by, at=at)
        correspondents = mandates_in_force(at).filter(role=Role.NATIONAL_CORRESPONDENT, scope=member.urn)
        for mandate in correspondents.select_related("person").order_by("pk"):
            settle_notices_about(subject_urn=held.urn, person=mandate.person, by=by, at=at)
        act.on(row.urn, book=held.meeting.urn)
        act.note(decision=held.urn, member=member.urn, period=row.period, progress=str(row.progress))
        return row


def _check(report: Report) -> None:
    if not report.period.strip():
        raise PeriodMissing()
    if report.progress not in Progress.values:
        raise ProgressUnknown(report.progress)
    if report.progress != Progress.NOT_STARTED and is_blank(report.text):
        raise ReportEmpty()
    if len(report.text) > TEXT_LIMIT:
        raise ReportTooLong(len(report.text))


def _answer_by_action(decision: Decision, row: FollowUpReport, *, by: Actor, at: datetime) -> None:
    """What a member does about a decision stands among the actions that answer it, once. What it
    began before the adoption precedes it."""
    if row.progress not in {Progress.UNDER_WAY, Progress.DONE} or decision.decided_at is None:
        return
    of_member = FollowUpReport.objects.filter(decision=decision, member=row.member).order_by("pk")
    urns = [r.urn for r in of_member]
    recommendation = decision.revision.recommendation
    if ActionLink.objects.filter(recommendation=recommendation, action_urn__in=urns).exists():
        return
    started = row.started or at.date()
    before = started < decision.decided_at.date()
    link_action(
        recommendation=recommendation,
        relation=ActionRelation.PRECEDES if before else ActionRelation.IMPLEMENTS,
        action_urn=row.urn,
        label=LocalisedText(
            fr=f"Suivi de {decision.symbol} par {row.member.name.read('fr')}",
            en=f"Follow-up of {decision.symbol} by {row.member.name.read('en')}",
        ),
        organisation=row.member,
        started=started,
        is_fictitious=row.is_fictitious,
        by=by,
        at=at,
    )


class NobodySilent(Refusal):
    def __init__(self, symbol: str) -> None:
        super().__init__(
            _("Tous les membres ont rendu compte de %(symbol)s ; personne n'est à relancer.")
            % {"symbol": symbol}
        )


class NobodyToRemind(Refusal):
    def __init__(self, symbol: str) -> None:
        super().__init__(
            _("Aucun membre silencieux sur %(symbol)s n'a de correspondant ; donnez d'abord ce mandat.")
            % {"symbol": symbol}
        )


def remind_members(*, decision: Decision, by: Actor, at: datetime) -> int:
    """Tell the correspondents of the members of whom there is no report that one is expected. Those who
    have been told and have not answered yet are told no second time on the same day."""
    with ledger.act("governance.remind_members", by=by, at=at) as act:
        permit("governance.keep_meeting", by, decision.meeting)
        held = (
            Decision.objects.select_for_update(of=("self",))
            .select_related("meeting__conference", "meeting__instance")
            .get(pk=decision.pk)
        )
        if held.state == DecisionState.CLOSED:
            raise FollowUpClosed(held.symbol)
        if not held.is_standing or held.decided_at is None:
            raise DecisionNotStanding(held.symbol)
        keys = entitled_members(held.meeting.instance, day_of_meeting(held.meeting, held.decided_at))
        spoken = set(held.reports.order_by().values_list("member_id", flat=True))
        silent = list(Organisation.objects.filter(pk__in=sorted(keys - spoken)).order_by("slug"))
        if not silent:
            raise NobodySilent(held.symbol)
        told_today = set(
            Notice.objects.filter(subject_urn=held.urn, done_at=None, created_at__date=at.date())
            .order_by()
            .values_list("person_id", flat=True)
        )
        told = tell_correspondents(
            members=silent,
            subject_urn=held.urn,
            expectation=LocalisedText(
                fr=f"Rappel : dire où nous en sommes, décision {held.symbol}",
                en=f"Reminder: say where we stand, decision {held.symbol}",
            ),
            link=held.permalink,
            reading=lambda person: person.pk not in told_today,
            by=by,
            at=at,
        )
        if told == 0 and not told_today:
            raise NobodyToRemind(held.symbol)
        act.on(held.urn, book=held.meeting.urn)
        act.note(silent=len(silent), told=told)
        return told


def close_follow_up(*, decision: Decision, version: int, by: Actor, at: datetime) -> Decision:
    """Close the follow-up: no report is asked for any more; those that were made stay."""
    with ledger.act("governance.close_follow_up", by=by, at=at) as act:
        permit("governance.keep_meeting", by, decision.meeting)
        held = Decision.objects.select_for_update().get(pk=decision.pk)
        if held.version != version:
            raise ReportChanged(
                _("%(symbol)s a avancé entre-temps ; relisez-la.") % {"symbol": held.symbol},
                theirs=held.get_state_display(),
            )
        DECISION.check(held.state, DecisionState.CLOSED, held)
        held.state = DecisionState.CLOSED
        held.version += 1
        held.save(update_fields=["state", "version"])
        settle_notices_about(subject_urn=held.urn, by=by, at=at)
        act.on(held.urn, book=decision.meeting.urn)
        act.note(symbol=held.symbol)
        return held
