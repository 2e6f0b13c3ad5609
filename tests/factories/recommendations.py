"""Rows of the recommendations room for tests, made by the room's own verbs.

The host's texts are public from 8 December 2017; ``LATER`` is an instant at which sites work on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from polyphonie.conferences.models import Conference, Site
from polyphonie.evidence.models import EvidenceStatement
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.domain.actions import link_action, record_follow_up, submit_feedback
from polyphonie.recommendations.domain.contextualising import (
    adapt_recommendation,
    adopt_recommendation,
    defer_recommendation,
    refuse_recommendation,
    write_de_novo,
)
from polyphonie.recommendations.domain.drafting import draft_recommendation, publish_revision
from polyphonie.recommendations.domain.panels import Seat, decide_by_panel, record_presence, seat_panel
from polyphonie.recommendations.domain.processes import open_process, open_site_process
from polyphonie.recommendations.domain.site_publication import publish_site_recommendations
from polyphonie.recommendations.domain.wording import Wording, compose
from polyphonie.recommendations.enums import Relation
from polyphonie.recommendations.models import (
    ActionLink,
    Derivation,
    FeedbackReport,
    FollowUp,
    Panel,
    Process,
    Recommendation,
    Revision,
    SiteProcess,
)

from .conferences import ConferenceFactory, SiteFactory
from .network import OrganisationFactory, PersonFactory, actor_with, text

PUBLISHED = datetime(2017, 12, 8, 9, 0, tzinfo=UTC)
LATER = datetime(2018, 2, 1, 9, 0, tzinfo=UTC)
TESTS = Actor.system("tests")


def wordings(
    fr: str = "Chercher d'autres réponses que l'exclusion", en: str | None = None, body: str = ""
) -> dict[str, Wording]:
    """A text in French, with its reviewed translation where ``en`` is given."""
    texts = {"fr": compose(fr, body)}
    if en is not None:
        texts["en"] = compose(en, body, translation="reviewed")
    return texts


def host_process(conference: Conference | None = None, **fields: Any) -> Process:
    conference = conference or ConferenceFactory.create()
    return open_process(
        kind=fields.pop("kind", "international_comparison"),
        issuer=fields.pop("issuer", conference.host),
        title=text("Préconisations de l'instance hôte", "The host body's recommendations"),
        conference=conference,
        by=TESTS,
        at=fields.pop("at", PUBLISHED - timedelta(days=60)),
        **fields,
    )


def draft(process: Process | None = None, code: str = "1b", **fields: Any) -> Recommendation:
    """A recommendation of the host with its first draft, which the public must not see."""
    return draft_recommendation(
        process=process or host_process(),
        code=code,
        texts=fields.pop("texts", None) or wordings(f"Chercher d'autres réponses que l'exclusion ({code})"),
        by=TESTS,
        at=fields.pop("at", PUBLISHED - timedelta(days=30)),
        **fields,
    )


def published(
    process: Process | None = None, code: str = "1b", at: datetime = PUBLISHED, **fields: Any
) -> Recommendation:
    """A recommendation of the host that everybody reads from ``at``."""
    recommendation = draft(process, code, **fields)
    publish_revision(revision=recommendation.revisions.get(), by=TESTS, at=at)
    return recommendation


def current(recommendation: Recommendation, at: datetime = LATER) -> Revision:
    return Revision.objects.current(at).get(recommendation=recommendation)


def working_site(
    process: Process | None = None, *, site: Site | None = None, at: datetime = LATER, **fields: Any
) -> SiteProcess:
    """A site that works on the host's process."""
    process = process or host_process()
    site = site or SiteFactory.create(conference=process.conference, state="accepted")
    return open_site_process(site=site, source_process=process, by=TESTS, at=at, **fields)


def coordinator(site_process: SiteProcess) -> Actor:
    site = site_process.site
    return actor_with(Role.SITE_COORDINATOR, site.urn, organisation=site.organisation, at=LATER)


def seated(
    process: Process, *, seats: int = 9, quorum: int = 7, present: int = 0, at: datetime = LATER
) -> Panel:
    """A panel with so many in the room on the day of ``at``."""
    members = [
        Seat(PersonFactory.create(), role="chair" if number == 0 else "member") for number in range(seats)
    ]
    panel = seat_panel(
        process=process,
        name=text("Panel de test", "Test panel"),
        quorum=quorum,
        members=members,
        by=TESTS,
        at=at,
    )
    if present:
        record_presence(panel=panel, present=[f"P{n}" for n in range(1, present + 1)], by=TESTS, at=at)
    return panel


def answered(
    site_process: SiteProcess,
    source: Recommendation | None,
    relation: str = Relation.ADAPTED,
    *,
    reason: str = "Notre contexte le demande.",
    texts: Mapping[str, Wording] | None = None,
    evidence: Iterable[EvidenceStatement] = (),
    code: str = "n1",
    by: Actor = TESTS,
    at: datetime = LATER,
) -> Derivation:
    """One answer of a site, by the verb of its relation."""
    common: dict[str, Any] = {
        "site_process": site_process,
        "reason": reason,
        "evidence": list(evidence),
        "by": by,
        "at": at,
    }
    if source is None:
        return write_de_novo(code=code, texts=texts or wordings("Un point nouveau"), **common)
    common["source"] = current(source, at)
    if relation == Relation.ADOPTED:
        return adopt_recommendation(**common)
    if relation == Relation.ADAPTED:
        return adapt_recommendation(texts=texts or wordings(f"Notre façon de dire {source.code}"), **common)
    if relation == Relation.NOT_ADOPTED:
        return refuse_recommendation(**common)
    return defer_recommendation(review_on=date(2030, 1, 1), **common)


def published_site(
    process: Process,
    answers: Mapping[Recommendation, str],
    *,
    site: Site | None = None,
    evidence: Iterable[EvidenceStatement] = (),
    at: datetime = LATER,
) -> SiteProcess:
    """A site whose panel has decided and whose set is out: ``{recommendation: relation}``."""
    opened = working_site(process, site=site, at=at)
    for source, relation in answers.items():
        answered(opened, source, relation, evidence=evidence, at=at)
    panel = seated(opened.process, seats=3, quorum=2, present=2, at=at)
    decide_by_panel(panel=panel, by=TESTS, at=at)
    publish_site_recommendations(site_process=opened, by=TESTS, at=at)
    opened.refresh_from_db()
    return opened


def action(
    recommendation: Recommendation,
    relation: str = "precedes",
    *,
    organisation: Organisation | None = None,
    started: date | None = date(2010, 1, 1),
    visibility: str = "public",
    label: LocalisedText | None = None,
    urn: str = "cooperation:project:00000000-0000-7000-8000-000000000001",
    at: datetime = LATER,
) -> ActionLink:
    return link_action(
        recommendation=recommendation,
        relation=relation,
        action_urn=urn,
        label=label or text("Projet de test", "Test project"),
        organisation=organisation or OrganisationFactory.create(),
        started=started,
        started_precision="year",
        visibility=visibility,
        by=TESTS,
        at=at,
    )


def feedback(
    recommendation: Recommendation | None = None,
    *,
    themes: Iterable[Theme] = (),
    at: datetime = LATER,
    **fields: Any,
) -> FeedbackReport:
    """A report that waits for its publication."""
    return submit_feedback(
        organisation=fields.pop("organisation", None) or OrganisationFactory.create(),
        recommendation=recommendation,
        themes=themes,
        modalities=fields.pop("modalities", "Trois demi-journées en établissement."),
        publics=fields.pop("publics", "Quarante enseignants."),
        effects=fields.pop("effects", "Moins d'exclusions au second trimestre."),
        by=TESTS,
        at=at,
        **fields,
    )


def follow_up(recommendation: Recommendation, *, at: datetime = LATER) -> FollowUp:
    return record_follow_up(
        recommendation=recommendation,
        organisation=OrganisationFactory.create(),
        dated=at.date(),
        text=text("Une circulaire reprend ce point.", "A circular takes this point up."),
        is_fictitious=True,
        by=TESTS,
        at=at,
    )
