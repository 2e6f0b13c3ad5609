"""Conferences and sites as JSON beside their pages: the same rows, cut by the same visibility."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from polyphonie.kernel.identity import Sourced

from ..domain.queries.programme import Day
from ..models import Conference, ConferenceResource, Session, Site


def source_of(row: Sourced) -> dict[str, Any]:
    return {
        "label": row.source_label,
        "url": row.source_url,
        "read_on": row.source_read_date.isoformat() if row.source_read_date else None,
        "is_fictitious": row.is_fictitious,
    }


def of_conference(
    conference: Conference,
    sessions: Iterable[Session],
    sites: Iterable[Site],
    resources: Iterable[ConferenceResource],
    address: Any,
) -> dict[str, Any]:
    return {
        "urn": conference.urn,
        "url": address(conference),
        "kind": conference.kind,
        "title": conference.title.as_dict(),
        "summary": conference.summary.as_dict(),
        "host": {"urn": conference.host.urn, "name": conference.host.name.as_dict()},
        "partners": [{"urn": b.urn, "name": b.name.as_dict()} for b in conference.partners.all()],
        "themes": [{"urn": t.urn, "title": t.title.as_dict()} for t in conference.themes.all()],
        "place": conference.place.as_dict(),
        "start_date": conference.start_date.isoformat(),
        "end_date": conference.end_date.isoformat(),
        "time_zone": conference.time_zone,
        "languages": list(conference.languages),
        "state": conference.state,
        "outcomes_published_date": conference.outcomes_published_date.isoformat()
        if conference.outcomes_published_date
        else None,
        "programme_version": conference.programme_version,
        "sessions": [_session(session, address) for session in sessions],
        "sites": [_site(site) for site in sites],
        "phases": [
            {
                "order": phase.order,
                "title": phase.title.as_dict(),
                "from_date": phase.from_date.isoformat() if phase.from_date else None,
                "until_date": phase.until_date.isoformat() if phase.until_date else None,
                "source": source_of(phase),
            }
            for phase in conference.phases.all()
        ],
        "resources": [
            {
                "urn": link.resource.urn,
                "kind": link.resource.kind.slug,
                # before it opens, who may know of it learns its kind and dates, never its title
                "title": link.resource.title.as_dict() if link.is_readable else None,  # type: ignore[attr-defined]
                "early_at": link.resource.early_at.isoformat() if link.resource.early_at else None,
                "public_at": link.resource.public_at.isoformat() if link.resource.public_at else None,
            }
            for link in resources
        ],
        "source": source_of(conference),
    }


def _session(session: Session, address: Any) -> dict[str, Any]:
    return {
        "urn": session.urn,
        "guid": session.guid,
        "url": address(session),
        "kind": session.kind,
        "title": session.title.as_dict(),
        "abstract": session.abstract.as_dict(),
        "language": session.language,
        "start_at": session.start_at.isoformat(),
        "end_at": session.end_at.isoformat(),
        "room": session.room.name.as_dict() if session.room else None,
        "access": session.access,
        "hour_is_invented": session.hour_is_invented,
        "people": [
            {"name": p.public_name, "role": p.role, "affiliation": p.affiliation.as_dict()}
            for p in session.participations.all()
        ],
        "source": source_of(session),
    }


def _site(site: Site) -> dict[str, Any]:
    return {
        "urn": site.urn,
        "organisation": {"urn": site.organisation.urn, "name": site.organisation.name.as_dict()},
        "kind": site.kind,
        "mode": site.mode,
        "delay_minutes": site.delay_minutes,
        "time_zone": site.time_zone,
        "language": site.language,
        "state": site.state,
        "source": source_of(site),
    }


def of_site(site: Site, days: Iterable[Day], address: Any) -> dict[str, Any]:
    return {
        **_site(site),
        "url": address(site),
        "conference": {"urn": site.conference.urn, "title": site.conference.title.as_dict()},
        "programme": [
            {
                "session": slot.session.urn,
                "title": slot.session.title.as_dict(),
                "host_from": slot.hours.host_from.isoformat(),
                "local_from": slot.hours.local_from.isoformat(),
                "viewing_from": slot.hours.viewing_from.isoformat(),
                "viewing_until": slot.hours.viewing_until.isoformat(),
                "day_shift": slot.hours.viewing_shift,
            }
            for day in days
            for slot in day.slots
        ],
    }
