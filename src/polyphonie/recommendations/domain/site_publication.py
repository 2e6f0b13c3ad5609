"""A site's set comes out as a whole, once its panel has decided."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.rights import permit

from ..enums import RevisionState, SiteProcessState
from ..models import Derivation, Recommendation, Revision, SiteProcess
from ..states import SITE_PROCESS
from .answer_notices import tell_published
from .drafting import put_out, take_out
from .panels import QuorumNotReached, day_of, present_on


class NothingToPublish(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Rien n'a changé depuis la dernière publication ; répondez d'abord à un point."))


class PanelMissing(Refusal):
    """Nobody is there to decide."""

    def __init__(self) -> None:
        super().__init__(_("Installez d'abord le panel de ce site : sans lui, rien n'est décidé."))


class DecisionMissing(Refusal):
    """Answers that the panel has not decided."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(
            _("La décision du panel manque pour : %(codes)s. Faites-le décider, puis publiez.")
            % {"codes": ", ".join(codes)}
        )


def publish_site_recommendations(
    *, site_process: SiteProcess, version: int | None = None, by: Actor, at: datetime
) -> int:
    """Publish what the site has decided, all at once: texts, refusals and their reasons. Nothing goes
    out below the quorum or undecided. Answers replaced by this publication leave the public's view,
    and texts that no answer holds any more are withdrawn. The host's coordination is told. Returns the
    number of the version."""
    with ledger.act("recommendations.publish_site_recommendations", by=by, at=at) as act:
        process = site_process.process
        permit("recommendations.publish", by, process)
        held = SiteProcess.objects.select_for_update().get(pk=site_process.pk)
        if version is not None and held.version != version:
            raise ChangedMeanwhile(
                _("Des réponses ont changé entre-temps ; relisez l'ensemble avant de le publier."),
                theirs=held.version,
                mine=version,
            )
        rows = list(
            Derivation.objects.working()
            .filter(process=process)
            .select_related("about", "target__recommendation")
            .order_by("pk")
        )
        fresh = [d for d in rows if d.published_at is None]
        if not fresh:
            raise NothingToPublish()
        panel = process.panels.order_by("pk").first()
        if panel is None:
            raise PanelMissing()
        undecided = [d for d in fresh if d.confirmed_at is None]
        if undecided:
            present = present_on(panel, day_of(process, at))
            if present < panel.quorum:
                raise QuorumNotReached(present, panel.quorum)
            raise DecisionMissing([d.code for d in undecided])
        kept = {d.target.recommendation_id for d in rows if d.target is not None}
        for row in fresh:
            row.published_at = at
            row.save(update_fields=["published_at"])
            if row.target is not None:
                revision = Revision.objects.select_for_update().get(pk=row.target.pk)
                if revision.state == RevisionState.DRAFT:
                    put_out(revision, at=at)
            _replace_earlier(row, at)
        for orphan in (
            Recommendation.objects.select_for_update()
            .filter(process=process, removed_at=None)
            .exclude(pk__in=kept)
            .order_by("pk")
        ):
            take_out(orphan, at=at)
        held.refresh_from_db()  # a publication may have sent this very site back to review
        SITE_PROCESS.check(held.state, SiteProcessState.PUBLISHED, held)
        held.state = SiteProcessState.PUBLISHED
        held.version += 1
        held.published_version += 1
        held.published_at = held.published_at or at
        held.save(update_fields=["state", "version", "published_version", "published_at"])
        tell_published(held, by=by, at=at)
        act.on(site_process.urn, book=process.urn)
        act.note(version=held.published_version, answers=[d.urn for d in fresh])
        return held.published_version


def _replace_earlier(row: Derivation, at: datetime) -> None:
    """The answers that this one follows leave the public's view at this instant."""
    earlier = row.supersedes
    while earlier is not None:
        if earlier.published_at is not None and earlier.replaced_at is None:
            Derivation.objects.filter(pk=earlier.pk).update(replaced_at=at)
        earlier = earlier.supersedes
