"""From a row to what the API says of it."""

from __future__ import annotations

from typing import Any

from polyphonie.conferences.models import Conference, Session, Site
from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.kernel.identity import Sourced
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.models import ActionLink, Derivation, Revision

Shape = dict[str, Any]


def organisation_shape(organisation: Organisation) -> Shape:
    return {
        "id": str(organisation.uid),
        "slug": organisation.slug,
        "name": organisation.name.as_dict(),
        "kind": organisation.kind,
        "is_fictitious": organisation.is_fictitious,
    }


def source_shape(fact: Sourced) -> Shape | None:
    if not fact.has_source:
        return None
    return {"label": fact.source_label, "url": fact.source_url, "read_on": fact.source_read_date}


def theme_shape(theme: Theme) -> Shape:
    return {
        "id": str(theme.uid),
        "slug": theme.slug,
        "title": theme.title.as_dict(),
        "summary": theme.summary.as_dict(),
        "parent": theme.parent.slug if theme.parent else None,
        "permalink": theme.permalink,
    }


def conference_shape(conference: Conference) -> Shape:
    return {
        "id": str(conference.uid),
        "slug": conference.slug,
        "acronym": conference.acronym,
        "kind": conference.kind,
        "title": conference.title.as_dict(),
        "summary": conference.summary.as_dict(),
        "host": organisation_shape(conference.host),
        "partners": [organisation_shape(o) for o in conference.partners.all()],
        "themes": [t.slug for t in conference.themes.all()],
        "place": conference.place.as_dict(),
        "start_date": conference.start_date,
        "end_date": conference.end_date,
        "time_zone": conference.time_zone,
        "languages": list(conference.languages),
        "state": conference.state,
        "link": conference.link,
        "permalink": conference.permalink,
        "is_fictitious": conference.is_fictitious,
        "source": source_shape(conference),
    }


def session_shape(session: Session) -> Shape:
    return {
        "id": str(session.uid),
        "conference": session.conference.slug,
        "kind": session.kind,
        "title": session.title.as_dict(),
        "abstract": session.abstract.as_dict(),
        "language": session.language,
        "start_at": session.start_at,
        "end_at": session.end_at,
        "hour_is_invented": session.hour_is_invented,
        "permalink": session.permalink,
        "is_fictitious": session.is_fictitious,
    }


def site_shape(site: Site) -> Shape:
    return {
        "id": str(site.uid),
        "organisation": organisation_shape(site.organisation),
        "conference": site.conference.slug,
        "kind": site.kind,
        "mode": site.mode,
        "delay_minutes": site.delay_minutes,
        "time_zone": site.time_zone,
        "language": site.language,
        "permalink": site.permalink,
        "is_fictitious": site.is_fictitious,
    }


def recommendation_shape(revision: Revision) -> Shape:
    recommendation = revision.recommendation
    conference = recommendation.process.conference
    return {
        "id": str(recommendation.uid),
        "code": recommendation.code,
        "kind": recommendation.kind,
        "heading": recommendation.heading.as_dict(),
        "issuer": organisation_shape(recommendation.issuer),
        "conference": conference.slug if conference else None,
        "themes": [t.slug for t in recommendation.themes.all()],
        "recipients": recommendation.recipients.as_dict(),
        "revision": revision.number,
        "published_at": revision.published_at,
        "wordings": [
            {"language": language, "title": t.title, "text": t.body, "translation": t.translation}
            for language, t in sorted(revision.texts_by_language().items())
        ],
        "permalink": recommendation.permalink,
        "is_fictitious": recommendation.is_fictitious,
        "source": source_shape(recommendation),
    }


def derivation_shape(derivation: Derivation, target_is_readable: bool) -> Shape:
    target = derivation.target.recommendation if derivation.target and target_is_readable else None
    return {
        "id": str(derivation.uid),
        "relation": derivation.relation,
        "issuer": organisation_shape(derivation.process.issuer),
        "reason": derivation.reason,
        "reason_language": derivation.reason_language,
        "review_on": derivation.review_on,
        "target": target.permalink if target else None,
        "is_fictitious": derivation.process.is_fictitious,
    }


def action_shape(link: ActionLink) -> Shape:
    return {
        "id": str(link.uid),
        "relation": link.relation,
        "label": link.label.as_dict(),
        "action": link.action_urn,
        "organisation": organisation_shape(link.organisation) if link.organisation else None,
        "started": link.started,
        "started_precision": link.started_precision,
        "is_fictitious": link.is_fictitious,
        "source": source_shape(link),
    }


def statement_shape(statement: EvidenceStatement) -> Shape:
    return {
        "id": str(statement.uid),
        "code": statement.code,
        "wording": statement.wording.as_dict(),
        "strength": statement.strength,
        "resource": statement.resource.permalink if statement.resource else None,
        "figures": [figure.permalink for figure in statement.cited_figures],
        "page": statement.page,
        "themes": [t.slug for t in statement.themes.all()],
        "permalink": statement.permalink,
        "is_fictitious": statement.is_fictitious,
        "source": source_shape(statement),
    }


def figure_shape(figure: Figure) -> Shape:
    return {
        "id": str(figure.uid),
        "label": figure.label.as_dict(),
        "definition": figure.definition.as_dict(),
        "value": None if figure.value is None else f"{figure.value:.{figure.decimals}f}",
        "why_unavailable": figure.why_unavailable.as_dict(),
        "standard_error": None if figure.standard_error is None else f"{figure.standard_error.normalize():f}",
        "unit": figure.unit.as_dict(),
        "year": figure.year,
        "territory": figure.territory.code if figure.territory else None,
        "themes": [t.slug for t in figure.themes.all()],
        "permalink": figure.permalink,
        "is_fictitious": figure.is_fictitious,
        "source": source_shape(figure),
    }
