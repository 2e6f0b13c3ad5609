"""The host's recommendations, Chile's invented answers, Rabat's open workshop, the project beside them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from polyphonie.cooperation.domain.links import link_project_to_recommendation
from polyphonie.cooperation.domain.parts import add_funding_line, add_milestone, add_participation
from polyphonie.cooperation.domain.projects import ProjectDetails, publish_project, record_project
from polyphonie.recommendations.domain.actions import publish_feedback, submit_feedback
from polyphonie.recommendations.domain.contextualising import adapt_recommendation, adopt_recommendation
from polyphonie.recommendations.domain.drafting import draft_recommendation, publish_revision
from polyphonie.recommendations.domain.evidence_links import link_evidence
from polyphonie.recommendations.domain.panels import Seat, decide_by_panel, record_presence, seat_panel
from polyphonie.recommendations.domain.processes import open_process, open_site_process
from polyphonie.recommendations.domain.queries.workshop import site_process_of
from polyphonie.recommendations.domain.site_publication import publish_site_recommendations
from polyphonie.recommendations.domain.wording import compose

from ..data.project import FUNDING, MILESTONES, PARTNERS, PROJECT
from ..data.recommendations import CHILE, CHILE_PUBLISHED, RABAT, RABAT_PUBLISHED, SETS, Set
from .shelf import FOUNDED, LOADER, Shelf, both


def load_recommendations(shelf: Shelf) -> None:
    for chosen in SETS:
        _host_recommends(shelf, chosen)


def _host_recommends(shelf: Shelf, chosen: Set) -> None:
    conference = shelf.conferences[chosen.conference]
    before = chosen.published - timedelta(days=7)
    process = open_process(
        kind="consensus_conference" if chosen.kind == "recommandation" else "international_comparison",
        issuer=conference.host,
        conference=conference,
        title=conference.title,
        languages=("fr", "en"),
        by=LOADER,
        at=before,
    )
    for order, point in enumerate(chosen.points):
        recommendation = draft_recommendation(
            process=process,
            code=point.code,
            kind=chosen.kind,
            order=order,
            heading=both(point.heading_fr, point.heading_en),
            recipients=both(chosen.recipients_fr, chosen.recipients_en),
            texts={
                "fr": compose(point.fr, point.text_fr),
                "en": compose(point.en, point.text_en, translation="reviewed"),
            },
            themes=list(conference.themes.order_by("pk")),
            by=LOADER,
            at=before,
            **chosen.source.as_fields(),
        )
        revision = recommendation.revisions.get()
        for key in point.evidence:
            link_evidence(revision=revision, statement=shelf.claims[key], by=LOADER, at=chosen.published)
        publish_revision(revision=revision, by=LOADER, at=chosen.published)
        revision.refresh_from_db()
        shelf.points[(chosen.conference, point.code)] = revision


def load_chile(shelf: Shelf) -> None:
    """Invented: Chile keeps 1a and adapts 1b."""
    site = shelf.sites[("decrochage-2017", "partenaire-chili")]
    at = CHILE_PUBLISHED - timedelta(hours=18)
    process = open_site_process(site=site, by=LOADER, at=at)
    panel = seat_panel(
        process=process.process,
        name=both("Panel du Chili", "Panel of Chile"),
        quorum=1,
        members=[Seat(shelf.people["chili"], "member", shelf.voices["direction"])],
        is_fictitious=True,
        by=LOADER,
        at=at,
    )
    for answer in CHILE:
        source = shelf.points[("decrochage-2017", answer.code)]
        evidence = [shelf.claims[key] for key in answer.evidence]
        process.refresh_from_db()
        if answer.relation == "adopted":
            adopt_recommendation(
                source=source,
                site_process=process,
                reason=answer.reason,
                reason_language=answer.language,
                evidence=evidence,
                by=LOADER,
                at=at,
            )
        else:
            adapt_recommendation(
                source=source,
                site_process=process,
                texts={
                    "es": compose(answer.title, answer.text),
                    "fr": compose(answer.title_fr, answer.text_fr, translation="reviewed"),
                    "en": compose(answer.title_en, answer.text_en, translation="reviewed"),
                },
                reason=answer.reason,
                reason_language=answer.language,
                evidence=evidence,
                is_fictitious=True,
                by=LOADER,
                at=at,
            )
    members = [member.pseudonym for member in panel.members.order_by("pk")]
    record_presence(panel=panel, present=members, by=LOADER, at=CHILE_PUBLISHED)
    decide_by_panel(panel=panel, by=LOADER, at=CHILE_PUBLISHED)
    process.refresh_from_db()
    publish_site_recommendations(site_process=process, by=LOADER, at=CHILE_PUBLISHED)


def load_rabat(shelf: Shelf) -> None:
    """Rabat has its workshop and its panel of seven seats, quorum five; what it answers is up to you."""
    site = shelf.sites[("decrochage-2017", "partenaire-maroc")]
    at = datetime(2017, 12, 8, 12, 0, tzinfo=FOUNDED.tzinfo)
    process = open_site_process(site=site, requires_evidence=True, by=LOADER, at=at)
    voices = list(shelf.voices.values())
    keys = ["rabat", *(f"panel-{n}" for n in range(1, 7))]
    seat_panel(
        process=process.process,
        name=both("Panel de Rabat", "Panel of Rabat"),
        quorum=5,
        members=[Seat(shelf.people[key], "member", voices[n % len(voices)]) for n, key in enumerate(keys)],
        is_fictitious=True,
        by=LOADER,
        at=at,
    )


def publish_rabat(shelf: Shelf) -> None:
    """Invented: what Rabat may have made of it, for scenarios that begin after its decision."""
    site = shelf.sites[("decrochage-2017", "partenaire-maroc")]
    process = site_process_of(site)
    assert process is not None
    at = RABAT_PUBLISHED - timedelta(days=5)
    for answer in RABAT:
        process.refresh_from_db()
        source = shelf.points[("decrochage-2017", answer.code)]
        evidence = [shelf.claims[key] for key in answer.evidence]
        if answer.relation == "adopted":
            adopt_recommendation(
                source=source,
                site_process=process,
                reason=answer.reason,
                reason_language=answer.language,
                evidence=evidence,
                by=LOADER,
                at=at,
            )
        else:
            adapt_recommendation(
                source=source,
                site_process=process,
                texts={
                    "fr": compose(answer.title_fr, answer.text_fr),
                    "en": compose(answer.title_en, answer.text_en, translation="reviewed"),
                },
                reason=answer.reason,
                reason_language=answer.language,
                evidence=evidence,
                is_fictitious=True,
                by=LOADER,
                at=at,
            )
    panel = process.process.panels.get()
    members = [member.pseudonym for member in panel.members.order_by("pk")]
    record_presence(panel=panel, present=members, by=LOADER, at=RABAT_PUBLISHED)
    decide_by_panel(panel=panel, by=LOADER, at=RABAT_PUBLISHED)
    process.refresh_from_db()
    publish_site_recommendations(site_process=process, by=LOADER, at=RABAT_PUBLISHED)


def load_project(shelf: Shelf) -> None:
    """The project of Courcouronnes, by hand from the record, linked to 1b as an example that precedes it."""
    at = FOUNDED
    project = record_project(
        details=ProjectDetails(
            title=both(PROJECT.fr, PROJECT.en),
            scheme=both("Alternative Suspension", "Alternative Suspension"),
            form="decentralised_cooperation",
            description=both(PROJECT.description_fr, PROJECT.description_en),
            beneficiaries=both(PROJECT.beneficiaries_fr, PROJECT.beneficiaries_en),
            aims=both(PROJECT.aims_fr, PROJECT.aims_en),
            first_mission_year=2009,
            first_signed_year=2010,
            start_year=2019,
            end_on=date(2020, 12, 31),
            declared_status="ongoing",
            is_triennial=False,
            themes=[shelf.themes["decrochage-scolaire"]],
            territories=[shelf.territories["courcouronnes"], shelf.territories["quebec"]],
            **PROJECT.source.as_fields(),
        ),
        owner=shelf.bodies["ville-courcouronnes"],
        slug="education-france-quebec",
        by=LOADER,
        at=at,
    )
    for role, body, label in PARTNERS:
        add_participation(
            project=project, role=role, organisation=shelf.bodies.get(body), label=label, by=LOADER, at=at
        )
    for body, label, year, amount in FUNDING:
        add_funding_line(
            project=project,
            organisation=shelf.bodies.get(body),
            label=label,
            year=year,
            amount=Decimal(amount),
            by=LOADER,
            at=at,
        )
    for year, kind, fr, en in MILESTONES:
        add_milestone(
            project=project,
            year=year,
            kind=kind,
            text=both(fr, en),
            by=LOADER,
            at=at,
            **PROJECT.source.as_fields(),
        )
    publish_project(project=project, by=LOADER, at=at)
    link_project_to_recommendation(
        project=project,
        recommendation=shelf.points[("decrochage-2017", "1b")].recommendation,
        relation="precedes",
        by=LOADER,
        at=datetime(2017, 12, 8, 10, 0, tzinfo=FOUNDED.tzinfo),
    )
    scheme = shelf.claims["alternative-suspension"]
    link_evidence(
        revision=shelf.points[("decrochage-2017", "1b")],
        statement=scheme,
        by=LOADER,
        at=scheme.published_at or at,
    )


def load_feedback(shelf: Shelf) -> None:
    """Invented: what an académie sends back to the host."""
    at = datetime(2018, 6, 15, 9, 0, tzinfo=FOUNDED.tzinfo)
    report = submit_feedback(
        organisation=shelf.bodies["academie-dijon"],
        recommendation=shelf.points[("decrochage-2017", "1b")].recommendation,
        themes=[shelf.themes["decrochage-scolaire"]],
        modalities="Deux demi-journées avec les équipes de vie scolaire de trois collèges.",
        publics="Quarante personnels, dont douze conseillers principaux d'éducation.",
        effects="Un accueil éducatif est essayé à la place de l'exclusion d'un jour.",
        is_fictitious=True,
        by=LOADER,
        at=at,
    )
    publish_feedback(report=report, version=report.version, by=LOADER, at=at)
