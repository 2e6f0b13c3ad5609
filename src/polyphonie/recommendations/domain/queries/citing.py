"""Whose recommendations rest on a claim: those who answer for them are told when its figure is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q

from polyphonie.evidence.citations import Citer
from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.enums import Role
from polyphonie.network.models import Person

from ...enums import RevisionState
from ...models import (
    Derivation,
    EvidenceLink,
    Panel,
    Process,
    ReasonEvidence,
    Recommendation,
    Revision,
    SiteProcess,
)
from ...models.process import INSIDERS


def who_recommends_on(
    figure: Figure, statements: Sequence[EvidenceStatement], at: datetime
) -> Iterator[Citer]:
    """The people who write the recommendations that cite some claims: the panel, and, unless what cites
    is a draft of a closed deliberation, the coordination of the host or of the site."""
    for recommendation, is_public in recommendations_citing(statements, at):
        what = LocalisedText(
            fr=f"recommandation {recommendation.code}", en=f"recommendation {recommendation.code}"
        )
        for person in people_answering_for(recommendation, at, is_public=is_public):
            yield Citer(person, what)


def recommendations_citing(
    statements: Sequence[EvidenceStatement], at: datetime
) -> list[tuple[Recommendation, bool]]:
    """The recommendations of which the text in force, or a draft, cites one of the claims, directly or by
    the reason of the answer that it is; each with whether the public reads that text."""
    cited = [s.pk for s in statements]
    links = EvidenceLink.objects.filter(statement__in=cited)
    standing = Q(derivation__in=Derivation.objects.working().order_by().values("pk")) | Q(
        derivation__in=Derivation.objects.in_force(at).order_by().values("pk")
    )
    reasons = ReasonEvidence.objects.filter(standing, statement__in=cited, derivation__target__isnull=False)
    in_force = Revision.objects.current(at).order_by().values("pk")
    revisions = (
        Revision.objects.filter(
            Q(pk__in=links.order_by().values("revision"))
            | Q(pk__in=reasons.order_by().values("derivation__target")),
            Q(state=RevisionState.DRAFT) | Q(pk__in=in_force),
            recommendation__removed_at=None,
        )
        .select_related("recommendation__process__issuer", "recommendation__process__conference__host")
        .order_by("recommendation__process", "recommendation__order", "recommendation", "number")
    )
    found: dict[int, tuple[Recommendation, bool]] = {}
    for revision in revisions:
        recommendation = revision.recommendation
        _, was_public = found.get(recommendation.pk, (recommendation, False))
        found[recommendation.pk] = (recommendation, was_public or revision.state != RevisionState.DRAFT)
    return list(found.values())


def people_answering_for(recommendation: Recommendation, at: datetime, *, is_public: bool) -> list[Person]:
    """Who sits on the panels of its process, and who coordinates it."""
    process = recommendation.process
    panels = Panel.objects.filter(process=process).select_related("group").order_by("pk")
    holders = Q(role__in=INSIDERS, scope__in=[panel.group.urn for panel in panels])
    if is_public or not process.is_closed:
        holders |= _coordinators(process)
    mandates = mandates_in_force(at).filter(holders).order_by()
    return list(Person.objects.filter(pk__in=mandates.values("person")).order_by("pk"))


def _coordinators(process: Process) -> Q:
    own = SiteProcess.objects.filter(process=process).select_related("site__organisation").first()
    if own is not None:
        scopes = [own.site.urn, own.site.organisation.urn]
        return Q(role=Role.SITE_COORDINATOR, scope__in=scopes)
    scopes = [process.issuer.urn]
    if process.conference:
        scopes += [process.conference.urn, process.conference.host.urn]
    return Q(role=Role.HOST_COORDINATOR, scope__in=scopes)
