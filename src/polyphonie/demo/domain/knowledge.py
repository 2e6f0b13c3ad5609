"""Resources, figures, evidence statements and disagreements."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from polyphonie.conferences.domain.conferences import attach_resource
from polyphonie.evidence.domain.conflict import Reading, record_conflict
from polyphonie.evidence.domain.figure import add_figure, publish_figure
from polyphonie.evidence.domain.openings import record_as_public
from polyphonie.evidence.domain.resource import add_resource, add_resource_kind, release_version
from polyphonie.evidence.domain.statement import state_evidence

from ..data.evidence import CLAIMS, DISAGREEMENTS, DOCUMENTS, KINDS, NUMBERS
from .shelf import LOADER, Shelf, both

PARIS = ZoneInfo("Europe/Paris")
KEEPER = "cnesco-conseil"
YEARS = {number.key: number.year for number in NUMBERS}


def load_kinds(shelf: Shelf, *, at: datetime) -> None:
    for order, (slug, fr, en, early) in enumerate(KINDS):
        shelf.kinds[slug] = add_resource_kind(
            slug=slug, label=both(fr, en), order=order, opens_early=early, by=LOADER, at=at
        )


def load_knowledge(shelf: Shelf, *, at: datetime) -> None:
    """Documents open on the day of their conference; figures and statements with their source."""
    for document in DOCUMENTS:
        conference = shelf.conferences[document.conference]
        resource = add_resource(
            kind=shelf.kinds[document.kind],
            title=both(document.fr, document.en),
            summary=both(document.summary_fr, document.summary_en),
            authors=document.authors,
            issuer=conference.host,
            themes=list(conference.themes.order_by("pk")),
            dated=document.dated,
            link=document.link,
            by=LOADER,
            at=at,
            **document.source.as_fields(),
        )
        if document.link:
            release_version(resource=resource, language="fr", link=document.link, by=LOADER, at=at)
        since = datetime.combine(document.dated, time(9, 0), PARIS)
        record_as_public(resource=resource, since=since, by=LOADER, at=max(at, since))
        attach_resource(conference=conference, resource=resource, by=LOADER, at=at)
        shelf.documents[document.key] = resource
    for number in NUMBERS:
        figure = add_figure(
            label=both(number.label_fr, number.label_en),
            definition=both(number.definition_fr, number.definition_en),
            value=Decimal(number.value),
            decimals=number.decimals,
            unit=both(number.unit_fr, number.unit_en),
            year=number.year,
            territory=shelf.territories.get(number.territory),
            themes=[shelf.themes[number.theme]],
            keeper=shelf.bodies[KEEPER],
            by=LOADER,
            at=at,
            **number.source.as_fields(),
        )
        publish_figure(figure=figure, by=LOADER, at=_known(number.year, at))
        shelf.figures[number.key] = figure
    for position, claim in enumerate(CLAIMS, start=1):
        shelf.claims[claim.key] = state_evidence(
            texts={"fr": claim.fr, "en": claim.en},
            original_language="fr",
            resource=shelf.documents.get(claim.document),
            figures=[shelf.figures[claim.figure]] if claim.figure else [],
            strength=claim.strength,
            code=f"C{position}",
            themes=[shelf.themes[claim.theme]],
            keeper=shelf.bodies[KEEPER],
            by=LOADER,
            at=_known(YEARS.get(claim.figure, 0), at),
            **claim.source.as_fields(),
        )
    for disagreement in DISAGREEMENTS:
        record_conflict(
            subject=both(disagreement.fr, disagreement.en),
            readings=[
                Reading(both(r.fr, r.en), figure=shelf.figures.get(r.figure), **r.source.as_fields())
                for r in disagreement.readings
            ],
            themes=[shelf.themes[disagreement.theme]],
            keeper=shelf.bodies[KEEPER],
            by=LOADER,
            at=max(
                datetime.combine(disagreement.since, time(9, 0), PARIS),
                *(_known(YEARS.get(r.figure, 0), at) for r in disagreement.readings),
            ),
        )


def _known(year: int, at: datetime) -> datetime:
    """A figure of a later year is not known before that year ends."""
    return max(at, datetime(year, 12, 31, 9, 0, tzinfo=PARIS)) if year else at
