"""Reading a synthesis: each sentence with the sheets it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may

from ...models import Claim, Observation, Synthesis, Visit
from ..ratings import unsettled_cells
from .visits import visit_found


@dataclass(frozen=True)
class ClaimRow:
    """A sentence with the sheets that the reader may open; ``closed`` counts those that stay with the team."""

    claim: Claim
    sheets: tuple[Observation, ...]
    closed: int

    @property
    def is_uncited(self) -> bool:
        return not self.sheets and not self.closed


@dataclass(frozen=True)
class SynthesisPage:
    visit: Visit
    synthesis: Synthesis | None
    claims: tuple[ClaimRow, ...]
    in_team: bool
    runs: bool
    unsettled: int


def synthesis_page(uid: UUID, viewer: Actor, at: datetime) -> SynthesisPage:
    """The synthesis of a visit; to others than the team it is unknown until it is published."""
    visit = visit_found(uid, viewer, at)
    in_team, runs = may("mobility.observe", viewer, visit), may("mobility.run_visit", viewer, visit)
    synthesis = Synthesis.objects.readable_by(viewer, at).filter(visit=visit).first()
    if synthesis is None and not (in_team or runs):
        raise Unknown()
    return SynthesisPage(
        visit,
        synthesis,
        claims_of(synthesis, viewer, at) if synthesis else (),
        in_team,
        runs,
        len(unsettled_cells(visit)) if in_team or runs else 0,
    )


def claims_of(synthesis: Synthesis, viewer: Actor, at: datetime) -> tuple[ClaimRow, ...]:
    claims = list(synthesis.claims.order_by("order", "pk"))
    through = Claim.cites.through.objects.filter(claim__in=[c.pk for c in claims])
    pairs = list(through.order_by("pk").values_list("claim_id", "observation_id"))
    readable = {
        sheet.pk: sheet
        for sheet in Observation.objects.readable_by(viewer, at)
        .filter(pk__in={sheet for _claim, sheet in pairs}, state="shared")
        .select_related("criterion__theme", "criterion__element")
        .order_by("pk")
    }
    rows = []
    for claim in claims:
        cited = [sheet for owner, sheet in pairs if owner == claim.pk]
        opened = tuple(readable[pk] for pk in cited if pk in readable)
        rows.append(ClaimRow(claim, opened, len(cited) - len(opened)))
    return tuple(rows)


def claim_found(uid: UUID, viewer: Actor, at: datetime) -> Claim:
    found = (
        Claim.objects.filter(
            uid=uid, synthesis__in=Synthesis.objects.readable_by(viewer, at).order_by().values("pk")
        )
        .select_related("synthesis__visit__team")
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def published_syntheses(visits: list[Visit], viewer: Actor, at: datetime) -> dict[int, Synthesis]:
    """The syntheses that everybody reads, by visit."""
    return {
        s.visit_id: s
        for s in Synthesis.objects.readable_by(viewer, at)
        .filter(visit__in=[v.pk for v in visits], published_at__lte=at)
        .order_by("pk")
    }
