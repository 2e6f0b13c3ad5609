"""Reading practice cards and what bodies do about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.models import Organisation
from polyphonie.recommendations.models import ActionLink, Recommendation

from ...models import ActionPlan, Observation, PracticeCard
from ...models.reach import body_is_one_of, served_by


@dataclass(frozen=True)
class PracticePage:
    """A card, the sheets it rests on as far as the reader may read them, and the actions it led to.

    ``closed_sheets`` counts the cited ones that stay with the team.
    """

    card: PracticeCard
    sheets: tuple[Observation, ...]
    closed_sheets: int
    plans: tuple[ActionPlan, ...]
    keeps: bool
    publishes: bool


@dataclass(frozen=True)
class PlanPage:
    """An action, the recommendations it is linked to, and where it comes from."""

    plan: ActionPlan
    practice: PracticeCard | None
    links: tuple[ActionLink, ...]
    keeps: bool
    is_late: bool


def practice_found(uid: UUID, viewer: Actor, at: datetime) -> PracticeCard:
    """The card at this address. Unknown and unreadable are the same."""
    found = (
        PracticeCard.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related(
            "visit__flow__organiser__successor__successor",
            "visit__flow__territory",
            "visit__flow__programme",
            "visit__team",
            "visit__grid",
        )
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def practice_page(uid: UUID, viewer: Actor, at: datetime) -> PracticePage:
    """The page of one card."""
    card = practice_found(uid, viewer, at)
    cited = card.cites.order_by("pk").values_list("pk", flat=True)
    sheets = tuple(
        Observation.objects.readable_by(viewer, at)
        .filter(pk__in=list(cited), state="shared")
        .select_related("criterion__theme", "criterion__element", "host")
        .order_by("criterion__theme__order", "criterion__element__order", "pk")
    )
    return PracticePage(
        card,
        sheets,
        len(cited) - len(sheets),
        tuple(
            ActionPlan.objects.readable_by(viewer, at)
            .filter(practice=card)
            .select_related("organisation")
            .order_by("due_on", "pk")
        ),
        may("mobility.keep_practice", viewer, card),
        may("mobility.run_visit", viewer, card.visit),
    )


def citable_sheets(card_visit: int, viewer: Actor, at: datetime) -> QuerySet[Observation]:
    """The shared sheets of a visit that the viewer reads: those on which a card may rest."""
    return (
        Observation.objects.readable_by(viewer, at)
        .filter(visit=card_visit, state="shared")
        .select_related("criterion__theme", "criterion__element")
        .order_by("criterion__theme__order", "criterion__element__order", "pk")
    )


def plan_found(uid: UUID, viewer: Actor, at: datetime) -> ActionPlan:
    """The action at this address. Unknown and unreadable are the same."""
    found = (
        ActionPlan.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related("organisation__successor__successor", "practice")
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def plan_page(uid: UUID, viewer: Actor, at: datetime) -> PlanPage:
    """The page of one action; the card it comes from only where the reader may read it."""
    plan = plan_found(uid, viewer, at)
    practice = (
        PracticeCard.objects.readable_by(viewer, at).filter(pk=plan.practice_id).first()
        if plan.practice_id
        else None
    )
    return PlanPage(
        plan,
        practice,
        tuple(
            ActionLink.objects.readable_by(viewer, at)
            .filter(action_urn=plan.urn)
            .select_related("recommendation__issuer")
            .order_by("relation", "pk")
        ),
        may("mobility.keep_action_plan", viewer, plan),
        plan.is_late(at.date()),
    )


def plans_behind(urns: list[str], viewer: Actor, at: datetime) -> dict[str, ActionPlan]:
    """The readable actions among these urns."""
    uids = [urn.rpartition(":")[2] for urn in urns if urn.startswith("mobility:action_plan:")]
    if not uids:
        return {}
    found = ActionPlan.objects.readable_by(viewer, at).filter(uid__in=uids).select_related("organisation")
    return {plan.urn: plan for plan in found.order_by("pk")}


def bodies_served(viewer: Actor) -> QuerySet[Organisation]:
    """The bodies for which the viewer may prepare an action, with those that they took over from."""
    served = served_by(viewer)
    return Organisation.objects.filter(Q(uid__in=served) | body_is_one_of("successor", served)).order_by(
        "slug"
    )


def linkable_recommendations(viewer: Actor, at: datetime) -> QuerySet[Recommendation]:
    """The recommendations to which an action can be linked: those that the viewer may read."""
    return (
        Recommendation.objects.readable_by(viewer, at)
        .select_related("issuer")
        .order_by("process", "order", "pk")
    )
