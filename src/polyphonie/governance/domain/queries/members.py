"""What is written of a body: facts with their sources, members with what attests them, its meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import fold
from polyphonie.network.enums import OrganisationKind
from polyphonie.network.models import Membership, Organisation

from ...enums import FactKind
from ...models import Attestation, InstanceRules, Meeting, StatedFact
from ..entitlement import in_force, quorum_share


@dataclass(frozen=True)
class FactGroup:
    """The readings of one kind of fact. More than one, where sources disagree or a list is told."""

    kind: str
    label: str
    facts: tuple[StatedFact, ...]


@dataclass(frozen=True)
class MemberRow:
    """A member and what attests it."""

    membership: Membership
    attestations: tuple[Attestation, ...]


@dataclass(frozen=True)
class Rules:
    """How the instance decides, with the number that follows from it."""

    rules: InstanceRules
    required: int


@dataclass(frozen=True)
class BodyPart:
    """What the page of a body shows of this room."""

    body: Organisation
    facts: tuple[FactGroup, ...]
    rules: Rules | None
    instances: tuple[Organisation, ...]
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True)
class MembersPart:
    """The members of a body, with the number that a source states beside the number that is named."""

    members: tuple[MemberRow, ...]
    documented: int
    invented: int
    stated: StatedFact | None

    @property
    def to_complete(self) -> int:
        """Seats that a source counts and nobody has named yet."""
        if self.stated is None or self.stated.number is None:
            return 0
        return max(0, self.stated.number - self.documented)


def body_part(body: Organisation, viewer: Actor, at: datetime) -> BodyPart | None:
    """The part for a body that has facts, members or meetings here; for others nothing."""
    instances = tuple(
        Organisation.objects.readable_by(viewer, at)
        .filter(parent=body, kind=OrganisationKind.INSTANCE)
        .order_by("slug")
    )
    facts = tuple(StatedFact.objects.filter(body=body).order_by("kind", "order", "pk"))
    meetings = tuple(
        Meeting.objects.readable_by(viewer, at)
        .filter(Q(instance=body) | Q(instance__in=[i.pk for i in instances]))
        .select_related("conference", "instance")
        .order_by("-conference__start_date", "pk")
    )
    rules = InstanceRules.objects.filter(instance=body).first()
    if not (facts or meetings or rules or instances or body.kind == OrganisationKind.INSTANCE):
        return None
    return BodyPart(
        body=body,
        facts=_grouped(facts),
        rules=Rules(rules, quorum_share(rules).least_of(rules.seats)) if rules else None,
        instances=instances,
        meetings=meetings,
    )


def members_part(body: Organisation, at: datetime) -> MembersPart | None:
    """The members, where a source attests one or states how many there are; for other bodies nothing."""
    members = member_rows(body, at)
    stated = (
        StatedFact.objects.filter(body=body, kind=FactKind.MEMBER_COUNT, number__isnull=False)
        .order_by("order", "pk")
        .first()
    )
    if stated is None and not any(m.attestations for m in members):
        return None
    named = [m for m in members if not m.membership.is_fictitious]
    return MembersPart(members, len(named), len(members) - len(named), stated)


def member_rows(body: Organisation, at: datetime) -> tuple[MemberRow, ...]:
    """The members in force at the instant, each with its attestations, in the order of their names."""
    memberships = list(
        Membership.objects.filter(in_force(at.date()), body=body, status="member")
        .select_related("organisation")
        .order_by("organisation__slug", "pk")
    )
    by_membership: dict[int, list[Attestation]] = {}
    for attestation in Attestation.objects.filter(membership__in=[m.pk for m in memberships]).order_by(
        "year", "pk"
    ):
        by_membership.setdefault(attestation.membership_id, []).append(attestation)
    rows = [MemberRow(m, tuple(by_membership.get(m.pk, ()))) for m in memberships]
    return tuple(sorted(rows, key=lambda row: fold(str(row.membership.organisation.name))))


def _grouped(facts: tuple[StatedFact, ...]) -> tuple[FactGroup, ...]:
    return tuple(
        FactGroup(kind, str(kind.label), rows)
        for kind in FactKind
        if (rows := tuple(f for f in facts if f.kind == kind))
    )
