"""The lists of the base tier: what partners receive without payment, and what they commit to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..models import Benefit, CommitmentType
from .base_tier_pack import BENEFITS, COMMITMENTS


class LineTaken(Refusal):
    def __init__(self, slug: str) -> None:
        super().__init__(
            _("« %(slug)s » désigne déjà une ligne de cette liste ; choisissez un autre nom court.")
            % {"slug": slug},
            field="slug",
        )


def add_commitment_type(
    *,
    slug: str,
    label: LocalisedText,
    duty: LocalisedText,
    proof_wanted: LocalisedText,
    by: Actor,
    at: datetime,
    threshold: int = 1,
    order: int = 0,
) -> CommitmentType:
    """Add a kind of reciprocal commitment to the list."""
    with ledger.act("partnerships.add_commitment_type", by=by, at=at) as act:
        permit("partnerships.open_form", by)
        if CommitmentType.objects.filter(slug=slug).exists():
            raise LineTaken(slug)
        row = CommitmentType.objects.create(
            slug=slug, label=label, duty=duty, proof_wanted=proof_wanted, threshold=threshold, order=order
        )
        act.on("partnerships:base_tier")
        act.note(commitment_type=slug, threshold=threshold)
        return row


def add_benefit(
    *,
    slug: str,
    heading: LocalisedText,
    label: LocalisedText,
    by: Actor,
    at: datetime,
    limit: LocalisedText | None = None,
    opens_resources: bool = False,
    order: int = 0,
    required: Iterable[CommitmentType] = (),
) -> Benefit:
    """Add a line to the base tier; agreements drafted from now on carry it."""
    with ledger.act("partnerships.add_benefit", by=by, at=at) as act:
        permit("partnerships.open_form", by)
        if Benefit.objects.filter(slug=slug).exists():
            raise LineTaken(slug)
        row = Benefit.objects.create(
            slug=slug,
            heading=heading,
            label=label,
            limit=limit or LocalisedText(),
            opens_resources=opens_resources,
            order=order,
        )
        row.required.set(required)
        act.on("partnerships:base_tier")
        act.note(benefit=slug, opens_resources=opens_resources)
        return row


def adopt_base_tier(*, by: Actor, at: datetime) -> int:
    """Take over the list of the partnership brochure: four commitments, eight lines under four headings.

    Lines that are there already are kept as they are. Returns how many were added.
    """
    with ledger.act("partnerships.adopt_base_tier", by=by, at=at) as act:
        permit("partnerships.open_form", by)
        held = set(CommitmentType.objects.order_by("pk").values_list("slug", flat=True))
        lines = set(Benefit.objects.order_by("pk").values_list("slug", flat=True))
        added = 0
        for order, item in enumerate(COMMITMENTS):
            if item.slug not in held:
                add_commitment_type(
                    slug=item.slug,
                    label=item.label,
                    duty=item.duty,
                    proof_wanted=item.proof_wanted,
                    order=order,
                    by=by,
                    at=at,
                )
                added += 1
        for order, line in enumerate(BENEFITS):
            if line.slug not in lines:
                add_benefit(
                    slug=line.slug,
                    heading=line.heading,
                    label=line.label,
                    limit=line.limit,
                    opens_resources=line.opens_resources,
                    order=order,
                    by=by,
                    at=at,
                )
                added += 1
        act.on("partnerships:base_tier")
        act.note(added=added)
        return added
