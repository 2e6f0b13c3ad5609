"""Reading training actions, and what the forms of the room offer to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from polyphonie.evidence.models import Resource
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.network.enums import OrganisationKind, Role
from polyphonie.network.models import Organisation
from polyphonie.recommendations.models import ActionLink, FeedbackReport, Recommendation

from ...enums import PARTNER_ROLES, Relation
from ...models import Agreement, TrainingAction
from ...models.agreement import of_body, uids_of
from ...rules import is_installer


@dataclass(frozen=True)
class TrainingLink:
    """A recommendation and how the training stands to it."""

    link: ActionLink

    @property
    def relation_label(self) -> str:
        return str(Relation(self.link.relation).label)

    @property
    def recommendation(self) -> Recommendation:
        return self.link.recommendation


@dataclass(frozen=True)
class TrainingPage:
    """The page of one training action."""

    action: TrainingAction
    links: tuple[TrainingLink, ...]
    resources: tuple[Resource, ...]


def training_named(uid: UUID, viewer: Actor, at: datetime) -> TrainingAction:
    found = (
        TrainingAction.objects.readable_by(viewer, at)
        .select_related("organisation__successor__successor")
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def training_page(uid: UUID, viewer: Actor, at: datetime) -> TrainingPage:
    """One training action, with the resources that the viewer may read."""
    action = training_named(uid, viewer, at)
    links = (
        ActionLink.objects.readable_by(viewer, at)
        .filter(action_urn=action.urn)
        .select_related("recommendation__issuer")
        .order_by("relation", "pk")
    )
    resources = Resource.objects.readable_by(viewer, at).filter(
        pk__in=action.resources.order_by().values("pk")
    )
    return TrainingPage(
        action,
        tuple(TrainingLink(link) for link in links),
        tuple(resources.select_related("kind").order_by("kind__order", "pk")),
    )


def list_training(viewer: Actor, at: datetime) -> list[TrainingAction]:
    """The training actions that the viewer may read, the latest first."""
    return list(
        TrainingAction.objects.readable_by(viewer, at)
        .select_related("organisation")
        .order_by("-start_date", "pk")
    )


def bodies_training(viewer: Actor) -> QuerySet[Organisation]:
    """The bodies for which the viewer may write an entry."""
    bodies = Organisation.objects.order_by("slug")
    if is_installer.test(viewer):
        return bodies.filter(kind__in=PARTNER_KINDS)
    return bodies.filter(uid__in=uids_of(viewer.scopes(*PARTNER_ROLES), "organisation"))


def hosts_managed(viewer: Actor) -> QuerySet[Organisation]:
    """The bodies whose agreements the viewer may draft."""
    bodies = Organisation.objects.order_by("slug")
    if is_installer.test(viewer):
        return bodies.filter(kind=OrganisationKind.HOST_BODY)
    return bodies.filter(uid__in=uids_of(viewer.scopes(Role.PARTNERSHIP_MANAGER), "organisation"))


PARTNER_KINDS = (
    OrganisationKind.ACADEMIE,
    OrganisationKind.ACADEMIE_REGION,
    OrganisationKind.PARTNER_BODY,
    OrganisationKind.MINISTRY,
)


def possible_partners(at: datetime) -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind__in=PARTNER_KINDS).existing_on(at.date()).order_by("slug")


def training_of_partner(agreement: Agreement, viewer: Actor, at: datetime) -> QuerySet[TrainingAction]:
    """The partner's entries that may prove a commitment."""
    return (
        TrainingAction.objects.readable_by(viewer, at)
        .filter(of_body("organisation", [agreement.partner.uid]), until_date__gt=agreement.start_date)
        .order_by("-start_date", "pk")
    )


def feedback_of_partner(agreement: Agreement, viewer: Actor, at: datetime) -> QuerySet[FeedbackReport]:
    """The partner's reports that may prove a commitment."""
    return (
        FeedbackReport.objects.readable_by(viewer, at)
        .filter(
            organisation=agreement.partner,
            submitted_at__gte=agreement.midnight(agreement.start_date),
            submitted_at__lte=at,
        )
        .order_by("-submitted_at", "pk")
    )


def linkable_recommendations(viewer: Actor, at: datetime) -> QuerySet[Recommendation]:
    """The recommendations to which a training can be linked: those that the viewer may read."""
    return (
        Recommendation.objects.readable_by(viewer, at)
        .select_related("issuer")
        .order_by("process", "order", "pk")
    )


def usable_resources(viewer: Actor, at: datetime) -> QuerySet[Resource]:
    """The resources that an entry may name: those that the viewer may read."""
    return Resource.objects.readable_by(viewer, at).order_by("-dated", "pk")
