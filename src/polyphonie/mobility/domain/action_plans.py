"""What a body does at home: planned, adopted, measured, adjusted, and linked to a recommendation."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation
from polyphonie.recommendations.domain.actions import link_action
from polyphonie.recommendations.models import ActionLink, Recommendation

from ..enums import Axis, PlanState
from ..models import ActionPlan, PracticeCard
from ..states import ACTION_PLAN
from .refusals import WordingMissing, WrittenMeanwhile, check_choice, check_period, spoken

NO_TEXT = LocalisedText()


class PracticeNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("La fiche pratique d'où vient cette action n'est pas publiée ; publiez-la d'abord."),
            field="practice",
        )


class TargetMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Donnez la cible de l'indicateur : sans elle, on ne saura pas si l'action a servi."),
            field="target",
        )


class PlanIsAdopted(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette action est adoptée : son texte ne change plus. Ajustez-la après son évaluation.")
        )


class PlanNotAdopted(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette action est encore en préparation ; adoptez-la avant de la relier à une recommandation.")
        )


class EvaluationWithoutMeasure(Refusal):
    def __init__(self, indicator: str) -> None:
        super().__init__(
            _("Mesurez « %(indicator)s », ou dites pourquoi ce n'est pas mesuré : une phrase suffit.")
            % {"indicator": indicator},
            field="measured",
        )


class MeasuredInTheFuture(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(
            _("La mesure ne peut pas être datée du %(day)s, qui est à venir ; corrigez la date.")
            % {"day": spoken(day)},
            field="measured_on",
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an action says before it is adopted."""

    title: LocalisedText
    owner: LocalisedText
    starts_on: date
    due_on: date
    indicator: LocalisedText
    target: str
    baseline: str = ""
    description: LocalisedText = NO_TEXT
    axis: str = Axis.PLAN

    @classmethod
    def of(cls, plan: ActionPlan) -> Plan:
        return cls(**{f.name: getattr(plan, f.name) for f in fields(cls)})

    def check(self) -> None:
        """Pass, or refuse an action that nobody could follow."""
        for name, label in (
            ("title", _("titre")),
            ("owner", _("qui en répond")),
            ("indicator", _("indicateur")),
        ):
            if not getattr(self, name):
                raise WordingMissing(name, label)
        check_choice(self.axis, Axis, "axis")
        check_period(self.starts_on, self.due_on, field="due_on")
        if not self.target.strip():
            raise TargetMissing()


def draft_action_plan(
    *,
    organisation: Organisation,
    plan: Plan,
    by: Actor,
    at: datetime,
    practice: PracticeCard | None = None,
    is_fictitious: bool = False,
) -> ActionPlan:
    """Prepare an action of a body, from a practice or without one; those who act for the body read it."""
    with ledger.act("mobility.draft_action_plan", by=by, at=at) as act:
        permit("mobility.draft_action_plan", by, organisation)
        plan.check()
        row = ActionPlan(organisation=organisation, practice=practice, is_fictitious=is_fictitious)
        _write(row, plan)
        act.on(row.urn)
        act.note(organisation=organisation.urn, practice=practice.urn if practice else None)
        return row


def change_action_plan(
    *, plan: ActionPlan, version: int, details: Plan, by: Actor, at: datetime
) -> ActionPlan:
    """Write an action in preparation anew; once it is adopted its text stands."""
    with ledger.act("mobility.change_action_plan", by=by, at=at) as act:
        held = _lock(plan, by)
        details.check()
        if held.state != PlanState.DRAFT:
            raise PlanIsAdopted()
        if held.version != version:
            raise WrittenMeanwhile(theirs=Plan.of(held), mine=details)
        held.version += 1
        _write(held, details)
        act.on(held.urn)
        act.note(version=held.version)
        return held


def adopt_action_plan(*, plan: ActionPlan, by: Actor, at: datetime) -> ActionPlan:
    """The body takes the action on: from now on everybody reads it."""
    with ledger.act("mobility.adopt_action_plan", by=by, at=at) as act:
        held = _lock(plan, by)
        ACTION_PLAN.check(held.state, PlanState.ADOPTED, held)
        if held.practice is not None and (
            held.practice.published_at is None or held.practice.published_at > at
        ):
            raise PracticeNotPublished()
        held.adopted_at = at
        return _move(held, PlanState.ADOPTED, act, "adopted_at")


def start_action_plan(*, plan: ActionPlan, by: Actor, at: datetime) -> ActionPlan:
    """The action begins, or begins again after an adjustment."""
    with ledger.act("mobility.start_action_plan", by=by, at=at) as act:
        held = _lock(plan, by)
        ACTION_PLAN.check(held.state, PlanState.RUNNING, held)
        held.axis = Axis.DO
        return _move(held, PlanState.RUNNING, act, "axis")


def evaluate_action_plan(
    *,
    plan: ActionPlan,
    by: Actor,
    at: datetime,
    measured: str = "",
    measured_on: date | None = None,
    unmeasured_reason: LocalisedText = NO_TEXT,
    result: LocalisedText = NO_TEXT,
) -> ActionPlan:
    """Say what the indicator shows, or why it could not be measured."""
    with ledger.act("mobility.evaluate_action_plan", by=by, at=at) as act:
        held = _lock(plan, by)
        ACTION_PLAN.check(held.state, PlanState.EVALUATED, held)
        measured = measured.strip()
        if not measured and not unmeasured_reason:
            raise EvaluationWithoutMeasure(str(held.indicator))
        if measured_on is not None and measured_on > at.date():
            raise MeasuredInTheFuture(measured_on)
        held.measured = measured
        held.measured_on = (measured_on or at.date()) if measured else None
        held.unmeasured_reason = NO_TEXT if measured else unmeasured_reason
        held.result = result
        held.axis = Axis.CHECK
        return _move(
            held, PlanState.EVALUATED, act, "measured", "measured_on", "unmeasured_reason", "result", "axis"
        )


def adjust_action_plan(
    *, plan: ActionPlan, adjustment: LocalisedText, due_on: date, by: Actor, at: datetime
) -> ActionPlan:
    """Draw the conclusion of the evaluation: what changes, and until when."""
    with ledger.act("mobility.adjust_action_plan", by=by, at=at) as act:
        held = _lock(plan, by)
        ACTION_PLAN.check(held.state, PlanState.ADJUSTED, held)
        if not adjustment:
            raise WordingMissing("adjustment", _("ce qui change"))
        check_period(held.starts_on, due_on, field="due_on")
        held.adjustment, held.due_on, held.axis = adjustment, due_on, Axis.ACT
        return _move(held, PlanState.ADJUSTED, act, "adjustment", "due_on", "axis")


def close_action_plan(*, plan: ActionPlan, by: Actor, at: datetime) -> ActionPlan:
    """The action is over; its result stays."""
    with ledger.act("mobility.close_action_plan", by=by, at=at) as act:
        held = _lock(plan, by)
        ACTION_PLAN.check(held.state, PlanState.CLOSED, held)
        return _move(held, PlanState.CLOSED, act)


def link_plan_to_recommendation(
    *, plan: ActionPlan, recommendation: Recommendation, relation: str, by: Actor, at: datetime
) -> ActionLink:
    """Link an adopted action to a recommendation.

    The verb of the room of recommendations holds the rule: *implements* is refused where the action
    starts before the recommendation's publication. An action in preparation is not linked, so that its
    title never stands on somebody else's page.
    """
    with ledger.act("mobility.link_plan_to_recommendation", by=by, at=at) as act:
        held = _lock(plan, by)
        if held.state == PlanState.DRAFT:
            raise PlanNotAdopted()
        link = link_action(
            recommendation=recommendation,
            relation=relation,
            action_urn=held.urn,
            label=held.title,
            organisation=held.organisation,
            started=held.starts_on,
            source_label=held.source_label,
            source_url=held.source_url,
            source_read_date=held.source_read_date,
            is_fictitious=held.is_fictitious,
            by=by,
            at=at,
        )
        act.on(held.urn)
        act.note(recommendation=recommendation.urn, relation=relation, link=link.urn)
        return link


def _lock(plan: ActionPlan, by: Actor) -> ActionPlan:
    held = (
        ActionPlan.objects.select_for_update(of=("self",))
        .select_related("organisation", "practice")
        .get(pk=plan.pk)
    )
    permit("mobility.keep_action_plan", by, held)
    return held


def _write(row: ActionPlan, plan: Plan) -> None:
    for f in fields(plan):
        setattr(row, f.name, getattr(plan, f.name))
    row.save()


def _move(plan: ActionPlan, state: str, act: Any, *columns: str) -> ActionPlan:
    plan.state = state
    plan.version += 1
    plan.save(update_fields=["state", "version", *columns])
    act.on(plan.urn)
    act.note(state=state, version=plan.version)
    return plan
