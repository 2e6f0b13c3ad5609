"""What this room shows on pages of the rooms below, and where its permalinks lead."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Organisation
from polyphonie.recommendations.models import ActionLink, Recommendation

from ..domain.queries.agreements import agreements_of
from ..models import Agreement, Amendment, Commitment, Proof, TrainingAction


def agreements_of_body(organisation: Organisation, viewer: Actor, at: datetime) -> SafeString | None:
    """The agreements of a body that the viewer may know of; nothing at all for everybody else."""
    if not viewer.is_person:
        return None
    cards = agreements_of(organisation, viewer, at)
    if not cards:
        return None
    return render_to_string("partnerships/part_agreements.html", {"cards": cards, "viewer": viewer, "at": at})


def training_on_recommendation(
    recommendation: Recommendation, viewer: Actor, at: datetime
) -> SafeString | None:
    """The way to the page of each training action; the line itself is on the page already."""
    links = list(
        ActionLink.objects.readable_by(viewer, at)
        .filter(recommendation=recommendation, action_urn__startswith="partnerships:")
        .order_by("started", "pk")
    )
    uids = [link.action_urn.rpartition(":")[2] for link in links]
    actions = list(
        TrainingAction.objects.readable_by(viewer, at)
        .filter(uid__in=uids)
        .select_related("organisation")
        .order_by("start_date", "pk")
    )
    if not actions:
        return None
    return render_to_string(
        "partnerships/part_training.html", {"actions": actions, "viewer": viewer, "at": at}
    )


def resolve_agreement(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = Agreement.objects.readable_by(viewer, at).filter(uid=uid).first()
    return found.get_absolute_url() if found else None


def resolve_amendment(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = Amendment.objects.readable_by(viewer, at).filter(uid=uid).first()
    return found.get_absolute_url() if found else None


def resolve_commitment(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    readable = Agreement.objects.readable_by(viewer, at).order_by().values("pk")
    found = Commitment.objects.select_related("agreement").filter(uid=uid, agreement__in=readable).first()
    return found.get_absolute_url() if found else None


def resolve_proof(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = (
        Proof.objects.readable_by(viewer, at).select_related("commitment__agreement").filter(uid=uid).first()
    )
    return found.commitment.get_absolute_url() if found else None


def resolve_training(uid: UUID, viewer: Actor, at: datetime) -> str | None:
    found = TrainingAction.objects.readable_by(viewer, at).filter(uid=uid).first()
    return found.get_absolute_url() if found else None
