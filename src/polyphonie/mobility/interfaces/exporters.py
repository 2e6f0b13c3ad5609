"""The machine formats of the room, beside its pages. They show what the page shows, never more."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from polyphonie.kernel.identity import Sourced
from polyphonie.kernel.localised import LocalisedText

from ..domain.queries.comparison import Comparison
from ..domain.queries.programmes import ProgrammePage
from ..domain.queries.visits import VisitPage


def programme_json(page: ProgrammePage) -> dict[str, Any]:
    """The programme with its flows, participants, stages and expected results."""
    programme = page.programme
    return {
        "urn": programme.urn,
        "permalink": programme.permalink,
        "title": _text(programme.title),
        "summary": _text(programme.summary),
        "funder": _text(programme.funder),
        "reference": programme.reference,
        "from": programme.from_date.isoformat(),
        "until": programme.until_date.isoformat() if programme.until_date else None,
        "grid": {"permalink": programme.grid.permalink, "version": programme.grid.version},
        "flows": [
            {
                "organiser": row.flow.organiser.urn,
                "territory": row.flow.territory.urn,
                "visits": [visit.permalink for visit in row.visits],
            }
            for row in page.flows
        ],
        "participants": [
            {"organisation": body.urn, "name": _text(body.name), "region": _name(region.region)}
            for region in page.regions
            for body in region.members
        ],
        "stages": [
            {
                "order": row.stage.order,
                "kind": row.stage.kind,
                "title": _text(row.stage.title),
                "planned": [row.stage.planned_from.isoformat(), row.stage.planned_until.isoformat()],
                "planned_precision": row.stage.planned_precision,
                "actual": (
                    [row.stage.actual_from.isoformat(), row.stage.actual_until.isoformat()]
                    if row.stage.actual_from and row.stage.actual_until
                    else None
                ),
                "actual_precision": row.stage.actual_precision if row.stage.actual_from else None,
                "outcome": _text(row.stage.outcome),
                "outcome_source": row.stage.outcome_source_url or row.stage.outcome_source_label,
                "source": source_json(row.stage),
                "is_fictitious": row.stage.is_fictitious,
            }
            for row in page.stages
        ],
        "expected_results": [
            {
                "text": _text(result.text),
                "proof": _text(result.proof),
                "proof_link": result.proof_link,
                "proof_is_fictitious": result.proof_is_fictitious,
                "source": source_json(result),
                "is_fictitious": result.is_fictitious,
            }
            for result in page.results
        ],
        "source": source_json(programme),
        "is_fictitious": programme.is_fictitious,
    }


def visit_json(page: VisitPage) -> dict[str, Any]:
    """The visit as the reader sees it: days, hosts by function, coverage, readable sheets."""
    visit, coverage = page.visit, page.grid.coverage
    return {
        "urn": visit.urn,
        "permalink": visit.permalink,
        "title": _text(visit.title),
        "programme": visit.flow.programme.urn,
        "organiser": visit.flow.organiser.urn,
        "territory": visit.flow.territory.urn,
        "from": visit.start_date.isoformat(),
        "last_day": visit.end_date.isoformat(),
        "time_zone": visit.time_zone,
        "state": visit.state,
        "team_size": len(page.team),
        "hosts": [
            {
                "function": _text(row.host.function),
                "organisation": row.host.organisation.urn if row.host.organisation else None,
                "body": _text(row.host.body_label),
                "name": row.name,
                "is_fictitious": row.host.is_fictitious,
            }
            for row in page.hosts
        ],
        "grid": {
            "code": visit.grid.code,
            "version": visit.grid.version,
            "cells": coverage.cells,
            "with_readable_sheets": sum(bool(c.sheets) for row in page.grid.rows for c in row.cells),
        },
        "observations": [
            {
                "urn": sheet.urn,
                "permalink": sheet.permalink,
                "cell": sheet.criterion.code,
                "observed_at": sheet.observed_at.isoformat(),
                "language": sheet.language,
                "fact": sheet.fact,
                "interpretation": sheet.interpretation,
                "evidence": sheet.evidence,
                "verdict": sheet.verdict,
                "verdict_reason": sheet.verdict_reason,
                "audience": sheet.audience,
                "is_fictitious": sheet.is_fictitious,
            }
            for sheet in page.sheets
            if not sheet.is_draft
        ],
        "practices": [card.permalink for card in page.practices if card.published_at is not None],
        "is_fictitious": visit.is_fictitious,
    }


def sheet_rows(page: VisitPage) -> tuple[list[str], list[list[Any]]]:
    """One row per cell and readable sheet; a cell without one has its row too, so that gaps are seen."""
    header = [
        _("thème"),
        _("élément"),
        _("fait"),
        pgettext("fiche", "interprétation"),
        _("transférabilité"),
        _("pourquoi"),
        _("langue"),
        _("exemple fictif"),
        _("adresse permanente"),
    ]
    rows: list[list[Any]] = []
    for row in page.grid.rows:
        for cell in row.cells:
            names = [str(row.theme.label), str(cell.criterion.element.label)]
            shared = [sheet for sheet in cell.sheets if not sheet.is_draft]
            if not shared:
                rows.append([*names, "", "", "", "", "", "", ""])
            for sheet in shared:
                rows.append(
                    [
                        *names,
                        sheet.fact,
                        sheet.interpretation,
                        sheet.get_verdict_display() if sheet.verdict else "",
                        sheet.verdict_reason,
                        sheet.language,
                        _("oui") if sheet.is_fictitious else _("non"),
                        sheet.permalink,
                    ]
                )
    return header, rows


def comparison_rows(page: Comparison) -> tuple[list[str], list[list[Any]]]:
    """One row per cell of the matrix. What it is not stands in each row, so that no copy loses it."""
    caution = _("%(visits)s visites, %(hosts)s hôtes : non représentatif") % {
        "visits": page.visits,
        "hosts": page.hosts,
    }
    header = [
        _("thème"),
        _("élément"),
        _("territoire"),
        _("fiches"),
        _("visites"),
        _("hôtes"),
        _("fiches pratiques"),
        _("à lire avec"),
    ]
    rows = [
        [
            str(row.criterion.theme.label),
            str(row.criterion.element.label),
            str(territory.name),
            seen.sheets,
            seen.visits,
            seen.hosts,
            seen.cards,
            caution,
        ]
        for row in page.rows
        for territory, seen in row.cells
    ]
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


def _name(body: Any) -> dict[str, str] | None:
    return _text(body.name) if body is not None else None
