"""The synthesis of a visit: sentences that open their sheets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.notice import settle_notices_about

from ..enums import ClaimKind, ObservationState, VisitState
from ..models import Claim, Observation, Synthesis, Visit
from ..states import VISIT
from .practices import SheetNotCitable
from .ratings import unsettled_cells
from .refusals import check_choice, check_text
from .visits import SYNTHESIS, lock_visit, open_visit


class ClaimEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez la phrase : sans elle il n'y a rien à soutenir."), field="text")


class SynthesisEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette synthèse n'a pas encore de phrase ; écrivez-en une avant de la publier."))


class ClaimsUncited(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            ngettext_lazy(
                "%(number)d phrase ne cite aucune fiche ; citez-en une, ou retirez-la.",
                "%(number)d phrases ne citent aucune fiche ; citez-en une pour chacune, ou retirez-les.",
                number,
            )
            % {"number": number}
        )


class RatingsUnsettled(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            ngettext_lazy(
                "%(number)d case a deux cotes qui diffèrent ; départagez-la, ou gardez le désaccord, à deux.",
                "%(number)d cases ont deux cotes qui diffèrent ; départagez-les, ou gardez le désaccord, à deux.",
                number,
            )
            % {"number": number}
        )


class SynthesisPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette synthèse est publiée : ses phrases ne changent plus."))


def write_claim(
    *,
    visit: Visit,
    kind: str,
    text: str,
    cites: Iterable[Observation],
    by: Actor,
    at: datetime,
    language: str = "fr",
) -> Claim:
    """Add a sentence to the visit's synthesis, on the sheets it rests on; the first one begins it."""
    with ledger.act("mobility.write_claim", by=by, at=at) as act:
        permit("mobility.observe", by, visit)
        held = open_visit(visit)
        check_choice(kind, ClaimKind, "kind")
        text = check_text(text, "text")
        if not text:
            raise ClaimEmpty()
        sheets = list(cites)
        for sheet in sheets:
            if sheet.visit_id != held.pk or sheet.state != ObservationState.SHARED:
                raise SheetNotCitable()
        synthesis, _made = Synthesis.objects.get_or_create(
            visit=held,
            defaults={"language": language, "created_at": at, "is_fictitious": held.is_fictitious},
        )
        if synthesis.published_at is not None:
            raise SynthesisPublished()
        last = synthesis.claims.aggregate(last=Max("order"))["last"]
        claim = Claim.objects.create(
            synthesis=synthesis, order=1 if last is None else last + 1, kind=kind, text=text
        )
        claim.cites.set(sheets)
        Synthesis.objects.filter(pk=synthesis.pk).update(version=F("version") + 1)
        act.on(claim.urn, book=held.urn)
        act.note(kind=kind, cites=[sheet.urn for sheet in sheets])
        return claim


def remove_claim(*, claim: Claim, by: Actor, at: datetime) -> None:
    """Take a sentence away while the synthesis is in the making."""
    with ledger.act("mobility.remove_claim", by=by, at=at) as act:
        held = Claim.objects.select_related("synthesis__visit__team").get(pk=claim.pk)
        visit = held.synthesis.visit
        permit("mobility.observe", by, visit)
        open_visit(visit)
        if held.synthesis.published_at is not None:
            raise SynthesisPublished()
        act.on(held.urn, book=visit.urn)
        held.delete()


def publish_synthesis(*, visit: Visit, by: Actor, at: datetime) -> Synthesis:
    """Open the synthesis to everybody who reads the visit. Every sentence cites, every double rating is
    settled or kept as dissent; what was expected of the team is done."""
    with ledger.act("mobility.publish_synthesis", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = lock_visit(visit)
        synthesis = Synthesis.objects.filter(visit=held).first()
        if synthesis is not None and synthesis.published_at is not None:
            raise SynthesisPublished()
        if synthesis is None or not synthesis.claims.exists():
            raise SynthesisEmpty()
        uncited = synthesis.claims.filter(cites=None).count()
        if uncited:
            raise ClaimsUncited(uncited)
        unsettled = unsettled_cells(held)
        if unsettled:
            raise RatingsUnsettled(len(unsettled))
        VISIT.check(held.state, VisitState.SYNTHESISED, held)
        synthesis.published_at = at
        synthesis.version += 1
        synthesis.save(update_fields=["published_at", "version"])
        held.state = VisitState.SYNTHESISED
        held.version += 1
        held.save(update_fields=["state", "version"])
        settle_notices_about(subject_urn=held.urn, link=f"{held.permalink}{SYNTHESIS}", by=by, at=at)
        act.on(synthesis.urn, book=held.urn)
        act.note(claims=synthesis.claims.count())
        return synthesis
