"""The machine formats of a project, beside its page. They show what the page shows, never more."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from polyphonie.kernel.identity import Sourced
from polyphonie.kernel.localised import LocalisedText

from ..domain.queries.bodies import NamedBody, named
from ..domain.queries.funding import FundingTable
from ..domain.queries.projects import ProjectCard, ProjectPage


def as_json(page: ProjectPage) -> dict[str, Any]:
    """The whole record. Amounts are texts, so that no reader rounds them."""
    project = page.project
    return {
        **summary_json(ProjectCard(project, page.standing, ())),
        "scheme": _text(project.scheme),
        "form": project.form,
        "description": _text(project.description),
        "beneficiaries": _text(project.beneficiaries),
        "aims": _text(project.aims),
        "is_triennial": project.is_triennial,
        "participants": [
            {"role": group.role, **_body(body)} for group in page.roles for body in group.bodies
        ],
        "funding": [_table(table) for table in page.funding],
        "milestones": [
            {
                "year": entry.year,
                "kind": entry.kind,
                "text": _text(entry.milestone.text),
                "is_fictitious": entry.milestone.is_fictitious,
                "source": source_json(entry.milestone),
            }
            for entry in page.timeline
            if entry.milestone
        ],
        "recommendations": [
            {
                "relation": link.relation,
                "code": link.recommendation.code,
                "permalink": link.recommendation.permalink,
                "is_fictitious": link.link.is_fictitious or link.recommendation.is_fictitious,
            }
            for link in page.links
        ],
    }


def summary_json(card: ProjectCard) -> dict[str, Any]:
    """What a list says of a project."""
    project = card.project
    return {
        "id": str(project.uid),
        "urn": project.urn,
        "slug": project.slug,
        "permalink": project.permalink,
        "title": _text(project.title),
        "first_mission_year": project.first_mission_year,
        "first_signed_year": project.first_signed_year,
        "start_year": project.start_year,
        "end_on": project.end_on.isoformat() if project.end_on else None,
        "declared_status": project.declared_status,
        "standing": card.standing.standing.value,
        "themes": [theme.slug for theme in project.themes.all()],
        "places": [{"code": t.code, "name": _text(t.name)} for t in project.territories.all()],
        "is_fictitious": project.is_fictitious,
        "source": source_json(project),
    }


def funding_rows(page: ProjectPage) -> tuple[list[str], list[list[Any]]]:
    """One row per funding line: funder, the body today, year, amount, currency, nature."""
    header = [
        _("projet"),
        _("financeur"),
        _("aujourd'hui"),
        _("année"),
        _("montant"),
        _("monnaie"),
        _("nature"),
        _("exemple fictif"),
        _("source"),
    ]
    rows = []
    for line in page.lines:
        body = named(line.organisation, line.label)
        rows.append(
            [
                str(page.project.title),
                body.label,
                str(body.today.name) if body.today else "",
                line.year,
                f"{line.amount:.2f}",
                line.currency,
                line.nature,
                _("oui") if page.project.is_fictitious else _("non"),
                page.project.source_label or page.project.source_url,
            ]
        )
    return header, rows


def source_json(fact: Sourced) -> dict[str, str] | None:
    """Where a fact was read; None where it carries no source."""
    if not fact.has_source:
        return None
    return {
        "label": fact.source_label,
        "url": fact.source_url,
        "read_on": fact.source_read_date.isoformat() if fact.source_read_date else "",
    }


def _text(text: LocalisedText) -> dict[str, str]:
    return text.as_dict()


def _body(body: NamedBody) -> dict[str, Any]:
    return {
        "name": body.label,
        "organisation": body.organisation.urn if body.organisation else None,
        "today": ({"organisation": body.today.urn, "name": _text(body.today.name)} if body.today else None),
        "is_fictitious": bool(body.organisation and body.organisation.is_fictitious),
    }


def _table(table: FundingTable) -> dict[str, Any]:
    return {
        "currency": table.currency,
        "years": list(table.years),
        "funders": [
            {
                **_body(row.body),
                "amounts": [None if a is None else str(a) for a in row.amounts],
                "total": str(row.total),
            }
            for row in table.rows
        ],
        "year_totals": [str(t) for t in table.year_totals],
        "total": str(table.total),
        "natures": list(table.natures),
    }
